#include "cli/call_output.h"

#include <nlohmann/json.hpp>

#include "cli/text.h"

namespace msiv2::cli {
namespace {

using nlohmann::ordered_json;

bool IsUtf8(const std::string& text) {
  try {
    static_cast<void>(ordered_json(text).dump());
    return true;
  } catch (const ordered_json::type_error&) {  // the parser's own way to say so
    return false;
  }
}

}  // namespace

std::string AnswerText(const HttpResponse& answer, bool with_headers) {
  std::string text;
  if (with_headers) {
    text = "HTTP/1.1 " + std::to_string(answer.status) + "\n";
    for (const auto& [name, value] : answer.headers)
      text.append(Printable(name)).append(": ").append(Printable(value)).append("\n");
    text += "\n";
  }
  return text.append(answer.body);
}

std::string AnswerJson(const HttpResponse& answer) {
  ordered_json headers = ordered_json::array();
  for (const auto& [name, value] : answer.headers) headers.push_back({{"name", name}, {"value", value}});
  const ordered_json json = {{"status", answer.status},
                             {"headers", std::move(headers)},
                             {"body", IsUtf8(answer.body) ? ordered_json(answer.body) : ordered_json()},
                             {"body_bytes", answer.body.size()}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace msiv2::cli
