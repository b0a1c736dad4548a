// ScriptedTransport: an HttpTransport without a network. Part of the public API, for users' own tests.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "msiv2/clock.h"
#include "msiv2/http.h"

namespace msiv2::testing {

/// ScriptedTransport answers requests from a queue, first in first out, and records the requests.
///
///   auto http = std::make_shared<testing::ScriptedTransport>();
///   http->Answer(503);
///   http->Answer(200, {{"Server", "IMDS/1"}}, "{}");
///   options.http = http;
///
/// Threads: all members may be called at the same time.
class ScriptedTransport : public HttpTransport {
 public:
  /// Answer queues a complete answer.
  void Answer(int status, HttpHeaders headers = {}, std::string body = {}) {
    Queue(HttpResponse{status, std::move(headers), std::move(body)});
  }

  /// Fail queues a failure.
  void Fail(HttpFailure failure) { Queue(std::move(failure)); }

  /// Fail queues a failure of `kind` without further details.
  void Fail(HttpFailure::Kind kind) {
    HttpFailure failure;
    failure.kind = kind;
    failure.message = "scripted failure";
    Queue(std::move(failure));
  }

  /// Send records `request` and returns the next answer of the queue. Like a real transport it fails with
  /// kCanceled or kDeadline if the call has already ended; it then takes nothing from the queue. With an
  /// empty queue it fails with kConnect.
  Result<HttpResponse, HttpFailure> Send(const HttpRequest& request, const CallContext& context) override {
    std::lock_guard lock(mutex_);
    requests_.push_back(request);
    if (context.cancellation.IsCanceled()) return Failure(HttpFailure::Kind::kCanceled, "canceled");
    if (context.clock != nullptr && context.clock->MonotonicNow() >= context.deadline) {
      return Failure(HttpFailure::Kind::kDeadline, "the deadline passed");
    }
    if (answers_.empty()) return Failure(HttpFailure::Kind::kConnect, "no scripted answer is left");
    Result<HttpResponse, HttpFailure> answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  /// Requests returns the requests so far, oldest first.
  std::vector<HttpRequest> Requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }

  /// AnswersLeft returns how many queued answers no request has taken yet.
  std::size_t AnswersLeft() const {
    std::lock_guard lock(mutex_);
    return answers_.size();
  }

 private:
  static HttpFailure Failure(HttpFailure::Kind kind, std::string message) {
    HttpFailure failure;
    failure.kind = kind;
    failure.message = std::move(message);
    return failure;
  }

  void Queue(Result<HttpResponse, HttpFailure> answer) {
    std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
  }

  mutable std::mutex mutex_;
  std::deque<Result<HttpResponse, HttpFailure>> answers_;
  std::vector<HttpRequest> requests_;
};

}  // namespace msiv2::testing
