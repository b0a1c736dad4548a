#include "bindings/c/tests/emulated_host.h"

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "emulator/emulator.h"
#include "msiv2/clock.h"

using namespace msiv2;

struct emulated_host {
  std::unique_ptr<emulator::Emulator> emulator;
  std::shared_ptr<KeyProvider> provider = emulator::MakeEmulatedKeyGuardProvider();
  std::shared_ptr<Attestor> attestor;
  std::atomic<int> releases{0};
  std::atomic<int> attestations{0};
  std::mutex mutex;
  std::string refused;

  bool Refuses(const char* what) {
    std::lock_guard lock(mutex);
    return refused == what;
  }
};

namespace {

std::int32_t Append(void* to, const std::uint8_t* data, std::size_t size) {
  static_cast<std::vector<std::uint8_t>*>(to)->assign(data, data + size);
  return MSIV2_OK;
}

// The handle that the attestor of a C program receives, as a key for the emulator.
class HandleKey final : public SigningKey {
 public:
  explicit HandleKey(const msiv2_key* key) : key_(key) {
    msiv2_key_view(key, MSIV2_KEY_MODULUS, Append, &public_key_.modulus, nullptr);
    msiv2_key_view(key, MSIV2_KEY_EXPONENT, Append, &public_key_.exponent, nullptr);
  }
  const RsaPublicKey& PublicKey() const override { return public_key_; }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                               std::span<const std::uint8_t> digest) const override {
    std::vector<std::uint8_t> signature;
    const std::int32_t code = msiv2_key_sign(
        key_, padding == SignaturePadding::kPss ? MSIV2_PADDING_PSS : MSIV2_PADDING_PKCS1,
        static_cast<msiv2_digest>(algorithm), digest.data(), digest.size(), Append, &signature, nullptr);
    if (code != MSIV2_OK) return Error(ErrorCode::kKeySignFailed, msiv2_code_name(code));
    return signature;
  }
  KeyStrength Strength() const override { return static_cast<KeyStrength>(Number(MSIV2_KEY_STRENGTH)); }
  KeyOrigin Origin() const override { return static_cast<KeyOrigin>(Number(MSIV2_KEY_ORIGIN)); }

 private:
  std::int64_t Number(msiv2_key_number_field field) const {
    std::int64_t value = 0;
    msiv2_key_number(key_, field, &value, nullptr);
    return value;
  }

  const msiv2_key* key_;
  RsaPublicKey public_key_;
};

void Release(void* context) { ++static_cast<emulated_host*>(context)->releases; }

struct OwnedKey {
  emulated_host* host;
  std::shared_ptr<const SigningKey> key;
};

void ReleaseKey(void* context) {
  auto* owned = static_cast<OwnedKey*>(context);
  ++owned->host->releases;
  delete owned;
}

std::int32_t Sign(void* context, std::int32_t padding, std::int32_t algorithm, const std::uint8_t* digest,
                  std::size_t size, msiv2_reply* reply) {
  const auto* owned = static_cast<OwnedKey*>(context);
  if (owned->host->Refuses("sign")) {
    msiv2_reply_error(reply, "the test's key refuses to sign", 4711, 1);
    return MSIV2_E_KEY_SIGN_FAILED;
  }
  const auto signature =
      owned->key->SignDigest(padding == MSIV2_PADDING_PSS ? SignaturePadding::kPss : SignaturePadding::kPkcs1,
                             static_cast<DigestAlgorithm>(algorithm), {digest, size});
  if (!signature) return MSIV2_E_KEY_SIGN_FAILED;
  return msiv2_reply_bytes(reply, signature->data(), signature->size());
}

std::int32_t GetOrCreate(void* context, msiv2_reply* reply) {
  auto* host = static_cast<emulated_host*>(context);
  if (host->Refuses("key")) {
    msiv2_reply_error(reply, "the test's keystore is closed", 4712, 0);
    return MSIV2_E_KEY_CREATION_FAILED;
  }
  const auto key = host->provider->GetOrCreateKey();
  if (!key) return MSIV2_E_KEY_CREATION_FAILED;
  const RsaPublicKey& numbers = (*key)->PublicKey();
  const msiv2_key_table table = {MSIV2_STRENGTH_KEYGUARD,
                                 MSIV2_ORIGIN_EMULATED,
                                 numbers.modulus.data(),
                                 numbers.modulus.size(),
                                 numbers.exponent.data(),
                                 numbers.exponent.size(),
                                 Sign,
                                 ReleaseKey};
  auto owned = std::make_unique<OwnedKey>(OwnedKey{host, *key});
  const std::int32_t code = msiv2_reply_key(reply, &table, owned.get());
  if (code == MSIV2_OK) (void)owned.release();
  return code;
}

