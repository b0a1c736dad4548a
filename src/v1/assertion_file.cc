#include "v1/assertion_file.h"

#include "base/ascii.h"
#include "base/foreign_text.h"
#include "base/plain_file.h"
#include "msiv2/source.h"

namespace msiv2::v1 {
namespace {

Error Bad(const std::string& path, std::string_view cause) {
  Error error(ErrorCode::kAssertionUnavailable,
              "AZURE_FEDERATED_TOKEN_FILE names \"" + ForeignText(path) + "\", which " + std::string(cause));
  error.source = Name(IdentitySource::kWorkloadIdentity);
  return error;
}

bool IsAssertion(std::string_view text) { return !text.empty() && IsVisible(text); }

}  // namespace

Result<SecretString> ReadAssertion(const std::string& path) {
  const auto contents = ReadPlainFile(path, kLargestAssertion + 1);
  if (!contents.bytes) return Bad(path, "cannot be read: " + contents.cause);
  if (contents.bytes->size() > kLargestAssertion) return Bad(path, "is larger than 64 KiB");
  const std::string_view assertion = Trim(contents.bytes->Reveal());
  if (!IsAssertion(assertion)) return Bad(path, "is empty, or holds something that is not a token");
  return SecretString(std::string(assertion));
}

}  // namespace msiv2::v1
