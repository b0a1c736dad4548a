#include "msiv2/observers/prometheus.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <string>

#include "model/per_process.h"

namespace msiv2 {
namespace {

using CounterFamily = prometheus::Family<prometheus::Counter>;
using HistogramFamily = prometheus::Family<prometheus::Histogram>;
using Buckets = prometheus::Histogram::BucketBoundaries;

// From an in-memory signature to the whole deadline of an acquisition.
const Buckets& Seconds() {
  // Never freed: the last events arrive at process exit.
  static const auto& buckets =
      *new const Buckets{0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120};
  return buckets;
}

double InSeconds(std::chrono::nanoseconds elapsed) { return std::chrono::duration<double>(elapsed).count(); }

std::string CodeOf(const Error* error) { return std::string(error == nullptr ? "ok" : Name(error->code)); }

// All server errors share one value, so that the number of values stays small.
std::string ReasonOf(const Event& retry) {
  if (retry.failure) return std::string(Name(*retry.failure));
  if (retry.http_status >= 500) return "HTTP 5xx";
  return "HTTP " + std::to_string(retry.http_status);
}

}  // namespace

class PrometheusObserver::Metrics {
 public:
  std::string Text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }
  void Add(const Event& event);
  void Add(const MsiCount& count);

 private:
  void AddHit(CacheKind cache);
  void AddMiss(CacheKind cache, MissReason reason);
  CounterFamily& Counter(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
  }
  HistogramFamily& Histogram(const char* name, const char* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_);
  }

  prometheus::Registry registry_;
  HistogramFamily& steps_ =
      Histogram("msiv2_step_duration_seconds", "Steps by how long they took and how they ended");
  HistogramFamily& acquisitions_ = Histogram("msiv2_acquisition_duration_seconds",
                                             "Acquisitions that no cache could answer, and how they ended");
  CounterFamily& lookups_ =
      Counter("msiv2_cache_lookups_total", "Hits and misses of the caches, and why they missed");
  CounterFamily& retries_ = Counter("msiv2_retries_total", "HTTP requests that were sent again");
  CounterFamily& remediations_ = Counter(
      "msiv2_remediations_total", "Certificates replaced within a call, by the error that condemned them");
  CounterFamily& rotations_ = Counter("msiv2_rotations_total", "Certificates renewed in the background");
  CounterFamily& renewals_ = Counter(
      "msiv2_renewals_total", "Renewals in the background of tokens and certificates, by how they ended");
  CounterFamily& notices_ =
      Counter("msiv2_notices_total", "Things that an operator should know; a log says what");
  CounterFamily& msi_ = Counter("MsalMsiCounter", "The reference library's counter, with its tags");
  // Looked up once, because every call of a busy service is a hit.
  prometheus::Counter& token_hits_ = lookups_.Add({{"cache", "token"}, {"result", "hit"}});
};

void PrometheusObserver::Metrics::Add(const Event& event) {
  const std::string step(Name(event.step));
  switch (event.kind) {
    case Event::Kind::kStepStarted:
    case Event::Kind::kRenewalStarted:
      break;
    case Event::Kind::kStepEnded:
      steps_.Add({{"step", step}, {"code", CodeOf(event.error)}}, Seconds())
          .Observe(InSeconds(event.elapsed));
      break;
    case Event::Kind::kRetry:
      retries_.Add({{"step", step}, {"reason", ReasonOf(event)}}).Increment();
      break;
    case Event::Kind::kRemediation:
      remediations_.Add({{"code", CodeOf(event.error)}}).Increment();
      break;
    case Event::Kind::kRotation:
      rotations_.Add({}).Increment();
      break;
    case Event::Kind::kRenewalEnded:
      renewals_.Add({{"step", step}, {"outcome", std::string(Name(event.renewal))}}).Increment();
      break;
    case Event::Kind::kCacheHit:
      AddHit(event.cache);
      break;
    case Event::Kind::kCacheMiss:
      AddMiss(event.cache, event.miss);
      break;
    case Event::Kind::kNotice:
      notices_.Add({{"step", step}}).Increment();
      break;
  }
}

void PrometheusObserver::Metrics::AddHit(CacheKind cache) {
  if (cache == CacheKind::kToken) return token_hits_.Increment();
  lookups_.Add({{"cache", std::string(Name(cache))}, {"result", "hit"}}).Increment();
}

void PrometheusObserver::Metrics::AddMiss(CacheKind cache, MissReason reason) {
  lookups_
      .Add({{"cache", std::string(Name(cache))}, {"result", "miss"}, {"reason", std::string(Name(reason))}})
      .Increment();
}

void PrometheusObserver::Metrics::Add(const MsiCount& count) {
  acquisitions_.Add({{"source", std::string(count.source)}, {"code", CodeOf(count.error)}}, Seconds())
      .Observe(InSeconds(count.elapsed));
  msi_.Add({{"MsiSource", std::string(count.source)},
            {"TokenType", std::string(Name(count.token_type))},
            {"bypassCache", count.bypass_cache ? "true" : "false"},
            {"KeyType", KeyTypeTag(count)},
            {"CredentialOutcome", std::string(Name(count.outcome))}})
      .Increment();
}

// Threads of a parent may hold the locks of its metrics at a fork, so a child has metrics of its own.
struct PrometheusObserver::MetricsOfProcess : PerProcess<Metrics> {};

PrometheusObserver::PrometheusObserver() : metrics_(std::make_unique<MetricsOfProcess>()) {}
PrometheusObserver::~PrometheusObserver() = default;

std::string PrometheusObserver::Text() const { return metrics_->Get().Text(); }

void PrometheusObserver::OnEvent(const Event& event) noexcept {
  try {
    metrics_->Get().Add(event);
  } catch (...) {  // an event that cannot be counted must not fail the acquisition
  }
}

void PrometheusObserver::OnMsiCount(const MsiCount& count) noexcept {
  try {
    metrics_->Get().Add(count);
  } catch (...) {  // as above
  }
}

}  // namespace msiv2
