#include "flow/imds_bases.h"

namespace msiv2::flow {

using imds::HostKnowledge;

HostKnowledge KnowledgeOf(bool known, const std::function<const v1::Firmware&()>& firmware) {
  if (known) return HostKnowledge::kKnown;
  const v1::Firmware& says = firmware();
  if (says.azure_machine == SourceState::kFound) return HostKnowledge::kKnown;
  return says.readable ? HostKnowledge::kUnknown : HostKnowledge::kKnownByServerErrors;
}

HostKnowledge ImdsBases::Knowledge(const ImdsHost& host) const {
  return KnowledgeOf(host.named || HasAnswered(host.base), v1::FirmwareOfHost);
}

bool ImdsBases::HasAnswered(const std::string& base) const { return Find(base).answered; }

void ImdsBases::RememberAnswer(const std::string& base) {
  std::lock_guard lock(mutex_);
  bases_[base].answered = true;
}

bool ImdsBases::OffersV1Only(const std::string& base) const { return Find(base).version == Version::kV1Only; }

bool ImdsBases::OffersV2(const std::string& base) const { return Find(base).version == Version::kV2; }

void ImdsBases::SetVersion(const std::string& base, Version version) {
  std::lock_guard lock(mutex_);
  bases_[base].version = version;
}

ImdsBases::Seen ImdsBases::Find(const std::string& base) const {
  std::lock_guard lock(mutex_);
  const auto found = bases_.find(base);
  return found == bases_.end() ? Seen{} : found->second;
}

}  // namespace msiv2::flow
