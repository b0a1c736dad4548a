#include "cli/explain.h"

#include <ostream>
#include <string>

#include "cli/option_words.h"
#include "cli/text.h"

namespace msiv2::cli {
namespace {

constexpr std::size_t kStepWidth = 13;
constexpr std::size_t kWhereWidth = 26;
constexpr std::size_t kElapsedWidth = 10;

std::string Number(Step step) {
  if (step == Step::kRequest) return "[---]";
  if (step == Step::kResource) return "[use]";
  return "[" + std::to_string(static_cast<int>(step)) + "/7]";
}

std::string StepEnded(const Event& event) {
  std::string line = PadLeft(Milliseconds(event.elapsed), kElapsedWidth) + "  ";
  if (event.error != nullptr) {
    line += "FAILED " + std::string(Name(event.error->code)) + ": " + event.error->MessageIn(FlagOf);
  } else {
    line += event.detail;
  }
  return line;
}

std::string What(const Event& event) {
  const std::string detail(event.detail);
  switch (event.kind) {
    case Event::Kind::kStepStarted:
      return PadLeft("started", kElapsedWidth) + (detail.empty() ? "" : "  " + detail);
    case Event::Kind::kStepEnded:
      return StepEnded(event);
    case Event::Kind::kRetry:
      return PadLeft("retry", kElapsedWidth) + "  again in " + Milliseconds(event.delay) + ": " + detail;
    case Event::Kind::kRemediation:
      return PadLeft("remedy", kElapsedWidth) + "  new certificate in " + Milliseconds(event.delay) + ": " +
             detail;
    case Event::Kind::kRotation:
      return PadLeft("rotation", kElapsedWidth) + "  " + detail;
    case Event::Kind::kRenewalStarted:
      return PadLeft("renewal", kElapsedWidth) + "  begins in the background";
    case Event::Kind::kRenewalEnded:
      return PadLeft("renewal", kElapsedWidth) + "  " + detail;
    case Event::Kind::kCacheHit:
      return PadLeft("cache hit", kElapsedWidth) + "  " + detail;
    case Event::Kind::kCacheMiss:
      return PadLeft("cache miss", kElapsedWidth) + "  " + detail;
    case Event::Kind::kNotice:
      return PadLeft("notice", kElapsedWidth) + "  " + detail;
  }
  return std::string(event.detail);
}

bool ForVerboseOnly(Event::Kind kind) {
  return kind == Event::Kind::kStepStarted || kind == Event::Kind::kCacheMiss;
}

}  // namespace

void ExplainObserver::OnEvent(const Event& event) noexcept {
  try {
    Print(event);
  } catch (...) {  // a line that cannot be printed must not fail the acquisition
  }
}

void ExplainObserver::Print(const Event& event) {
  if (!verbose_ && ForVerboseOnly(event.kind)) return;
  std::string line = Number(event.step) + " " + PadRight(Name(event.step), kStepWidth) +
                     PadRight(event.where, kWhereWidth) + " " + What(event);
  if (verbose_ && !event.identifiers.empty()) line += "  (" + std::string(event.identifiers) + ")";
  line += "\n";
  std::lock_guard lock(mutex_);
  out_ << line << std::flush;
}

void SettingsObserver::OnEvent(const Event& event) noexcept {
  if (event.kind != Event::Kind::kNotice || event.step != Step::kRequest) return;
  try {
    const std::string line = "msiv2: notice: " + std::string(event.detail) + "\n";
    std::lock_guard lock(mutex_);
    out_ << line << std::flush;
  } catch (...) {  // as above
  }
}

}  // namespace msiv2::cli
