// The expensive parts: key generation, signature, CSR, certificate check.
#include <benchmark/benchmark.h>

#include "emulator/emulator.h"
#include "msiv2/client.h"
#include "msiv2/tools/diagnostics.h"
#include "x509/certificate.h"

namespace msiv2 {
namespace {

std::shared_ptr<const SigningKey> NewKey() { return BuiltInKeyProviders().back()->GetOrCreateKey().value(); }

void BM_KeyGeneration(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(NewKey());
}
BENCHMARK(BM_KeyGeneration)->Unit(benchmark::kMillisecond);

void BM_Sign(benchmark::State& state, SignaturePadding padding) {
  const auto key = NewKey();
  const std::vector<std::uint8_t> digest(32, 7);
  for (auto _ : state) {
    benchmark::DoNotOptimize(key->SignDigest(padding, DigestAlgorithm::kSha256, digest).value());
  }
}
BENCHMARK_CAPTURE(BM_Sign, pss, SignaturePadding::kPss)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(BM_Sign, pkcs1, SignaturePadding::kPkcs1)->Unit(benchmark::kMicrosecond);

void BM_BuildCsr(benchmark::State& state) {
  const auto key = NewKey();
  const CsrInput input{.client_id = "11111111-1111-4111-8111-111111111111",
                       .tenant_id = "22222222-2222-4222-8222-222222222222",
                       .vm_id = "33333333-3333-4333-8333-333333333333"};
  for (auto _ : state) benchmark::DoNotOptimize(BuildCsrDer(input, *key).value());
}
BENCHMARK(BM_BuildCsr)->Unit(benchmark::kMicrosecond);

void BM_CheckCertificate(benchmark::State& state) {
  const auto emulator = emulator::Emulator::Start().value();
  ClientOptions options;
  emulator::Use(emulator->endpoints(), /*emulated_keyguard=*/false, options);
  auto client = ManagedIdentityClient::Create(options).value();
  const auto request = TokenRequest::UnattestedPop("https://vault.azure.net");
  const auto token = client.AcquireToken(request).value();
  const auto& binding = *token->binding;
  for (auto _ : state) {
    benchmark::DoNotOptimize(x509::CheckCertificate(binding.leaf_der(), {token->client_id, binding.key(),
                                                                         std::chrono::system_clock::now()})
                                 .value());
  }
}
BENCHMARK(BM_CheckCertificate)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace msiv2
