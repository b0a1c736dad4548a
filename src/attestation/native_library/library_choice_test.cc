#include "attestation/native_library/library_choice.h"
#include "base/hex.h"

#include <gtest/gtest.h>

#include <map>

namespace msiv2::attestation {
namespace {

EnvironmentReader With(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

TEST(ChooseLibraryTest, TheOptionGoesAheadOfTheEnvironmentEachOnItsOwn) {
  const auto environment =
      With({{"MSIV2_ATTESTATION_LIBRARY", " D:\\env.dll\n"}, {"MSIV2_ATTESTATION_LIBRARY_SHA256", "ee"}});
  EXPECT_EQ(ChooseLibrary({}, environment), (LibraryChoice{"D:\\env.dll", "ee"}));
  EXPECT_EQ(ChooseLibrary({"C:\\own.dll", ""}, environment), (LibraryChoice{"C:\\own.dll", "ee"}));
  EXPECT_EQ(ChooseLibrary({"", "00"}, environment), (LibraryChoice{"D:\\env.dll", "00"}));
  EXPECT_EQ(ChooseLibrary({}, With({})), LibraryChoice{});
}

TEST(CheckLibraryPathTest, AnAbsolutePathOnADriveIsTaken) {
  EXPECT_EQ(CheckLibraryPath("C:\\Program Files\\a\\AttestationClientLib.dll").value(),
            "C:\\Program Files\\a\\AttestationClientLib.dll");
  EXPECT_EQ(CheckLibraryPath("z:/a/b.DLL").value(), "z:\\a\\b.DLL");
}

struct RefusedPath {
  std::string path;
  std::string reason;
};

// G-19.
TEST(CheckLibraryPathTest, EverythingElseIsRefusedForItsOwnReason) {
  const std::vector<RefusedPath> rows = {
      {"", "it is relative"},
      {"AttestationClientLib.dll", "it is relative"},
      {"..\\a.dll", "it is relative"},
      {"1:\\a.dll", "it is relative"},
      {"C:", "current folder"},
      {"C:a.dll", "current folder"},
      {"\\a.dll", "no drive"},
      {"/a.dll", "no drive"},
      {"\\\\server\\share\\a.dll", "on the network"},
      {"//server/share/a.dll", "on the network"},
      {"\\\\?\\C:\\a.dll", "device path"},
      {"\\\\?\\UNC\\server\\share\\a.dll", "device path"},
      {"\\\\.\\C:\\a.dll", "device path"},
      {"//?/C:/a.dll", "device path"},
      {"\\??\\C:\\a.dll", "device path"},
      {"C:\\a.txt:b.dll", "a stream"},
      {"C:\\a\x01.dll", "control characters"},
      {std::string("C:\\a.dll\0.dll", 13), "control characters"},
      {"C:\\a?.dll", "no file has"},
      {"C:\\a", ".dll"},
      {"C:\\a.dll.", ".dll"},
      {"C:\\a.dll ", ".dll"},
      {"C:\\", ".dll"},
      {"C:\\" + std::string(40000, 'a') + ".dll", "too long"},
  };
  for (const RefusedPath& row : rows) {
    const auto path = CheckLibraryPath(row.path);
    ASSERT_FALSE(path) << row.path;
    EXPECT_EQ(path.error().code, ErrorCode::kAttestationLibraryUntrusted);
    EXPECT_NE(path.error().message.find("Status: PathRefused"), std::string::npos);
    EXPECT_NE(path.error().message.find(row.reason), std::string::npos) << path.error().message;
    EXPECT_FALSE(path.error().retryable);
  }
}

TEST(ParsePinTest, AnyCaseIsRead) {
  const std::string lower = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  const std::string upper = "00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeFF";
  EXPECT_EQ(HexEncode(ParsePin(lower).value()), lower);
  EXPECT_EQ(ParsePin(lower).value(), ParsePin(upper).value());
}

TEST(ParsePinTest, ATextThatIsNotAPinIsAnError) {
  for (const std::string& bad : {std::string(), std::string("0"), std::string(63, 'a'), std::string(65, 'a'),
                                 std::string(64, 'g'), std::string(64, '\0'), "0x" + std::string(62, 'a')}) {
    const auto pin = ParsePin(bad);
    ASSERT_FALSE(pin);
    EXPECT_EQ(pin.error().code, ErrorCode::kAttestationLibraryUntrusted);
    EXPECT_NE(pin.error().message.find("Status: PinMalformed"), std::string::npos);
  }
}

}  // namespace
}  // namespace msiv2::attestation
