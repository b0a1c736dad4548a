#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "base/ascii.h"
#include "base/json_reader.h"

namespace msiv2 {
namespace {

std::optional<std::int64_t> ParseInteger(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A number with a fraction or an exponent is not an integer, whatever its value.
std::optional<std::int64_t> ToInteger(const JsonValue& value) {
  const bool may_be = value.type == JsonValue::Type::kNumber || value.type == JsonValue::Type::kString;
  return may_be ? ParseInteger(value.text) : std::nullopt;
}

// Reads a number that is not an integer of 64 bits.
std::optional<std::int64_t> RoundDown(std::string_view text) {
  constexpr double kLargest = 1e15;  // a double holds every integer below it
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  if (!(std::abs(number) < kLargest)) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(number));
}

// Reads digits, which a fraction may follow.
std::optional<std::int64_t> ParseSeconds(std::string_view text) {
  text = Trim(text);
  const auto dot = text.find('.');
  const auto whole = ParseInteger(text.substr(0, dot));
  if (!whole || dot == std::string_view::npos) return whole;
  const std::string_view fraction = text.substr(dot + 1);
  if (fraction.empty() || !std::all_of(fraction.begin(), fraction.end(), IsDigit)) return std::nullopt;
  return RoundDown(text);
}

}  // namespace

std::optional<JsonObject> JsonObject::Parse(std::string_view text) {
  auto object = ParseRoot(text, /*unambiguous=*/false);
  if (!object) return std::nullopt;
  return *std::move(object);
}

Result<JsonObject, JsonFault> JsonObject::ParseUnambiguous(std::string_view text) {
  return ParseRoot(text, /*unambiguous=*/true);
}

Result<JsonObject, JsonFault> JsonObject::ParseRoot(std::string_view text, bool unambiguous) {
  const auto document = std::make_shared<JsonDocument>();
  if (const auto fault = document->Read(text, unambiguous)) return *fault;
  return JsonObject({document, &document->root()});
}

bool JsonObject::Has(std::string_view key) const { return object_->Find(key) != nullptr; }

bool JsonObject::IsNull(std::string_view key) const {
  const JsonValue* value = object_->Find(key);
  return value != nullptr && value->type == JsonValue::Type::kNull;
}

std::optional<std::string> JsonObject::String(std::string_view key) const {
  const JsonValue* value = object_->Find(key);
  if (value == nullptr || value->type != JsonValue::Type::kString) return std::nullopt;
  return std::string(value->text);
}

std::optional<std::int64_t> JsonObject::Seconds(std::string_view key) const {
  const JsonValue* value = object_->Find(key);
  if (value == nullptr) return std::nullopt;
  if (value->type == JsonValue::Type::kString) return ParseSeconds(value->text);
  if (value->type != JsonValue::Type::kNumber) return std::nullopt;
  const auto integer = ParseInteger(value->text);
  return integer ? integer : RoundDown(value->text);
}

std::vector<std::int64_t> JsonObject::Integers(std::string_view key) const {
  std::vector<std::int64_t> numbers;
  const JsonValue* value = object_->Find(key);
  if (value == nullptr || value->type != JsonValue::Type::kArray) return numbers;
  value->ForEach([&](const JsonValue& item) {
    if (const auto number = ToInteger(item)) numbers.push_back(*number);
  });
  return numbers;
}

std::optional<JsonObject> JsonObject::Object(std::string_view key) const {
  const JsonValue* value = object_->Find(key);
  if (value == nullptr || value->type != JsonValue::Type::kObject) return std::nullopt;
  return JsonObject({object_, value});
}

}  // namespace msiv2
