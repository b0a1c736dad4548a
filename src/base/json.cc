#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/wiped_text.h"

namespace msiv2 {
namespace {

constexpr int kMaxDepth = 64;

// Documents hold tokens, so the strings of the library wipe themselves, including those that it reads into.
using Json = nlohmann::basic_json<std::map, std::vector, WipedText>;

// The library reads through a buffer that it frees without wiping, and that holds its longest text. So the
// document stands between two texts that are longer than the document. The first text makes the buffer grow
// before the document is read. The second text overwrites what was read. Between the two texts there must be
// exactly one value, otherwise the text is not a document.
WipedText Padded(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark; the library skips it
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

// Builds a padded document while it is read, and stops at the first fault. With a callback, the library's own
// parser takes time that grows with the square of the document, and reads on to the end.
class Builder : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(bool unambiguous) : unambiguous_(unambiguous) {}
  const std::optional<JsonFault>& fault() const { return fault_; }
  Json& root() { return root_; }

  bool null() override { return Add(nullptr); }
  bool boolean(bool value) override { return Add(value); }
  bool number_integer(number_integer_t value) override { return Add(value); }
  bool number_unsigned(number_unsigned_t value) override { return Add(value); }
  bool number_float(number_float_t value, const string_t&) override { return Add(value); }
  bool binary(binary_t&) override { return Fail(kNoObject); }  // not JSON
  bool string(string_t& text) override { return IsClean(text) && Add(text); }
  bool start_object(std::size_t) override { return Open(Json::value_t::object); }
  bool start_array(std::size_t) override { return Open(Json::value_t::array); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    if (IsTooDeep()) return Fail(kNoObject);
    if (!IsClean(name)) return false;
    const auto [member, is_new] = open_.back()->get_ref<Json::object_t&>().try_emplace(name);
    member_ = &member->second;
    return is_new || !unambiguous_ || Fail(kTwice);
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return Fail(kNoObject);
  }

 private:
  bool Fail(JsonFault fault) {
    fault_ = fault;
    return false;
  }
  // The array of the padding is one level.
  bool IsTooDeep() const { return open_.size() > kMaxDepth + 1; }
  bool IsClean(const WipedText& text) {
    return !unambiguous_ || text.find('\0') == WipedText::npos || Fail(kNul);
  }
  bool Add(Json value) {
    if (IsTooDeep()) return Fail(kNoObject);
    if (open_.empty()) {
      newest_ = &(root_ = std::move(value));
    } else if (open_.back()->is_array()) {
      newest_ = &open_.back()->emplace_back(std::move(value));
    } else {
      newest_ = &(*member_ = std::move(value));
    }
    return true;
  }
  bool Open(Json::value_t type) {
    if (!Add(type)) return false;
    open_.push_back(newest_);
    return true;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  const bool unambiguous_;
  std::optional<JsonFault> fault_;
  Json root_;
  std::vector<Json*> open_;  // the objects and arrays that are not complete yet, the innermost last
  Json* member_ = nullptr;   // where the next value of the innermost object goes
  Json* newest_ = nullptr;
};

Result<Json, JsonFault> ParseObject(std::string_view text, bool unambiguous) {
  // The parser treats a NUL as the end of the text, even if more text follows.
  if (text.find('\0') != std::string_view::npos) return kNul;
  const WipedText padded = Padded(text);
  Builder builder(unambiguous);
  // Json::sax_parse does the same, but with a custom string type it does not compile in 3.11.
  nlohmann::detail::parser<Json, decltype(nlohmann::detail::input_adapter(padded))> parser(
      nlohmann::detail::input_adapter(padded), nullptr, /*allow_exceptions_=*/false);
  static_cast<void>(parser.sax_parse(&builder));
  if (builder.fault()) return *builder.fault();
  Json& root = builder.root();
  if (!root.is_array() || root.size() != 3 || !root[1].is_object()) return kNoObject;
  return std::move(root[1]);
}

std::optional<std::int64_t> ParseInteger(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Reads digits, which a fraction may follow; the fraction is dropped.
std::optional<std::int64_t> ParseSeconds(std::string_view text) {
  text = Trim(text);
  const auto dot = text.find('.');
  const std::string_view fraction = dot == std::string_view::npos ? "0" : text.substr(dot + 1);
  if (fraction.empty() || !std::all_of(fraction.begin(), fraction.end(), IsDigit)) return std::nullopt;
  return ParseInteger(text.substr(0, dot));
}

std::optional<std::int64_t> ToInteger(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return std::nullopt;
  return ParseInteger(value.get_ref<const WipedText&>());
}

// The library's writer copies a text to its stack piece by piece. Tokens need no escapes, so they avoid that
// writer.
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

bool JsonObject::IsNull(std::string_view key) const {
  const Json* value = node_->Find(key);
  return value != nullptr && value->is_null();
}

std::optional<std::string> JsonObject::String(std::string_view key) const {
  const Json* value = node_->Find(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get<std::string>();
}

std::optional<std::int64_t> JsonObject::Seconds(std::string_view key) const {
  constexpr double kLargest = 1e15;  // a double holds every integer below it
  const Json* value = node_->Find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return ParseSeconds(value->get_ref<const WipedText&>());
  if (!value->is_number_float()) return ToInteger(*value);
  const auto number = value->get<double>();
  if (!(std::abs(number) < kLargest)) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(number));
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

std::string QuoteJsonArray(const std::vector<std::string>& items) {
  return std::string(Json(items).dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::optional<std::string> MergeJson(std::string_view document, std::string_view patch) {
  auto merged = ParseObject(document, /*unambiguous=*/false);
  const auto change = ParseObject(patch, /*unambiguous=*/false);
  if (!merged || !change) return std::nullopt;
  merged->merge_patch(*change);
  return std::string(merged->dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace msiv2
