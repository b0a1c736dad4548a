// The facts that the doctor judges.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/environment.h"
#include "base/known_secrets.h"
#include "imds/endpoint.h"
#include "imds/who_answers.h"
#include "keys/memory_protection.h"
#include "keys/provider_description.h"
#include "msiv2/http.h"
#include "msiv2/identity.h"
#include "msiv2/key.h"

namespace msiv2::doctor {

using Sent = Result<HttpResponse, HttpFailure>;

/// ProxyFacts holds what may be shown of the proxy: the URL of a proxy may contain a password.
struct ProxyFacts {
  std::string variable{};       ///< the variable that decides for https; empty: no proxy
  std::string origin{};         ///< of the proxy; empty if it cannot be used
  std::string problem{};        ///< why it cannot be used, without the value; else empty
  bool over_tls = false;        ///< the reason is that the proxy is itself reached by https
  bool has_exceptions = false;  ///< NO_PROXY is set
};

/// BearerFacts holds what is known of the source of bearer tokens (MSI v1) without contacting it.
struct BearerFacts {
  std::string source;          ///< its Name
  std::string why;             ///< why this source and no other
  std::optional<Error> error;  ///< why a request cannot even be sent
  std::string warning{};       ///< what is wrong with variables of sources; empty if nothing is
  bool is_imds = false;        ///< it is IMDS, so that who answers there decides
};

/// StoredKeyFact is what one key provider reports of its stored key.
struct StoredKeyFact {
  std::string provider;
  StoredKey key;
};

/// Facts holds everything that the checks use. A fact that was not obtained, for whatever reason, is empty.
struct Facts {
  // From options and environment.
  std::optional<Error> other_source;  ///< why the source of the identity has no bound tokens
  BearerFacts bearer;
  SwitchState kill_switch = SwitchState::kOff;   ///< MSAL_MI_DISABLE_IMDS_V2
  SwitchState store_switch = SwitchState::kOff;  ///< MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE
  ProxyFacts proxy;
  KnownSecrets secrets;  ///< redacted from foreign texts
  std::string imds_base;
  std::optional<Error> imds_base_error;
  bool imds_named = false;  ///< an option or a variable says that IMDS is there
  imds::HostKnowledge host_knowledge = imds::HostKnowledge::kUnknown;  ///< before IMDS is asked
  EndpointRules rules;
  ManagedIdentityId identity;
  std::vector<ProviderDescription> providers;  ///< strongest first
  std::vector<StoredKeyFact> stored_keys;      ///< strongest first; without the providers that store no key
  bool has_attestor = false;
  std::optional<MemoryProtection> key_memory;  ///< nullopt: the client brings its own providers
  bool own_transport = false;                  ///< the client's options bring an HttpTransport
  bool more_anchors = false;                   ///< the options name trust anchors in addition to the
                                               ///< system's
  bool system_anchors = true;                  ///< the system has at least one
  std::vector<std::string> trust_problems;     ///< what is wrong with SSL_CERT_FILE and SSL_CERT_DIR
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

// Who gave each of the outcomes. An answer with the marks of IMDS makes the host known to the requests after
// it. The fact must be there.
imds::Answerer V2Answerer(const Facts& facts);
imds::Answerer V1Answerer(const Facts& facts);
imds::Answerer MetadataAnswerer(const Facts& facts);

/// HasNoImds returns true if nothing says that this host has IMDS, and it was asked.
bool HasNoImds(const Facts& facts);

}  // namespace msiv2::doctor
