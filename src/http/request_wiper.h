// Wipes a request that carries a secret.
#pragma once

#include "msiv2/http.h"
#include "msiv2/secret.h"

namespace msiv2 {

/// RequestWiper wipes the values of the headers and the body of a request when it is destroyed, also after an
/// exception of a transport. It refers to the request, which outlives it.
class RequestWiper {
 public:
  explicit RequestWiper(HttpRequest& request) : request_(request) {}
  RequestWiper(const RequestWiper&) = delete;
  RequestWiper& operator=(const RequestWiper&) = delete;
  ~RequestWiper() {
    for (auto& [name, value] : request_.headers) SecureWipe(value);
    SecureWipe(request_.body);
  }

 private:
  HttpRequest& request_;
};

}  // namespace msiv2
