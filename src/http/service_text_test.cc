#include "http/service_text.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

TEST(ServiceText, IsTheFirstLineTrimmedAndPrintable) {
  EXPECT_EQ(ServiceText(""), "");
  EXPECT_EQ(ServiceText(" \r\n  Identity not found.\r\nTrace ID: 1 "), "Identity not found.");
  EXPECT_EQ(ServiceText("a\x1b[31mb\xc3\xa9"), "a?[31mb??");
  EXPECT_EQ(ServiceText(std::string(50, ' ') + "abc def", 3), "abc...");
}

TEST(ServiceText, HidesWhatLooksLikeASecret) {
  const std::string jwt = "eyJhbGciOiJSUzI1NiJ9." + std::string(60, 'a') + "." + std::string(60, 'b');
  EXPECT_EQ(ServiceText("token " + jwt + " refused"), "token [hidden] refused");
  EXPECT_EQ(ServiceText("{\"attestation_token\":\"" + jwt), "{\"attestation_token\":\"[hidden]");
  EXPECT_EQ(ServiceText("csr MIICijCCAXICAQAw" + std::string(40, 'A') + "== bad"), "csr [hidden] bad");
  EXPECT_EQ(ServiceText(std::string(201, 'x')), "[hidden]");
}

// What `printf signature | openssl dgst -sha512 -binary | base64` gives: a secret without its beginning.
TEST(ServiceText, HidesAPieceOfASecretThatIsKnownByItsRandomnessOnly) {
  const std::string piece =
      "Y7yXTpEmH3JNhAmpVwHvGDYiMl0MHXlmVtM7UJEqa1oCG3pXecaCKL+kfdzdiE1GR4CApLURA4fbj/56Eo4cig==";
  EXPECT_EQ(ServiceText("bad signature " + piece), "bad signature [hidden]");
  EXPECT_EQ(ServiceText(piece.substr(0, 44) + " " + piece.substr(44)), "[hidden] [hidden]");
}

TEST(ServiceText, KeepsNamesThatPeopleNeed) {
  const std::string resource_id =
      "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/group/providers/"
      "Microsoft.ManagedIdentity/userAssignedIdentities/name";
  EXPECT_EQ(ServiceText("no " + resource_id), "no " + resource_id);
  EXPECT_EQ(ServiceText("eyJ is short"), "eyJ is short");
}

}  // namespace
}  // namespace msiv2
