#include "msiv2/observers/fan_out.h"

#include <gtest/gtest.h>

#include "msiv2/observers/log.h"

namespace msiv2 {
namespace {

TEST(FanOut, TellsEachObserverInOrderAndLeavesOutNullOnes) {
  std::vector<std::string> lines;
  const auto observer = [&lines](const std::string& name) {
    return std::make_shared<LogObserver>([&lines, name](std::string_view line) {
      lines.push_back(name + " " + std::string(line.substr(0, line.find(' '))));
    });
  };
  FanOutObserver group({observer("first"), nullptr, observer("second")});
  Event event;
  event.kind = Event::Kind::kNotice;
  group.OnEvent(event);
  group.OnMsiCount({});
  EXPECT_EQ(lines, (std::vector<std::string>{"first event=notice", "second event=notice",
                                             "first event=msi_count", "second event=msi_count"}));
}

}  // namespace
}  // namespace msiv2
