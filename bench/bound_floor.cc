// msiv2_bound_floor IMDS CA_FILE KEY_FILE FOLDER [unsigned] FIGURE...: the floor of msiv2_bound.
//
// The bare work of a first bound token on raw libcurl and OpenSSL, with no checks and no policy. It is the
// signature of a CSR, two HTTP exchanges, one TLS handshake with a client certificate, and one POST. With
// `unsigned`, the signature is left out. msiv2_host has written the certificate and both bodies to FOLDER.
#include <curl/curl.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "bench/figures.h"
#include "bench/fixed_key.h"

namespace {

[[noreturn]] void Stop(const std::string& why) {
  std::fprintf(stderr, "bound floor: %s\n", why.c_str());
  std::exit(1);
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  if (!file) Stop(path + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t Append(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

void SetBlob(CURL* curl, CURLoption option, const std::string& text) {
  curl_blob blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
  curl_easy_setopt(curl, option, &blob);
}

class Floor {
 public:
  Floor(std::string imds, const std::string& ca, const std::string& key, const std::string& folder,
        bool signs)
      : provider_(msiv2::bench::MakeFixedKeyProvider(key)),
        signs_(signs),
        imds_(std::move(imds)),
        ca_(ReadAll(ca)),
        key_(ReadAll(key)),
        certificate_(ReadAll(folder + "/certificate.pem")),
        credential_body_(ReadAll(folder + "/credential.json")),
        token_url_(ReadAll(folder + "/token_url")),
        token_body_(ReadAll(folder + "/token_form")) {}

  void NewClient() {}
  std::size_t Token() { return NetworkToken(); }
  std::size_t NetworkToken() {
    Send(imds_ + "/metadata/identity/getplatformmetadata?cred-api-version=2.0", "", "", false);
    if (signs_) SignCsr();
    Send(imds_ + "/metadata/identity/issuecredential?cred-api-version=2.0", credential_body_,
         "application/json; charset=utf-8", false);
    return Send(token_url_, token_body_, "application/x-www-form-urlencoded", true).size();
  }

 private:
  void SignCsr() const {
    constexpr std::array<std::uint8_t, 32> kDigest = {};
    const auto key = provider_->GetOrCreateKey().value();
    const auto signature =
        key->SignDigest(msiv2::SignaturePadding::kPss, msiv2::DigestAlgorithm::kSha256, kDigest);
    if (!signature) Stop("the key did not sign");
  }

  std::string Send(const std::string& url, const std::string& body, const std::string& type,
                   bool bound) const {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
    std::string answer;
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Append);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
    curl_slist* headers = curl_slist_append(nullptr, "Metadata: true");
    headers = curl_slist_append(headers, "x-ms-client-request-id: 00000000-0000-4000-8000-000000000000");
    if (!body.empty()) {
      headers = curl_slist_append(headers, ("Content-Type: " + type).c_str());
      curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
    }
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers);
    if (bound) UseCertificate(curl.get());
    const CURLcode code = curl_easy_perform(curl.get());
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    if (code != CURLE_OK || status != 200) Stop(url + ": " + curl_easy_strerror(code) + " " + answer);
    return answer;
  }

  void UseCertificate(CURL* curl) const {
    constexpr long kTls12 = CURL_SSLVERSION_TLSv1_2;
    // libcurl's MAX constants are these values shifted by 16. GCC 12 warns about the conversion of libcurl's
    // own enumerators.
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, kTls12 | (kTls12 << 16));
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(curl, CURLOPT_CAINFO, nullptr);
    SetBlob(curl, CURLOPT_CAINFO_BLOB, ca_);
    curl_easy_setopt(curl, CURLOPT_SSLCERTTYPE, "PEM");
    curl_easy_setopt(curl, CURLOPT_SSLKEYTYPE, "PEM");
    SetBlob(curl, CURLOPT_SSLCERT_BLOB, certificate_);
    SetBlob(curl, CURLOPT_SSLKEY_BLOB, key_);
  }

  const std::shared_ptr<msiv2::KeyProvider> provider_;
  const bool signs_;
  const std::string imds_, ca_, key_, certificate_, credential_body_, token_url_, token_body_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto started = msiv2::bench::Clock::now();
  if (argc < 6) {
    std::fputs("Usage: msiv2_bound_floor IMDS CA_FILE KEY_FILE FOLDER [unsigned] FIGURE...\n", stderr);
    return 2;
  }
  const int figure = argv[5] == std::string_view("unsigned") ? 6 : 5;
  Floor floor(argv[1], argv[2], argv[3], argv[4], figure == 5);
  return msiv2::bench::PrintFigures(floor, started, argc - figure, argv + figure);
}
