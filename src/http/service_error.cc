#include "http/service_error.h"

#include <initializer_list>
#include <utility>

#include "base/json.h"
#include "http/service_text.h"

namespace msiv2 {
namespace {

std::string Without(std::string text, std::string_view secret) {
  constexpr std::size_t kShortest = 4;  // less would make holes in ordinary words
  constexpr std::string_view kHole = "[hidden]";
  if (secret.size() < kShortest) return text;
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + kHole.size())) {
    text.replace(at, secret.size(), kHole);
  }
  return text;
}

// Reads members of an error body for messages.
class Words {
 public:
  Words(const JsonObject& object, std::string_view secret) : object_(object), secret_(secret) {}
  std::string FirstOf(std::initializer_list<std::string_view> keys) const {
    for (const std::string_view key : keys) {
      auto text = object_.String(key);
      if (text && !text->empty()) return ServiceText(Without(*std::move(text), secret_));
    }
    return {};
  }

 private:
  const JsonObject& object_;
  const std::string_view secret_;
};

}  // namespace

ServiceError ParseServiceError(std::string_view body, std::string_view secret) {
  ServiceError error;
  const auto document = JsonObject::Parse(body);
  if (!document) {
    error.description = ServiceText(Without(std::string(body), secret));
    return error;
  }
  const Words top(*document, secret);
  error.correlation_id = top.FirstOf({"correlationId", "CorrelationId", "correlation_id"});
  error.aadsts = document->Integers("error_codes");
  const auto nested = document->Object("error");
  const Words words = nested ? Words(*nested, secret) : top;
  error.code = nested ? words.FirstOf({"code"}) : words.FirstOf({"error"});
  error.description = words.FirstOf({"error_description", "message", "Message"});
  if (error.correlation_id.empty())
    error.correlation_id = words.FirstOf({"correlationId", "CorrelationId", "correlation_id"});
  error.is_known_form = !error.code.empty() || !error.description.empty() || !error.correlation_id.empty();
  return error;
}

}  // namespace msiv2
