// Step 4: the attestation policy and the JWT cache, over the Attestor port.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/executor.h"
#include "base/known_secrets.h"
#include "base/single_flight.h"
#include "base/wait.h"
#include "msiv2/attestor.h"
#include "msiv2/call.h"
#include "msiv2/key.h"
#include "msiv2/result.h"
#include "msiv2/secret.h"

namespace msiv2::attestation {

/// AttestationCall names the key to attest and the endpoint to use.
struct AttestationCall {
  std::string endpoint;  ///< origin, already checked
  std::string client_id;
  std::shared_ptr<const SigningKey> key;
  std::string spki_sha256;  ///< of the key, in any text form; half of the cache key
  KnownSecrets secrets{};   ///< redacted from the attestor's messages
};

/// NoAttestorError returns the error of a client that has no attestor. A retry does not help.
Error NoAttestorError();

/// AttestationService obtains attestation JWTs. It attests KeyGuard keys only, and never shows an emulated
/// key to a real attestor. Concurrent calls for one key and endpoint share one flight. Calls to the attestor
/// run one at a time, each with a deadline.
///
/// A JWT is cached by endpoint and SHA-256 of the SPKI while `exp > now + 5 min`. It is cached even if its
/// caller has stopped waiting. After the second failure in a row for a key and endpoint, the attestor is not
/// called again for one second. Each further failure doubles this time, up to one minute.
///
/// Threads: all members may be called at the same time. Lifetime: the executor must outlive the service. The
/// executor's destructor waits for a call that still runs in the attestor.
class AttestationService {
 public:
  /// AttestationService calls `attestor`. If it is null, every call fails. `timeout` bounds one call to the
  /// attestor.
  AttestationService(std::shared_ptr<Attestor> attestor, Executor& executor,
                     std::chrono::milliseconds timeout);

  bool HasAttestor() const noexcept { return attestor_ != nullptr; }

  /// GetToken returns a JWT that is valid for at least five more minutes. `from_cache` may be null; it
  /// receives true if the JWT was already cached.
  ///
  /// Errors: `attestation_failed` for a refusal, for an answer that is stale or not a JWT, and for a call
  /// that exceeds the timeout. While such a call still occupies the attestor, other calls fail at once with
  /// `attestation_failed`. `timeout` and `canceled` come from the caller's own limits,
  /// `attestation_library_untrusted` from the attestor. During the back-off after a failure, the same failure
  /// is returned again. AttestationStatus names the failures in the message.
  Result<SecretString> GetToken(const AttestationCall& call, const CallContext& context,
                                bool* from_cache = nullptr);

  /// Forget removes the JWTs and failures of this key. Call it after IMDS or Entra rejects what was obtained
  /// with them.
  void Forget(const std::string& spki_sha256);

 private:
  using CacheKey = std::pair<std::string, std::string>;  // SHA-256 of the SPKI, endpoint in lower case
  struct Entry {
    SecretString token;
    std::chrono::system_clock::time_point expires;
  };
  struct Failure {
    Error error;
    int in_a_row = 1;
    std::chrono::steady_clock::time_point backs_off_until;
  };
  struct State;  // the cache, and the turn of the one attestor call at a time

  std::optional<SecretString> Cached(const CacheKey& key, const CallContext& context);
  std::optional<Error> FailureInBackoff(const CacheKey& key, const CallContext& context);
  Result<SecretString> CallInTurn(const AttestationCall& call, const CacheKey& key,
                                  const CallContext& context);
  std::optional<Error> TakeTurn(const CallContext& context);
  void EndTurn();
  Result<SecretString> CallAttestor(const AttestationCall& call, const CacheKey& key,
                                    const CallContext& context);

  const std::shared_ptr<Attestor> attestor_;
  Executor& executor_;
  const std::chrono::milliseconds timeout_;
  const std::shared_ptr<State> state_;  // shared with a call that outlives its callers
  SingleFlight<SecretString> flights_;
};

}  // namespace msiv2::attestation
