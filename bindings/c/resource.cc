#include <utility>

#include "bindings/c/handles.h"

using msiv2::c::Fail;
using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;

extern "C" {

std::int32_t msiv2_resource_client_new(const msiv2_options* options, msiv2_resource_client** client,
                                       msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (client == nullptr) return IsNull("client");
    *client = nullptr;
    if (auto bad = msiv2::c::OfParent("options", options)) return bad;
    msiv2::ResourceClientOptions chosen;
    if (options != nullptr) {
      chosen.tls = options->options.tls;
      chosen.timeouts = options->options.timeouts;
    }
    auto made = msiv2::ResourceClient::Create(std::move(chosen));
    if (!made) return Fail(made.error());
    *client = new msiv2_resource_client{*std::move(made)};
    return nullptr;
  });
}

void msiv2_resource_client_free(msiv2_resource_client* client) { delete client; }

std::int32_t msiv2_resource_request_new(const char* url, msiv2_resource_request** request,
                                        msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (request == nullptr) return IsNull("request");
    *request = nullptr;
    if (url == nullptr) return IsNull("url");
    auto made = std::make_unique<msiv2_resource_request>();
    made->request.url = url;
    *request = made.release();
    return nullptr;
  });
}

std::int32_t msiv2_resource_request_set_text(msiv2_resource_request* request,
                                             msiv2_resource_request_text_field field, const char* value,
                                             msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("request", request)) return bad;
    if (value == nullptr) return IsNull("value");
    if (field != MSIV2_RESOURCE_METHOD && field != MSIV2_RESOURCE_URL) return msiv2::c::UnknownField(field);
    (field == MSIV2_RESOURCE_METHOD ? request->request.method : request->request.url) = value;
    return nullptr;
  });
}

std::int32_t msiv2_resource_request_add_header(msiv2_resource_request* request, const char* name,
                                               const char* value, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("request", request)) return bad;
    if (name == nullptr) return IsNull("name");
    if (value == nullptr) return IsNull("value");
    request->request.headers.emplace_back(name, value);
    return nullptr;
  });
}

std::int32_t msiv2_resource_request_set_body(msiv2_resource_request* request, const std::uint8_t* data,
                                             std::size_t size, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("request", request)) return bad;
    if (data == nullptr && size != 0) return IsNull("data");
    request->request.body.assign(reinterpret_cast<const char*>(data), size);
    return nullptr;
  });
}

std::int32_t msiv2_resource_request_set_max_answer(msiv2_resource_request* request, std::size_t size,
                                                   msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("request", request)) return bad;
    request->request.max_body_bytes = size;
    return nullptr;
  });
}

void msiv2_resource_request_free(msiv2_resource_request* request) { delete request; }

std::int32_t msiv2_resource_send(msiv2_resource_client* client, const msiv2_token* token,
                                 const msiv2_resource_request* request, std::int64_t timeout_ms,
                                 const msiv2_cancellation* cancellation, msiv2_response** response,
                                 msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (response == nullptr) return IsNull("response");
    *response = nullptr;
    if (auto bad = msiv2::c::Unusable("client", client)) return bad;
    if (auto bad = msiv2::c::Unusable("token", token)) return bad;
    if (auto bad = msiv2::c::Unusable("request", request)) return bad;
    msiv2::CallOptions call;
    if (auto bad = msiv2::c::Bounds(timeout_ms, cancellation, call)) return bad;
    auto answer = client->client.Send(*token->result, request->request, call);
    if (!answer) return Fail(answer.error());
    *response = new msiv2_response{*std::move(answer)};
    return nullptr;
  });
}

}  // extern "C"
