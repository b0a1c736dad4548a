#include "attestation/native_library/native_call.h"

#include <openssl/crypto.h>

#include <cstring>
#include <exception>
#include <string>
#include <utility>

#include "attestation/attestation_status.h"
#include "attestation/native_library/native_code.h"

namespace msiv2::attestation {
namespace {

// JWTs of the service are about 4 KB long.
constexpr std::size_t kLongestToken = std::size_t{64} << 10;

/// TokenBuffer receives a token from the library. The destructor wipes the token and frees it with the
/// library's function.
class TokenBuffer {
 public:
  explicit TokenBuffer(FreeAttestationTokenFunction free_token) : free_token_(free_token) {}
  TokenBuffer(const TokenBuffer&) = delete;
  TokenBuffer& operator=(const TokenBuffer&) = delete;
  ~TokenBuffer() {
    if (text_ == nullptr) return;
    OPENSSL_cleanse(text_, Size());
    try {
      free_token_(std::exchange(text_, nullptr));
    } catch (...) {  // the library leaks its buffer; nothing else can be done
    }
  }

  char** Place() noexcept { return &text_; }
  /// Size returns the length, or kLongestToken + 1 for anything longer.
  std::size_t Size() const noexcept {
    if (text_ == nullptr) return 0;
    const void* const end = std::memchr(text_, '\0', kLongestToken + 1);
    return end == nullptr ? kLongestToken + 1
                          : static_cast<std::size_t>(static_cast<const char*>(end) - text_);
  }
  SecretString Copy() const { return SecretString(std::string(text_, Size())); }

 private:
  FreeAttestationTokenFunction free_token_;
  char* text_ = nullptr;
};

std::string WithLog(std::string reason, const LogCapture& log) {
  const std::string words = log.LastWords();
  return words.empty() ? reason : std::move(reason) + "; it logged: " + words;
}

Error OfCode(AttestationStatus status, int code, const LogCapture& log) {
  Error error = AttestationError(status, WithLog(ExplainNativeCode(code), log), code);
  const NativeCode* known = FindNativeCode(code);
  if (known != nullptr) error.retryable = known->retryable;
  return error;
}

Error Thrown(const char* what, const LogCapture& log) {
  return AttestationError(AttestationStatus::kException,
                          WithLog("the attestation library threw " + RedactLog(what, 200), log));
}

struct Answer {
  int code = 0;
  Result<SecretString> token;
};

Answer CallOnce(const NativeFunctions& functions, const LogCapture& log, const AttestationRequest& request,
                const char* client_payload) {
  TokenBuffer buffer(functions.free_token);
  const int code = functions.attest(request.endpoint.c_str(), nullptr, client_payload,
                                    request.key->NativeHandle(), buffer.Place(), request.client_id.c_str());
  if (code != 0) return {code, OfCode(AttestationStatus::kNativeError, code, log)};
  if (buffer.Size() == 0) {
    return {code, AttestationError(AttestationStatus::kTokenEmpty,
                                   WithLog("the attestation library answered without a token", log))};
  }
  if (buffer.Size() > kLongestToken) {
    return {code, AttestationError(AttestationStatus::kTokenMalformed,
                                   "the attestation library's token is longer than 64 KiB")};
  }
  return {code, buffer.Copy()};
}

// Runs `call`, which enters foreign code. Returns its answer, or an error for what it threw.
template <typename Call>
auto WithoutThrowing(const LogCapture& log, Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& thrown) {
    return Thrown(thrown.what(), log);
  } catch (...) {
    return Thrown("something that is not a std::exception", log);
  }
}

}  // namespace

std::optional<Error> InitNativeLibrary(const NativeFunctions& functions, LogCapture& log) {
  log.Clear();
  return WithoutThrowing(log, [&]() -> std::optional<Error> {
    const int code = functions.init(log.Info());
    if (code == 0) return std::nullopt;
    return OfCode(AttestationStatus::kNotInitialized, code, log);
  });
}

Result<SecretString> CallNativeLibrary(const NativeFunctions& functions, LogCapture& log,
                                       const AttestationRequest& request) {
  log.Clear();
  return WithoutThrowing(log, [&]() -> Result<SecretString> {
    Answer answer = CallOnce(functions, log, request, nullptr);
    if (answer.code == kInvalidInput) answer = CallOnce(functions, log, request, "{}");
    return std::move(answer.token);
  });
}

}  // namespace msiv2::attestation
