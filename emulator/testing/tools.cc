#include "emulator/testing/tools.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace msiv2::emulator::testing {
namespace {

/// Directory is created on first use and removed when the process ends.
struct Directory {
  Directory() {
    std::random_device random;
    path = std::filesystem::temp_directory_path() /
           ("msiv2-emulator-test-" + std::to_string(random()) + std::to_string(random()));
    std::filesystem::create_directories(path);
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

std::string Quoted(const std::string& json) {
  std::string quoted;
  for (const char c : json) {
    if (c == '"' || c == '\\' || c == '$') quoted += '\\';
    quoted += c;
  }
  return quoted;
}

std::string Hex(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::string Line(const std::string& name, const std::string& value) {
  return value.empty() ? "" : name + " = " + value + "\n";
}

/// InfoSections are the sections of CertificationRequestInfo (RFC 2986 section 4.1).
std::string InfoSections(const CsrRecipe& recipe) {
  std::string text = "[info]\n";
  text += Line("a", recipe.version) + "b = SEQUENCE:subject\nc = SEQUENCE:spki\n";
  if (recipe.attributes) text += "d = IMPLICIT:0,SET:attributes\n";
  text += "[subject]\n" + Line("a", recipe.first_rdn) + Line("b", recipe.second_rdn) +
          Line("c", recipe.third_rdn);
  text += "[dc]\na = SEQUENCE:dc_value\n" + Line("b", recipe.dc_second_value);
  text += "[dc_value]\na = OID:0.9.2342.19200300.100.1.25\nb = " + recipe.tenant + "\n";
  text += "[cn]\na = SEQUENCE:cn_value\n[cn_value]\na = OID:2.5.4.3\nb = " + recipe.client + "\n";
  text += "[spki]\na = SEQUENCE:rsa\nb = BITWRAP,SEQUENCE:numbers\n";
  text += "[rsa]\na = OID:1.2.840.113549.1.1.1\n" + Line("b", recipe.key_parameters);
  text += "[numbers]\na = INTEGER:0x" + ModulusHex(recipe.key_file) + "\nb = INTEGER:65537\n";
  text += "[attributes]\na = SEQUENCE:cuid\n" + Line("b", recipe.second_attribute);
  text += "[cuid]\na = OID:" + recipe.cuid_oid + "\nb = SET:cuid_values\n";
  text += "[cuid_values]\na = " + recipe.cuid_type + ":" + Quoted(recipe.cuid) + "\n";
  if (!recipe.second_cuid.empty()) text += "b = FORMAT:UTF8,UTF8String:" + Quoted(recipe.second_cuid) + "\n";
  text += "[other]\na = OID:1.2.3.4\nb = SET:cuid_values\n";
  return text;
}

std::string SignatureSections(const CsrRecipe& recipe) {
  std::string text =
      "[algorithm]\na = OID:" + recipe.signature_oid + "\n" + Line("b", recipe.signature_parameters);
  text += "[pss]\na = EXPLICIT:0,SEQUENCE:hash\nb = EXPLICIT:1,SEQUENCE:mgf1\n";
  text += "c = EXPLICIT:2,INTEGER:" + recipe.salt + "\n";
  if (!recipe.trailer.empty()) text += "d = EXPLICIT:3,INTEGER:" + recipe.trailer + "\n";
  text += "[hash]\na = OID:" + recipe.hash + "\n" + Line("b", recipe.sha256_parameters);
  text += "[mgf1]\na = OID:1.2.840.113549.1.1.8\nb = SEQUENCE:hash\n";
  return text;
}

std::string DerOf(const std::string& configuration) {
  WriteFile(TempPath("asn1.cnf"), configuration);
  const ToolResult made = RunTool("openssl asn1parse -genconf '" + TempPath("asn1.cnf") + "' -noout -out '" +
                                  TempPath("asn1.der") + "'");
  EXPECT_EQ(made.status, 0) << made.out << configuration;
  return ReadFile(TempPath("asn1.der"));
}

}  // namespace

std::string TempPath(const std::string& file) {
  static const Directory directory;
  return (directory.path / file).string();
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

ToolResult RunTool(const std::string& command) {
  const std::string log = TempPath("tool.log");
  const int status = std::system((command + " > '" + log + "' 2>&1").c_str());
  return {status, ReadFile(log)};
}

std::string CsrRecipe::Der() const {
  const std::string info = InfoSections(*this);
  WriteFile(TempPath("info.der"), DerOf("asn1 = SEQUENCE:info\n" + info) + extra_info);
  const ToolResult signing = RunTool("openssl dgst " + sign_options + " -sign '" + key_file + "' -out '" +
                                     TempPath("info.sig") + "' '" + TempPath("info.der") + "'");
  EXPECT_EQ(signing.status, 0) << signing.out;
  return DerOf(
      "asn1 = SEQUENCE:csr\n[csr]\na = SEQUENCE:info\nb = SEQUENCE:algorithm\nc = FORMAT:HEX,BITSTRING:" +
      Hex(ReadFile(TempPath("info.sig"))) + "\n" + info + SignatureSections(*this));
}

std::string MakeRsaKeyFile(int bits) {
  const std::string path = TempPath("rsa" + std::to_string(bits) + ".pem");
  const ToolResult made =
      RunTool("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:" + std::to_string(bits) + " -out '" +
              path + "'");
  EXPECT_EQ(made.status, 0) << made.out;
  return path;
}

std::string ModulusHex(const std::string& key_file) {
  const ToolResult read = RunTool("openssl rsa -in '" + key_file + "' -noout -modulus");
  const std::size_t start = read.out.find("Modulus=");
  EXPECT_NE(start, std::string::npos) << read.out;
  const std::string hex = read.out.substr(start + 8);
  return hex.substr(0, hex.find_first_not_of("0123456789ABCDEF"));
}

}  // namespace msiv2::emulator::testing
