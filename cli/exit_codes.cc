#include "cli/exit_codes.h"

namespace msiv2::cli {

const char* const kExitCodeHelp =
    "Exit codes:\n"
    "  0  done\n"
    "  1  anything not named here, for example a file that cannot be written\n"
    "  2  wrong flags, or a request that makes no sense on any host\n"
    "  3  IMDS, or another source of managed identities, could not be reached, or there is none, or IMDS "
    "does\n"
    "     not have the identity\n"
    "  4  refused by IMDS, the attestation service, Entra, a proxy, or by this host: its keys, its kill\n"
    "     switch, the source of its identity\n"
    "  5  a TLS connection or a certificate failed\n"
    "  6  the timeout passed\n"
    "  7  cancelled (SIGINT or SIGTERM)\n"
    "  8  call --fail: the resource answered 400 or more\n"
    "  9  doctor: the worst finding is a warning\n"
    " 10  doctor: the worst finding is a failure\n"
    " 11  selftest: a row failed";

int ExitCodeFor(const Error& error) {
  switch (error.code) {
    case ErrorCode::kImdsUnreachable:
    case ErrorCode::kManagedIdentityUnreachableNetwork:
    case ErrorCode::kIdentityNotFound:
    case ErrorCode::kAllSourcesUnavailable:  // kind kClient, but the request makes sense elsewhere
      return kImdsUnreachable;
    case ErrorCode::kTlsFailed:
    case ErrorCode::kInvalidCertificate:
      return kTlsOrCertificate;
    case ErrorCode::kTimeout:
      return kTimedOut;
    case ErrorCode::kCanceled:
      return kCanceled;
    case ErrorCode::kBusy:
    case ErrorCode::kLocalResourcesExhausted:
    case ErrorCode::kResourceRequestFailed:
      return kOther;
    case ErrorCode::kPopNotSupportedForEnvironment:  // kind kClient, but the request makes sense elsewhere
      return kRefused;
    default:
      return error.kind == ErrorKind::kClient ? kUsage : kRefused;
  }
}

}  // namespace msiv2::cli
