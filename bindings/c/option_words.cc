// The numbers of options. They are part of the ABI: rows are added, never changed or removed.
#include "bindings/c/option_words.h"

#include <algorithm>
#include <iterator>

namespace msiv2::c {
namespace {

struct AboutRow {
  Option option;
  std::int32_t about;
  const char* field;
};

constexpr AboutRow kAboutRows[] = {
    {Option::kResource, MSIV2_ABOUT_RESOURCE, "MSIV2_REQUEST_RESOURCE"},
    {Option::kMtlsProofOfPossession, MSIV2_ABOUT_MTLS_POP, "MSIV2_REQUEST_MTLS_POP"},
    {Option::kWithAttestationSupport, MSIV2_ABOUT_ATTESTATION, "MSIV2_REQUEST_ATTESTATION"},
    {Option::kAllowUnattested, MSIV2_ABOUT_ALLOW_UNATTESTED, "MSIV2_REQUEST_ALLOW_UNATTESTED"},
    {Option::kRequestOverMtls, MSIV2_ABOUT_OVER_MTLS, "MSIV2_REQUEST_OVER_MTLS"},
    {Option::kMinimumStrength, MSIV2_ABOUT_MINIMUM_STRENGTH, "MSIV2_REQUEST_MINIMUM_STRENGTH"},
    {Option::kClaims, MSIV2_ABOUT_CLAIMS, "MSIV2_REQUEST_CLAIMS"},
    {Option::kRejectedTokenSha256, MSIV2_ABOUT_REJECTED_TOKEN_SHA256, "MSIV2_REQUEST_REJECTED_TOKEN_SHA256"},
    {Option::kImdsBaseUrl, MSIV2_ABOUT_IMDS_BASE_URL, "MSIV2_OPTION_IMDS_BASE_URL"},
    {Option::kAllowInsecureImdsBase, MSIV2_ABOUT_ALLOW_INSECURE_IMDS_BASE,
     "MSIV2_OPTION_ALLOW_INSECURE_IMDS_BASE"},
    {Option::kAllowWorkloadIdentity, MSIV2_ABOUT_ALLOW_WORKLOAD_IDENTITY,
     "MSIV2_OPTION_ALLOW_WORKLOAD_IDENTITY"},
    {Option::kTrustAnchorsPem, MSIV2_ABOUT_TRUST_ANCHORS_PEM, "MSIV2_OPTION_TRUST_ANCHORS_PEM"},
    {Option::kTrustAnchorsFile, MSIV2_ABOUT_TRUST_ANCHORS_FILE, "MSIV2_OPTION_TRUST_ANCHORS_FILE"},
    {Option::kMaxPendingCalls, MSIV2_ABOUT_MAX_PENDING_CALLS, "MSIV2_OPTION_MAX_PENDING_CALLS"},
    {Option::kAttestationLibrary, MSIV2_ABOUT_ATTESTATION_LIBRARY, "MSIV2_OPTION_ATTESTATION_LIBRARY"},
};

const AboutRow* RowOf(Option option) noexcept {
  const auto* const row = std::find_if(std::begin(kAboutRows), std::end(kAboutRows),
                                       [&](const AboutRow& one) { return one.option == option; });
  return row == std::end(kAboutRows) ? nullptr : row;
}

}  // namespace

std::string_view FieldOf(Option option) noexcept {
  const AboutRow* const row = RowOf(option);
  return row == nullptr ? "" : row->field;
}

std::int32_t AboutOf(std::optional<Option> option) noexcept {
  if (!option) return MSIV2_ABOUT_NONE;
  const AboutRow* const row = RowOf(*option);
  return row == nullptr ? MSIV2_ABOUT_OTHER : row->about;
}

OptionWords WordsOf(msiv2_about_word word, void* context) {
  return [word, context](Option option) -> std::string_view {
    const char* const text = word(context, AboutOf(option));
    return text == nullptr ? "" : text;
  };
}

}  // namespace msiv2::c

extern "C" const char* msiv2_about_name(msiv2_about about) {
  for (const auto& row : msiv2::c::kAboutRows) {
    if (row.about == about) return row.field;
  }
  return "";
}
