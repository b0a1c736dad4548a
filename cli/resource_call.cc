#include "cli/resource_call.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/text.h"
#include "msiv2/challenge.h"
#include "msiv2/client.h"

namespace msiv2::cli {
namespace {

using std::chrono::steady_clock;

constexpr int kUnauthorized = 401;

/// ResourceCall is one run. It keeps both clients, so that the second token comes from the same key.
class ResourceCall {
 public:
  ResourceCall(ManagedIdentityClient client, ResourceClient resource, std::shared_ptr<Observer> observer,
               CallOptions call)
      : client_(std::move(client)),
        resource_(std::move(resource)),
        observer_(std::move(observer)),
        call_(std::move(call)) {}

  Result<HttpResponse> Run(TokenRequest token, const ResourceRequest& request, bool answers_challenge) {
    std::string sent_token;
    auto answer = AcquireAndSend(token, request, sent_token);
    if (!answers_challenge || !answer || answer->status != kUnauthorized) return answer;
    auto challenge = ParseClaimsChallenge(answer->headers);
    if (!challenge || challenge->claims == token.claims) return answer;
    Notice(request.url, "claims challenge: a new token with these claims, then the call once more");
    token.claims = std::move(challenge->claims);
    token.rejected_token_sha256 = sent_token;
    return AcquireAndSend(token, request, sent_token);
  }

 private:
  // Sets `digest` to that of the token that was sent.
  Result<HttpResponse> AcquireAndSend(const TokenRequest& token_request, const ResourceRequest& request,
                                      std::string& digest) {
    const auto token = client_.AcquireToken(token_request, Remaining());
    if (!token) return token.error();
    digest = TokenSha256(**token);
    Started(request.url);
    const auto sent = steady_clock::now();
    auto answer = resource_.Send(**token, request, Remaining());
    Report(request.url, steady_clock::now() - sent, answer);
    return answer;
  }

  CallOptions Remaining() const {
    CallOptions call = call_;
    if (!call.timeout) return call;
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - started_);
    call.timeout = std::max(*call.timeout - spent, std::chrono::milliseconds(1));
    return call;
  }

  void Started(const std::string& url) const {
    if (!observer_) return;
    const std::string where = OriginOf(url);
    observer_->OnEvent({.kind = Event::Kind::kStepStarted, .step = Step::kResource, .where = where});
  }

  void Report(const std::string& url, std::chrono::nanoseconds elapsed,
              const Result<HttpResponse>& answer) const {
    if (!observer_) return;
    const std::string where = OriginOf(url);
    const std::string detail = answer ? "HTTP " + std::to_string(answer->status) : std::string();
    observer_->OnEvent({.kind = Event::Kind::kStepEnded,
                        .step = Step::kResource,
                        .where = where,
                        .elapsed = elapsed,
                        .detail = detail,
                        .error = answer ? nullptr : &answer.error()});
  }

  void Notice(const std::string& url, std::string_view detail) const {
    if (!observer_) return;
    const std::string where = OriginOf(url);
    observer_->OnEvent(
        {.kind = Event::Kind::kNotice, .step = Step::kResource, .where = where, .detail = detail});
  }

  const steady_clock::time_point started_ = steady_clock::now();
  ManagedIdentityClient client_;
  ResourceClient resource_;
  const std::shared_ptr<Observer> observer_;
  const CallOptions call_;
};

}  // namespace

Result<HttpResponse> CallResource(const TokenFlags& flags, const ResourceRequest& request,
                                  bool answers_challenge, const Console& console,
                                  const EmulatorSession& session) {
  const auto observer = MakeObserver(flags, console);
  auto resource = ResourceClient::Create(MakeResourceOptions(flags, request.url, console, session));
  if (!resource) return resource.error();
  auto client = ManagedIdentityClient::Create(MakeClientOptions(flags, console, session, observer));
  if (!client) return client.error();
  return ResourceCall(*std::move(client), *std::move(resource), observer, MakeCallOptions(flags, console))
      .Run(MakeTokenRequest(flags), request, answers_challenge);
}

}  // namespace msiv2::cli
