// The flags that `token` and `call` share, and what they mean to the library.
#pragma once

#include <memory>
#include <string>

#include "cli/run.h"
#include "cli/session.h"
#include "msiv2/observer.h"
#include "msiv2/options.h"
#include "msiv2/resource_client.h"
#include "msiv2/token.h"

namespace CLI {
class App;
}

namespace msiv2::cli {

/// TokenFlags are the flags as given; empty and zero mean the library's default.
struct TokenFlags {
  std::string resource;
  bool mtls_pop = false;
  bool attestation = false;
  bool allow_unattested = false;
  bool request_over_mtls = false;
  std::string client_id;
  std::string object_id;
  std::string resource_id;
  std::string minimum_strength = "none";
  std::string claims;
  std::string source;  ///< a word of source_names.h
  bool workload_identity = false;
  bool force_refresh = false;

  double timeout_seconds = 0;
  std::string imds_base;
  std::string trust_anchors;
  std::string key_provider;
  bool no_retries = false;
  bool explain = false;
  bool verbose = false;
};

/// AddIdentityFlags adds the flags that choose the identity. `flags` outlives the parse, here and below.
void AddIdentityFlags(CLI::App& command, TokenFlags& flags);
/// AddEnvironmentFlags adds the timeout, where IMDS is, and whom to trust.
void AddEnvironmentFlags(CLI::App& command, TokenFlags& flags);

/// AddTextOrJsonFlag adds `--output`, whose value is "text" or "json"; `format` holds the default.
void AddTextOrJsonFlag(CLI::App& command, std::string& format);

/// AddSourceFlags adds the flags that choose where bearer tokens come from.
void AddSourceFlags(CLI::App& command, TokenFlags& flags);

/// AddTokenFlags adds all the flags to `command` but those of AddSourceFlags. The flag `--request-over-mtls`
/// and the duty to give `--resource` are left to the command.
void AddTokenFlags(CLI::App& command, TokenFlags& flags);

/// MakeTokenRequest returns what the flags ask for.
TokenRequest MakeTokenRequest(const TokenFlags& flags);

/// MakeCallOptions returns the timeout and the cancellation of the whole command.
CallOptions MakeCallOptions(const TokenFlags& flags, const Console& console);

/// MakeClientOptions returns the client that the flags describe, pointed at the session's emulator where
/// there is one. `observer` may be null.
ClientOptions MakeClientOptions(const TokenFlags& flags, const Console& console,
                                const EmulatorSession& session, std::shared_ptr<Observer> observer);

/// MakeResourceOptions returns the resource client that the flags describe.
ResourceClientOptions MakeResourceOptions(const TokenFlags& flags, const Console& console,
                                          const EmulatorSession& session);

/// MakeObserver returns the observer that `--explain` and `--verbose` ask for, else one that prints notices
/// alone.
std::shared_ptr<Observer> MakeObserver(const TokenFlags& flags, std::ostream& out);

}  // namespace msiv2::cli
