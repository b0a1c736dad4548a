// A JSON document, read strictly (RFC 8259). Other modules use base/json.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/wiped_text.h"

namespace msiv2 {

/// JsonValue is a value of a document. All values below an array or an object follow it in memory.
struct JsonValue {
  enum class Type : unsigned char { kNull, kBoolean, kNumber, kString, kArray, kObject };

  Type type = Type::kNull;
  std::size_t size = 1;     ///< the number of values, with all below it
  std::string_view name{};  ///< of a member of an object
  std::string_view text{};  ///< of a string its characters; of null, a boolean or a number what is written

  /// ForEach calls `visit` with each item of an array, or with each member of an object.
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (const JsonValue* child = this + 1; child != this + size; child += child->size) visit(*child);
  }

  /// Find returns the last member `key` of an object, or null.
  const JsonValue* Find(std::string_view key) const;
};

/// JsonDocument owns the text that its values are parts of, and wipes it.
class JsonDocument {
 public:
  JsonDocument() = default;
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;
  ~JsonDocument() = default;

  /// Read reads `text` by the rules of JsonObject::Parse, or of ParseUnambiguous if `unambiguous`. It returns
  /// what is wrong, or nullopt. Call it once.
  std::optional<JsonFault> Read(std::string_view text, bool unambiguous);

  /// root returns the object that Read has read.
  const JsonValue& root() const noexcept { return values_.front(); }

 private:
  WipedText text_;  // strings are decoded in place
  std::vector<JsonValue> values_;
};

}  // namespace msiv2
