#include "base/json.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

TEST(Json, ReadsMembersByTypeOrNotAtAll) {
  const auto object = JsonObject::Parse(R"({"s":"t","n":5,"o":{"i":"x"},"a":[1,"2",true,3.5,-4],"z":null})");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->String("s"), "t");
  EXPECT_EQ(object->String("n"), std::nullopt);
  EXPECT_EQ(object->String("none"), std::nullopt);
  EXPECT_EQ(object->Seconds("n"), 5);
  EXPECT_EQ(object->Integers("a"), (std::vector<std::int64_t>{1, 2, -4}));
  EXPECT_TRUE(object->Integers("s").empty());
  EXPECT_TRUE(object->Integers("none").empty());
  EXPECT_TRUE(object->Has("z"));
  EXPECT_FALSE(object->Has("none"));
  EXPECT_FALSE(object->Object("s"));
  ASSERT_TRUE(object->Object("o"));
  EXPECT_EQ(object->Object("o")->String("i"), "x");
}

TEST(Json, KeepsTheDocumentOfANestedObjectAlive) {
  std::optional<JsonObject> nested;
  {
    const auto object = JsonObject::Parse(R"({"o":{"i":"a text that is too long for the small buffer"}})");
    nested = object->Object("o");
  }
  EXPECT_EQ(nested->String("i"), "a text that is too long for the small buffer");
}

// F5.
TEST(Json, ReadsSecondsAsNumberOrText) {
  struct Row {
    const char* value;
    std::optional<std::int64_t> seconds;
  };
  const Row rows[] = {{"0", 0},
                      {"-7", -7},
                      {"\"86399\"", 86399},
                      {"\"-1\"", -1},
                      {"9223372036854775807", INT64_MAX},
                      {"9223372036854775808", std::nullopt},
                      {"\"9223372036854775808\"", std::nullopt},
                      {"1.0", 1},
                      {"3599.9", 3599},
                      {"-0.5", -1},
                      {"1e3", 1000},
                      {"1e300", std::nullopt},
                      {"\"\"", std::nullopt},
                      {"\" \"", std::nullopt},
                      {"\"+1\"", std::nullopt},
                      {"\" 1\\n\"", 1},
                      {"\"3599.9\"", 3599},
                      {"\"-0.5\"", -1},
                      {"\"1.\"", std::nullopt},
                      {"\".5\"", std::nullopt},
                      {"\"1.5.5\"", std::nullopt},
                      {"\"1.-5\"", std::nullopt},
                      {"\"1 1\"", std::nullopt},
                      {"\"1e3\"", std::nullopt},
                      {"\"1x\"", std::nullopt},
                      {"true", std::nullopt},
                      {"null", std::nullopt}};
  for (const Row& row : rows) {
    const auto object = JsonObject::Parse(std::string("{\"v\":") + row.value + "}");
    ASSERT_TRUE(object) << row.value;
    EXPECT_EQ(object->Seconds("v"), row.seconds) << row.value;
  }
}

TEST(Json, RefusesTextThatIsNotAnObject) {
  for (const char* text : {"", " ", "null", "true", "1", "\"x\"", "[]", "[{}]", "{", "{}}", "{} x", "{'a':1}",
                           "{\"a\":1,}", "{\"a\":\"\xff\"}", "{\"a\":\"\xc3\"}", "<html>"}) {
    EXPECT_FALSE(JsonObject::Parse(text)) << text;
  }
}

