// The MSI v1 sources that this host may have.
#include "bindings/c/handles.h"

namespace msiv2::c {

std::int32_t StateNumber(SourceState state) {
  switch (state) {
    case SourceState::kFound:
      return MSIV2_SOURCE_FOUND;
    case SourceState::kPossible:
      return MSIV2_SOURCE_POSSIBLE;
    case SourceState::kAbsent:
      break;
  }
  return MSIV2_SOURCE_ABSENT;
}

}  // namespace msiv2::c

using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;

extern "C" {

std::int32_t msiv2_find_sources(const msiv2_options* options, msiv2_sources** sources, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (sources == nullptr) return IsNull("sources");
    *sources = nullptr;
    if (auto bad = msiv2::c::OfParent("options", options)) return bad;
    *sources = new msiv2_sources{msiv2::ManagedIdentityClient::FindSources(msiv2::c::OptionsOf(options))};
    return nullptr;
  });
}

std::size_t msiv2_sources_size(const msiv2_sources* sources) {
  return sources == nullptr ? 0 : sources->findings.size();
}

std::int32_t msiv2_sources_state(const msiv2_sources* sources, std::size_t index) {
  return index < msiv2_sources_size(sources) ? msiv2::c::StateNumber(sources->findings[index].state) : -1;
}

std::int32_t msiv2_sources_is_chosen(const msiv2_sources* sources, std::size_t index) {
  return index < msiv2_sources_size(sources) && sources->findings[index].chosen ? 1 : 0;
}

const char* msiv2_sources_text(const msiv2_sources* sources, std::size_t index,
                               msiv2_sources_text_field field) {
  if (index >= msiv2_sources_size(sources)) return "";
  const auto& finding = sources->findings[index];
  if (field == MSIV2_SOURCE_NAME)
    return msiv2::Name(finding.source).data();  // a literal, so it is NUL-terminated
  if (field == MSIV2_SOURCE_WARNING) return finding.warning.c_str();
  return field == MSIV2_SOURCE_WHY ? finding.why.c_str() : "";
}

void msiv2_sources_free(msiv2_sources* sources) { delete sources; }

}  // extern "C"