std::int32_t Attest(void* context, const char* endpoint, const char* client_id, const msiv2_key* key,
                    const msiv2_call* call, msiv2_reply* reply) {
  auto* host = static_cast<emulated_host*>(context);
  ++host->attestations;
  if (host->Refuses("attest") || msiv2_call_is_canceled(call) == 1 ||
      msiv2_call_milliseconds_left(call) <= 0) {
    msiv2_reply_error(reply, "the test's attestor refuses", 4713, 0);
    return MSIV2_E_ATTESTATION_FAILED;
  }
  CallContext bounds;
  bounds.clock = SystemClock().get();
  const auto jwt = host->attestor->Attest({endpoint, client_id, std::make_shared<HandleKey>(key)}, bounds);
  if (!jwt) {
    msiv2_reply_error(reply, jwt.error().message.c_str(), 0, 0);
    return MSIV2_E_ATTESTATION_FAILED;
  }
  const std::string_view text = jwt->Reveal();
  return msiv2_reply_bytes(reply, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

}  // namespace

emulated_host* emulated_host_start(void) {
  auto started = emulator::Emulator::Start();
  if (!started) {
    std::cerr << started.error().ToString() << "\n";
    return nullptr;
  }
  auto host = std::make_unique<emulated_host>();
  host->emulator = *std::move(started);
  host->attestor = emulator::MakeEmulatedAttestor(host->emulator->endpoints());
  return host.release();
}

emulated_host* emulated_host_attach(const char* attestation, const char* ca_pem) {
  auto host = std::make_unique<emulated_host>();
  emulator::Endpoints endpoints;
  endpoints.attestation = attestation;
  endpoints.ca_pem = ca_pem;
  host->attestor = emulator::MakeEmulatedAttestor(endpoints);
  return host.release();
}

void emulated_host_stop(emulated_host* host) { delete host; }

const char* emulated_host_imds(const emulated_host* host) { return host->emulator->endpoints().imds.c_str(); }
const char* emulated_host_attestation(const emulated_host* host) {
  return host->emulator->endpoints().attestation.c_str();
}
const char* emulated_host_resource(const emulated_host* host) {
  return host->emulator->endpoints().resource.c_str();
}
const char* emulated_host_ca_pem(const emulated_host* host) {
  return host->emulator->endpoints().ca_pem.c_str();
}
const char* emulated_host_client_id(const emulated_host* host) {
  return host->emulator->endpoints().client_id.c_str();
}
const char* emulated_host_tenant_id(const emulated_host* host) {
  return host->emulator->endpoints().tenant_id.c_str();
}

msiv2_options* emulated_host_options(const emulated_host* host) {
  constexpr std::int64_t kLong = 1200000;
  msiv2_options* options = nullptr;
  const bool made =
      msiv2_options_new(&options, nullptr) == MSIV2_OK &&
      msiv2_options_set_text(options, MSIV2_OPTION_IMDS_BASE_URL, emulated_host_imds(host), nullptr) ==
          MSIV2_OK &&
      msiv2_options_set_text(options, MSIV2_OPTION_TRUST_ANCHORS_PEM, emulated_host_ca_pem(host), nullptr) ==
          MSIV2_OK &&
      msiv2_options_set_number(options, MSIV2_OPTION_PRIVATE_CACHE, 1, nullptr) == MSIV2_OK &&
      msiv2_options_set_number(options, MSIV2_OPTION_ATTESTATION_MS, kLong, nullptr) == MSIV2_OK &&
      msiv2_options_set_number(options, MSIV2_OPTION_ATTEMPT_MS, kLong, nullptr) == MSIV2_OK &&
      msiv2_options_set_number(options, MSIV2_OPTION_ACQUISITION_MS, kLong, nullptr) == MSIV2_OK;
  if (!made) std::abort();
  return options;
}

int emulated_host_fault(emulated_host* host, const char* rule) {
  if (rule != nullptr) return host->emulator->AddFault(rule).has_value() ? 1 : 0;
  host->emulator->ClearFaults();
  return 1;
}

size_t emulated_host_hanging(const emulated_host* host) { return host->emulator->Hanging(); }

void emulated_host_await_hanging(const emulated_host* host) {
  while (host->emulator->Hanging() == 0) std::this_thread::yield();
}

size_t emulated_host_requests(const emulated_host* host, const char* server, const char* path) {
  size_t count = 0;
  for (const auto& entry : host->emulator->Log()) {
    if (entry.server == server && entry.path.ends_with(path)) ++count;
  }
  return count;
}

const msiv2_key_provider_table* emulated_host_key_provider(void) {
  static const msiv2_key_provider_table table = {"test-keyguard", MSIV2_STRENGTH_KEYGUARD, GetOrCreate,
                                                 nullptr, Release};
  return &table;
}

const msiv2_attestor_table* emulated_host_attestor(void) {
  static const msiv2_attestor_table table = {1, Attest, Release};
  return &table;
}

int emulated_host_releases(const emulated_host* host) { return host->releases; }
int emulated_host_attestations(const emulated_host* host) { return host->attestations; }

void emulated_host_refuse(emulated_host* host, const char* what) {
  std::lock_guard lock(host->mutex);
  host->refused = what;
}
