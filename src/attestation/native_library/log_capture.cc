#include "attestation/native_library/log_capture.h"

#include <algorithm>
#include <cstring>

#include "base/ascii.h"
#include "base/foreign_text.h"

namespace msiv2::attestation {
namespace {

constexpr std::string_view kLeftOut = "[left out]";
constexpr std::size_t kLongestMessage = 300;
constexpr std::size_t kLongestName = 60;
constexpr std::size_t kLongestRun = 23;   // a GUID has 36 characters, a hash 32 or more
constexpr std::size_t kLongestWord = 64;  // such as ERRORATTESTATIONPARAMETERSVALIDATIONFAILED
constexpr int kErrorLevel = 0;
constexpr int kWarningLevel = 1;

bool IsLetterOrUnderscore(char c) noexcept { return c == '_' || (ToLower(c) >= 'a' && ToLower(c) <= 'z'); }

// The characters of tokens, hashes, GUIDs and paths.
bool IsOfRun(char c) noexcept {
  return IsLetterOrUnderscore(c) || IsDigit(c) ||
         std::string_view("+/=-.%~").find(c) != std::string_view::npos;
}

bool IsHarmless(std::string_view run) {
  if (run.size() <= kLongestRun) return true;
  return run.size() <= kLongestWord && std::all_of(run.begin(), run.end(), IsLetterOrUnderscore);
}

extern "C" {
static void ReceiveLog(void* context, const char* tag, int level, const char* function, int line,
                       const char* message) {
  if (context != nullptr) static_cast<LogCapture*>(context)->Receive(tag, level, function, line, message);
}
}

}  // namespace

std::string RedactLog(const char* text, std::size_t limit) {
  if (text == nullptr) return {};
  // One character more than is shown, so that a cut is visible. A text without a NUL is not read any further.
  const auto* const end = static_cast<const char*>(std::memchr(text, '\0', limit + 1));
  const std::string safe =
      Printable({text, end == nullptr ? limit + 1 : static_cast<std::size_t>(end - text)}, limit);
  std::string shown;
  for (std::size_t at = 0; at < safe.size();) {
    std::size_t next = at;
    while (next < safe.size() && IsOfRun(safe[next])) ++next;
    const std::string_view run = std::string_view(safe).substr(at, next - at);
    if (run.find("eyJ") != std::string_view::npos) {
      shown += kLeftOut;
      break;
    }
    shown += IsHarmless(run) ? run : kLeftOut;
    if (next < safe.size()) shown += safe[next++];
    at = next;
  }
  return ForeignText(shown, {}, std::string::npos);  // short by now; ForeignText still hides the userinfo
                                                     // of a URL
}

AttestationLogInfo LogCapture::MakeInfo() noexcept { return {&ReceiveLog, this}; }

void LogCapture::Receive(const char* tag, int level, const char* function, int line,
                         const char* message) noexcept {
  if (level != kErrorLevel && level != kWarningLevel) return;
  try {
    std::string words = std::string("[") + RedactLog(tag, kLongestName) + "] " +
                        RedactLog(function, kLongestName) + ":" + std::to_string(line) + " " +
                        RedactLog(message, kLongestMessage);
    std::lock_guard lock(mutex_);
    (level == kErrorLevel ? error_ : warning_) = std::move(words);
  } catch (...) {  // out of memory: the log line is dropped
  }
}

void LogCapture::Clear() {
  std::lock_guard lock(mutex_);
  error_.clear();
  warning_.clear();
}

std::string LogCapture::LastWords() const {
  std::lock_guard lock(mutex_);
  return error_.empty() ? warning_ : error_;
}

}  // namespace msiv2::attestation