TEST(Json, IsStrictAboutGrammar) {
  for (const char* text : {R"({"a":01})",
                           R"({"a":+1})",
                           R"({"a":.5})",
                           R"({"a":1.})",
                           R"({"a":1e})",
                           R"({"a":1e+})",
                           R"({"a":-})",
                           R"({"a":--1})",
                           R"({"a":-a})",
                           R"({"a":0x1})",
                           R"({"a":1_0})",
                           R"({"a":NaN})",
                           R"({"a":-Infinity})",
                           R"({"a":tru})",
                           R"({"a":True})",
                           R"({"a":nul)",
                           R"({"a":truefalse})",
                           R"({"a":1e400})",
                           R"({"a":-1e400})",
                           R"({a:1})",
                           R"({"a"})",
                           R"({"a" 1})",
                           R"({"a"::1})",
                           R"({"a":1 "b":2})",
                           R"({"a":1,,"b":2})",
                           R"({,})",
                           R"({,"a":1})",
                           R"({1:1})",
                           R"({"a":})",
                           R"({"a":[1,]})",
                           R"({"a":[,1]})",
                           R"({"a":[1 2]})",
                           R"({"a":[1})",
                           R"({"a":[)",
                           R"({"a":1]})",
                           R"({"a":1}/**/)",
                           R"({"a":1}//)",
                           "{\"a\":1}\f",
                           "\v{}",
                           "\xc2\xa0{}",
                           "\xef\xbb{}",
                           "\xef\xbb\xbf\xef\xbb\xbf{}",
                           "{}\xef\xbb\xbf"}) {
    EXPECT_FALSE(JsonObject::Parse(text)) << text;
  }
  for (const char* text : {R"({})", "\t{ \n} \r", R"({"":0})", R"({"a":-0})", R"({"a":0.0e-0})",
                           R"({"a":1E+2})", R"({"a":1e308})", R"({"a":[]})", R"({"a":[ ]})",
                           R"({"a":[[],{}]})", R"({ "a" : [ 1 , 2 ] , "b" : { } })", R"({"a":null})"}) {
    EXPECT_TRUE(JsonObject::Parse(text)) << text;
  }
  EXPECT_TRUE(JsonObject::Parse("{\"a\":1" + std::string(300, '0') + "}"));
  EXPECT_FALSE(JsonObject::Parse("{\"a\":1" + std::string(400, '0') + "}")) << "no double holds it";
}

TEST(Json, DecodesStrings) {
  struct Row {
    std::string json;
    std::string text;
  };
  const Row rows[] = {
      {R"(\"\\\/\b\f\n\r\t)", "\"\\/\b\f\n\r\t"},
      {R"(\u0041\u00e4\u20AC\uFFFF)", "A\xc3\xa4\xe2\x82\xac\xef\xbf\xbf"},
      {R"(\ud83d\ude00\uDBFF\uDFFF)", "\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf"},
      {"\x7f \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\x7f \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
      {R"(a long text before \n and after it)", "a long text before \n and after it"}};
  for (const Row& row : rows) {
    const auto object = JsonObject::Parse("{\"" + row.json + "\":\"" + row.json + "\",\"z\":\"next\"}");
    ASSERT_TRUE(object) << row.json;
    EXPECT_EQ(object->String(row.text), row.text) << row.json;
    EXPECT_EQ(object->String("z"), "next");
  }
}

TEST(Json, RefusesTextThatIsNoString) {
  for (const char* text : {R"(\x)",
                           R"(\)",
                           R"(\u)",
                           R"(\u12)",
                           R"(\u12g4)",
                           R"(\u+123)",
                           R"(\U0041)",
                           R"(\ud83d)",
                           R"(\ud83dx)",
                           R"(\ud83d\n)",
                           R"(\ud83d\u0041)",
                           R"(\ud83d\ud83d)",
                           R"(\ude00)",
                           "\n",
                           "\t",
                           "\x1f",
                           "\x80",
                           "\xc0\x80",
                           "\xed\xa0\x80",
                           "\xf4\x90\x80\x80",
                           "\xe2\x82",
                           "a\xff"}) {
    EXPECT_FALSE(JsonObject::Parse(std::string("{\"a\":\"") + text + "\"}")) << text;
    EXPECT_FALSE(JsonObject::Parse(std::string("{\"") + text + "\":1}")) << text;
  }
}

// A text that ends anywhere is refused; nothing is read after its end.
TEST(Json, RefusesEveryBeginningOfAText) {
  const std::string text = R"({"a":[1.5e+3,true,null,"\ud83d\ude00"],"b":{"c":"\n"},"d":-0})";
  ASSERT_TRUE(JsonObject::Parse(text));
  for (std::size_t length = 0; length < text.size(); ++length) {
    const std::vector<char> cut(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_FALSE(JsonObject::Parse({cut.data(), cut.size()})) << length;
  }
}

TEST(Json, TheLastMemberOfOneNameCounts) {
  const auto object = JsonObject::Parse(R"({"a":1,"b":{"x":1},"a":"2","\u0062":{"x":"3"}})");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->String("a"), "2");
  EXPECT_EQ(object->Object("b")->String("x"), "3");
  EXPECT_EQ(MergeJson(R"({"a":1,"b":2,"a":{"x":1}})", R"({"a":{"y":1},"a":{"z":1}})"),
            R"({"a":{"x":1,"z":1},"b":2})");
}

// A10.
TEST(Json, DoesNotEndAtANul) {
  for (const std::string& text :
       {std::string(R"({"a":"b"})") + '\0', std::string(R"({"a":"b"})") + '\0' + "anything",
        std::string("\0{}", 3), std::string("{\"a\":\"b\0c\"}", 11), std::string("{\"a\":1\0}", 8)}) {
    EXPECT_FALSE(JsonObject::Parse(text)) << text;
    const auto strict = JsonObject::ParseUnambiguous(text);
    ASSERT_FALSE(strict) << text;
    EXPECT_EQ(strict.error().what, "holds a NUL character") << text;
  }
}

// A10.
TEST(UnambiguousJson, NamesNoMemberTwiceAtAnyDepth) {
  for (const char* text : {R"({"a":1,"a":1})", R"({"a":1,"b":2,"a":3})", R"({"o":{"x":"1","x":"2"}})",
                           R"({"l":[{"x":1},{"y":1,"y":2}]})", R"({"a":{"b":{"c":{"d":1,"d":1}}}})",
                           R"({"a":1,"\u0061":2})", R"({"":1,"":2})", R"({"a":{},"a":[]})"}) {
    const auto strict = JsonObject::ParseUnambiguous(text);
    ASSERT_FALSE(strict) << text;
    EXPECT_EQ(strict.error().what, "names a member twice") << text;
    EXPECT_TRUE(JsonObject::Parse(text)) << text;
  }
  for (const char* text : {R"({})", R"({"a":1,"A":1})", R"({"a":{"x":1},"b":{"x":1}})",
                           R"({"x":{"x":{"x":1}}})", R"({"l":[{"x":1},{"x":2}],"x":3})"}) {
    EXPECT_TRUE(JsonObject::ParseUnambiguous(text)) << text;
  }
}

// A10.
TEST(UnambiguousJson, HoldsNoEscapedNul) {
  for (const char* text : {R"({"a":"b\u0000c"})", R"({"a\u0000":1})", R"({"l":[["\u0000"]]})"}) {
    const auto strict = JsonObject::ParseUnambiguous(text);
    ASSERT_FALSE(strict) << text;
    EXPECT_EQ(strict.error().what, "holds a NUL character") << text;
  }
  const auto other = JsonObject::ParseUnambiguous(R"({"a":"\u0001"})");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->String("a"), "\x01");
}

