// One row of the self-test: its input and its answer.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "msiv2/call.h"
#include "msiv2/key.h"
#include "msiv2/tools/selftest.h"
#include "selftest/parts.h"

namespace msiv2::selftest {

/// Found holds what earlier rows found and later rows use.
struct Found {
  bool is_wine = false;
  std::shared_ptr<const SigningKey> keyguard;  ///< null if there is none
  std::shared_ptr<const SigningKey> tpm;       ///< null if there is none
};

/// RowInput is the input of a row. A row that hangs keeps it.
struct RowInput {
  std::shared_ptr<const Parts> parts;
  Found found;
  CallContext context;
};

/// RowAnswer is the outcome of a row, and what is now known for later rows.
struct RowAnswer {
  SelfTestOutcome outcome;
  std::string text;
  Found found{};
};

/// RowFunction is the work of a row. It may throw, and it may hang.
using RowFunction = RowAnswer (*)(const RowInput& input);

inline RowAnswer Pass(const RowInput& input, std::string text) {
  return {SelfTestOutcome::kPass, std::move(text), input.found};
}
inline RowAnswer Fail(const RowInput& input, std::string text) {
  return {SelfTestOutcome::kFail, std::move(text), input.found};
}
inline RowAnswer Skip(const RowInput& input, std::string text) {
  return {SelfTestOutcome::kSkipped, std::move(text), input.found};
}

// The rows, in the order in which they run. docs/cli.md says what each row shows.
RowAnswer SystemRow(const RowInput& input);
RowAnswer NCryptRow(const RowInput& input);
RowAnswer NamedLockRow(const RowInput& input);
RowAnswer KeyGuardRow(const RowInput& input);
RowAnswer KeyGuardSignRow(const RowInput& input);
RowAnswer PerBootRow(const RowInput& input);
RowAnswer TpmRow(const RowInput& input);
RowAnswer NCryptSignRow(const RowInput& input);
RowAnswer MemoryKeyRow(const RowInput& input);
RowAnswer CertificateStoreRow(const RowInput& input);
RowAnswer AttestationLibraryRow(const RowInput& input);
RowAnswer AttestationRow(const RowInput& input);
RowAnswer TokenRow(const RowInput& input);

}  // namespace msiv2::selftest
