// PrometheusObserver: counters and histograms of events, in the Prometheus text format.
//
// Part of the optional component: find_package(msiv2 CONFIG REQUIRED COMPONENTS prometheus), then link
// msiv2::prometheus. docs/howto/observability.md describes each metric.
#pragma once

#include <memory>
#include <string>

#include "msiv2/observer.h"

namespace msiv2 {

/// PrometheusObserver counts events. Labels take their values from this library's own tables of words and
/// from HTTP status codes, so their number is bounded. None holds an identifier or a URL.
///
/// Threads: all members may be called at the same time.
class PrometheusObserver final : public Observer {
 public:
  /// kContentType is the Content-Type of Text() in an HTTP answer.
  static constexpr char kContentType[] = "text/plain; version=0.0.4; charset=utf-8";

  PrometheusObserver();
  PrometheusObserver(const PrometheusObserver&) = delete;
  PrometheusObserver& operator=(const PrometheusObserver&) = delete;
  ~PrometheusObserver() override;

  /// Text returns the current values of all metrics, for the answer to `GET /metrics` of the program's own
  /// server. A metric appears with its first event. A forked child counts its own events only, from 0.
  std::string Text() const;

  void OnEvent(const Event& event) noexcept override;
  void OnMsiCount(const MsiCount& count) noexcept override;

 private:
  class Metrics;
  struct MetricsOfProcess;
  const std::unique_ptr<MetricsOfProcess> metrics_;
};

}  // namespace msiv2
