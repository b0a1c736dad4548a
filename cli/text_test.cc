#include "cli/text.h"

#include <gtest/gtest.h>

#include "cli/capture.h"
#include "cli/exit_codes.h"

namespace msiv2::cli {
namespace {

TEST(PrintableText, IsLeftAloneIfItIsUtf8WithoutControlCharacters) {
  const std::string text = "a ~ \xc3\xa4 \xe2\x82\xac \xf0\x9f\x94\x91";
  EXPECT_EQ(Printable(text), text);
  EXPECT_EQ(Printable(""), "");
}

// N7.
TEST(PrintableText, ShowsControlCharactersAndForeignBytes) {
  EXPECT_EQ(Printable("\x1b[31mred\n\x7f"), "\\x1b[31mred\\x0a\\x7f");
  EXPECT_EQ(Printable("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m");                               // C1: the control sequence introducer
  EXPECT_EQ(Printable("\x9b\xff\xc3"), "\\x9b\\xff\\xc3");  // no UTF-8
  EXPECT_EQ(Printable("\xc0\xaf\xe0\x80\xaf"), "\\xc0\\xaf\\xe0\\x80\\xaf");  // overlong
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");                    // a surrogate
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");           // beyond Unicode
}

// N7.
TEST(PrintableText, IsAllThatTheParserSays) {
  for (const std::vector<std::string>& args :
       std::vector<std::vector<std::string>>{{"\x1b[31mtoken"},
                                             {"token", "--\x1b[31m"},
                                             {"token", "--resource", "x", "--output", "\x1b[31m"},
                                             {"token", "--resource", "x", "--timeout", "\x1b[31m"},
                                             {"completion", "\x1b[31m"},
                                             {"errors", "\x1b[31m"},
                                             {"help", "\x1b[31m"},
                                             {"call", "https://a.example", "--header", "\x1b[31m: x"},
                                             {"call", "https://a.example", "--data-file", "/\x1b[31m"},
                                             {"emulator", "--faults-file", "/\x1b[31m"},
                                             {"emulator", "--imds-port", "\x1b[31m"}}) {
    const Captured run = RunCaptured(args);
    EXPECT_EQ(run.code, kUsage) << args.front();
    EXPECT_EQ(run.err.find('\x1b'), std::string::npos) << run.err;
    EXPECT_NE(run.err.find("\\x1b"), std::string::npos) << run.err;
  }
}

}  // namespace
}  // namespace msiv2::cli
