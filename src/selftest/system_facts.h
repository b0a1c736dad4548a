// What only Windows itself can say.
#pragma once

#include <cstdint>
#include <string>

#include "msiv2/result.h"

namespace msiv2::selftest {

/// SystemFacts is the version of Windows, not that of its compatibility mode.
struct SystemFacts {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t build = 0;
  std::string wine;  ///< version of Wine; empty on Windows itself
};

/// ReadSystemFacts asks ntdll.dll of System32. Windows only.
/// Errors: `invalid_request`, when it does not say.
Result<SystemFacts> ReadSystemFacts();

/// ExportAttempt is how an attempt to take a private key out of its keystore ended.
struct ExportAttempt {
  bool refused = false;
  std::uint32_t status = 0;  ///< of NCryptExportKey
};

/// TryPrivateExport asks NCrypt for the private half of `key`, which it must refuse. What it gives out all
/// the same is wiped at once. Windows only.
ExportAttempt TryPrivateExport(std::uintptr_t key);

}  // namespace msiv2::selftest
