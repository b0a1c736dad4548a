// What a call does by itself about a refused certificate or a dead key.
#pragma once

#include <chrono>
#include <optional>

#include "flow/token_step.h"
#include "msiv2/error.h"

namespace msiv2::flow {

/// Remediation decides, failure by failure of one call, whether a new certificate is worth a try (spec,
/// Remediation; REM-3, REM-4).
///
/// A refused certificate: as often as the budget allows, the first at once and then after 1, 2, 4 s and so
/// on. The delay is 30 s at most, plus up to 20 % jitter. A reset that may have meant the certificate, and a
/// key that stopped signing: once each, out of the same budget. Everything else surfaces.
class Remediation {
 public:
  /// Remediation is for one call, which may mint at most `budget` new certificates.
  explicit Remediation(int budget) : budget_(budget) {}

  /// Next returns the delay before the next certificate is minted, or nullopt if `error` must surface.
  /// `jitter` is a random number from 0 to 1.
  std::optional<std::chrono::milliseconds> Next(const Error& error, CertificateVerdict verdict,
                                                double jitter);

 private:
  bool MayHelp(const Error& error, CertificateVerdict verdict);

  const int budget_;
  int tried_ = 0;
  bool reset_tried_ = false;
  bool key_tried_ = false;
};

/// WithRemedies returns `error` with the number of remedies that were tried before it.
Error WithRemedies(Error error, int remedies);

}  // namespace msiv2::flow
