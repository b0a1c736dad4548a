// One line of a log: named fields as text or as JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "msiv2/observers/log.h"

namespace msiv2 {

/// LogLine builds a line field by field. Whatever the texts contain, the line stays one line of printable
/// ASCII. It is valid JSON if that is the format. Field names are this library's own and need no escapes.
class LogLine {
 public:
  explicit LogLine(LogFormat format) : format_(format) {}

  /// Text adds a field, unless `value` is empty.
  void Text(std::string_view name, std::string_view value);
  void Number(std::string_view name, std::int64_t value);
  void Flag(std::string_view name, bool value);
  /// Milliseconds adds a duration in milliseconds, with microsecond precision.
  void Milliseconds(std::string_view name, std::chrono::nanoseconds value);

  /// Finish returns the line, without an end of line.
  std::string Finish() const;

 private:
  void Add(std::string_view name, std::string_view value);

  const LogFormat format_;
  std::string fields_;
};

}  // namespace msiv2
