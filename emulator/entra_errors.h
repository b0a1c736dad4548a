// Entra's refusals: the AADSTS codes and their JSON form.
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
  std::string text;                       ///< what went wrong, human-readable
};

/// Refusal returns the refusal with the status, `error` and text that Entra uses with `code`. An unknown code
/// gets invalid_request. A `text` that is not empty replaces Entra's text.
AadstsError Refusal(long code, std::string text = {});

/// AnswerWithError writes the refusal as Entra does. It echoes `correlation_id`, or uses a new one if that is
/// empty.
void AnswerWithError(const AadstsError& refusal, std::string correlation_id,
                     std::chrono::system_clock::time_point now, httplib::Response& answer);

/// NewUuid returns a random version 4 UUID.
std::string NewUuid();

}  // namespace msiv2::emulator
