#include "base/json_reader.h"

#include <algorithm>

#include "base/json_lexer.h"

namespace msiv2 {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kUsualValues = 16;
constexpr JsonFault kNoObject{"is not a JSON object"};
constexpr JsonFault kNul{"holds a NUL character"};
constexpr JsonFault kTwice{"names a member twice"};

// Uses the memory of `names`, whatever they are.
bool NamesOneTwice(const JsonValue& object, std::vector<std::string_view>& names) {
  names.clear();
  object.ForEach([&](const JsonValue& member) { names.push_back(member.name); });
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

// Reads a document into a list of its values. A function that returns false has found a fault.
class JsonReader {
 public:
  JsonReader(WipedText& text, std::vector<JsonValue>& values, bool unambiguous)
      : lexer_(text), values_(values), unambiguous_(unambiguous) {
    names_.reserve(kUsualValues);
  }

  std::optional<JsonFault> Read() {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    lexer_.TakeWord(kByteOrderMark);
    lexer_.SkipBlanks();
    const bool is_object = lexer_.Next() == '{' && Value({});
    lexer_.SkipBlanks();
    if (is_object && lexer_.AtEnd()) return std::nullopt;
    return fault_;
  }

 private:
  bool Fail(JsonFault fault) {
    fault_ = fault;
    return false;
  }

  // Reads a value. `name` is that of a member, or empty.
  bool Value(std::string_view name) {
    using Type = JsonValue::Type;
    const std::size_t index = values_.size();
    values_.emplace_back().name = name;
    switch (lexer_.Next()) {
      case '{':
        return Object(index);
      case '[':
        return Array(index);
      case '"':
        return Scalar(Type::kString, lexer_.String()) && (!IsRefusedNul() || Fail(kNul));
      case 'n':
        return Scalar(Type::kNull, lexer_.TakeWord("null"));
      case 't':
        return Scalar(Type::kBoolean, lexer_.TakeWord("true"));
      case 'f':
        return Scalar(Type::kBoolean, lexer_.TakeWord("false"));
      default:
        return Scalar(Type::kNumber, lexer_.Number());
    }
  }

  bool IsRefusedNul() const { return unambiguous_ && lexer_.HasNul(); }

  bool Scalar(JsonValue::Type type, std::optional<std::string_view> text) {
    values_.back().type = type;
    values_.back().text = text.value_or("");
    return text.has_value();
  }

  // Reads what stands between two brackets: parts that `read` reads, with commas between them.
  template <typename Part>
  bool Parts(std::size_t index, char close, const Part& read) {
    if (++depth_ > kMaxDepth) return false;
    lexer_.Take(lexer_.Next());  // the opening bracket
    lexer_.SkipBlanks();
    if (!lexer_.Take(close)) {
      do {
        lexer_.SkipBlanks();
        if (!read()) return false;
        lexer_.SkipBlanks();
      } while (lexer_.Take(','));
      if (!lexer_.Take(close)) return false;
    }
    --depth_;
    values_[index].size = values_.size() - index;
    return true;
  }

  bool Array(std::size_t index) {
    values_[index].type = JsonValue::Type::kArray;
    return Parts(index, ']', [this] { return Value({}); });
  }

  bool Object(std::size_t index) {
    values_[index].type = JsonValue::Type::kObject;
    if (!Parts(index, '}', [this] { return Member(); })) return false;
    return !unambiguous_ || !NamesOneTwice(values_[index], names_) || Fail(kTwice);
  }

  bool Member() {
    const auto name = lexer_.String();
    if (!name) return false;
    if (IsRefusedNul()) return Fail(kNul);
    lexer_.SkipBlanks();
    if (!lexer_.Take(':')) return false;
    lexer_.SkipBlanks();
    return Value(*name);
  }

  JsonLexer lexer_;
  std::vector<JsonValue>& values_;
  const bool unambiguous_;
  std::vector<std::string_view> names_;
  int depth_ = 0;
  JsonFault fault_ = kNoObject;
};

}  // namespace

const JsonValue* JsonValue::Find(std::string_view key) const {
  const JsonValue* found = nullptr;
  if (type != Type::kObject) return found;
  ForEach([&](const JsonValue& member) {
    if (member.name == key) found = &member;
  });
  return found;
}

std::optional<JsonFault> JsonDocument::Read(std::string_view text, bool unambiguous) {
  if (text.find('\0') != std::string_view::npos) return kNul;
  text_ = text;
  values_.reserve(kUsualValues);
  return JsonReader(text_, values_, unambiguous).Read();
}

}  // namespace msiv2
