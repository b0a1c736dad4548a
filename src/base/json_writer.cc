// The writer of base/json.h.
#include <map>
#include <utility>

#include "base/json.h"
#include "base/json_reader.h"
#include "base/utf8.h"
#include "base/wiped_text.h"

namespace msiv2 {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

void AppendEscape(WipedText& json, char c) {
  constexpr std::string_view kCharacters = "\"\\\b\f\n\r\t";
  constexpr std::string_view kNames = "\"\\bfnrt";
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto name = kCharacters.find(c);
  json += '\\';
  if (name != std::string_view::npos) {
    json += kNames[name];
  } else {
    const auto byte = static_cast<unsigned char>(c);
    json.append("u00").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 0x0FU]);
  }
}

void AppendQuoted(WipedText& json, std::string_view text) {
  json += '"';
  while (!text.empty()) {
    const auto [length, is_valid] = ReadUtf8(text);
    const char c = text.front();
    if (!is_valid) {
      json += kReplacement;
    } else if (c == '"' || c == '\\' || (c >= 0 && c < ' ')) {
      AppendEscape(json, c);
    } else {
      json += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  json += '"';
}

// Puts commas between the parts that are appended to `json`.
class Commas {
 public:
  explicit Commas(WipedText& json) : json_(json) {}
  WipedText& Next() {
    if (!std::exchange(is_first_, false)) json_ += ',';
    return json_;
  }

 private:
  WipedText& json_;
  bool is_first_ = true;
};

using Members = std::map<std::string_view, const JsonValue*>;

// Returns the members of `object` by name; of several with one name, the last one.
Members MembersOf(const JsonValue& object) {
  Members members;
  object.ForEach([&](const JsonValue& member) { members[member.name] = &member; });
  return members;
}

void Append(WipedText& json, const JsonValue& value) {
  using Type = JsonValue::Type;
  if (value.type == Type::kString) return AppendQuoted(json, value.text);
  if (value.type != Type::kArray && value.type != Type::kObject) {
    json += value.text;
    return;
  }
  const bool is_array = value.type == Type::kArray;
  json += is_array ? '[' : '{';
  Commas commas(json);
  if (is_array) {
    value.ForEach([&](const JsonValue& item) { Append(commas.Next(), item); });
  } else {
    for (const auto& [name, member] : MembersOf(value)) {
      AppendQuoted(commas.Next(), name);
      json += ':';
      Append(json, *member);
    }
  }
  json += is_array ? ']' : '}';
}

// RFC 7396. Where the target has no such member, the patch is merged into itself, with the same result.
void AppendMerged(WipedText& json, const JsonValue& target, const JsonValue& patch) {
  if (patch.type != JsonValue::Type::kObject) return Append(json, patch);
  const Members changes = MembersOf(patch);
  Members all = target.type == JsonValue::Type::kObject ? MembersOf(target) : Members();
  all.insert(changes.begin(), changes.end());
  json += '{';
  Commas commas(json);
  for (const auto& [name, member] : all) {
    const auto change = changes.find(name);
    if (change != changes.end() && change->second->type == JsonValue::Type::kNull) continue;
    AppendQuoted(commas.Next(), name);
    json += ':';
    if (change == changes.end()) {
      Append(json, *member);
    } else {
      AppendMerged(json, *member, *change->second);
    }
  }
  json += '}';
}

}  // namespace

std::string WriteJson(const JsonMembers& members) {
  WipedText json = "{";
  Commas commas(json);
  for (const auto& [name, value] : members) {
    AppendQuoted(commas.Next(), name);
    json += ':';
    AppendQuoted(json, value);
  }
  json += '}';
  return std::string(json);
}

std::string QuoteJsonArray(const std::vector<std::string>& items) {
  WipedText json = "[";
  Commas commas(json);
  for (const std::string& item : items) AppendQuoted(commas.Next(), item);
  json += ']';
  return std::string(json);
}

std::optional<std::string> MergeJson(std::string_view document, std::string_view patch) {
  JsonDocument target;
  JsonDocument changes;
  if (target.Read(document, /*unambiguous=*/false) || changes.Read(patch, /*unambiguous=*/false)) {
    return std::nullopt;
  }
  WipedText merged;
  AppendMerged(merged, target.root(), changes.root());
  return std::string(merged);
}

}  // namespace msiv2
