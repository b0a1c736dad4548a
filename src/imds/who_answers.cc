#include "imds/who_answers.h"

#include <string>

#include "base/json.h"
#include "http/failure.h"
#include "http/retry.h"
#include "http/service_error.h"
#include "imds/metadata.h"

namespace msiv2::imds {
namespace {

using Kind = HttpFailure::Kind;

bool IsV1(ImdsLeg leg) { return leg == ImdsLeg::kToken || leg == ImdsLeg::kV1Probe; }
bool IsProbe(ImdsLeg leg) { return leg == ImdsLeg::kV2Probe || leg == ImdsLeg::kV1Probe; }

// Pod identity and other stand-ins for IMDS answer in its form without its Server header.
bool HasShapeOfV1(const HttpResponse& answer) {
  if (answer.status != 200) return ParseServiceError(answer.body).is_imds_form;
  const auto document = JsonObject::Parse(answer.body);
  return document && document->String("access_token").has_value();
}

// What a host that has IMDS answers with, also where a proxy of the host has changed the Server header.
bool KeepsItsMeaning(ImdsLeg leg, int status) {
  if (status == 404) return leg == ImdsLeg::kMetadata || leg == ImdsLeg::kV2Probe;
  return status == 400 && IsProbe(leg);
}

Answerer OfFailure(const HttpFailure& failure, bool known) {
  switch (failure.kind) {
    case Kind::kConnect:
    case Kind::kReset:
    case Kind::kTimeout:
      return known ? Answerer::kAbsent : Answerer::kNoService;
    case Kind::kMalformed:
    case Kind::kBodyTooLarge:
    case Kind::kTruncated:
      if (!known) return Answerer::kAnotherService;
      return failure.server.empty() ? Answerer::kImds : Answerer::kAbsent;
    default:  // the call, this process or TLS failed
      return Answerer::kImds;
  }
}

// Returns the words of another service for the end of a sentence.
std::string WordsOf(const HttpResponse& answer, const KnownSecrets& secrets) {
  const ServiceError said = ParseServiceError(answer.body, secrets);
  std::string words = said.code;
  if (!said.description.empty()) words += (words.empty() ? "" : ": ") + said.description;
  return words.empty() ? words : ": " + words;
}

bool IsRepeated(ImdsLeg leg, int status) {
  return IsTransientImdsStatus(status) && !(IsProbe(leg) && status == 404);
}

}  // namespace

bool HasMarks(ImdsLeg leg, const HostOutcome& outcome) {
  if (!outcome) return NamesImds(outcome.error().server);
  return IsFromImds(*outcome) || (IsV1(leg) && HasShapeOfV1(*outcome));
}

bool IsKnownHost(const HostOutcome& outcome, HostKnowledge knowledge) {
  if (knowledge == HostKnowledge::kKnownByServerErrors) return outcome && IsServerError(outcome->status);
  return knowledge == HostKnowledge::kKnown;
}

Answerer WhoAnswers(ImdsLeg leg, const HostOutcome& outcome, HostKnowledge knowledge) {
  return WhoAnswers(leg, outcome, knowledge, HasMarks(leg, outcome));
}

Answerer WhoAnswers(ImdsLeg leg, const HostOutcome& outcome, HostKnowledge knowledge, bool marked) {
  if (marked) return Answerer::kImds;
  const bool known = IsKnownHost(outcome, knowledge);
  if (!outcome) return OfFailure(outcome.error(), known);
  if (known && KeepsItsMeaning(leg, outcome->status)) return Answerer::kImds;
  return known ? Answerer::kAbsent : Answerer::kAnotherService;
}

bool IsSilent(const HostOutcome& outcome) noexcept {
  if (outcome || !outcome.error().server.empty()) return false;
  switch (outcome.error().kind) {
    case Kind::kReset:
    case Kind::kTimeout:
    case Kind::kTruncated:
    case Kind::kMalformed:
    case Kind::kBodyTooLarge:
      return false;
    default:
      return true;
  }
}

bool HasNoImds(Answerer answerer) noexcept {
  return answerer == Answerer::kAnotherService || answerer == Answerer::kNoService;
}

Error NotImdsError(ImdsLeg leg, Answerer answerer, const HostOutcome& outcome, int attempts,
                   const KnownSecrets& secrets) {
  const Step step = leg == ImdsLeg::kToken ? Step::kToken : Step::kMetadata;
  const bool is_other = answerer == Answerer::kAnotherService;
  if (!outcome) {
    const Leg silent{step, ErrorCode::kImdsUnreachable, ErrorCode::kImdsUnreachable, "IMDS"};
    Error error = FailureError(outcome.error(), silent, attempts, secrets);
    if (is_other || !outcome.error().server.empty())
      error.message = "what answers at the address of IMDS is not IMDS: " + error.message;
    if (is_other) error.retryable = false;
    return error;
  }
  const int status = outcome->status;
  Error error(ErrorCode::kImdsUnreachable, step,
              "what answers at the address of IMDS with status " + std::to_string(status) + " is not IMDS" +
                  WordsOf(*outcome, secrets));
  const bool final_refusal = status >= 400 && status <= 499 && !IsRepeated(leg, status);
  error.retryable = !is_other && !final_refusal;
  error.http_status = status;
  error.attempts = attempts;
  return error;
}

}  // namespace msiv2::imds
