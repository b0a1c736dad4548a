#include "doctor/checks.h"

#include <algorithm>
#include <utility>

#include "model/option_text.h"

namespace msiv2 {

std::string_view Name(Severity severity) noexcept {
  switch (severity) {
    case Severity::kSkipped:
      return "skipped";
    case Severity::kWarning:
      return "warning";
    case Severity::kFailure:
      return "failure";
    case Severity::kOk:
      break;
  }
  return "ok";
}

Severity Diagnosis::Worst() const noexcept {
  Severity worst = Severity::kOk;
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::kSkipped) worst = std::max(worst, finding.severity);
  }
  return worst;
}

namespace doctor {

Finding Ok(std::string check, std::string text) {
  return {std::move(check), Severity::kOk, "ok", std::move(text), {}};
}

Finding Skipped(std::string check, std::string text) {
  return {std::move(check), Severity::kSkipped, "not_checked", std::move(text), {}};
}

Finding FromError(std::string check, Severity severity, const Error& error) {
  OptionText cure = CureText(error.code);
  return {std::move(check),
          severity,
          std::string(Name(error.code)),
          error.message,
          std::move(cure.text),
          error.named_options,
          std::move(cure.named)};
}

std::vector<Finding> CheckAll(const Facts& facts) {
  return {CheckEnvironment(facts),  CheckBearerSource(facts), CheckKillSwitch(facts),
          CheckStoreSwitch(facts),  CheckImds(facts),         CheckClock(facts),
          CheckIdentity(facts),     CheckKeys(facts),         CheckStoredKeys(facts),
          CheckKeyMemory(facts),    CheckProxy(facts),        CheckTrustAnchors(facts),
          CheckAllowedHosts(facts), CheckAttestation(facts),  CheckTokenEndpoint(facts)};
}

}  // namespace doctor
}  // namespace msiv2
