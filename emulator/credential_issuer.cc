#include "emulator/credential_issuer.h"

#include <functional>
#include <string_view>

#include "emulator/answer_faults.h"
#include "emulator/jwt_signer.h"

namespace msiv2::emulator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// Spoiling is a certificate before it is signed: its specification, and another key if a fault needs one.
struct Spoiling {
  ClientCertificateSpec spec;
  KeyHandle other_key;
  std::chrono::system_clock::time_point now;
};

using Spoil = std::function<void(Spoiling&)>;

const std::map<std::string, Spoil, std::less<>>& CertificateFaults() {
  static const std::map<std::string, Spoil, std::less<>> faults = {
      {"wrong-key",
       [](Spoiling& s) {
         s.other_key = NewRsaKey();
         s.spec.public_key = s.other_key.get();
       }},
      {"wrong-cn", [](Spoiling& s) { s.spec.client_id = "00000000-0000-4000-8000-00000000000c"; }},
      {"wrong-eku", [](Spoiling& s) { s.spec.extended_key_usage = "serverAuth"; }},
      {"sha1-certificate", [](Spoiling& s) { s.spec.digest = EVP_sha1(); }},
      {"wrong-key-usage", [](Spoiling& s) { s.spec.key_usage = "keyEncipherment"; }},
      {"expired-certificate",
       [](Spoiling& s) {
         s.spec.not_before = s.now - hours(48);
         s.spec.not_after = s.now - hours(24);
       }},
      {"future-certificate", [](Spoiling& s) { s.spec.not_before = s.now + hours(1); }},
      {"ending-certificate", [](Spoiling& s) { s.spec.not_after = s.now + minutes(2); }},
      {"uncached-certificate", [](Spoiling&) {}},
      // As if three quarters of its life had passed.
      {"backdated-certificate",
       [](Spoiling& s) { s.spec.not_before = s.now - 3 * (s.spec.not_after - s.now); }},
      {"clock-skew", [](Spoiling& s) { s.spec.not_before = s.now + minutes(3); }},
  };
  return faults;
}

std::string SpkiDer(EVP_PKEY* key) {
  std::string der(static_cast<std::size_t>(i2d_PUBKEY(key, nullptr)), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_PUBKEY(key, &out);
  return der;
}

}  // namespace

std::string CredentialIssuer::Issue(const CredentialRequest& request) {
  const std::string cache_key =
      request.client_id + (request.attested ? "|attested|" : "|plain|") + SpkiDer(request.public_key);
  const bool faulty = IsCertificateFault(request.answer_fault);
  if (!faulty && !request.bypass_cache) {
    std::lock_guard lock(mutex_);
    const auto cached = cache_.find(cache_key);
    if (cached != cache_.end() && request.now < cached->second.fresh_until) return cached->second.der;
  }

  // The service backdates by five minutes, for hosts whose clock is behind.
  Spoiling made{
      {request.public_key, request.client_id, request.tenant_id, request.now - age_, request.now + lifetime_},
      nullptr,
      request.now};
  if (faulty) CertificateFaults().find(request.answer_fault)->second(made);
  std::string der = CertificateDer(authority_.IssueClientCertificate(made.spec).get());

  std::lock_guard lock(mutex_);
  if (request.attested) attested_.insert(der);
  if (!faulty) cache_[cache_key] = {der, request.now + lifetime_ / 2 - (age_ - minutes(5)) / 2};
  return der;
}

bool CredentialIssuer::WasAttested(X509* certificate) const {
  const std::string der = CertificateDer(certificate);
  std::lock_guard lock(mutex_);
  return attested_.contains(der);
}

bool IsCertificateFault(const std::string& name) { return CertificateFaults().contains(name); }

std::vector<std::string> CertificateFaultNames() { return NamesOf(CertificateFaults()); }

}  // namespace msiv2::emulator
