// Measures a library that fetches tokens: msiv2, a floor or a peer, each by the same code. bench/report runs
// the programs.
//
//   PROGRAM ... hits THREADS COUNT | refreshes COUNT | clients COUNT | first [STARTED]
//
// Each prints one line of JSON. STARTED is the time before the start of the process in nanoseconds, by the
// steady clock (bench/run_once.cc). A library has these members:
//
//   void NewClient();            // replaces the client by one with an empty cache
//   std::size_t Token();         // the length of a token, which the cache has after the first call; inlined
//   std::size_t NetworkToken();  // the length of a token that is fetched in each call
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/allocations.h"
#include "bench/measuring.h"

namespace msiv2::bench {

// Callgrind counts the instructions of these two by their names.
template <typename Library>
[[gnu::noinline]] std::size_t Hits(Library& library, long count) {
  std::size_t length = 0;
  for (long i = 0; i < count; ++i) length += library.Token();
  return length;
}

template <typename Library>
[[gnu::noinline]] void Refreshes(Library& library, long count, std::vector<double>& times) {
  for (long i = 0; i < count; ++i) {
    const auto started = Clock::now();
    const std::size_t length = library.NetworkToken();
    times.push_back(Microseconds(Clock::now() - started));
    Use(length);
  }
}

/// HitTimes are the figures of one batch of hits, for each hit.
struct HitTimes {
  double elapsed;    // nanoseconds of the calling thread
  double processor;  // nanoseconds of all threads
  double allocations;
};

template <typename Library>
HitTimes MeasureHits(Library& library, int threads, long count) {
  std::atomic<int> ready{0};
  std::atomic<bool> go{false};
  std::atomic<std::uint64_t> allocations{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < threads; ++i) {
    callers.emplace_back([&] {
      for (int j = 0; j < 100; ++j) Use(library.Token());  // a thread may have an index of its own
      ++ready;
      while (!go) std::this_thread::yield();
      const std::uint64_t before = AllocationsOnThisThread();
      Use(Hits(library, count));
      allocations += AllocationsOnThisThread() - before;
    });
  }
  while (ready != threads) std::this_thread::yield();
  const double processor = ProcessorNanoseconds();
  const auto started = Clock::now();
  go = true;
  for (auto& caller : callers) caller.join();
  const double elapsed = Microseconds(Clock::now() - started) * 1000;
  const double calls = static_cast<double>(count) * threads;
  return {elapsed / static_cast<double>(count), (ProcessorNanoseconds() - processor) / calls,
          static_cast<double>(allocations) / calls};
}

/// PrintHits measures `count` hits in batches, so that another program disturbs some of them only.
template <typename Library>
int PrintHits(Library& library, int threads, long count) {
  constexpr long kBatches = 10;
  FillEnvironment();
  library.NewClient();
  for (int i = 0; i < 100; ++i) Use(library.Token());
  std::vector<double> elapsed;
  std::vector<double> processor;
  std::vector<double> allocations;
  for (long i = 0; i < kBatches; ++i) {
    const HitTimes times = MeasureHits(library, threads, count / kBatches);
    elapsed.push_back(times.elapsed);
    processor.push_back(times.processor);
    allocations.push_back(times.allocations);
  }
  std::printf(R"({"elapsed_ns": %.2f, "cpu_ns": %.2f, "allocations": %.3f})"
              "\n",
              Quantile(elapsed, 0.5), Quantile(processor, 0.5), Quantile(allocations, 1));
  return 0;
}

template <typename Library>
int PrintRefreshes(Library& library, long count) {
  library.NewClient();
  for (int i = 0; i < 3; ++i) Use(library.NetworkToken());  // connects, and starts the library's threads
  std::vector<double> times;
  times.reserve(static_cast<std::size_t>(count));
  Refreshes(library, count, times);
  std::printf(R"({"p50_us": %.2f, "p99_us": %.2f})"
              "\n",
              Quantile(times, 0.5), Quantile(times, 0.99));
  return 0;
}

template <typename Library>
int PrintClients(Library& library, long count) {
  std::vector<double> creations;
  std::vector<double> tokens;
  std::vector<double> both;
  for (long i = 0; i <= count; ++i) {
    const auto started = Clock::now();
    library.NewClient();
    const auto created = Clock::now();
    Use(library.Token());
    const auto done = Clock::now();
    if (i == 0) continue;  // the first one of the process is another figure
    creations.push_back(Microseconds(created - started));
    tokens.push_back(Microseconds(done - created));
    both.push_back(Microseconds(done - started));
  }
  std::printf(R"({"creation_us": %.2f, "token_us": %.2f, "total_us": %.2f})"
              "\n",
              Quantile(creations, 0.5), Quantile(tokens, 0.5), Quantile(both, 0.5));
  return 0;
}

/// PrintFirst measures from `started`, the start of main.
template <typename Library>
int PrintFirst(Library& library, Clock::time_point started, const char* before_start) {
  const auto begin = Clock::now();
  library.NewClient();
  const auto created = Clock::now();
  Use(library.Token());
  const auto done = Clock::now();
  if (before_start != nullptr) {
    const Clock::time_point before{std::chrono::nanoseconds(std::strtoll(before_start, nullptr, 10))};
    std::printf(R"({"exec_us": %.2f, )", Microseconds(done - before));
  } else {
    std::printf("{");
  }
  std::printf(R"("main_us": %.2f, "creation_us": %.2f, "total_us": %.2f, "peak_kb": %ld})"
              "\n",
              Microseconds(done - started), Microseconds(created - begin), Microseconds(done - begin),
              PeakKilobytes());
  return 0;
}

/// PrintFigures runs what `arguments` say. `started` is the start of main.
template <typename Library>
int PrintFigures(Library& library, Clock::time_point started, int argc, char** arguments) {
  const std::string_view figure = argc > 0 ? arguments[0] : "";
  const long number = argc > 1 ? std::atol(arguments[1]) : 0;
  const long count = argc > 2 ? std::atol(arguments[2]) : 0;
  if (figure == "first") return PrintFirst(library, started, argc > 1 ? arguments[1] : nullptr);
  if (figure == "hits" && number > 0 && count >= 10) {
    return PrintHits(library, static_cast<int>(number), count);
  }
  if (figure == "refreshes" && number > 0) return PrintRefreshes(library, number);
  if (figure == "clients" && number > 0) return PrintClients(library, number);
  std::fputs("figures: expected hits THREADS COUNT, refreshes COUNT, clients COUNT, or first [STARTED]\n",
             stderr);
  return 2;
}

}  // namespace msiv2::bench
