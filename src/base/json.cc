#include "base/json.h"

#include <charconv>
#include <nlohmann/json.hpp>

namespace msiv2 {
namespace {

constexpr int kMaxDepth = 64;

nlohmann::json ParseObject(std::string_view text) {
  bool too_deep = false;
  auto guard = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return !too_deep;
  };
  nlohmann::json document = nlohmann::json::parse(text, guard, /*allow_exceptions=*/false);
  return too_deep || !document.is_object() ? nlohmann::json(nlohmann::json::value_t::discarded) : document;
}

std::optional<std::int64_t> ToInteger(const nlohmann::json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

struct JsonObject::Node {
  std::shared_ptr<const nlohmann::json> document;  // keeps the whole tree alive
  const nlohmann::json* object;

  const nlohmann::json* Find(std::string_view key) const {
    const auto member = object->find(key);
    return member == object->end() ? nullptr : &*member;
  }
};

std::optional<JsonObject> JsonObject::Parse(std::string_view text) {
  auto document = std::make_shared<const nlohmann::json>(ParseObject(text));
  if (document->is_discarded()) return std::nullopt;
  const nlohmann::json* object = document.get();
  return JsonObject(std::make_shared<const Node>(Node{std::move(document), object}));
}

bool JsonObject::Has(std::string_view key) const { return node_->Find(key) != nullptr; }

std::optional<std::string> JsonObject::String(std::string_view key) const {
  const nlohmann::json* value = node_->Find(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get<std::string>();
}

std::optional<std::int64_t> JsonObject::Integer(std::string_view key) const {
  const nlohmann::json* value = node_->Find(key);
  return value == nullptr ? std::nullopt : ToInteger(*value);
}

std::vector<std::int64_t> JsonObject::Integers(std::string_view key) const {
  std::vector<std::int64_t> numbers;
  const nlohmann::json* value = node_->Find(key);
  if (value == nullptr || !value->is_array()) return numbers;
  for (const auto& item : *value) {
    if (const auto number = ToInteger(item)) numbers.push_back(*number);
  }
  return numbers;
}

std::optional<JsonObject> JsonObject::Object(std::string_view key) const {
  const nlohmann::json* value = node_->Find(key);
  if (value == nullptr || !value->is_object()) return std::nullopt;
  return JsonObject(std::make_shared<const Node>(Node{node_->document, value}));
}

std::string WriteJson(const JsonMembers& members) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (const auto& [key, value] : members) object[std::string(key)] = value;
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::optional<std::string> MergeClaims(std::string_view claims,
                                       const std::vector<std::string>& capabilities) {
  if (claims.empty() && capabilities.empty()) return std::string();
  nlohmann::json merged = nlohmann::json::object();
  if (!claims.empty()) merged = ParseObject(claims);
  if (merged.is_discarded()) return std::nullopt;
  if (!capabilities.empty()) {
    merged.merge_patch({{"access_token", {{"xms_cc", {{"values", capabilities}}}}}});
  }
  return merged.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace msiv2
