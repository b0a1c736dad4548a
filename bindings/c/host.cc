// What this host can do, and what prevents bound tokens.
#include <utility>

#include "bindings/c/handles.h"
#include "bindings/c/option_words.h"
#include "msiv2/client.h"

namespace msiv2::c {
namespace {

Failure GetNumber(const Capabilities& capabilities, std::int32_t field, std::int64_t& value) {
  switch (field) {
    case MSIV2_CAPABILITY_POP_AVAILABLE:
      value = capabilities.pop_available ? 1 : 0;
      return nullptr;
    case MSIV2_CAPABILITY_STRENGTH:
      value = static_cast<std::int64_t>(capabilities.strength);
      return nullptr;
    case MSIV2_CAPABILITY_COULD_BIND:
      value = static_cast<std::int64_t>(capabilities.could_bind);
      return nullptr;
    case MSIV2_CAPABILITY_ORIGIN:
      value = static_cast<std::int64_t>(capabilities.origin);
      return nullptr;
    case MSIV2_CAPABILITY_REASON_COUNT:
      value = static_cast<std::int64_t>(capabilities.reasons.size());
      return nullptr;
    case MSIV2_CAPABILITY_IDENTITY_HERE:
      value = StateNumber(capabilities.identity_here);
      return nullptr;
    default:
      return UnknownField(field);
  }
}

const char* TextOf(const FindingTexts& texts, std::int32_t field) {
  switch (field) {
    case MSIV2_FINDING_CHECK:
      return texts.finding.check.c_str();
    case MSIV2_FINDING_CAUSE:
      return texts.finding.cause.c_str();
    case MSIV2_FINDING_TEXT:
      return texts.text.c_str();
    case MSIV2_FINDING_CURE:
      return texts.cure.c_str();
    default:
      return "";
  }
}

std::string FindingTextIn(const FindingTexts& texts, std::int32_t field, const OptionWords& words) {
  const Finding& finding = texts.finding;
  if (field == MSIV2_FINDING_TEXT) return Reword(finding.text, finding.named_in_text, words);
  if (field == MSIV2_FINDING_CURE) return Reword(finding.cure, finding.named_in_cure, words);
  return TextOf(texts, field);
}

std::vector<FindingTexts> TextsOf(Diagnosis diagnosis) {
  std::vector<FindingTexts> all;
  for (Finding& finding : diagnosis.findings) {
    FindingTexts texts;
    texts.text = Reword(finding.text, finding.named_in_text, FieldOf);
    texts.cure = Reword(finding.cure, finding.named_in_cure, FieldOf);
    texts.finding = std::move(finding);
    all.push_back(std::move(texts));
  }
  return all;
}

std::int32_t NumberOf(Severity severity) {
  switch (severity) {
    case Severity::kOk:
      return MSIV2_SEVERITY_OK;
    case Severity::kSkipped:
      return MSIV2_SEVERITY_SKIPPED;
    case Severity::kWarning:
      return MSIV2_SEVERITY_WARNING;
    case Severity::kFailure:
      break;
  }
  return MSIV2_SEVERITY_FAILURE;
}

}  // namespace
}  // namespace msiv2::c

using msiv2::c::Fail;
using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;

extern "C" {

std::int32_t msiv2_client_capabilities(msiv2_client* client, std::int64_t timeout_ms,
                                       const msiv2_cancellation* cancellation,
                                       msiv2_capabilities** capabilities, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (capabilities == nullptr) return IsNull("capabilities");
    *capabilities = nullptr;
    if (auto bad = msiv2::c::Unusable("client", client)) return bad;
    msiv2::CallOptions call;
    if (auto bad = msiv2::c::Bounds(timeout_ms, cancellation, call)) return bad;
    auto found = client->client.GetCapabilities(call);
    if (!found) return Fail(found.error());
    *capabilities = new msiv2_capabilities{*std::move(found)};
    return nullptr;
  });
}

std::int32_t msiv2_capabilities_number(const msiv2_capabilities* capabilities,
                                       msiv2_capabilities_number_field field, std::int64_t* value,
                                       msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (value == nullptr) return IsNull("value");
    *value = 0;
    if (capabilities == nullptr) return IsNull("capabilities");
    return msiv2::c::GetNumber(capabilities->capabilities, field, *value);
  });
}

