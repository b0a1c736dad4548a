// The flags that `token` and `call` share, and the library options that they set.
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

/// AddIdentityFlags adds the flags that choose the identity. Here and below, `flags` outlives the parse.
void AddIdentityFlags(CLI::App& command, TokenFlags& flags);
/// AddEnvironmentFlags adds the flags for the timeout, the address of IMDS and the trust anchors.
void AddEnvironmentFlags(CLI::App& command, TokenFlags& flags);

/// AddTextOrJsonFlag adds `--output`, whose value is "text" or "json"; `format` holds the default.
void AddTextOrJsonFlag(CLI::App& command, std::string& format);

/// AddSourceFlags adds the flags that choose where bearer tokens come from.
void AddSourceFlags(CLI::App& command, TokenFlags& flags);

/// AddTokenFlags adds all flags except those of AddSourceFlags. It leaves it to the command to add
/// `--request-over-mtls`, and to require `--resource`.
void AddTokenFlags(CLI::App& command, TokenFlags& flags);

/// MakeTokenRequest returns the request that the flags describe.
TokenRequest MakeTokenRequest(const TokenFlags& flags);

/// MakeCallOptions returns the timeout and the cancellation of the whole command.
CallOptions MakeCallOptions(const TokenFlags& flags, const Console& console);

/// MakeClientOptions returns the options of the client that the flags describe. They point at the session's
/// emulator if there is one. `observer` may be null.
ClientOptions MakeClientOptions(const TokenFlags& flags, const Console& console,
                                const EmulatorSession& session, std::shared_ptr<Observer> observer);

/// MakeResourceOptions returns the options of the resource client that the flags describe, to call `url`.
ResourceClientOptions MakeResourceOptions(const TokenFlags& flags, const std::string& url,
                                          const Console& console, const EmulatorSession& session);

/// MakeObserver returns the observer that `--explain` and `--verbose` ask for, otherwise one that prints only
/// notices. It prints to the error stream, and announces long waits as WithWaitingLine does.
std::shared_ptr<Observer> MakeObserver(const TokenFlags& flags, const Console& console);

/// WithWaitingLine returns `other`, which may be null, unless the error stream is a terminal. Then it returns
/// an observer that passes events on to `other`. That observer also says what a long wait is for.
std::shared_ptr<Observer> WithWaitingLine(std::shared_ptr<Observer> other, const TokenFlags& flags,
                                          const Console& console);

}  // namespace msiv2::cli
