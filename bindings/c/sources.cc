// The MSI v1 sources that this host may have.
#include <utility>

#include "bindings/c/handles.h"
#include "bindings/c/option_words.h"

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
    auto found = std::make_unique<msiv2_sources>();
    for (auto& finding : msiv2::ManagedIdentityClient::FindSources(msiv2::c::OptionsOf(options))) {
      std::string why = msiv2::Reword(finding.why, finding.named_in_why, msiv2::c::FieldOf);
      found->findings.push_back({std::move(finding), std::move(why)});
    }
    *sources = found.release();
    return nullptr;
  });
}

std::size_t msiv2_sources_size(const msiv2_sources* sources) {
  return sources == nullptr ? 0 : sources->findings.size();
}

std::int32_t msiv2_sources_state(const msiv2_sources* sources, std::size_t index) {
  return index < msiv2_sources_size(sources) ? msiv2::c::StateNumber(sources->findings[index].finding.state)
                                             : -1;
}

std::int32_t msiv2_sources_is_chosen(const msiv2_sources* sources, std::size_t index) {
  return index < msiv2_sources_size(sources) && sources->findings[index].finding.chosen ? 1 : 0;
}

const char* msiv2_sources_text(const msiv2_sources* sources, std::size_t index,
                               msiv2_sources_text_field field) {
  if (index >= msiv2_sources_size(sources)) return "";
  const auto& texts = sources->findings[index];
  if (field == MSIV2_SOURCE_NAME)
    return msiv2::Name(texts.finding.source).data();  // a literal, so it is NUL-terminated
  if (field == MSIV2_SOURCE_WARNING) return texts.finding.warning.c_str();  // names no option
  return field == MSIV2_SOURCE_WHY ? texts.why.c_str() : "";
}

std::int32_t msiv2_sources_text_in(const msiv2_sources* sources, std::size_t index,
                                   msiv2_sources_text_field field, msiv2_about_word word, void* word_context,
                                   msiv2_view view, void* context, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (sources == nullptr) return IsNull("sources");
    if (word == nullptr) return IsNull("word");
    if (index >= msiv2_sources_size(sources)) return msiv2::c::Absent("there are fewer sources");
    if (field == MSIV2_SOURCE_NAME || field == MSIV2_SOURCE_WARNING) {
      return msiv2::c::Show(view, context, msiv2_sources_text(sources, index, field));
    }
    if (field != MSIV2_SOURCE_WHY) return msiv2::c::UnknownField(field);
    const auto& finding = sources->findings[index].finding;
    return msiv2::c::Show(
        view, context,
        msiv2::Reword(finding.why, finding.named_in_why, msiv2::c::WordsOf(word, word_context)));
  });
}

void msiv2_sources_free(msiv2_sources* sources) { delete sources; }

}  // extern "C"
