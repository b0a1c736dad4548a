// JSON: the only place that includes the JSON library. A small read-only view and a small writer.
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

/// JsonFault says why a text was not taken, for people.
struct JsonFault {
  std::string_view what;  ///< static, goes on after "the answer": "is not a JSON object", for example
};

/// JsonObject is a parsed JSON object. Cheap to copy; the copies share the document.
class JsonObject {
 public:
  /// Parse returns the object that `text` holds, or nothing: not JSON, not an object, not UTF-8, or
  /// nested deeper than 64 levels. Of members with one name the last counts. For words that are shown and for
  /// claims that are passed on; what decides trust is read by ParseUnambiguous.
  static std::optional<JsonObject> Parse(std::string_view text);

  /// ParseUnambiguous does what Parse does, for answers that decide trust: every reader must see the same in
  /// them. It also refuses a member name that stands twice in one object, and a NUL in a name or a text
  /// (`\u0000`), at any depth. A NUL byte is not JSON for either.
  static Result<JsonObject, JsonFault> ParseUnambiguous(std::string_view text);

  bool Has(std::string_view key) const;
  /// String returns the string member `key`; nothing when it is absent or no string.
  std::optional<std::string> String(std::string_view key) const;
  /// Integer returns an integral number, or a string that is one: services send both. Nothing else, and
  /// nothing outside int64.
  std::optional<std::int64_t> Integer(std::string_view key) const;
  /// NumericDate returns the seconds since 1970 in `key`: what Integer returns, and a number with a fraction,
  /// which is cut (RFC 7519 section 2).
  std::optional<std::int64_t> NumericDate(std::string_view key) const;
  /// Integers returns the integral members of the array `key`; empty when it is absent or no array.
  std::vector<std::int64_t> Integers(std::string_view key) const;
  /// Object returns the object member `key`.
  std::optional<JsonObject> Object(std::string_view key) const;

 private:
  struct Node;
  static Result<JsonObject, JsonFault> ParseRoot(std::string_view text, bool unambiguous);
  explicit JsonObject(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;
};

/// JsonMembers are string members in the order in which they are written.
using JsonMembers = std::vector<std::pair<std::string_view, std::string_view>>;

/// WriteJson returns a compact JSON object of string members, in the given order. Text that is not UTF-8
/// is written with U+FFFD in place of the bad bytes.
std::string WriteJson(const JsonMembers& members);

/// MergeClaims returns the caller's claims with the client capabilities added as
/// `access_token.xms_cc.values`, compact; empty when there are neither; nothing when `claims` is not
/// empty and not a JSON object.
std::optional<std::string> MergeClaims(std::string_view claims, const std::vector<std::string>& capabilities);

}  // namespace msiv2
