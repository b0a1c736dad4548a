// Entra's refusals: the AADSTS codes and the JSON form they come in.
#pragma once

#include <httplib.h>

#include <chrono>
#include <string>

namespace msiv2::emulator {

/// AadstsError is one refusal.
struct AadstsError {
  long code = 0;                          ///< for example 392200; 0: an answer without codes
  int status = 400;                       ///< HTTP
  std::string error = "invalid_request";  ///< OAuth `error`
  std::string text;                       ///< what went wrong, for people
};

/// Refusal returns the refusal with the status, `error` and words that Entra uses with `code`; a code that is
/// not known here comes as invalid_request. A `text` that is not empty replaces the words.
AadstsError Refusal(long code, std::string text = {});

/// AnswerWithError writes the refusal as Entra does. `correlation_id` is echoed; empty: a new one.
void AnswerWithError(const AadstsError& refusal, std::string correlation_id,
                     std::chrono::system_clock::time_point now, httplib::Response& answer);

/// NewUuid returns a random version 4 UUID.
std::string NewUuid();

}  // namespace msiv2::emulator
