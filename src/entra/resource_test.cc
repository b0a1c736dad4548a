#include "entra/resource.h"

#include <gtest/gtest.h>

namespace msiv2::entra {
namespace {

struct Row {
  const char* text;
  const char* of_source;
  const char* of_scope;
};

// F1: a trailing slash is part of the audience.
TEST(Resource, IsSentAsGivenToASourceAndByTheRuleOfScopesToEntra) {
  const Row rows[] = {
      {"https://vault.azure.net", "https://vault.azure.net", "https://vault.azure.net"},
      {"https://batch.core.windows.net/", "https://batch.core.windows.net/",
       "https://batch.core.windows.net"},
      {"https://vault.azure.net//", "https://vault.azure.net//", "https://vault.azure.net"},
      {"https://vault.azure.net/.default", "https://vault.azure.net", "https://vault.azure.net"},
      {"https://batch.core.windows.net//.default", "https://batch.core.windows.net/",
       "https://batch.core.windows.net/"},
      {"https://x/.default/.default", "https://x/.default", "https://x/.default"},
      {"https://x/.default/", "https://x/.default/", "https://x/.default"},
      {"api://my-app/.default", "api://my-app", "api://my-app"},
      {"00000003-0000-0000-c000-000000000000", "00000003-0000-0000-c000-000000000000",
       "00000003-0000-0000-c000-000000000000"},
      {"https://x/path?a=b#c", "https://x/path?a=b#c", "https://x/path?a=b#c"},
      {".default", ".default", ".default"},
      {"!~", "!~", "!~"},
  };
  for (const Row& row : rows) {
    EXPECT_TRUE(CheckResource(row.text)) << row.text;
    EXPECT_EQ(SourceResource(row.text), row.of_source) << row.text;
    EXPECT_EQ(ScopeResource(row.text), row.of_scope) << row.text;
  }
}

TEST(Resource, AnEmptyOrOddResourceIsRefusedBeforeAnyIo) {
  for (const char* text :
       {"", "/", "//", "/.default", "//.default", " ", "https://vault.azure.net ", "https://vault\tazure.net",
        "https://vault.azure.net\n", "https://v\xc3\xa4ult", "\x01", "\x7f"}) {
    const auto refused = CheckResource(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidRequest);
    EXPECT_EQ(refused.error().step, Step::kRequest);
    EXPECT_EQ(refused.error().message.find_first_of("\n\t\x01\x7f"), std::string::npos);
  }
  EXPECT_FALSE(CheckResource(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace msiv2::entra
