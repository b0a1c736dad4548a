// Which methods and headers can be sent at all.
#pragma once

#include <string>
#include <string_view>

#include "msiv2/http.h"

namespace msiv2 {

/// WhyUnsendable returns why `method` or a header cannot be sent: it breaks the syntax of RFC 9110, or the
/// transport creates that header itself. Returns an empty text if everything can be sent. The text shows a
/// header's name, made printable, and never its value.
std::string WhyUnsendable(std::string_view method, const HttpHeaders& headers);

}  // namespace msiv2
