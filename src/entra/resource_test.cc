#include "entra/resource.h"

#include <gtest/gtest.h>

namespace msiv2::entra {
namespace {

struct Row {
  const char* text;
  const char* resource;
};

TEST(Resource, LosesOneDefaultScopeAndThenItsSlashes) {
  const Row rows[] = {
      {"https://vault.azure.net", "https://vault.azure.net"},
      {"https://vault.azure.net/", "https://vault.azure.net"},
      {"https://vault.azure.net//", "https://vault.azure.net"},
      {"https://vault.azure.net/.default", "https://vault.azure.net"},
      {"https://vault.azure.net//.default", "https://vault.azure.net"},
      {"https://vault.azure.net/.default/.default", "https://vault.azure.net/.default"},
      {"api://my-app/.default", "api://my-app"},
      {"00000003-0000-0000-c000-000000000000", "00000003-0000-0000-c000-000000000000"},
      {"https://x/path?a=b#c", "https://x/path?a=b#c"},
      {".default", ".default"},
  };
  for (const Row& row : rows) {
    const auto resource = NormalizeResource(row.text);
    ASSERT_TRUE(resource) << row.text;
    EXPECT_EQ(*resource, row.resource);
  }
}

TEST(Resource, AnEmptyOrOddResourceIsRefusedBeforeAnyIo) {
  for (const char* text :
       {"", "/", "//", "/.default", "//.default", " ", "https://vault.azure.net ", "https://vault\tazure.net",
        "https://vault.azure.net\n", "https://v\xc3\xa4ult", "\x01", "\x7f"}) {
    const auto refused = NormalizeResource(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidRequest);
    EXPECT_EQ(refused.error().step, Step::kRequest);
    EXPECT_EQ(refused.error().message.find_first_of("\n\t\x01\x7f"), std::string::npos);
  }
  EXPECT_FALSE(NormalizeResource(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace msiv2::entra
