#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

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
WipedText Padded(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark, as the library does
  const std::size_t length = text.size() + 16;
  WipedText padded;
  padded.reserve(3 * length);
  padded.append("[\"").append(length, 'x').append("\",");
  padded.append(text).append(",\"").append(length, 'x').append("\"]");
  return padded;
}

constexpr JsonFault kNoObject{"is not a JSON object"};
constexpr JsonFault kNul{"holds a NUL character"};
constexpr JsonFault kTwice{"names a member twice"};

// Reads a padded document once before it is parsed, and stops at the first fault. The library's parser with a
// callback would do both at once, but takes time that grows with the square of the document.
class Check : public nlohmann::json_sax<Json> {
 public:
  explicit Check(bool unambiguous) : unambiguous_(unambiguous) {}
  const std::optional<JsonFault>& fault() const { return fault_; }

  bool null() override { return Value(); }
  bool boolean(bool) override { return Value(); }
  bool number_integer(number_integer_t) override { return Value(); }
  bool number_unsigned(number_unsigned_t) override { return Value(); }
  bool number_float(number_float_t, const string_t&) override { return Value(); }
  bool binary(binary_t&) override { return Value(); }
  bool string(string_t& text) override { return Value() && Text(text); }
  bool start_object(std::size_t) override { return Open(); }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    if (!Value() || !Text(name)) return false;
    if (unambiguous_ && !names_.back().insert(name).second) fault_ = kTwice;
    return !fault_;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    fault_ = kNoObject;
    return false;
  }

 private:
  // The array of the padding is one level.
  bool Value() {
    if (names_.size() > kMaxDepth + 1) fault_ = kNoObject;
    return !fault_;
  }
  bool Open() {
    if (!Value()) return false;
    names_.emplace_back();
    return true;
  }
  bool Close() {
    names_.pop_back();
    return true;
  }
  bool Text(const WipedText& text) {
    if (unambiguous_ && text.find('\0') != WipedText::npos) fault_ = kNul;
    return !fault_;
  }

  const bool unambiguous_;
  std::optional<JsonFault> fault_;
  std::vector<std::set<WipedText>> names_;  // of the objects and arrays that are open
};

Result<Json, JsonFault> ParseObject(std::string_view text, bool unambiguous) {
  // The parser takes a NUL for the end of the text, whatever follows.
  if (text.find('\0') != std::string_view::npos) return kNul;
  const WipedText padded = Padded(text);
  Check check(unambiguous);
  // Json::sax_parse does the same, but does not compile with texts of a type of their own in 3.11.
  nlohmann::detail::parser<Json, decltype(nlohmann::detail::input_adapter(padded))> parser(
      nlohmann::detail::input_adapter(padded), nullptr, /*allow_exceptions_=*/false);
  static_cast<void>(parser.sax_parse(&check));
  if (check.fault()) return *check.fault();
  Json root = Json::parse(padded, nullptr, /*allow_exceptions=*/false);
  if (!root.is_array() || root.size() != 3 || !root[1].is_object()) return kNoObject;
  return std::move(root[1]);
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
  auto document = std::make_shared<const Json>(*std::move(parsed));
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
  if (!claims.empty()) {
    auto asked = ParseObject(claims, /*unambiguous=*/false);
    if (!asked) return std::nullopt;
    merged = *std::move(asked);
  }
  if (!capabilities.empty()) {
    merged.merge_patch({{"access_token", {{"xms_cc", {{"values", capabilities}}}}}});
  }
  return std::string(merged.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace msiv2
