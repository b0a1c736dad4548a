#include "tests/support/attestation_library/post_to_service.h"

#include <curl/curl.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <windows.h>
// after windows.h
#include <ncrypt.h>

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "base/base64.h"

namespace msiv2::test {
namespace {

using nlohmann::json;
using Numbers = std::vector<std::uint8_t>;

struct PublicKey {
  std::string n, e;  // base64url
};

std::optional<PublicKey> Export(NCRYPT_KEY_HANDLE key) {
  DWORD size = 0;
  if (NCryptExportKey(key, 0, BCRYPT_RSAPUBLIC_BLOB, nullptr, nullptr, 0, &size, 0) != 0) return std::nullopt;
  Numbers blob(size);
  if (NCryptExportKey(key, 0, BCRYPT_RSAPUBLIC_BLOB, nullptr, blob.data(), size, &size, 0) != 0) {
    return std::nullopt;
  }
  const auto* const header = reinterpret_cast<const BCRYPT_RSAKEY_BLOB*>(blob.data());
  const ByteView numbers = ByteView(blob).subspan(sizeof *header);
  return PublicKey{Base64UrlEncode(numbers.subspan(header->cbPublicExp, header->cbModulus)),
                   Base64UrlEncode(numbers.first(header->cbPublicExp))};
}

std::optional<Numbers> Sign(NCRYPT_KEY_HANDLE key, const std::string& message) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data());
  BCRYPT_PSS_PADDING_INFO padding{BCRYPT_SHA256_ALGORITHM, SHA256_DIGEST_LENGTH};
  Numbers signature(256);
  DWORD size = 0;
  if (NCryptSignHash(key, &padding, digest.data(), SHA256_DIGEST_LENGTH, signature.data(),
                     static_cast<DWORD>(signature.size()), &size, BCRYPT_PAD_PSS) != 0) {
    return std::nullopt;
  }
  signature.resize(size);
  return signature;
}

std::optional<std::string> Body(NCRYPT_KEY_HANDLE key, const std::string& client_id) {
  const auto jwk = Export(key);
  if (!jwk) return std::nullopt;
  std::array<unsigned char, 16> random{};
  RAND_bytes(random.data(), static_cast<int>(random.size()));
  const std::string nonce = Base64UrlEncode(random);
  const auto proof =
      Sign(key, "msiv2-emulated-attestation\n" + client_id + "\n" + jwk->n + "\n" + jwk->e + "\n" + nonce);
  if (!proof) return std::nullopt;
  return json({{"clientId", client_id},
               {"jwk", {{"kty", "RSA"}, {"n", jwk->n}, {"e", jwk->e}}},
               {"nonce", nonce},
               {"proof", Base64UrlEncode(*proof)}})
      .dump();
}

std::size_t Append(char* data, std::size_t, std::size_t size, void* answer) {
  static_cast<std::string*>(answer)->append(data, size);
  return size;
}

struct Exchange {
  CURLcode outcome = CURLE_FAILED_INIT;
  long status = 0;
  std::string answer;
};

Exchange Post(const std::string& url, const std::string& body, const std::string& ca_file) {
  Exchange exchange;
  CURL* const curl = curl_easy_init();
  if (curl == nullptr) return exchange;
  curl_slist* const headers = curl_slist_append(nullptr, "Content-Type: application/json");
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange.answer);
  exchange.outcome = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &exchange.status);
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  return exchange;
}

}  // namespace

std::string PostToService(const std::string& endpoint, std::uintptr_t key, const std::string& client_id,
                          const std::string& ca_file, std::string& failure) {
  const auto body = Body(key, client_id);
  if (!body) {
    failure = "the key would not sign, or not show its public half";
    return {};
  }
  const Exchange exchange = Post(endpoint + "/attest/keyguard", *body, ca_file);
  if (exchange.outcome != CURLE_OK) {
    failure = std::string("no answer: ") + curl_easy_strerror(exchange.outcome);
    return {};
  }
  const json answer = json::parse(exchange.answer, nullptr, false);
  if (exchange.status != 200 || !answer.is_object() || !answer.contains("token")) {
    failure = "the service answered with status " + std::to_string(exchange.status);
    return {};
  }
  return answer.at("token").get<std::string>();
}

}  // namespace msiv2::test
