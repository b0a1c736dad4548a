// The reader and the writer of JSON, compared with another library: they accept and reject the same, and see
// the same in it. The first byte of an input says how long its first document is; a patch follows.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/json.h"

namespace {

using Json = nlohmann::json;

void Require(bool holds) {
  if (!holds) std::abort();
}

// Returns false for what the library reads differently, on purpose. A NUL ends its text, and its depth has no
// limit. It reads a number near zero as zero.
bool IsComparable(std::string_view text) {
  int depth = 0;
  for (const char c : text) {
    if (c == '\0') return false;
    if ((c == '{' || c == '[') && ++depth > 64) return false;
  }
  return text.find("e-") == std::string_view::npos && text.find("E-") == std::string_view::npos &&
         text.find("0.000000") == std::string_view::npos;
}

void CompareMember(const msiv2::JsonObject& ours, const std::string& name, const Json& theirs);

void Compare(const msiv2::JsonObject& ours, const Json& theirs) {
  for (const auto& [name, value] : theirs.items()) CompareMember(ours, name, value);
}

void CompareMember(const msiv2::JsonObject& ours, const std::string& name, const Json& theirs) {
  Require(ours.Has(name));
  Require(ours.IsNull(name) == theirs.is_null());
  Require(ours.String(name).has_value() == theirs.is_string());
  if (theirs.is_string()) Require(ours.String(name) == theirs.get<std::string>());
  if (theirs.is_number_integer() && theirs >= INT64_MIN && theirs <= INT64_MAX) {
    Require(ours.Seconds(name) == theirs.get<std::int64_t>());
  }
  const auto object = ours.Object(name);
  Require(object.has_value() == theirs.is_object());
  if (object) Compare(*object, theirs);
}

// Returns the object in `text` by the library; discarded if there is none.
Json Theirs(const std::string& text) {
  Json document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return document.is_object() ? document : Json(Json::value_t::discarded);
}

void CheckDocument(const std::string& text) {
  const auto ours = msiv2::JsonObject::Parse(text);
  const auto strict = msiv2::JsonObject::ParseUnambiguous(text);
  Require(ours || !strict);
  if (!IsComparable(text)) return;
  const Json theirs = Theirs(text);
  Require(ours.has_value() == !theirs.is_discarded());
  if (ours) Compare(*ours, theirs);
}

void CheckMerge(const std::string& document, const std::string& patch) {
  const auto merged = msiv2::MergeJson(document, patch);
  if (!IsComparable(document) || !IsComparable(patch)) return;
  Json theirs = Theirs(document);
  const Json change = Theirs(patch);
  Require(merged.has_value() == (!theirs.is_discarded() && !change.is_discarded()));
  if (!merged) return;
  theirs.merge_patch(change);
  Require(Json::parse(*merged) == theirs);
}

void CheckWriter(const std::string& text) {
  const auto error = Json::error_handler_t::replace;
  Require(msiv2::WriteJson({{text, text}}) == Json{{text, text}}.dump(-1, ' ', false, error));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  CheckDocument(text);
  CheckWriter(text);
  const std::size_t first = std::min<std::size_t>(data[0], text.size());
  CheckMerge(text.substr(0, first), text.substr(first));
  return 0;
}
