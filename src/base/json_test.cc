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
