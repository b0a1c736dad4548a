#include "bench/floor.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "msiv2/tools/diagnostics.h"

namespace msiv2::bench {
namespace {

using Pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << "floor: " << why << "\n";
  std::exit(1);
}

// A plain EVP key with the interface of a SigningKey, only so that BuildCsrDer can create the floor's CSR.
class PlainKey final : public SigningKey {
 public:
  PlainKey() : key_(EVP_RSA_gen(2048), EVP_PKEY_free) {
    for (const auto& [name, number] :
         {std::pair{"n", &public_key_.modulus}, std::pair{"e", &public_key_.exponent}}) {
      BIGNUM* value = nullptr;
      if (EVP_PKEY_get_bn_param(key_.get(), name, &value) != 1) Stop("no public key");
      number->resize(static_cast<std::size_t>(BN_num_bytes(value)));
      BN_bn2bin(value, number->data());
      BN_free(value);
    }
  }
  const RsaPublicKey& PublicKey() const override { return public_key_; }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding, DigestAlgorithm,
                                               std::span<const std::uint8_t> digest) const override {
    std::vector<std::uint8_t> signature(256);
    std::size_t length = signature.size();
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
        EVP_PKEY_CTX_new(key_.get(), nullptr), EVP_PKEY_CTX_free);
    const bool ok =
        EVP_PKEY_sign_init(context.get()) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING) == 1 &&
        EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 &&
        EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) == 1 &&
        EVP_PKEY_sign(context.get(), signature.data(), &length, digest.data(), digest.size()) == 1;
    if (!ok) Stop("no signature");
    return signature;
  }
  KeyStrength Strength() const override { return KeyStrength::kSoftware; }
  KeyOrigin Origin() const override { return KeyOrigin::kPlatform; }

  std::string Pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

 private:
  Pkey key_;
  RsaPublicKey public_key_;
};

std::string Base64(const std::vector<std::uint8_t>& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::size_t Append(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

struct Exchange {
  std::string url{};
  std::string body{};
  std::string content_type = "application/json; charset=utf-8";
  const std::string* ca = nullptr;
  const std::string* certificate = nullptr;
  const std::string* key = nullptr;
};

void SetBlob(CURL* curl, CURLoption option, const std::string& text) {
  curl_blob blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
  curl_easy_setopt(curl, option, &blob);
}

std::string Send(const Exchange& exchange) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  std::string answer;
  curl_easy_setopt(curl.get(), CURLOPT_URL, exchange.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_slist* headers = curl_slist_append(nullptr, "Metadata: true");
  headers = curl_slist_append(headers, "x-ms-client-request-id: 00000000-0000-4000-8000-000000000000");
  if (!exchange.body.empty()) {
    headers = curl_slist_append(headers, ("Content-Type: " + exchange.content_type).c_str());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, exchange.body.c_str());
  }
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers);
  if (exchange.ca != nullptr) {
    constexpr long kTls12 = CURL_SSLVERSION_TLSv1_2;
    // libcurl's MAX constants are these values shifted by 16. GCC 12 warns about the conversion of libcurl's
    // own enumerators.
    curl_easy_setopt(curl.get(), CURLOPT_SSLVERSION, kTls12 | (kTls12 << 16));
    curl_easy_setopt(curl.get(), CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(curl.get(), CURLOPT_CAINFO, nullptr);
    SetBlob(curl.get(), CURLOPT_CAINFO_BLOB, *exchange.ca);
    curl_easy_setopt(curl.get(), CURLOPT_SSLCERTTYPE, "PEM");
    curl_easy_setopt(curl.get(), CURLOPT_SSLKEYTYPE, "PEM");
    SetBlob(curl.get(), CURLOPT_SSLCERT_BLOB, *exchange.certificate);
    SetBlob(curl.get(), CURLOPT_SSLKEY_BLOB, *exchange.key);
  }
  const CURLcode code = curl_easy_perform(curl.get());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_slist_free_all(headers);
  if (code != CURLE_OK || status != 200) Stop(exchange.url + ": " + curl_easy_strerror(code) + " " + answer);
  return answer;
}

}  // namespace

Floor::Floor(const emulator::Endpoints& endpoints) : endpoints_(endpoints) {
  const PlainKey key;
  key_pem_ = key.Pem();
  const auto metadata = nlohmann::json::parse(
      Send({.url = endpoints_.imds + "/metadata/identity/getplatformmetadata?cred-api-version=2.0"}));
  const CsrInput input{.client_id = metadata["clientId"],
                       .tenant_id = metadata["tenantId"],
                       .vm_id = metadata["cuId"].value("vmId", ""),
                       .vmss_id = metadata["cuId"].value("vmssId", "")};
  credential_body_ = R"({"csr":")" + Base64(BuildCsrDer(input, key).value()) + "\"}";
  const auto credential = nlohmann::json::parse(
      Send({.url = endpoints_.imds + "/metadata/identity/issuecredential?cred-api-version=2.0",
            .body = credential_body_}));
  certificate_pem_ = "-----BEGIN CERTIFICATE-----\n";
  const std::string text = credential["certificate"];
  for (std::size_t i = 0; i < text.size(); i += 64) certificate_pem_ += text.substr(i, 64) + "\n";
  certificate_pem_ += "-----END CERTIFICATE-----\n";
}

void Floor::GenerateKey() { const Pkey key(EVP_RSA_gen(2048), EVP_PKEY_free); }

std::size_t Floor::Acquire() const {
  Send({.url = endpoints_.imds + "/metadata/identity/getplatformmetadata?cred-api-version=2.0"});
  Send({.url = endpoints_.imds + "/metadata/identity/issuecredential?cred-api-version=2.0",
        .body = credential_body_});
  return Send({.url = endpoints_.entra + "/" + endpoints_.tenant_id + "/oauth2/v2.0/token",
               .body = "client_id=" + endpoints_.client_id +
                       "&grant_type=client_credentials&scope=https%3A%2F%2Fvault.azure.net%2F.default&token_"
                       "type=mtls_pop",
               .content_type = "application/x-www-form-urlencoded",
               .ca = &endpoints_.ca_pem,
               .certificate = &certificate_pem_,
               .key = &key_pem_})
      .size();
}

}  // namespace msiv2::bench
