// The exit codes of the msiv2 command. docs/cli.md and `msiv2 --help` show the same table.
#pragma once

#include "msiv2/error.h"

namespace msiv2::cli {

/// ExitCode is the exit code of the process.
enum ExitCode : int {
  kOk = 0,
  kOther = 1,             ///< anything not named here, for example a file that cannot be written
  kUsage = 2,             ///< wrong flags, or a request that makes no sense on any host
  kImdsUnreachable = 3,   ///< IMDS or another source could not be reached, or there is none
  kRefused = 4,           ///< IMDS, attestation service, Entra, a proxy or this host refused; or a key failed
  kTlsOrCertificate = 5,  ///< a TLS connection or a certificate failed
  kTimedOut = 6,          ///< --timeout passed
  kCanceled = 7,          ///< SIGINT or SIGTERM
  kResourceRefused = 8,   ///< `call --fail`: the resource answered 400 or more
  kDoctorWarning = 9,     ///< `doctor`: the worst finding is a warning
  kDoctorFailure = 10,    ///< `doctor`: the worst finding is a failure
  kSelfTestFailure = 11,  ///< `selftest`: a row failed
};

/// kExitCodeHelp is the table as `msiv2 --help` prints it.
extern const char* const kExitCodeHelp;

/// ExitCodeFor returns the exit code of a command that failed with `error`.
int ExitCodeFor(const Error& error);

}  // namespace msiv2::cli
