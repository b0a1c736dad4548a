// The `openssl` and `curl` tools, for tests that need an independent check.
#pragma once

#include <string>

namespace msiv2::emulator::testing {

/// TempPath returns the path of a file in a directory of this test process, which is removed at the end.
std::string TempPath(const std::string& file);

void WriteFile(const std::string& path, const std::string& bytes);
std::string ReadFile(const std::string& path);

/// ToolResult is the outcome of a tool.
struct ToolResult {
  int status = -1;  ///< 0: success
  std::string out;  ///< standard output and standard error
};

/// RunTool runs a shell command line.
ToolResult RunTool(const std::string& command);

/// CsrRecipe is a PKCS#10 request that `openssl asn1parse -genconf` and `openssl dgst` create from text. Each
/// part can be set to what a careless client would send. The defaults are a request as specified.
struct CsrRecipe {
  std::string key_file;  ///< RSA key, PEM; see MakeRsaKeyFile
  std::string version = "INTEGER:0";
  std::string first_rdn = "SET:dc";
  std::string second_rdn = "SET:cn";
  std::string third_rdn;  ///< empty: left out
  std::string tenant = "IA5STRING:11111111-2222-4333-8444-555555555555";
  std::string client = "PRINTABLESTRING:99999999-8888-4777-8666-555555555555";
  std::string dc_second_value;  ///< the name of another section inside the first RDN
  std::string key_parameters = "NULL";
  std::string cuid_oid = "1.3.6.1.4.1.311.90.2.10";
  std::string cuid_type = "FORMAT:UTF8,UTF8String";
  std::string cuid = R"({"vmId":"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"})";
  std::string second_attribute;  ///< SEQUENCE:section of another attribute, or empty
  std::string second_cuid;       ///< another value in the attribute
  bool attributes = true;
  std::string signature_oid = "1.2.840.113549.1.1.10";
  std::string signature_parameters = "SEQUENCE:pss";
  std::string salt = "32";
  std::string sha256_parameters;  ///< for example "NULL"; empty: left out
  std::string trailer;            ///< for example "1"; empty: left out
  std::string hash = "sha256";
  std::string sign_options =
      "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha256";
  std::string extra_info;  ///< signed instead of the request, to make a signature that does not verify

  /// Der creates the request.
  std::string Der() const;
};

/// MakeRsaKeyFile creates an RSA key of `bits` with the openssl tool and returns its path.
std::string MakeRsaKeyFile(int bits = 2048);

/// ModulusHex returns the modulus of a key file as upper-case hex.
std::string ModulusHex(const std::string& key_file);

}  // namespace msiv2::emulator::testing
