#include "observers/log_line.h"

#include <algorithm>

#include "base/ascii.h"

namespace msiv2 {
namespace {

constexpr std::size_t kLongestValue = 1000;

// Characters that need no quotes in a text line. No `=`, so that a value never looks like a field.
bool IsPlain(char c) {
  return IsDigit(c) || (ToLower(c) >= 'a' && ToLower(c) <= 'z') ||
         std::string_view("._-:/+@#,").find(c) != std::string_view::npos;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : Printable(text, kLongestValue)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

void LogLine::Text(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  const bool plain = format_ == LogFormat::kText && value.size() <= kLongestValue &&
                     std::all_of(value.begin(), value.end(), IsPlain);
  Add(name, plain ? std::string(value) : Quoted(value));
}

void LogLine::Number(std::string_view name, std::int64_t value) { Add(name, std::to_string(value)); }

void LogLine::Flag(std::string_view name, bool value) { Add(name, value ? "true" : "false"); }

void LogLine::Milliseconds(std::string_view name, std::chrono::nanoseconds value) {
  const auto all =
      std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::microseconds>(value).count(), 0);
  std::string text = std::to_string(all / 1000);
  if (all % 1000 != 0) text.append(".").append(std::to_string(1000 + all % 1000), 1);
  Add(name, text);
}

void LogLine::Add(std::string_view name, std::string_view value) {
  const bool json = format_ == LogFormat::kJson;
  if (!fields_.empty()) fields_ += json ? ',' : ' ';
  if (json) fields_ += '"';
  fields_ += name;
  fields_ += json ? "\":" : "=";
  fields_ += value;
}

std::string LogLine::Finish() const { return format_ == LogFormat::kJson ? "{" + fields_ + "}" : fields_; }

}  // namespace msiv2
