#include "selftest/run_rows.h"

#include <algorithm>
#include <utility>

#include "base/foreign_text.h"
#include "selftest/row.h"
#include "selftest/run_row.h"
#include "x509/spki.h"

namespace msiv2::selftest {
namespace {

// Texts of the system and of services are truncated and made printable.
constexpr std::size_t kLongestText = 1000;

/// TableRow is a row of the table. Names are part of the interface: programs read them.
struct TableRow {
  const char* name;
  RowFunction run;
  bool waits_for_services;
};

constexpr TableRow kTable[] = {
    {"system", &SystemRow, false},
    {"ncrypt", &NCryptRow, false},
    {"named_lock", &NamedLockRow, false},
    {"keyguard", &KeyGuardRow, false},
    {"keyguard_sign", &KeyGuardSignRow, false},
    {"per_boot", &PerBootRow, false},
    {"tpm", &TpmRow, false},
    {"ncrypt_sign", &NCryptSignRow, false},
    {"memory_key", &MemoryKeyRow, false},
    {"certificate_store", &CertificateStoreRow, false},
    {"attestation_library", &AttestationLibraryRow, false},
    {"attestation", &AttestationRow, true},
    {"token", &TokenRow, true},
};

void Report(SelfTestReport& report, SelfTestRow row, const OnRow& on_row) {
  if (on_row) on_row(row);
  report.rows.push_back(std::move(row));
}

}  // namespace

Result<SelfTestReport> RunRows(const std::shared_ptr<const Parts>& parts, const CallContext& context,
                               const OnRow& on_row) {
  SelfTestReport report;
  RowInput input{parts, {}, context};
  for (const TableRow& row : kTable) {
    const auto limit = row.waits_for_services ? parts->imds_row_limit : parts->row_limit;
    auto answer = RunRow(row.run, input, limit);
    if (!answer) return std::move(answer).error();
    input.found = std::move(answer->found);
    Report(report, {row.name, answer->outcome, ForeignText(answer->text, {}, kLongestText)}, on_row);
  }
  if (input.found.keyguard) report.keyguard_key = x509::SpkiSha256Hex(input.found.keyguard->PublicKey());
  return report;
}

SelfTestReport SkipRows(const std::string& reason, const OnRow& on_row) {
  SelfTestReport report;
  for (const TableRow& row : kTable) Report(report, {row.name, SelfTestOutcome::kSkipped, reason}, on_row);
  return report;
}

}  // namespace msiv2::selftest

namespace msiv2 {

std::string_view Name(SelfTestOutcome outcome) noexcept {
  switch (outcome) {
    case SelfTestOutcome::kPass:
      return "PASS";
    case SelfTestOutcome::kFail:
      return "FAIL";
    case SelfTestOutcome::kSkipped:
      break;
  }
  return "SKIPPED";
}

std::size_t SelfTestReport::Count(SelfTestOutcome outcome) const noexcept {
  return static_cast<std::size_t>(std::count_if(
      rows.begin(), rows.end(), [&](const SelfTestRow& row) { return row.outcome == outcome; }));
}

}  // namespace msiv2
