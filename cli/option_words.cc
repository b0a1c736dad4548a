#include "cli/option_words.h"

#include <array>
#include <string_view>
#include <utility>

namespace msiv2::cli {
namespace {

// Each name has underscores, so no other text holds it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kFlags = {{
    {"mtls_proof_of_possession", "--mtls-pop"},
    {"with_attestation_support", "--attestation"},
    {"allow_unattested", "--allow-unattested"},
    {"request_over_mtls", "--request-over-mtls"},
    {"minimum_strength", "--minimum-strength"},
    {"imds_base_url", "--imds-base"},
    {"allow_workload_identity", "--workload-identity"},
    {", or set allow_insecure_imds_base knowingly", ""},
    {", or raise max_pending_calls", ""},
}};

constexpr std::string_view kClaims = "claims is ";

}  // namespace

std::string InFlags(std::string text) {
  for (const auto& [option, flag] : kFlags) {
    for (std::size_t at = text.find(option); at != std::string::npos; at = text.find(option, at)) {
      text.replace(at, option.size(), flag);
      at += flag.size();
    }
  }
  return text.rfind(kClaims, 0) == 0 ? "--" + text : text;
}

}  // namespace msiv2::cli
