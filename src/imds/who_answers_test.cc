#include "imds/who_answers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace msiv2::imds {
namespace {

using Kind = HttpFailure::Kind;
using enum ImdsLeg;
using enum Answerer;

constexpr char kRefusal[] = R"({"error":"invalid_request","error_description":"Identity not found"})";
constexpr char kGrant[] = R"({"access_token":"a.b.c","expires_in":"3600"})";

HostOutcome Answer(int status, const char* server, const char* body = "") {
  HttpHeaders headers;
  if (*server != '\0') headers = {{"Server", server}};
  return HttpResponse{status, headers, body};
}

HostOutcome Failed(Kind kind, const char* server = "") {
  HttpFailure failure;
  failure.kind = kind;
  failure.server = server;
  failure.message = "scripted";
  return failure;
}

constexpr ImdsLeg kLegs[] = {kMetadata, kToken, kV2Probe, kV1Probe};

TEST(WhoAnswers, TheServerHeaderIsAMarkOnEveryLegWhateverIsKnown) {
  for (const ImdsLeg leg : kLegs) {
    for (const auto knowledge :
         {HostKnowledge::kUnknown, HostKnowledge::kKnownByServerErrors, HostKnowledge::kKnown}) {
      for (const int status : {200, 400, 403, 404, 503}) {
        EXPECT_EQ(WhoAnswers(leg, Answer(status, "IMDS/150.870.65.1854"), knowledge), kImds) << status;
        EXPECT_EQ(WhoAnswers(leg, Answer(status, "Microsoft-imds"), knowledge), kImds) << status;
      }
    }
  }
}

TEST(WhoAnswers, OnTheLegsOfV1TheShapeOfAnAnswerIsAMarkToo) {
  struct Row {
    int status;
    const char* body;
    bool marked;
  };
  const Row rows[] = {
      {200, kGrant, true},
      {400, kRefusal, true},
      {500, kRefusal, true},
      {200, kRefusal, false},
      {400, kGrant, false},
      {200, R"({"access_token":7})", false},
      {400, R"({"error":"x"})", false},
      {400, R"({"error":{"code":"x"},"error_description":"y"})", false},
      {200, "<html>", false},
      {200, "", false},
  };
  for (const Row& row : rows) {
    const HttpResponse answer{row.status, {{"Server", "nginx"}}, row.body};
    EXPECT_EQ(HasMarks(kToken, answer), row.marked) << row.status << row.body;
    EXPECT_EQ(HasMarks(kV1Probe, answer), row.marked) << row.status << row.body;
    EXPECT_FALSE(HasMarks(kMetadata, answer)) << row.body;
    EXPECT_FALSE(HasMarks(kV2Probe, answer)) << row.body;
  }
}

// F4.
TEST(WhoAnswers, AnotherServiceOnAnUnknownHostIsNotImds) {
  for (const ImdsLeg leg : kLegs) {
    for (const int status : {200, 302, 400, 401, 403, 404, 405, 407, 410, 429, 451, 500, 502, 503, 504}) {
      const auto outcome = Answer(status, "nginx", "<html>no</html>");
      EXPECT_EQ(WhoAnswers(leg, outcome, HostKnowledge::kUnknown), kAnotherService) << status;
    }
    EXPECT_EQ(WhoAnswers(leg, Failed(Kind::kMalformed), HostKnowledge::kUnknown), kAnotherService);
    EXPECT_EQ(WhoAnswers(leg, Failed(Kind::kBodyTooLarge), HostKnowledge::kUnknown), kAnotherService);
    EXPECT_EQ(WhoAnswers(leg, Failed(Kind::kTruncated, "nginx"), HostKnowledge::kUnknown), kAnotherService);
    for (const Kind kind : {Kind::kConnect, Kind::kReset, Kind::kTimeout}) {
      EXPECT_EQ(WhoAnswers(leg, Failed(kind), HostKnowledge::kUnknown), kNoService);
      EXPECT_EQ(WhoAnswers(leg, Failed(kind), HostKnowledge::kKnown), kAbsent) << "F3";
    }
  }
}

// F4.
TEST(WhoAnswers, AnAnswerThatWasCutOffIsJudgedByItsServerHeader) {
  for (const ImdsLeg leg : kLegs) {
    for (const Kind kind : {Kind::kTruncated, Kind::kBodyTooLarge, Kind::kReset, Kind::kTimeout}) {
      const auto cut = Failed(kind, "IMDS/150.870.65.1854");
      EXPECT_TRUE(HasMarks(leg, cut)) << Name(kind);
      EXPECT_EQ(WhoAnswers(leg, cut, HostKnowledge::kUnknown), kImds) << Name(kind);
      EXPECT_FALSE(IsSilent(cut)) << Name(kind);
      EXPECT_FALSE(HasMarks(leg, Failed(kind, "nginx"))) << Name(kind);
      EXPECT_EQ(WhoAnswers(leg, Failed(kind, "nginx"), HostKnowledge::kKnown), kAbsent) << Name(kind);
    }
  }
}

TEST(WhoAnswers, OnAKnownHost404And400KeepTheirMeaningOnTheirLegs) {
  const auto who = [](ImdsLeg leg, int status) {
    return WhoAnswers(leg, Answer(status, ""), HostKnowledge::kKnown);
  };
  EXPECT_EQ(who(kMetadata, 404), kImds);
  EXPECT_EQ(who(kV2Probe, 404), kImds);
  EXPECT_EQ(who(kV2Probe, 400), kImds);
  EXPECT_EQ(who(kV1Probe, 400), kImds);
  EXPECT_EQ(who(kV1Probe, 404), kAbsent);
  EXPECT_EQ(who(kToken, 404), kAbsent);
  EXPECT_EQ(who(kMetadata, 400), kAbsent);
  EXPECT_EQ(who(kToken, 400), kAbsent);
  for (const ImdsLeg leg : kLegs) {
    for (const int status : {200, 302, 403, 500, 503}) EXPECT_EQ(who(leg, status), kAbsent) << status;
  }
}

TEST(WhoAnswers, WhereTheFirmwareIsHiddenAServerErrorCountsAsThatOfImds) {
  const auto hidden = HostKnowledge::kKnownByServerErrors;
  EXPECT_EQ(WhoAnswers(kMetadata, Answer(503, ""), hidden), kAbsent);
  EXPECT_EQ(WhoAnswers(kMetadata, Answer(599, ""), hidden), kAbsent);
  EXPECT_EQ(WhoAnswers(kMetadata, Answer(404, ""), hidden), kAnotherService);
  EXPECT_EQ(WhoAnswers(kMetadata, Failed(Kind::kConnect), hidden), kNoService);
}

TEST(WhoAnswers, WhatSaysNothingOfTheHostIsLeftToTheLeg) {
  for (const Kind kind : {Kind::kDeadline, Kind::kCanceled, Kind::kLocal, Kind::kTls, Kind::kInvalidRequest,
                          Kind::kProxy, Kind::kKeySign}) {
    EXPECT_EQ(WhoAnswers(kToken, Failed(kind), HostKnowledge::kUnknown), kImds) << Name(kind);
    EXPECT_EQ(WhoAnswers(kToken, Failed(kind), HostKnowledge::kKnown), kImds) << Name(kind);
  }
  for (const Kind kind : {Kind::kMalformed, Kind::kTruncated})
    EXPECT_EQ(WhoAnswers(kToken, Failed(kind), HostKnowledge::kKnown), kImds) << Name(kind);
}

// U1.
TEST(NotImdsError, ShowsWhatAnotherServiceSaid) {
  const Error nmi = NotImdsError(kToken, kAnotherService,
                                 Answer(403, "", "no azure identity found for request clientID 1111\n"), 1);
  EXPECT_EQ(nmi.code, ErrorCode::kImdsUnreachable);
  EXPECT_EQ(nmi.step, Step::kToken);
  EXPECT_EQ(nmi.message,
            "what answers at the address of IMDS with status 403 is not IMDS: no azure identity found for "
            "request clientID 1111");
  EXPECT_EQ(nmi.http_status, 403);
  EXPECT_EQ(nmi.attempts, 1);
  EXPECT_FALSE(nmi.retryable);

  const std::string secret = "Secret-of-this-host";
  KnownSecrets secrets;
  secrets.Add(secret);
  const std::string page = "<html>\x1b[31m" + secret + std::string(5000, 'x') + "</html>";
  const Error long_page = NotImdsError(kMetadata, kAnotherService, Answer(200, "", page.c_str()), 1, secrets);
  EXPECT_EQ(long_page.step, Step::kMetadata);
  EXPECT_LT(long_page.message.size(), 400U);
  EXPECT_EQ(long_page.message.find(secret), std::string::npos);
  EXPECT_EQ(long_page.message.find('\x1b'), std::string::npos);
}

TEST(NotImdsError, SaysOnlyOfAnotherServiceThatItIsNotImds) {
  const std::string words = "what answers at the address of IMDS is not IMDS: ";
  EXPECT_TRUE(NotImdsError(kToken, kAnotherService, Failed(Kind::kMalformed), 1).message.starts_with(words));
  EXPECT_FALSE(NotImdsError(kToken, kNoService, Failed(Kind::kConnect), 1).message.starts_with(words));
}

TEST(NotImdsError, ARetryCanHelpOnAKnownHostUnlessTheTableDoesNotRepeatIt) {
  const auto retryable = [](ImdsLeg leg, Answerer from, const HostOutcome& outcome) {
    return NotImdsError(leg, from, outcome, 1).retryable;
  };
  for (const int status : {200, 302, 408, 410, 429, 500, 503}) {
    EXPECT_TRUE(retryable(kMetadata, kAbsent, Answer(status, ""))) << status;
    EXPECT_FALSE(retryable(kMetadata, kAnotherService, Answer(status, ""))) << status;
  }
  for (const int status : {400, 401, 403, 407, 451, 499}) {
    EXPECT_FALSE(retryable(kMetadata, kAbsent, Answer(status, ""))) << status;
  }
  EXPECT_TRUE(retryable(kToken, kAbsent, Answer(404, "")));
  EXPECT_FALSE(retryable(kV1Probe, kAbsent, Answer(404, ""))) << "a probe's 404 is not repeated";
  EXPECT_TRUE(retryable(kMetadata, kNoService, Failed(Kind::kConnect)));
  EXPECT_TRUE(retryable(kMetadata, kAbsent, Failed(Kind::kConnect)));
  EXPECT_FALSE(retryable(kMetadata, kAnotherService, Failed(Kind::kMalformed)));
}

TEST(IsSilent, IsTrueWhereThereWasNoConnection) {
  for (const Kind kind : {Kind::kConnect, Kind::kLocal, Kind::kDeadline})
    EXPECT_TRUE(IsSilent(Failed(kind))) << Name(kind);
  for (const Kind kind :
       {Kind::kReset, Kind::kTimeout, Kind::kTruncated, Kind::kMalformed, Kind::kBodyTooLarge})
    EXPECT_FALSE(IsSilent(Failed(kind))) << Name(kind);
  EXPECT_FALSE(IsSilent(Answer(500, "")));
}

TEST(HasNoImds, IsTrueOfAnUnknownHostOnly) {
  EXPECT_TRUE(HasNoImds(kAnotherService));
  EXPECT_TRUE(HasNoImds(kNoService));
  EXPECT_FALSE(HasNoImds(kAbsent));
  EXPECT_FALSE(HasNoImds(kImds));
}

}  // namespace
}  // namespace msiv2::imds
