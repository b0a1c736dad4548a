// Asking IMDS what this host is, and for how long each answer holds.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/known_secrets.h"
#include "base/single_flight.h"
#include "base/uuid.h"
#include "flow/imds_bases.h"
#include "imds/probe.h"
#include "msiv2/clock.h"
#include "msiv2/http.h"
#include "msiv2/observer.h"

namespace msiv2::flow {

/// HostAnswers is what IMDS said about the host.
struct HostAnswers {
  imds::ProbeAnswer v2 = imds::ProbeAnswer::kUnclear;
  imds::ProbeAnswer v1 = imds::ProbeAnswer::kUnclear;  ///< not asked if v2 is present or silent
  std::optional<Error> v2_failure;                     ///< why `v2` is unclear
  bool has_no_imds = false;                            ///< nothing says that this host has IMDS
  std::optional<imds::ComputeFacts> compute;
};

/// HostQuery is where to ask.
struct HostQuery {
  ImdsHost host;
  Timeouts timeouts;
  bool retries = true;
  Observer* observer = nullptr;  ///< nullable
  KnownSecrets secrets{};        ///< hidden in what IMDS says
};

/// HostProbe asks IMDS, one flight at a time for a base, and keeps each answer for its own time:
/// - MSI v2 absent (404): until step 1 succeeds after all, so normally as long as the scope (ImdsBases);
/// - MSI v2 present, MSI v1 present: 5 minutes;
/// - compute metadata: as long as the shared state, since a host's kind does not change while it runs. It is
///   asked for without retries, and left out for a caller whose time ends over it: the rest is good without;
/// - any other answer, and a connection that cannot be made: 30 seconds;
/// - a timeout, and a failure that the call left no time to ask again for: not at all.
///
/// Threads: all members may be called at the same time. What the constructor is given outlives it.
class HostProbe {
 public:
  HostProbe(HttpTransport& http, Clock& clock, RandomSource random, ImdsBases& bases)
      : http_(http), clock_(clock), random_(std::move(random)), bases_(bases) {}

  /// Ask returns the answers, from memory where they still hold. Errors: `timeout` and `canceled` only; an
  /// IMDS that does not answer is an answer.
  Result<HostAnswers> Ask(const HostQuery& query, const CallContext& call);

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Version {
    imds::ProbeAnswer answer = imds::ProbeAnswer::kUnclear;
    std::optional<Error> failure;  // why it is unclear
    bool silent = false;           // another path would not be answered either
    bool has_no_imds = false;      // nothing says that this host has IMDS
  };
  template <typename T>
  struct Kept {
    T value{};
    TimePoint until = TimePoint::min();
  };
  struct Memory {  // of one base; only its flight touches it
    Kept<Version> v2;
    Kept<Version> v1;
    Kept<std::optional<imds::ComputeFacts>> compute;
  };
  struct Flight {
    const HostQuery& query;
    const CallContext& call;
    imds::ProbeCall probe;
    Memory& memory;
    bool& out_of_time;  // an answer was to be asked for again, and the call left no time for it
  };

  Result<HostAnswers> Work(const HostQuery& query, const CallContext& call, bool& out_of_time);
  Result<Version> AskV2(const Flight& flight);
  Result<Version> AskVersion(const Flight& flight, imds::ImdsLeg leg, const HttpRequest& request,
                             Kept<Version>& kept);
  Result<std::optional<imds::ComputeFacts>> AskCompute(const Flight& flight);

  HttpTransport& http_;
  Clock& clock_;
  const RandomSource random_;
  ImdsBases& bases_;
  SingleFlight<HostAnswers> flights_;
  std::mutex mutex_;  // guards the map, not what it holds
  std::map<std::string, Memory> memories_;
};

}  // namespace msiv2::flow
