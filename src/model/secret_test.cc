#include "msiv2/secret.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <new>
#include <sstream>
#include <string>
#include <type_traits>

namespace msiv2 {
namespace {

template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!Streamable<SecretString>, "a secret must not be printable by accident");
static_assert(!std::is_convertible_v<SecretString, std::string>);
static_assert(!std::is_convertible_v<SecretString, std::string_view>);
static_assert(!std::is_convertible_v<std::string, SecretString>);

TEST(SecretString, IsReadByOneNameOnly) {
  const SecretString secret("token");
  EXPECT_EQ(secret.Reveal(), "token");
  EXPECT_EQ(secret.size(), 5u);
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(SecretString().empty());
}

TEST(SecretString, IsCopiedAndMovedLikeAString) {
  SecretString first(std::string(100, 'a'));
  SecretString copy = first;
  SecretString moved = std::move(first);
  EXPECT_EQ(copy, moved);
  EXPECT_TRUE(first.empty());  // NOLINT: moved-from secrets are wiped, and that is what is tested
  SecretString assigned("other");
  assigned = copy;
  EXPECT_EQ(assigned.Reveal(), std::string(100, 'a'));
  assigned = SecretString("short");
  EXPECT_EQ(assigned.Reveal(), "short");
  const SecretString& self = assigned;
  assigned = self;
  EXPECT_EQ(assigned.Reveal(), "short");
}

TEST(SecretString, ComparesByContent) {
  EXPECT_EQ(SecretString("abc"), SecretString("abc"));
  EXPECT_FALSE(SecretString("abc") == SecretString("abd"));
  EXPECT_FALSE(SecretString("abc") == SecretString("bbc"));
  EXPECT_FALSE(SecretString("abc") == SecretString("abcd"));
  EXPECT_EQ(SecretString(), SecretString(""));
}

// A short secret is stored in the object itself: looks for it among the bytes of the object.
bool Shows(const SecretString* object, std::string_view part) {
  const auto* const bytes = reinterpret_cast<const volatile char*>(object);
  std::string copy;
  for (std::size_t i = 0; i < sizeof(SecretString); ++i) copy += bytes[i];
  return copy.find(part) != std::string::npos;
}

TEST(SecretString, LeavesNoShortSecretBehind) {
  constexpr const char* kShort = "kZ8#pQ2$vX";
  alignas(SecretString) std::array<std::byte, sizeof(SecretString)> memory{};
  auto* const secret = new (memory.data()) SecretString(kShort);
  ASSERT_TRUE(Shows(secret, "#pQ2$vX"));
  SecretString moved(std::move(*secret));
  EXPECT_FALSE(Shows(secret, "#pQ2$vX")) << "moved from";
  *secret = std::move(moved);
  EXPECT_FALSE(Shows(&moved, "#pQ2$vX")) << "moved from by an assignment";
  *secret = SecretString("ab");
  EXPECT_FALSE(Shows(secret, "#pQ2$vX")) << "another text moved in";
  const SecretString other("cd");
  *secret = SecretString(kShort);
  *secret = other;
  EXPECT_FALSE(Shows(secret, "#pQ2$vX")) << "another text copied in";
  *secret = SecretString(kShort);
  *secret = SecretString();
  EXPECT_FALSE(Shows(secret, "#pQ2$vX")) << "emptied";
  *secret = SecretString(kShort);
  secret->~SecretString();
  EXPECT_FALSE(Shows(secret, "#pQ2$vX")) << "destroyed";
}

// The bytes are read in place: the string keeps its memory when it is emptied.
void ExpectWiped(std::string text) {
  const volatile char* bytes = text.data();
  const std::size_t capacity = text.capacity();
  SecureWipe(text);
  EXPECT_TRUE(text.empty());
  ASSERT_EQ(text.capacity(), capacity);
  for (std::size_t i = 0; i < capacity; ++i) EXPECT_EQ(bytes[i], '\0') << i;
}

TEST(SecureWipe, OverwritesTheBytesInPlaceAndBehindTheEnd) {
  std::string text(100, 's');
  text.resize(10);
  ExpectWiped(std::move(text));
}

TEST(SecureWipe, OverwritesAShortStringsOwnBuffer) { ExpectWiped("secret"); }

}  // namespace
}  // namespace msiv2
