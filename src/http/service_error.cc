#include "http/service_error.h"

#include <initializer_list>
#include "base/foreign_text.h"
#include "base/json.h"

namespace msiv2 {
namespace {

// Reads members of an error body for messages.
class Words {
 public:
  Words(const JsonObject& object, const KnownSecrets& secrets) : object_(object), secrets_(secrets) {}
  std::string FirstOf(std::initializer_list<std::string_view> keys) const {
    for (const std::string_view key : keys) {
      const auto text = object_.String(key);
      if (text && !text->empty()) return ForeignText(*text, secrets_);
    }
    return {};
  }

 private:
  const JsonObject& object_;
  const KnownSecrets& secrets_;
};

}  // namespace

ServiceError ParseServiceError(std::string_view body, const KnownSecrets& secrets) {
  ServiceError error;
  const auto document = JsonObject::Parse(body);
  if (!document) {
    error.description = ForeignText(body, secrets);
    return error;
  }
  const Words top(*document, secrets);
  error.correlation_id = top.FirstOf({"correlationId", "CorrelationId", "correlation_id"});
  error.aadsts = document->Integers("error_codes");
  const auto nested = document->Object("error");
  const Words words = nested ? Words(*nested, secrets) : top;
  error.code = nested ? words.FirstOf({"code"}) : words.FirstOf({"error"});
  error.description = words.FirstOf({"error_description", "message", "Message"});
  if (error.correlation_id.empty())
    error.correlation_id = words.FirstOf({"correlationId", "CorrelationId", "correlation_id"});
  error.is_known_form = !error.code.empty() || !error.description.empty() || !error.correlation_id.empty();
  return error;
}

}  // namespace msiv2
