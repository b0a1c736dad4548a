// msiv2 errors: prints the error table, the source of docs/errors.md.
#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/option_words.h"
#include "cli/text.h"
#include "msiv2/error.h"

namespace msiv2::cli {
namespace {

constexpr char kErrorsExamples[] =
    "Examples:\n"
    "  msiv2 errors                                 the table for reading\n"
    "  msiv2 errors --output json | jq '.[].code'   the table for programs\n"
    "  msiv2 errors --output markdown               docs/errors.md";

constexpr char kMarkdownHead[] =
    "# Error codes\n"
    "\n"
    "Made by `msiv2 errors --output markdown` from `include/msiv2/error_table.inc`; do not edit by hand.\n"
    "\n"
    "*Step* is where the error usually arises; the error value says where it did. *Retry* is a default: the\n"
    "same call may usually succeed later, unchanged. The error value's `retryable` decides, and the last\n"
    "table shows where it differs. *Exit* is the exit code of the `msiv2` command.\n"
    "\n"
    "| code | step | exception | retry | exit | what to do |\n"
    "|---|---|---|---|---|---|\n";

constexpr char kDifferencesHead[] =
    "\n"
    "## Where `retryable` differs\n"
    "\n"
    "A program acts on the error value: `Error::retryable` in C++, `MSIV2_ERROR_RETRYABLE` in C, and\n"
    "`retryable` in Java and in JSON.\n"
    "\n"
    "| code | retry, by default | `retryable` of the error value |\n"
    "|---|---|---|\n";

struct Difference {
  ErrorCode code;
  const char* when;  // when the error value's `retryable` is not the default
};

constexpr Difference kDifferences[] = {
    {ErrorCode::kImdsUnreachable, "no if something other than IMDS answers, or the request cannot be sent"},
    {ErrorCode::kManagedIdentityRequestFailed,
     "yes after 404, 408, 429, 500, 503, 504, after 410 and 5xx of IMDS, and if the answer was cut short"},
    {ErrorCode::kInvalidMetadata, "yes if the answer was cut short"},
    {ErrorCode::kCredentialRequestFailed,
     "yes after 404, 408, 410, 429 and 5xx, and if no whole answer came"},
    {ErrorCode::kTokenRequestFailed,
     "yes after 429 and 5xx, if no whole answer came, and if the token had expired when it came. "
     "No if it had expired by the answer's own `Date`"},
    {ErrorCode::kKeyCreationFailed, "as the strongest key provider that failed says"},
    {ErrorCode::kMinStrengthNotMet, "as the strongest key provider that failed says"},
    {ErrorCode::kKeyguardUnavailable, "as the strongest key provider that failed says"},
    {ErrorCode::kAttestationFailed,
     "no if the host must change: no attestor, a missing or unfit library, a key that is refused"},
    {ErrorCode::kManagedIdentityUnreachableNetwork, "no if the request cannot be sent"},
    {ErrorCode::kResourceRequestFailed, "no if the request cannot be sent, or the answer is too large"},
    {ErrorCode::kTlsFailed, "no if Service Fabric's certificate is not the one that its variable names"},
    {ErrorCode::kProxyFailed, "no if the proxy refused with 4xx, except 408 and 429"},
};

int ExitCodeOf(const ErrorInfo& row) { return ExitCodeFor(Error(row.code, std::string())); }

std::string StepLabel(Step step) {
  if (step == Step::kRequest) return std::string(Name(step));
  return std::to_string(static_cast<int>(step)) + " " + std::string(Name(step));
}

const char* YesOrNo(bool retryable) { return retryable ? "yes" : "no"; }

void PrintMarkdown(std::ostream& out) {
  out << kMarkdownHead;
  for (const ErrorInfo& row : ErrorTable()) {
    out << "| `" << row.name << "` | " << StepLabel(row.step) << " | " << Name(row.kind) << " | "
        << YesOrNo(row.retryable) << " | " << ExitCodeOf(row) << " | " << row.cure << " |\n";
  }
  out << kDifferencesHead;
  for (const auto& [code, when] : kDifferences) {
    const ErrorInfo& row = Describe(code);
    out << "| `" << row.name << "` | " << YesOrNo(row.retryable) << " | " << when << " |\n";
  }
}

void PrintJson(std::ostream& out) {
  auto rows = nlohmann::ordered_json::array();
  for (const ErrorInfo& row : ErrorTable()) {
    rows.push_back({{"code", row.name},
                    {"step", Name(row.step)},
                    {"step_number", static_cast<int>(row.step)},
                    {"exception", Name(row.kind)},
                    {"retryable", row.retryable},
                    {"exit_code", ExitCodeOf(row)},
                    {"cure", CureIn(row.code, FlagOf)}});
  }
  out << rows.dump(2) << "\n";
}

void PrintText(std::ostream& out) {
  for (const ErrorInfo& row : ErrorTable()) {
    out << row.name << "\n    step " << StepLabel(row.step) << ", " << Name(row.kind) << ", exit code "
        << ExitCodeOf(row) << (row.retryable ? ", a retry can help" : "") << "\n    "
        << CureIn(row.code, FlagOf) << "\n";
  }
}

}  // namespace

void AddErrorsCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = AddCommand(app, invocation, "errors", "Print the table of error codes and their cures");
  if (command == nullptr) return;
  const auto output = std::make_shared<std::string>("text");
  command->add_option("--output", *output, "What to print")
      ->check(CLI::IsMember({"text", "json", "markdown"}))
      ->type_name("FORMAT");
  command->footer(kErrorsExamples);
  command->callback([output, &invocation] {
    invocation.action = [output, &invocation] {
      std::ostream& out = invocation.console.out;
      if (*output == "markdown") {
        PrintMarkdown(out);
      } else if (*output == "json") {
        PrintJson(out);
      } else {
        PrintText(out);
      }
      return kOk;
    };
  });
}

}  // namespace msiv2::cli
