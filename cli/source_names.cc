#include "cli/source_names.h"

#include <algorithm>
#include <array>
#include <utility>

namespace msiv2::cli {
namespace {

constexpr std::array<std::pair<IdentitySource, std::string_view>, 8> kWords = {{
    {IdentitySource::kWorkloadIdentity, "workload"},
    {IdentitySource::kServiceFabric, "service-fabric"},
    {IdentitySource::kAppService, "app-service"},
    {IdentitySource::kAppService2017, "app-service-2017"},
    {IdentitySource::kMachineLearning, "machine-learning"},
    {IdentitySource::kCloudShell, "cloud-shell"},
    {IdentitySource::kAzureArc, "arc"},
    {IdentitySource::kImds, "imds"},
}};

}  // namespace

std::string_view SourceWord(IdentitySource source) noexcept {
  const auto* const entry =
      std::find_if(kWords.begin(), kWords.end(), [&](const auto& row) { return row.first == source; });
  return entry == kWords.end() ? std::string_view() : entry->second;
}

std::vector<std::string> SourceWords() {
  std::vector<std::string> words;
  words.reserve(kWords.size());
  for (const auto& row : kWords) words.emplace_back(row.second);
  return words;
}

std::optional<IdentitySource> ParseSource(std::string_view word) {
  const auto* const entry =
      std::find_if(kWords.begin(), kWords.end(), [&](const auto& row) { return row.second == word; });
  if (entry == kWords.end()) return std::nullopt;
  return entry->first;
}

}  // namespace msiv2::cli
