#include "cache/windows_cert_store/stored_entry.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.h"
#include "base/foreign_time.h"
#include "cache/windows_cert_store/friendly_name.h"
#include "x509/certificate_parse.h"
#include "x509/thumbprint.h"

namespace msiv2::cache {
namespace {

struct Container {
  std::string_view provider;
  std::string_view name;
};
constexpr Container kContainers[] = {{"Microsoft Software Key Storage Provider", "KeyGuardRSAKey"},
                                     {"Microsoft Platform Crypto Provider", "HardwareRSAKey"}};

}  // namespace

bool IsKnownContainer(const std::optional<KeyContainer>& container) {
  return container &&
         std::any_of(std::begin(kContainers), std::end(kContainers), [&](const Container& known) {
           return known.provider == container->provider && known.name == container->name;
         });
}

std::optional<StoredEntry> ReadEntry(StoredCertificate stored) {
  if (!IsKnownContainer(stored.container)) return std::nullopt;
  auto parsed = x509::ParseCertificate(stored.leaf_der);
  if (!parsed || !parsed->public_key) return std::nullopt;
  StoredEntry entry;
  entry.public_key = *std::move(parsed->public_key);
  entry.common_names = std::move(parsed->common_names);
  entry.not_before = ClampForeignTime(parsed->not_before);
  entry.not_after = ClampForeignTime(parsed->not_after);
  entry.can_authenticate =
      parsed->allows_client_auth.value_or(true) && parsed->allows_digital_signature.value_or(true);
  entry.thumbprint = x509::X5tS256(stored.leaf_der);
  entry.stored = std::move(stored);
  return entry;
}

std::vector<StoredEntry> EntriesOf(std::string_view alias, std::vector<RawCertificate> raw) {
  std::vector<StoredEntry> entries;
  for (RawCertificate& one : raw) {
    const auto name = DecodeFriendlyName(one.friendly_name);
    if (!name || name->alias != alias) continue;
    auto endpoint = SplitEndpoint(name->endpoint);
    if (!endpoint) continue;
    auto entry = ReadEntry({.leaf_der = std::move(one.der),
                            .token_endpoint = std::move(endpoint->token_endpoint),
                            .tenant_id = std::move(endpoint->tenant_id),
                            .container = std::move(one.container)});
    if (entry) entries.push_back(*std::move(entry));
  }
  return entries;
}

bool ServesAsWell(const StoredEntry& kept, const StoredEntry& fresh,
                  std::chrono::system_clock::time_point now) {
  const bool is_fit = kept.not_before <= std::max(now, fresh.not_before) && kept.can_authenticate;
  return is_fit && kept.not_after >= fresh.not_after && kept.public_key == fresh.public_key &&
         kept.stored.container == fresh.stored.container && kept.common_names == fresh.common_names &&
         EqualsIgnoreCase(kept.stored.token_endpoint, fresh.stored.token_endpoint) &&
         EqualsIgnoreCase(kept.stored.tenant_id, fresh.stored.tenant_id);
}

}  // namespace msiv2::cache
