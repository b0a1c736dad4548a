// Steps 1 to 6 on a scripted network, with the committed test key and certificates that are made for it.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "flow/steps.h"
#include "flow/testing/event_recorder.h"
#include "flow/testing/fake_ports.h"
#include "flow/testing/played_attestor.h"
#include "x509/x509_test_support.h"

namespace msiv2::flow {

using testing::PlayedAttestor;

/// kContainer is where a key of a test is persisted.
inline const KeyContainer kContainer{"keystore", "key"};

/// KeyTraits is what a PlayedKey says of itself.
struct KeyTraits {
  KeyStrength strength = KeyStrength::kSoftware;
  KeyOrigin origin = KeyOrigin::kPlatform;
  std::optional<KeyContainer> container{};
  std::optional<Error> fails_with{};  ///< it signs if there is none
};

/// PlayedKey signs with the committed test key, and says of itself what a test wants.
class PlayedKey final : public SigningKey {
 public:
  explicit PlayedKey(KeyTraits traits) : traits_(std::move(traits)) {}
  const RsaPublicKey& PublicKey() const override { return x509::GoldenKey()->PublicKey(); }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                               std::span<const std::uint8_t> digest) const override {
    ++signatures;
    if (traits_.fails_with) return *traits_.fails_with;
    return x509::GoldenKey()->SignDigest(padding, algorithm, digest);
  }
  KeyStrength Strength() const override { return traits_.strength; }
  KeyOrigin Origin() const override { return traits_.origin; }
  std::optional<KeyContainer> Container() const override { return traits_.container; }

  mutable std::atomic<int> signatures{0};

 private:
  const KeyTraits traits_;
};

/// PlayedProvider returns a new PlayedKey each time, or fails. It counts how often it was asked.
class PlayedProvider final : public KeyProvider {
 public:
  std::string_view ProviderName() const override { return "played"; }
  KeyStrength BestStrength() const override { return best; }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    ++calls;
    if (fails_with) return *fails_with;
    return std::shared_ptr<const SigningKey>(std::make_shared<PlayedKey>(makes));
  }

  KeyTraits makes;
  std::optional<Error> fails_with;
  KeyStrength best = KeyStrength::kKeyGuard;
  std::atomic<int> calls{0};
};

/// PlayedStore is a certificate store in memory that keeps what was done to it.
class PlayedStore final : public CertificateStore {
 public:
  std::vector<StoredCertificate> Load(std::string_view alias) override {
    aliases.emplace_back(alias);
    return entries;
  }
  void Save(std::string_view alias, const StoredCertificate& certificate) override {
    aliases.emplace_back(alias);
    saved.push_back(certificate);
  }
  void Remove(std::string_view alias, const std::vector<std::uint8_t>& leaf_der) override {
    aliases.emplace_back(alias);
    removed.push_back(leaf_der);
  }
  std::unique_ptr<MintLock> LockMint(std::string_view alias, const KeyContainer& container,
                                     const CallContext& call) override {
    aliases.emplace_back(alias);
    locked.push_back(container);
    lock_deadline = call.deadline;
    if (on_lock) on_lock();
    return std::make_unique<MintLock>();
  }

  std::vector<StoredCertificate> entries;
  std::vector<StoredCertificate> saved;
  std::vector<std::vector<std::uint8_t>> removed;
  std::vector<KeyContainer> locked;
  std::chrono::steady_clock::time_point lock_deadline;
  std::function<void()> on_lock;
  std::vector<std::string> aliases;  // of each call
};

/// StepsTest runs steps on a host with IMDS at its usual address, and with no store.
class StepsTest : public ::testing::Test {
 protected:
  static constexpr char kBase[] = "http://169.254.169.254";
  static constexpr char kSecret[] = "a-secret-of-this-host";
  static inline const HttpHeaders kOfImds = {{"Server", "IMDS/1"}};

  StepsTest() {
    fakes_.clock.SetNow(x509::kNow);
    plan_.imds_base = kBase;
    plan_.imds_named = true;
    plan_.retries = false;
    plan_.secrets.Add(kSecret);
  }

  AcquisitionContext Acquisition() { return {plan_, ports_, trace_, call_, &stats_}; }
  AcquisitionContext Uncounted() { return {plan_, ports_, trace_, call_, /*stats=*/nullptr}; }
  std::vector<HttpRequest> Requests() const { return fakes_.http.Requests(); }
  void Cancel() {
    const CancellationSource source;
    source.Cancel();
    call_.cancellation = source.token();
  }
  // What the count of the acquisition says by now.
  MsiCount Counted() {
    stats_.Count(TokenType::kMtlsPop, fakes_.clock.MonotonicNow(), nullptr);
    return recorder_.Counts().back();
  }

  static PlatformMetadata Metadata() {
    PlatformMetadata metadata;
    metadata.client_id = x509::kClientId;
    metadata.tenant_id = x509::kTenantId;
    metadata.cu_id.vm_id = "vm";
    metadata.attestation_endpoint = "https://weu.attest.azure.net";
    return metadata;
  }
  void AnswerMetadata(const std::string& cu_id = R"({"vmId":"vm"})") {
    fakes_.http.Answer(200, kOfImds,
                       std::string(R"({"clientId":")") + x509::kClientId + R"(","tenantId":")" +
                           x509::kTenantId + R"(","cuId":)" + cu_id +
                           R"(,"attestationEndpoint":"https://weu.attest.azure.net"})");
  }
  void AnswerCredential(const std::string& identity_type = "SystemAssigned") {
    fakes_.http.Answer(200, kOfImds,
                       std::string(R"({"client_id":")") + x509::kClientId + R"(","tenant_id":")" +
                           x509::kTenantId + R"(","certificate":")" +
                           Base64Encode(x509::MakeCertificate({})) + R"(","identity_type":")" +
                           identity_type + R"(","mtls_authentication_endpoint":"https://entra.example"})");
  }
  static IssuedCredential Credential() {
    return {.client_id = x509::kClientId,
            .tenant_id = x509::kTenantId,
            .certificate_der = x509::MakeCertificate({}),
            .identity_type = "SystemAssigned",
            .mtls_authentication_endpoint = "https://entra.example/path"};
  }
  static KeyPtr MakeKey(KeyTraits traits = {}) { return std::make_shared<PlayedKey>(std::move(traits)); }

  std::shared_ptr<PlayedProvider> provider_ = std::make_shared<PlayedProvider>();
  std::shared_ptr<PlayedAttestor> attestor_ = std::make_shared<PlayedAttestor>();
  testing::FakePorts fakes_{{{provider_, /*built_in=*/true}}};
  attestation::AttestationService attestation_{attestor_, fakes_.executor, std::chrono::minutes(1)};
  PlayedStore store_;
  std::optional<Error> tls_refuses_;
  Ports ports_{fakes_.http,
               (*fakes_).keys,
               attestation_,
               nullptr,
               nullptr,
               fakes_.clock,
               (*fakes_).random,
               fakes_.imds_bases,
               (*fakes_).is_disabled,
               [this](const BindingCertificate&) -> Result<void> {
                 if (tls_refuses_) return *tls_refuses_;
                 return {};
               }};
  BoundTokenPlan plan_;
  CallContext call_ = fakes_.Call();
  testing::EventRecorder recorder_;
  const Trace trace_{&recorder_, fakes_.clock, "id"};
  AcquisitionStats stats_{&recorder_, fakes_.clock, "ImdsV2", "id"};
};

}  // namespace msiv2::flow
