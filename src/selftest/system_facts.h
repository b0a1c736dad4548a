// What only Windows itself can report.
#pragma once

#include <cstdint>
#include <string>

#include "msiv2/result.h"

namespace msiv2::selftest {

/// SystemFacts holds the real version of Windows, not that of a compatibility mode.
struct SystemFacts {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t build = 0;
  std::string wine;  ///< version of Wine; empty on Windows itself
};

/// ReadSystemFacts asks ntdll.dll of System32. Windows only. Errors: `invalid_request` if it does not return
/// the version.
Result<SystemFacts> ReadSystemFacts();

/// ExportAttempt is the result of an attempt to export a private key from its keystore.
struct ExportAttempt {
  bool refused = false;
  std::uint32_t status = 0;  ///< of NCryptExportKey
};

/// TryPrivateExport asks NCrypt for the private half of `key`, which NCrypt must refuse. If NCrypt returns it
/// anyway, it is wiped at once. Windows only.
ExportAttempt TryPrivateExport(std::uintptr_t key);

}  // namespace msiv2::selftest
