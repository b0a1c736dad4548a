// A small read-only view of JSON and a small writer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "msiv2/result.h"

namespace msiv2 {

/// JsonFault says why a text was rejected. Human-readable.
struct JsonFault {
  std::string_view what;  ///< static; continues "the answer", for example "is not a JSON object"
};

struct JsonValue;

/// JsonObject is a parsed JSON object. Cheap to copy; the copies share the document, which is wiped.
class JsonObject {
 public:
  /// Parse returns the object in `text`. It returns nullopt if `text` is not JSON (RFC 8259), not an object,
  /// not UTF-8, or nested deeper than 64 levels. The same is true for a number that no double can hold. A
  /// byte order mark at the start is skipped. Of several members with one name, the last one counts. Use
  /// Parse for text that is shown and for claims that are passed on. Use ParseUnambiguous for answers that
  /// decide trust.
  static std::optional<JsonObject> Parse(std::string_view text);

  /// ParseUnambiguous does what Parse does, for answers that decide trust: every reader must see the same in
  /// them. It also rejects a member name that occurs twice in one object, and a NUL in a name or a text
  /// (`\u0000`), at any depth. Neither function accepts a NUL byte, which is not JSON.
  static Result<JsonObject, JsonFault> ParseUnambiguous(std::string_view text);

  bool Has(std::string_view key) const;
  /// IsNull returns true if the member `key` is there and null.
  bool IsNull(std::string_view key) const;
  /// String returns the string member `key`, or nullopt if it is absent or not a string.
  std::optional<std::string> String(std::string_view key) const;
  /// Seconds returns the seconds in `key`, a time or a span. It accepts a number, also with a fraction, which
  /// it rounds down (RFC 7519 section 2). Services send strings as well: digits, with or without a fraction,
  /// and blanks around them. It returns nullopt for anything else, and for a number outside int64.
  std::optional<std::int64_t> Seconds(std::string_view key) const;
  /// Integers returns the integral members of the array `key`. The result is empty if `key` is absent or not
  /// an array.
  std::vector<std::int64_t> Integers(std::string_view key) const;
  /// Object returns the object member `key`, or nullopt if it is absent or not an object.
  std::optional<JsonObject> Object(std::string_view key) const;

 private:
  static Result<JsonObject, JsonFault> ParseRoot(std::string_view text, bool unambiguous);
  explicit JsonObject(std::shared_ptr<const JsonValue> object) : object_(std::move(object)) {}
  std::shared_ptr<const JsonValue> object_;  // keeps the whole document alive
};

/// JsonMembers are string members in the order in which they are written.
using JsonMembers = std::vector<std::pair<std::string_view, std::string_view>>;

/// WriteJson returns a compact JSON object of string members, in the given order. In text that is not UTF-8,
/// U+FFFD replaces the invalid bytes.
std::string WriteJson(const JsonMembers& members);

/// QuoteJsonArray returns a compact JSON array of strings. Text that is not UTF-8 is treated as in WriteJson.
std::string QuoteJsonArray(const std::vector<std::string>& items);

/// MergeJson returns `document` with `patch` merged into it (RFC 7396), as compact JSON. It returns nullopt
/// if one of them is not a JSON object (JsonObject::Parse).
std::optional<std::string> MergeJson(std::string_view document, std::string_view patch);

}  // namespace msiv2
