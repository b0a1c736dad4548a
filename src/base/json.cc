#include "base/json.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

namespace msiv2 {
namespace {

constexpr int kMaxDepth = 64;

constexpr JsonFault kNoObject{"is not a JSON object"};
constexpr JsonFault kNul{"holds a NUL character"};
constexpr JsonFault kTwice{"names a member twice"};

// Looks at a document while it is parsed, and stops it at the first fault.
class Watch {
 public:
  explicit Watch(bool unambiguous) : unambiguous_(unambiguous) {}

  bool operator()(int depth, nlohmann::json::parse_event_t event, const nlohmann::json& value) {
    using Event = nlohmann::json::parse_event_t;
    if (fault_) return false;
    if (depth > kMaxDepth) fault_ = kNoObject;
    if (!unambiguous_) return !fault_;
    if (event == Event::object_start) names_.emplace_back();
    if (event == Event::object_end) names_.pop_back();
    if (event == Event::key || event == Event::value) CheckText(value);
    if (event == Event::key && !names_.back().insert(value.get<std::string>()).second) fault_ = kTwice;
    return !fault_;
  }
  const std::optional<JsonFault>& fault() const { return fault_; }

 private:
  void CheckText(const nlohmann::json& value) {
    if (!value.is_string()) return;
    if (value.get_ref<const std::string&>().find('\0') != std::string::npos) fault_ = kNul;
  }

  const bool unambiguous_;
  std::optional<JsonFault> fault_;
  std::vector<std::set<std::string>> names_;  // of the objects that are open
};

Result<nlohmann::json, JsonFault> ParseObject(std::string_view text, bool unambiguous) {
  // The parser takes a NUL for the end of the text, whatever follows.
  if (text.find('\0') != std::string_view::npos) return kNul;
  Watch watch(unambiguous);
  nlohmann::json document = nlohmann::json::parse(
      text, [&](int depth, auto event, nlohmann::json& value) { return watch(depth, event, value); },
      /*allow_exceptions=*/false);
  if (watch.fault()) return *watch.fault();
  if (!document.is_object()) return kNoObject;
  return document;
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
  auto object = ParseRoot(text, /*unambiguous=*/false);
  if (!object) return std::nullopt;
  return *std::move(object);
}

Result<JsonObject, JsonFault> JsonObject::ParseUnambiguous(std::string_view text) {
  return ParseRoot(text, /*unambiguous=*/true);
}

Result<JsonObject, JsonFault> JsonObject::ParseRoot(std::string_view text, bool unambiguous) {
  auto parsed = ParseObject(text, unambiguous);
  if (!parsed) return parsed.error();
  auto document = std::make_shared<const nlohmann::json>(*std::move(parsed));
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
  if (!claims.empty()) {
    auto asked = ParseObject(claims, /*unambiguous=*/false);
    if (!asked) return std::nullopt;
    merged = *std::move(asked);
  }
  if (!capabilities.empty()) {
    merged.merge_patch({{"access_token", {{"xms_cc", {{"values", capabilities}}}}}});
  }
  return merged.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace msiv2
