#include "bindings/c/error_handle.h"

#include <utility>

#include "bindings/c/boundary.h"
#include "bindings/c/option_words.h"

namespace msiv2::c {

namespace {

const char* OwnCure(std::int32_t code) {
  switch (code) {
    case MSIV2_E_OUT_OF_MEMORY:
      return "Free memory or threads, then try again.";
    case MSIV2_E_UNEXPECTED:
      return "Report it with this message; where callbacks are C++, let none throw.";
    case MSIV2_E_ABSENT:
      return "Ask for one that exists.";
    case MSIV2_E_NOT_READY:
      return "Wait longer.";
    default:
      return "Correct the program that calls msiv2.";
  }
}

std::string CureOf(const msiv2_error& error, const OptionWords& words) {
  if (!error.error) return error.cure;
  return error.own_cure ? Reword(error.own_cure->text, error.own_cure->named, words)
                        : error.error->CureIn(words);
}

std::string LineOf(const msiv2_error& error, const OptionWords& words) {
  if (!error.error) return error.line;
  if (!error.own_cure) return error.error->ToString(words);
  return error.name + ": " + error.error->MessageIn(words) + " " + CureOf(error, words);
}

void SetTexts(msiv2_error& error) {
  error.message = error.error->MessageIn(FieldOf);
  error.cure = CureOf(error, FieldOf);
  error.line = LineOf(error, FieldOf);
}

}  // namespace

Failure Fail(std::int32_t code, std::string message) {
  auto failure = std::make_unique<msiv2_error>();
  failure->code = code;
  failure->name = msiv2_code_name(code);
  failure->step_name = Name(Step::kRequest);
  failure->kind = Name(ErrorKind::kClient);
  failure->cure = OwnCure(code);
  failure->retryable = code == MSIV2_E_OUT_OF_MEMORY || code == MSIV2_E_NOT_READY ? 1 : 0;
  failure->message = std::move(message);
  failure->line = failure->name + ": " + failure->message;
  return failure;
}

Failure Fail(const Error& error) {
  auto failure = std::make_unique<msiv2_error>();
  failure->code = CodeOf(error.code);
  failure->step = static_cast<std::int64_t>(error.step);
  failure->retryable = error.retryable ? 1 : 0;
  failure->http_status = error.http_status;
  failure->native_code = error.native_code;
  failure->tls_alert = error.tls_alert;
  failure->attempts = error.attempts;
  failure->out_of_time = error.out_of_time ? 1 : 0;
  failure->retry_after = error.retry_after ? error.retry_after->count() : -1;
  failure->aadsts = error.aadsts;
  failure->name = Name(error.code);
  failure->about = AboutOf(error.option);
  failure->error = error;
  SetTexts(*failure);
  failure->step_name = Name(error.step);
  failure->kind = Name(error.kind);
  failure->service_error = error.service_error;
  failure->correlation_id = error.correlation_id;
  failure->source = error.source;
  return failure;
}

Failure FailOfReason(const CapabilityReason& reason) {
  Failure failure = Fail(Error(reason.code, OptionText{reason.text, reason.named_in_text}));
  failure->own_cure = OptionText{reason.cure, reason.named_in_cure};
  SetTexts(*failure);
  return failure;
}

std::string TextIn(const msiv2_error& error, std::int32_t field, const OptionWords& words) {
  switch (field) {
    case MSIV2_ERROR_MESSAGE:
      return error.error ? error.error->MessageIn(words) : error.message;
    case MSIV2_ERROR_CURE:
      return CureOf(error, words);
    case MSIV2_ERROR_LINE:
      return LineOf(error, words);
    default:
      return msiv2_error_text(&error, static_cast<msiv2_error_text_field>(field));
  }
}

}  // namespace msiv2::c

extern "C" {

std::int64_t msiv2_error_number(const msiv2_error* error, msiv2_error_number_field field) {
  if (error == nullptr) return field == MSIV2_ERROR_TLS_ALERT || field == MSIV2_ERROR_RETRY_AFTER ? -1 : 0;
  switch (field) {
    case MSIV2_ERROR_CODE:
      return error->code;
    case MSIV2_ERROR_STEP:
      return error->step;
    case MSIV2_ERROR_RETRYABLE:
      return error->retryable;
    case MSIV2_ERROR_HTTP_STATUS:
      return error->http_status;
    case MSIV2_ERROR_NATIVE_CODE:
      return error->native_code;
    case MSIV2_ERROR_TLS_ALERT:
      return error->tls_alert;
    case MSIV2_ERROR_ATTEMPTS:
      return error->attempts;
    case MSIV2_ERROR_OUT_OF_TIME:
      return error->out_of_time;
    case MSIV2_ERROR_RETRY_AFTER:
      return error->retry_after;
    case MSIV2_ERROR_ABOUT:
      return error->about;
    default:
      return 0;
  }
}

const char* msiv2_error_text(const msiv2_error* error, msiv2_error_text_field field) {
  if (error == nullptr) return "";
  switch (field) {
    case MSIV2_ERROR_NAME:
      return error->name.c_str();
    case MSIV2_ERROR_MESSAGE:
      return error->message.c_str();
    case MSIV2_ERROR_CURE:
      return error->cure.c_str();
    case MSIV2_ERROR_LINE:
      return error->line.c_str();
    case MSIV2_ERROR_STEP_NAME:
      return error->step_name.c_str();
    case MSIV2_ERROR_KIND:
      return error->kind.c_str();
    case MSIV2_ERROR_SERVICE_ERROR:
      return error->service_error.c_str();
    case MSIV2_ERROR_CORRELATION_ID:
      return error->correlation_id.c_str();
    case MSIV2_ERROR_SOURCE:
      return error->source.c_str();
    default:
      return "";
  }
}

std::int32_t msiv2_error_text_in(const msiv2_error* error, msiv2_error_text_field field,
                                 msiv2_about_word word, void* word_context, msiv2_view view, void* context,
                                 msiv2_error** failure) {
  return msiv2::c::Guard(failure, [&]() -> msiv2::c::Failure {
    if (error == nullptr) return msiv2::c::IsNull("error");
    if (word == nullptr) return msiv2::c::IsNull("word");
    if (field < MSIV2_ERROR_NAME || field > MSIV2_ERROR_SOURCE) return msiv2::c::UnknownField(field);
    return msiv2::c::Show(view, context,
                          msiv2::c::TextIn(*error, field, msiv2::c::WordsOf(word, word_context)));
  });
}

std::int64_t msiv2_error_aadsts(const msiv2_error* error, std::size_t index) {
  return error != nullptr && index < error->aadsts.size() ? error->aadsts[index] : 0;
}

void msiv2_error_free(msiv2_error* error) { delete error; }

}  // extern "C"
