// What the self-test examines, as ports, so that tests can simulate a machine.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/uuid.h"
#include "cache/windows_cert_store/raw_certificate_store.h"
#include "msiv2/attestor.h"
#include "msiv2/call.h"
#include "msiv2/clock.h"
#include "msiv2/key.h"
#include "msiv2/result.h"
#include "msiv2/token.h"
#include "selftest/system_facts.h"
#include "windows/named_lock.h"

namespace msiv2::selftest {

/// AttestationSite says where to attest a key, and for which client.
struct AttestationSite {
  std::string endpoint;  ///< origin, already checked
  std::string client_id;
};

/// Parts holds the machine, its services, and the options. Everything may be called from threads that outlive
/// the self-test, so every part is owned or lives as long as the process. A function may be empty only if its
/// comment says so.
struct Parts {
  std::function<Result<SystemFacts>()> system;
  std::function<Result<void>()> ncrypt;  ///< finds all functions of ncrypt.dll
  windows::NamedLocks* locks = nullptr;
  std::shared_ptr<KeyProvider> keyguard;
  std::shared_ptr<KeyProvider> tpm;
  std::function<std::shared_ptr<KeyProvider>()> new_ncrypt;  ///< each creates its own key
  std::function<std::shared_ptr<KeyProvider>()> new_memory;
  std::function<ExportAttempt(std::uintptr_t key)> export_private;
  std::shared_ptr<cache::RawCertificateStore> store;

  /// Loads and initialises the attestation library; returns false if none is configured.
  std::function<Result<bool>(const CallContext&)> load_library;
  std::shared_ptr<Attestor> attestor;  ///< null if no library is configured
  std::function<Result<AttestationSite>(const CallContext&)> attestation_site;
  std::function<Result<TokenResult>(const CallContext&)> acquire;

  std::shared_ptr<Clock> clock;
  RandomSource random;

  bool with_imds = false;
  std::string previous_key;  ///< 64 hex digits in lower case, or empty
  std::chrono::milliseconds row_limit{};
  std::chrono::milliseconds imds_row_limit{};
};

}  // namespace msiv2::selftest
