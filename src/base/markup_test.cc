#include "base/markup.h"

#include <gtest/gtest.h>

#include "base/foreign_text.h"

namespace msiv2 {
namespace {

// U4.
TEST(TextOfMarkup, XmlGivesTheTextBetweenItsTags) {
  const std::string body =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Error><Code>InvalidHeaderValue</Code>\n"
      "<Message>The value for one of the HTTP headers is not in the correct format.</Message></Error>";
  EXPECT_EQ(ForeignText(body),
            "InvalidHeaderValue The value for one of the HTTP headers is not in the correct format.");
}

// U4.
TEST(TextOfMarkup, HtmlGivesNoScriptsStylesAndComments) {
  const std::string body =
      "\xEF\xBB\xBF\r\n<!DOCTYPE html><html><head><title>502 Bad Gateway</title><style>b { color: red }"
      "</style><SCRIPT>if (a < b) run();</SCRIPT></head><body><!-- a > b --><h1>nginx&nbsp;&lt;1&gt;</h1>"
      "<p>a &amp; b &#33;&#x3F;</p></body></html>";
  EXPECT_EQ(ForeignText(body), "502 Bad Gateway nginx <1> a & b !?");
}

// U4.
TEST(TextOfMarkup, DamagedMarkupGivesWhatCanBeRead) {
  EXPECT_EQ(ForeignText("<Error><![CDATA[a < b]]></Error"), "a < b");
  EXPECT_EQ(ForeignText("<a>text <"), "text <");
  EXPECT_EQ(ForeignText("<!-- never ends"), "<!-- never ends");
  EXPECT_EQ(ForeignText("<none>"), "<none>") << "a text that is all tags is not lost";
  EXPECT_EQ(ForeignText("a < b"), "a < b");
  EXPECT_EQ(ForeignText("<3 of them"), "<3 of them");
  EXPECT_EQ(ForeignText("wants <int>, got <string>"), "wants <int>, got <string>");
  EXPECT_EQ(ForeignText("it said: <b>no</b>"), "it said: no");
}

}  // namespace
}  // namespace msiv2
