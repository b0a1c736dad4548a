// Our bytes, checked by the openssl tool, which shares no code with our encoder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/ascii.h"
#include "crypto/digest.h"
#include "x509/certificate.h"
#include "x509/csr.h"
#include "x509/pem.h"
#include "x509/x509_test_support.h"

namespace msiv2::x509 {
namespace {

using testing::HasSubstr;

struct Answer {
  int status;
  std::string output;  // stdout and stderr
};

Answer RunTool(const std::string& command) {
  FILE* pipe = popen((command + " 2>&1").c_str(), "re");
  if (pipe == nullptr) return {-1, "popen failed"};
  std::string output;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) output += static_cast<char>(c);
  return {pclose(pipe), output};
}

class OpensslTool : public testing::Test {
 protected:
  OpensslTool() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    directory_ = std::filesystem::path(testing::TempDir()) /
                 ("msiv2_" + std::string(test->name()) + "_" +
                  std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
    std::filesystem::create_directories(directory_);
  }
  ~OpensslTool() override { std::filesystem::remove_all(directory_); }

  std::string Path(const std::string& name) const { return (directory_ / name).string(); }
  std::string Write(const std::string& name, std::string_view content) const {
    std::ofstream(Path(name), std::ios::binary) << content;
    return Path(name);
  }
  Bytes Read(const std::string& name) const {
    std::ifstream file(Path(name), std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
  }

 private:
  std::filesystem::path directory_;
};

const CsrSubject kSubject = {kClientId, kTenantId, {"vm-1", "vmss-1"}};

TEST_F(OpensslTool, VerifiesTheRequest) {
  const std::string pem = Write("csr.pem", CsrPem(*BuildCsr(kSubject, *GoldenKey())));
  const Answer answer = RunTool("openssl req -verify -noout -in " + pem);
  EXPECT_EQ(answer.status, 0);
  EXPECT_THAT(answer.output, HasSubstr("OK"));
}

TEST_F(OpensslTool, RefusesTheRequestWithOneBitChanged) {
  Bytes csr = *BuildCsr(kSubject, *GoldenKey());
  csr.back() ^= 1;
  EXPECT_THAT(RunTool("openssl req -verify -noout -in " + Write("csr.pem", CsrPem(csr))).output,
              testing::Not(HasSubstr("OK")));
}

TEST_F(OpensslTool, ShowsTheSpecifiedFieldsInTheirOrder) {
  const std::string pem = Write("csr.pem", CsrPem(*BuildCsr(kSubject, *GoldenKey())));
  const Answer answer = RunTool("openssl asn1parse -in " + pem);
  EXPECT_EQ(answer.status, 0);
  const std::string fields[] = {
      "INTEGER           :00",
      "OBJECT            :domainComponent",
      std::string("IA5STRING         :") + kTenantId,
      "OBJECT            :commonName",
      std::string("PRINTABLESTRING   :") + kClientId,
      "OBJECT            :rsaEncryption",
      "NULL",
      "BIT STRING",
      "cont [ 0 ]",
      "OBJECT            :1.3.6.1.4.1.311.90.2.10",
      "SET",
      R"(UTF8STRING        :{"vmId":"vm-1","vmssId":"vmss-1"})",
      "OBJECT            :rsassaPss",
      "cont [ 0 ]",
      "OBJECT            :sha256",
      "cont [ 1 ]",
      "OBJECT            :mgf1",
      "OBJECT            :sha256",
      "cont [ 2 ]",
      "INTEGER           :20",
      "BIT STRING",
  };
  std::size_t at = 0;
  for (const std::string& field : fields) {
    at = answer.output.find(field, at);
    ASSERT_NE(at, std::string::npos) << field << " is missing or out of order in\n" << answer.output;
    at += field.size();
  }
  EXPECT_EQ(answer.output.find("NULL", answer.output.find("rsassaPss")), std::string::npos);
}

TEST_F(OpensslTool, MakesTheCommittedGoldenFilesAgain) {
  const Answer answer = RunTool("sh " MSIV2_GOLDEN_DIR "/csr/make_golden.sh " + Path(""));
  ASSERT_EQ(answer.status, 0) << answer.output;
  for (const char* name : {"info_vm_only.der", "info_vmss_only.der", "info_both.der", "info_upper_case.der",
                           "pss_algorithm.der", "spki.der"}) {
    EXPECT_EQ(Read(name), ReadGolden(name)) << name;
    EXPECT_FALSE(Read(name).empty()) << name;
  }
}

TEST_F(OpensslTool, AgreesOnTheThumbprintOfACertificateItMade) {
  const Answer made = RunTool("openssl req -x509 -new -days 30 -sha256 -subj /CN=" + std::string(kClientId) +
                              " -addext extendedKeyUsage=clientAuth -addext keyUsage=digitalSignature"
                              " -key " MSIV2_GOLDEN_DIR "/csr/public_test_key.pem -outform DER -out " +
                              Path("cert.der"));
  ASSERT_EQ(made.status, 0) << made.output;
  const auto binding =
      CheckCertificate(Read("cert.der"), {kClientId, GoldenKey(), std::chrono::system_clock::now()});
  ASSERT_TRUE(binding) << binding.error().message;
  const Answer print =
      RunTool("openssl x509 -inform DER -noout -fingerprint -sha256 -in " + Path("cert.der"));
  std::string hex = print.output.substr(print.output.find('=') + 1);
  hex.erase(std::remove_if(hex.begin(), hex.end(), [](char c) { return c == ':' || c == '\n'; }), hex.end());
  EXPECT_EQ(crypto::Sha256Hex((*binding)->leaf_der()), ToLower(hex));
  const Answer x5t = RunTool("openssl dgst -sha256 -binary " + Path("cert.der") +
                             " | openssl base64 | tr '+/' '-_' | tr -d '=\\n'");
  EXPECT_EQ((*binding)->x5t_s256(), x5t.output);
}

TEST_F(OpensslTool, ReadsOurPemOfACertificate) {
  const Bytes der = MakeCertificate({});
  const std::string pem = Write("cert.pem", CertificatePem(der));
  const Answer answer = RunTool("openssl x509 -in " + pem + " -outform DER -out " + Path("back.der"));
  ASSERT_EQ(answer.status, 0) << answer.output;
  EXPECT_EQ(Read("back.der"), der);
}

}  // namespace
}  // namespace msiv2::x509
