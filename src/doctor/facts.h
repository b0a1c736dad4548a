// What the doctor knows before it judges.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/environment.h"
#include "base/known_secrets.h"
#include "http/endpoint.h"
#include "keys/memory_protection.h"
#include "keys/provider_tier.h"
#include "msiv2/http.h"
#include "msiv2/identity.h"
#include "msiv2/key.h"

namespace msiv2::doctor {

using Sent = Result<HttpResponse, HttpFailure>;

/// ProxyFacts are what may be said of the proxy: a proxy's URL may hold a password.
struct ProxyFacts {
  std::string variable{};       ///< the one that decides for https; empty: no proxy
  std::string origin{};         ///< of the proxy; empty where it cannot be used
  std::string problem{};        ///< why it cannot be used, in words without the value; else empty
  bool over_tls = false;        ///< that is because it is itself reached by https
  bool has_exceptions = false;  ///< NO_PROXY is set
};

/// BearerFacts are what is known, without asking it, of the source of bearer tokens (MSI v1).
struct BearerFacts {
  std::string source;          ///< its Name
  std::string why;             ///< why it and no other
  std::optional<Error> error;  ///< why a request cannot even be sent
};

/// StoredKeyFact is what one key provider tells of the key that it keeps.
struct StoredKeyFact {
  std::string provider;
  StoredKey key;
};

/// Facts are all that the checks look at. What was not asked, for whatever reason, is empty.
struct Facts {
  // From options and environment.
  std::optional<std::string> other_source;  ///< why the identity is not that of IMDS
  BearerFacts bearer;
  SwitchState kill_switch = SwitchState::kOff;   ///< MSAL_MI_DISABLE_IMDS_V2
  SwitchState store_switch = SwitchState::kOff;  ///< MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE
  ProxyFacts proxy;
  KnownSecrets secrets;  ///< hidden in what others say
  std::string imds_base;
  std::optional<Error> imds_base_error;
  EndpointRules rules;
  ManagedIdentityId identity;
  std::vector<ProviderTier> providers;     ///< strongest first
  std::vector<StoredKeyFact> stored_keys;  ///< strongest first; none of a provider that stores no key
  bool has_attestor = false;
  std::optional<MemoryProtection> key_memory;  ///< nothing: the client brings its own providers
  bool own_transport = false;                  ///< the client's options bring an HttpTransport
  bool more_anchors = false;                   ///< the options name trust anchors beside the system's
  bool system_anchors = true;                  ///< the system has at least one
  std::optional<Error> trust_error;
  std::string token_endpoint;

  // From IMDS.
  std::optional<Sent> v2_probe;
  std::optional<Sent> v1_probe;
  std::optional<Sent> compute;
  std::optional<Sent> metadata;
  std::optional<std::chrono::seconds> clock_ahead;  ///< this host's clock minus IMDS's

  // From the endpoints.
  std::optional<Sent> attestation;
  std::optional<Sent> token;
};

}  // namespace msiv2::doctor
