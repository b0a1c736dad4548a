// A hit through the C interface, next to the same hit in C++ (BM_Hit): acquire and free.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "bench/allocations.h"
#include "bench/shared_emulator.h"
#include "bindings/c/msiv2.h"

namespace msiv2 {
namespace {

void Require(std::int32_t code, msiv2_error* error) {
  if (code == MSIV2_OK) return;
  std::cerr << "c_bench: " << msiv2_error_text(error, MSIV2_ERROR_LINE) << "\n";
  std::exit(1);
}

msiv2_options* Options() {
  const emulator::Endpoints& endpoints = bench::SharedEmulator().endpoints();
  msiv2_options* options = nullptr;
  msiv2_error* error = nullptr;
  Require(msiv2_options_new(&options, &error), error);
  Require(msiv2_options_set_text(options, MSIV2_OPTION_IMDS_BASE_URL, endpoints.imds.c_str(), &error), error);
  Require(msiv2_options_set_text(options, MSIV2_OPTION_TRUST_ANCHORS_PEM, endpoints.ca_pem.c_str(), &error),
          error);
  Require(msiv2_options_set_number(options, MSIV2_OPTION_PRIVATE_CACHE, 1, &error), error);
  return options;
}

msiv2_client* WarmClient() {
  static msiv2_client* const client = [] {
    msiv2_options* const options = Options();
    msiv2_client* made = nullptr;
    msiv2_error* error = nullptr;
    Require(msiv2_client_new(options, &made, &error), error);
    msiv2_options_free(options);
    return made;
  }();
  return client;
}

msiv2_request* Request() {
  msiv2_request* request = nullptr;
  msiv2_error* error = nullptr;
  Require(msiv2_request_new("https://vault.azure.net", &request, &error), error);
  Require(msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 1, &error), error);
  Require(msiv2_request_set_number(request, MSIV2_REQUEST_ALLOW_UNATTESTED, 1, &error), error);
  return request;
}

void BM_HitFromC(benchmark::State& state) {
  msiv2_client* const client = WarmClient();
  msiv2_request* const request = Request();
  msiv2_error* error = nullptr;
  const auto hit = [&] {
    msiv2_token* token = nullptr;
    const std::int32_t code = msiv2_client_acquire(client, request, 0, nullptr, &token, &error);
    msiv2_token_free(token);
    return code;
  };
  for (int i = 0; i < 2; ++i) Require(hit(), error);  // the first fetches a token, the second makes it hot
  {
    const bench::CountAllocations count(state);
    for (auto _ : state) benchmark::DoNotOptimize(hit());
  }
  msiv2_request_free(request);
}
BENCHMARK(BM_HitFromC)->Threads(1)->Threads(2)->Threads(4)->UseRealTime();

}  // namespace
}  // namespace msiv2
