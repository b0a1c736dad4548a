#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "base/wiped_text.h"

namespace msiv2 {
namespace {

constexpr int kMaxDepth = 64;

// Documents hold tokens: the library's texts, those that it reads into among them, wipe themselves.
using Json = nlohmann::basic_json<std::map, std::vector, WipedText>;

// The library reads through a buffer that it gives back as it is, with the longest text in it. So a text
// longer than the whole document comes first, and the buffer need not grow for the document, and another
// comes behind, which overwrites what was read. Anything but exactly one value between the two is no
// document.
Json ParsePadded(std::string_view text, const Json::parser_callback_t& look) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark, as the library does
  const std::size_t length = text.size() + 16;
  WipedText padded;
  padded.reserve(3 * length);
  padded.append("[\"").append(length, 'x').append("\",");
  padded.append(text).append(",\"").append(length, 'x').append("\"]");
  Json root = Json::parse(padded, look, /*allow_exceptions=*/false);
  if (!root.is_array() || root.size() != 3) return Json(Json::value_t::discarded);
  return std::move(root[1]);
}

Json ParseObject(std::string_view text) {
  bool too_deep = false;
  const auto look = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth - 1 > kMaxDepth;
    return !too_deep;
  };
  Json document = ParsePadded(text, look);
  return too_deep || !document.is_object() ? Json(Json::value_t::discarded) : document;
}

std::optional<std::int64_t> ToInteger(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const WipedText&>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The library's writer copies a text to its stack piece by piece. Tokens need no escapes.
void AppendQuoted(WipedText& json, std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(),
                                 [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (plain) {
    json.append(1, '"').append(text).append(1, '"');
  } else {
    json += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

}  // namespace

struct JsonObject::Node {
  std::shared_ptr<const Json> document;  // keeps the whole tree alive
  const Json* object;

  const Json* Find(std::string_view key) const {
    const auto member = object->find(key);
    return member == object->end() ? nullptr : &*member;
  }
};

std::optional<JsonObject> JsonObject::Parse(std::string_view text) {
  auto document = std::make_shared<const Json>(ParseObject(text));
  if (document->is_discarded()) return std::nullopt;
  const Json* object = document.get();
  return JsonObject(std::make_shared<const Node>(Node{std::move(document), object}));
}

bool JsonObject::Has(std::string_view key) const { return node_->Find(key) != nullptr; }

std::optional<std::string> JsonObject::String(std::string_view key) const {
  const Json* value = node_->Find(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get<std::string>();
}

std::optional<std::int64_t> JsonObject::Integer(std::string_view key) const {
  const Json* value = node_->Find(key);
  return value == nullptr ? std::nullopt : ToInteger(*value);
}

std::vector<std::int64_t> JsonObject::Integers(std::string_view key) const {
  std::vector<std::int64_t> numbers;
  const Json* value = node_->Find(key);
  if (value == nullptr || !value->is_array()) return numbers;
  for (const auto& item : *value) {
    if (const auto number = ToInteger(item)) numbers.push_back(*number);
  }
  return numbers;
}

std::optional<JsonObject> JsonObject::Object(std::string_view key) const {
  const Json* value = node_->Find(key);
  if (value == nullptr || !value->is_object()) return std::nullopt;
  return JsonObject(std::make_shared<const Node>(Node{node_->document, value}));
}

std::string WriteJson(const JsonMembers& members) {
  WipedText object = "{";
  for (const auto& [key, value] : members) {
    if (object.size() > 1) object += ',';
    AppendQuoted(object, key);
    object += ':';
    AppendQuoted(object, value);
  }
  object += '}';
  return std::string(object);
}

std::optional<std::string> MergeClaims(std::string_view claims,
                                       const std::vector<std::string>& capabilities) {
  if (claims.empty() && capabilities.empty()) return std::string();
  Json merged = Json::object();
  if (!claims.empty()) merged = ParseObject(claims);
  if (merged.is_discarded()) return std::nullopt;
  if (!capabilities.empty()) {
    merged.merge_patch({{"access_token", {{"xms_cc", {{"values", capabilities}}}}}});
  }
  return std::string(merged.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace msiv2
