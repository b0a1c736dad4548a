// Errors as values: one public table of codes, generated from error_table.inc.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "msiv2/cxx20.h"
#include "msiv2/option.h"

namespace msiv2 {

/// ErrorCode is what a program acts on. `Describe` returns its wire name, step, exception type, whether a
/// retry can help, and the cure. docs/errors.md is the same table, human-readable.
enum class ErrorCode {
#define MSIV2_ERROR(enumerator, name, step, kind, retryable, cure) enumerator,
#include "msiv2/error_table.inc"
#undef MSIV2_ERROR
};

/// Step names the place in the flow where something happened. The numbers are those of the protocol.
enum class Step {
  kRequest = 0,      ///< before any I/O: the request itself, options, environment
  kMetadata = 1,     ///< platform metadata from IMDS
  kKey = 2,          ///< get or create the RSA key
  kCsr = 3,          ///< PKCS#10 CSR
  kAttestation = 4,  ///< attestation JWT for the key
  kCredential = 5,   ///< CSR and JWT to IMDS, certificate back
  kCertificate = 6,  ///< check the certificate, bind it to the key
  kToken = 7,        ///< token: over mTLS, or from an MSI v1 source
  kResource = 8,     ///< a call to a resource with the bound token
};

/// Name returns the step's word, for example "attestation". The view is static.
std::string_view Name(Step step) noexcept;

/// ErrorKind selects the exception that `Result::value()` throws.
enum class ErrorKind {
  kClient,   ///< ClientException: the request or the options are wrong
  kMsiV2,    ///< MsiV2Exception: the MSI v2 flow failed; nothing was downgraded
  kService,  ///< ServiceException: an MSI v1 source, or a resource, refused
};

/// Name returns the exception type's name, for example "MsiV2Exception". The view is static.
std::string_view Name(ErrorKind kind) noexcept;

/// ErrorInfo is one row of the error table.
struct ErrorInfo {
  ErrorCode code;
  std::string_view name;  ///< wire name, for example "attestation_failed"
  Step step;              ///< where it usually occurs; `Error::step` says where it did
  ErrorKind kind;
  bool retryable;         ///< the default; `Error::retryable` is for the actual case
  std::string_view cure;  ///< what to do, one or more sentences; options have their names in C++
};

/// Describe returns the table row of `code`. Never fails; the row is static.
const ErrorInfo& Describe(ErrorCode code) noexcept;

/// Name returns the wire name of `code`, for example "msi_v2_keyguard_unavailable". The view is static.
std::string_view Name(ErrorCode code) noexcept;

/// CureIn returns the cure of `code` with the options that it names in the words of a caller.
std::string CureIn(ErrorCode code, const OptionWords& words);

/// ErrorTable returns every row, in the order of the enumerators.
const std::vector<ErrorInfo>& ErrorTable();

/// Error says what failed, where, and what to do. It never holds a token, an attestation JWT, a CSR or key
/// material, so the whole error can be logged.
struct Error {
  ErrorCode code;
  Step step;
  std::string message;               ///< the cause, one or two sentences, no secret
  ErrorKind kind;                    ///< from the table
  bool retryable = false;            ///< the same call may succeed later, unchanged
  int http_status = 0;               ///< 0 if no HTTP answer was involved
  std::string service_error;         ///< OAuth `error` or IMDS error code, as sent
  std::vector<std::int64_t> aadsts;  ///< Entra `error_codes`, for example 392200
  std::string correlation_id;        ///< the x-ms-client-request-id of the acquisition
  std::int64_t native_code = 0;      ///< curl, NCrypt, TPM or attestation library status
  int tls_alert = -1;                ///< TLS alert number the peer sent (RFC 8446 section 6), else -1
  int attempts = 0;                  ///< HTTP attempts made before giving up, 0 if none
  bool out_of_time = false;  ///< another attempt was due, but the caller's deadline left no time for it
  /// How long the service asked to wait before the next request (`Retry-After`), if it did.
  std::optional<std::chrono::seconds> retry_after{};
  /// The MSI v1 source that the error is about, else empty. It is given by Name(IdentitySource), for example
  /// "AppService".
  std::string source{};
  /// The option that the error is about, if it is about one. Of several, it is the one to look at first.
  std::optional<Option> option{};
  std::vector<NamedOption> named_options{};  ///< where `message` names options

  /// Error creates an error of `error_code` with the table's step, kind and retry advice.
  Error(ErrorCode error_code, std::string text);
  /// Error creates an error of `error_code` that occurred at `error_step`.
  Error(ErrorCode error_code, Step error_step, std::string text);
  /// Error creates an error whose message names options; `option` is the first of them.
  Error(ErrorCode error_code, OptionText text);
  /// Error creates an error whose message names options, and that occurred at `error_step`.
  Error(ErrorCode error_code, Step error_step, OptionText text);

  /// Cure returns what to do about the error, from the table.
  std::string_view Cure() const noexcept;
  /// ToString returns one line: step, code, cause, status, correlation id and cure.
  std::string ToString() const;
  /// MessageIn returns `message` with options in the words of a caller. Words of a service stay as they are.
  std::string MessageIn(const OptionWords& words) const;
  /// CureIn returns the cure with options in the words of a caller.
  std::string CureIn(const OptionWords& words) const;
  /// ToString returns the line with options in the words of a caller.
  std::string ToString(const OptionWords& words) const;
};

/// ManagedIdentityException is the base of the exceptions that `Result::value()` throws.
class ManagedIdentityException : public std::runtime_error {
 public:
  explicit ManagedIdentityException(Error error);
  /// error returns the error value; it lives as long as the exception.
  const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

/// ClientException means that the request was wrong; no I/O was done.
class ClientException : public ManagedIdentityException {
 public:
  using ManagedIdentityException::ManagedIdentityException;
};

/// MsiV2Exception means that the MSI v2 flow failed. Nothing weaker was used instead.
class MsiV2Exception : public ManagedIdentityException {
 public:
  using ManagedIdentityException::ManagedIdentityException;
};

/// ServiceException means that an MSI v1 source or a resource refused the call.
class ServiceException : public ManagedIdentityException {
 public:
  using ManagedIdentityException::ManagedIdentityException;
};

/// ThrowError throws the exception that belongs to `error.kind`.
[[noreturn]] void ThrowError(const Error& error);

}  // namespace msiv2
