#include "http/token_end.h"

#include "base/foreign_time.h"
#include "base/jwt.h"
#include "http/http_date.h"

namespace msiv2 {

std::optional<std::string_view> WhyEnded(std::string_view token, const HttpResponse& answer) {
  const auto header = answer.Header("Date");
  const auto date = header ? ParseHttpDate(*header) : std::nullopt;
  if (!date) return std::nullopt;
  const auto claims = JwtClaims(token);
  if (!claims || !claims->Has("exp")) return std::nullopt;
  const auto exp = claims->Seconds("exp");
  const auto end = exp ? ForeignTime(*exp) : std::nullopt;
  if (!end) return "has an `exp` that is not a time between 1970 and 2100";
  if (*end > *date) return std::nullopt;
  return "had expired by the answer's own Date; a proxy that replays old answers, or the service's clock, is "
         "wrong";
}

}  // namespace msiv2
