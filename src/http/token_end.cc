#include "http/token_end.h"

#include "base/foreign_time.h"
#include "base/jwt.h"
#include "http/http_date.h"

namespace msiv2 {

bool HasEnded(std::string_view token, const HttpResponse& answer) {
  const auto header = answer.Header("Date");
  const auto date = header ? ParseHttpDate(*header) : std::nullopt;
  if (!date) return false;
  const auto claims = JwtClaims(token);
  if (!claims || !claims->Has("exp")) return false;
  const auto exp = claims->Integer("exp");
  const auto end = exp ? ForeignTime(*exp) : std::nullopt;
  return !end || *end <= *date;
}

}  // namespace msiv2
