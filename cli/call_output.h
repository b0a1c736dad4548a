// How `call` prints the answer of a resource.
#pragma once

#include <string>

#include "msiv2/http.h"

namespace msiv2::cli {

/// AnswerText returns the body, after the status line and the headers if `with_headers`. The headers are
/// printable (text.h); the body is not changed.
std::string AnswerText(const HttpResponse& answer, bool with_headers);

/// AnswerJson returns `{"status", "headers": [{"name", "value"}], "body", "body_bytes"}`. `body` is null if
/// it is not UTF-8.
std::string AnswerJson(const HttpResponse& answer);

}  // namespace msiv2::cli
