#include "msiv2/client.h"

#include <chrono>
#include <utility>

#include "bindings/c/handles.h"

namespace msiv2::c {
namespace {

Failure GiveToken(Result<TokenResult> result, msiv2_token** token) {
  if (!result) return Fail(result.error());
  *token = new msiv2_token{*std::move(result)};
  return nullptr;
}

using Maker = Result<ManagedIdentityClient> (*)(ClientOptions);

std::int32_t MakeClient(Maker make, const msiv2_options* options, msiv2_client** client,
                        msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (client == nullptr) return IsNull("client");
    *client = nullptr;
    if (auto bad = OfParent("options", options)) return bad;
    auto made = make(OptionsOf(options));
    if (!made) return Fail(made.error());
    *client = new msiv2_client{*std::move(made)};
    return nullptr;
  });
}

}  // namespace
}  // namespace msiv2::c

using msiv2::c::Bounds;
using msiv2::c::Fail;
using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;

extern "C" {

std::int32_t msiv2_client_new(const msiv2_options* options, msiv2_client** client, msiv2_error** error) {
  return msiv2::c::MakeClient(msiv2::ManagedIdentityClient::Create, options, client, error);
}

std::int32_t msiv2_client_try_new(const msiv2_options* options, msiv2_client** client, msiv2_error** error) {
  return msiv2::c::MakeClient(msiv2::ManagedIdentityClient::TryCreate, options, client, error);
}

std::int32_t msiv2_client_acquire(msiv2_client* client, const msiv2_request* request, std::int64_t timeout_ms,
                                  const msiv2_cancellation* cancellation, msiv2_token** token,
                                  msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (token == nullptr) return IsNull("token");
    *token = nullptr;
    if (auto bad = msiv2::c::Unusable("client", client)) return bad;
    if (auto bad = msiv2::c::Unusable("request", request)) return bad;
    msiv2::CallOptions call;
    if (auto bad = Bounds(timeout_ms, cancellation, call)) return bad;
    return msiv2::c::GiveToken(client->client.AcquireToken(request->request, call), token);
  });
}

std::int32_t msiv2_client_find_token(msiv2_client* client, const msiv2_request* request, msiv2_token** token,
                                     msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (token == nullptr) return IsNull("token");
    *token = nullptr;
    if (auto bad = msiv2::c::Unusable("client", client)) return bad;
    if (auto bad = msiv2::c::Unusable("request", request)) return bad;
    auto found = client->client.FindToken(request->request);
    if (!found) return msiv2::c::Absent("the cache has no token for this request");
    *token = new msiv2_token{*std::move(found)};
    return nullptr;
  });
}

std::int32_t msiv2_client_acquire_async(msiv2_client* client, const msiv2_request* request,
                                        std::int64_t timeout_ms, const msiv2_cancellation* cancellation,
                                        msiv2_pending** pending, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (pending == nullptr) return IsNull("pending");
    *pending = nullptr;
    if (auto bad = msiv2::c::Unusable("client", client)) return bad;
    if (auto bad = msiv2::c::Unusable("request", request)) return bad;
    msiv2::CallOptions call;
    if (auto bad = Bounds(timeout_ms, cancellation, call)) return bad;
    auto made = std::make_unique<msiv2_pending>();
    made->answer = client->client.AcquireTokenAsync(request->request, call).share();
    *pending = made.release();
    return nullptr;
  });
}

std::int32_t msiv2_pending_wait(msiv2_pending* pending, std::int64_t milliseconds, msiv2_token** token,
                                msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (token == nullptr) return IsNull("token");
    *token = nullptr;
    if (auto bad = msiv2::c::Unusable("pending", pending)) return bad;
    if (auto bad = msiv2::c::OutOfRange("milliseconds", milliseconds, 0, msiv2::c::kLongest)) return bad;
    const auto answer = pending->answer;  // a copy for each thread, as std::shared_future requires
    if (answer.wait_for(std::chrono::milliseconds(milliseconds)) != std::future_status::ready) {
      return Fail(MSIV2_E_NOT_READY, "the call goes on");
    }
    return msiv2::c::GiveToken(answer.get(), token);
  });
}

void msiv2_pending_free(msiv2_pending* pending) { delete pending; }

void msiv2_client_free(msiv2_client* client) { delete client; }

}  // extern "C"