const char* msiv2_capabilities_text(const msiv2_capabilities* capabilities,
                                    msiv2_capabilities_text_field field) {
  if (capabilities == nullptr) return "";
  // Views of literals, so they are NUL-terminated.
  if (field == MSIV2_CAPABILITY_SOURCE) return msiv2::Name(capabilities->capabilities.imds_version).data();
  if (field == MSIV2_CAPABILITY_HOST_SECURITY) {
    return msiv2::Name(capabilities->capabilities.host_security).data();
  }
  const auto& bearer_source = capabilities->capabilities.bearer_source;
  if (field == MSIV2_CAPABILITY_BEARER_SOURCE && bearer_source) return msiv2::Name(*bearer_source).data();
  return "";
}

std::int32_t msiv2_capabilities_reason(const msiv2_capabilities* capabilities, std::size_t index,
                                       msiv2_error** reason) {
  if (reason == nullptr) return MSIV2_E_BAD_ARGUMENT;
  *reason = nullptr;
  return Guard(nullptr, [&]() -> Failure {
    if (capabilities == nullptr) return IsNull("capabilities");
    const auto& reasons = capabilities->capabilities.reasons;
    if (index >= reasons.size()) return msiv2::c::Absent("there are fewer reasons");
    *reason = msiv2::c::FailOfReason(reasons[index]).release();
    return nullptr;
  });
}

void msiv2_capabilities_free(msiv2_capabilities* capabilities) { delete capabilities; }

std::int32_t msiv2_diagnose(const msiv2_options* options, const char* token_endpoint, std::int64_t timeout_ms,
                            const msiv2_cancellation* cancellation, msiv2_diagnosis** diagnosis,
                            msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (diagnosis == nullptr) return IsNull("diagnosis");
    *diagnosis = nullptr;
    if (auto bad = msiv2::c::OfParent("options", options)) return bad;
    msiv2::CallOptions call;
    if (auto bad = msiv2::c::Bounds(timeout_ms, cancellation, call)) return bad;
    msiv2::DiagnoseOptions chosen;
    chosen.client = msiv2::c::OptionsOf(options);
    if (token_endpoint != nullptr) chosen.token_endpoint = token_endpoint;
    auto found = msiv2::Diagnose(chosen, call);
    if (!found) return Fail(found.error());
    *diagnosis = new msiv2_diagnosis{msiv2::c::TextsOf(*std::move(found))};
    return nullptr;
  });
}

std::size_t msiv2_diagnosis_size(const msiv2_diagnosis* diagnosis) {
  return diagnosis == nullptr ? 0 : diagnosis->findings.size();
}

std::int32_t msiv2_diagnosis_severity(const msiv2_diagnosis* diagnosis, std::size_t index) {
  if (index >= msiv2_diagnosis_size(diagnosis)) return -1;
  return msiv2::c::NumberOf(diagnosis->findings[index].finding.severity);
}

const char* msiv2_diagnosis_text(const msiv2_diagnosis* diagnosis, std::size_t index,
                                 msiv2_diagnosis_text_field field) {
  if (index >= msiv2_diagnosis_size(diagnosis)) return "";
  return msiv2::c::TextOf(diagnosis->findings[index], field);
}

std::int32_t msiv2_diagnosis_text_in(const msiv2_diagnosis* diagnosis, std::size_t index,
                                     msiv2_diagnosis_text_field field, msiv2_about_word word,
                                     void* word_context, msiv2_view view, void* context,
                                     msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (diagnosis == nullptr) return IsNull("diagnosis");
    if (word == nullptr) return IsNull("word");
    if (index >= msiv2_diagnosis_size(diagnosis)) return msiv2::c::Absent("there are fewer findings");
    if (field < MSIV2_FINDING_CHECK || field > MSIV2_FINDING_CURE) return msiv2::c::UnknownField(field);
    return msiv2::c::Show(
        view, context,
        msiv2::c::FindingTextIn(diagnosis->findings[index], field, msiv2::c::WordsOf(word, word_context)));
  });
}

void msiv2_diagnosis_free(msiv2_diagnosis* diagnosis) { delete diagnosis; }

}  // extern "C"