TEST(UnambiguousJson, IsAnObjectUnderTheRulesOfAll) {
  for (const char* text : {"", "null", "[]", "{", "{} x", "{\"a\":\"\xff\"}"}) {
    const auto strict = JsonObject::ParseUnambiguous(text);
    ASSERT_FALSE(strict) << text;
    EXPECT_EQ(strict.error().what, "is not a JSON object") << text;
  }
}

std::string Nested(int levels) {
  std::string text;
  for (int i = 0; i < levels; ++i) text += "{\"a\":";
  text += "1";
  text.append(static_cast<std::size_t>(levels), '}');
  return text;
}

TEST(Json, CountsObjectsAndArraysAsLevels) {
  EXPECT_TRUE(JsonObject::Parse("{\"a\":" + std::string(63, '[') + std::string(63, ']') + "}"));
  EXPECT_FALSE(JsonObject::Parse("{\"a\":" + std::string(64, '[') + std::string(64, ']') + "}"));
  EXPECT_FALSE(JsonObject::Parse(Nested(65)));
  std::string wide = "{\"a\":[";
  for (int i = 0; i < 100; ++i) wide += "[{}],";
  EXPECT_TRUE(JsonObject::Parse(wide + "1]}")) << "levels side by side";
}

TEST(Json, RefusesDeepNestingWithoutFallingOver) {
  EXPECT_TRUE(JsonObject::Parse(Nested(10)));
  EXPECT_TRUE(JsonObject::Parse(Nested(64)));
  EXPECT_FALSE(JsonObject::Parse(Nested(66)));
  EXPECT_FALSE(JsonObject::Parse("{\"a\":" + std::string(500000, '[')));
  EXPECT_TRUE(JsonObject::ParseUnambiguous(Nested(64)));
  EXPECT_FALSE(JsonObject::ParseUnambiguous(Nested(66)));
}

