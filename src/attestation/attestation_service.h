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

/// AttestationCall says which key to have vouched for, and where.
struct AttestationCall {
  std::string endpoint;  ///< origin, checked
  std::string client_id;
  std::shared_ptr<const SigningKey> key;
  std::string spki_sha256;  ///< of the key, any text form: half of the cache key
  KnownSecrets secrets{};   ///< hidden in what the attestor says
};

/// NoAttestorError says that a client has no attestor; to try again does not help.
Error NoAttestorError();

/// AttestationService obtains attestation JWTs: only for KeyGuard keys, never an emulated key to a real
/// attestor, one flight a key, calls to the attestor one at a time and each with a deadline.
///
/// A JWT is kept while `exp > now + 5 min`, by endpoint and SHA-256 of the SPKI, even one that came after its
/// caller had left. From the second failure in a row on, the attestor is not asked again for that key and
/// endpoint for a second, then for twice as long each time, at most a minute. Threads: all members may be
/// called at the same time. The executor must outlive the service; its destructor waits for a call that is
/// still running in the attestor.
class AttestationService {
 public:
  /// `attestor` may be null: every call then fails. `timeout` bounds one call to the attestor.
  AttestationService(std::shared_ptr<Attestor> attestor, Executor& executor,
                     std::chrono::milliseconds timeout);

  bool HasAttestor() const noexcept { return attestor_ != nullptr; }

  /// GetToken returns a JWT that is good for at least five more minutes. `from_cache` (may be null) receives
  /// whether it was kept already.
  ///
  /// Errors: `attestation_failed` for a refusal, an answer that is no JWT or is stale, a call that takes
  /// longer than the timeout, and at once while such a call still holds the attestor; `timeout` and
  /// `canceled` by the caller's own limits; `attestation_library_untrusted` from the attestor. While a
  /// failure rests, it is returned again. AttestationStatus names the failures in the message.
  Result<SecretString> GetToken(const AttestationCall& call, const CallContext& context,
                                bool* from_cache = nullptr);

  /// Forget drops the JWTs and the failures of this key, after Entra refused what they led to.
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
    std::chrono::steady_clock::time_point rests_until;
  };
  struct State;  // the cache and the single line to the attestor

  std::optional<SecretString> Cached(const CacheKey& key, const CallContext& context);
  std::optional<Error> Resting(const CacheKey& key, const CallContext& context);
  Result<SecretString> CallInLine(const AttestationCall& call, const CacheKey& key,
                                  const CallContext& context);
  std::optional<Error> TakeLine(const CallContext& context);
  void FreeLine();
  Result<SecretString> CallAttestor(const AttestationCall& call, const CacheKey& key,
                                    const CallContext& context);

  const std::shared_ptr<Attestor> attestor_;
  Executor& executor_;
  const std::chrono::milliseconds timeout_;
  const std::shared_ptr<State> state_;  // shared with a call that outlives its callers
  SingleFlight<SecretString> flights_;
};

}  // namespace msiv2::attestation