TEST(JsonObject, IsExactlyOneValue) {
  for (const char* text : {R"({"a":1},{"b":1})", R"({"a":1},"x")", R"("x",{"a":1})", R"({"a":1}])",
                           R"([{"a":1})", R"({"a":1},)", R"(,{"a":1})", R"({"a":"b)", R"({"a":"b\)",
                           R"({"a":1)", "", " ", "\"", "]", "[", R"({"a":1}],["x",{"b":1})"}) {
    EXPECT_FALSE(JsonObject::Parse(text)) << text;
  }
  EXPECT_TRUE(JsonObject::Parse(" {\"a\":1}\r\n "));
  EXPECT_TRUE(JsonObject::Parse("\xef\xbb\xbf{}")) << "a byte order mark";
}

// A10. A sibling: a document must not take time that grows with its square. If it does, this test takes
// hours.
TEST(UnambiguousJson, ManyObjectsAreReadInLinearTime) {
  std::string array = "{\"a\":[";
  for (int i = 0; i < 300000; ++i) array += "{},";
  EXPECT_TRUE(JsonObject::ParseUnambiguous(array + "1]}"));
  EXPECT_TRUE(JsonObject::Parse(array + "1]}"));
  std::string members = "{\"a\":{";
  for (int i = 0; i < 80000; ++i) members += "\"" + std::to_string(i) + "\":{},";
  EXPECT_TRUE(JsonObject::ParseUnambiguous(members + "\"x\":1}}"));
  EXPECT_FALSE(JsonObject::ParseUnambiguous(members + "\"0\":1}}")) << "a member twice";
}

TEST(WriteJson, IsCompactOrderedAndEscaped) {
  EXPECT_EQ(WriteJson({}), "{}");
  EXPECT_EQ(WriteJson({{"z", "1"}, {"a", "\"\\\n\x01"}}), R"({"z":"1","a":"\"\\\n\u0001"})");
  EXPECT_EQ(WriteJson({{"u", "\xc3\xa4"}}), "{\"u\":\"\xc3\xa4\"}");
  EXPECT_EQ(WriteJson({{"bad", "\xff"}}), "{\"bad\":\"\xef\xbf\xbd\"}");
  EXPECT_EQ(WriteJson({{"cut", "\xe4\xb8x"}}), "{\"cut\":\"\xef\xbf\xbdx\"}");
  EXPECT_EQ(WriteJson({{"e", std::string_view("\b\f\r\t\x1f\x7f/\0", 8)}}),
            "{\"e\":\"\\b\\f\\r\\t\\u001f\x7f/\\u0000\"}");
}

TEST(Json, TellsANullMemberFromAnAbsentOne) {
  const auto json = JsonObject::Parse(R"({"a":null,"b":""})").value();
  EXPECT_TRUE(json.IsNull("a"));
  EXPECT_FALSE(json.IsNull("b"));
  EXPECT_FALSE(json.IsNull("c"));
}

TEST(MergeJson, ChangesAddsAndRemovesMembers) {
  EXPECT_EQ(MergeJson(R"({ "a" : {"b":1}, "c":2 })", R"({"a":{"d":[3]},"c":null})"),
            R"({"a":{"b":1,"d":[3]}})");
  EXPECT_EQ(MergeJson("{}", "{}"), "{}");
}

// RFC 7396, appendix A: the rows whose documents are objects.
TEST(MergeJson, DoesWhatItsSpecificationShows) {
  struct Row {
    const char* document;
    const char* patch;
    const char* merged;
  };
  const Row rows[] = {{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
                      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
                      {R"({"a":"b"})", R"({"a":null})", R"({})"},
                      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
                      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
                      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
                      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
                      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
                      {R"({"e":null})", R"({"a":1})", R"({"a":1,"e":null})"},
                      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"}};
  for (const Row& row : rows) EXPECT_EQ(MergeJson(row.document, row.patch), row.merged) << row.patch;
}

TEST(MergeJson, WritesEveryKindOfValue) {
  const char* const text =
      R"({"a":[true,false,null,-1.50,1e3,12345678901234567890,"\u0001\"~"],"b":{"c":{}},"d":[]})";
  EXPECT_EQ(MergeJson(text, "{}"), text);
}

TEST(MergeJson, IsForObjectsOnly) {
  for (const char* text : {"", "x", "[]", "null", "{", "1"}) {
    EXPECT_FALSE(MergeJson(text, "{}")) << text;
    EXPECT_FALSE(MergeJson("{}", text)) << text;
  }
}

TEST(QuoteJsonArray, QuotesEachItem) {
  EXPECT_EQ(QuoteJsonArray({}), "[]");
  EXPECT_EQ(QuoteJsonArray({"a", "\"b\"\n"}), R"(["a","\"b\"\n"])");
}

}  // namespace
}  // namespace msiv2
