// An HttpRequest as libcurl options.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>

#include "http/proxy.h"
#include "msiv2/http.h"

namespace msiv2::curl {

/// FreeList overwrites the lines before it frees them: a header may hold a token.
struct FreeList {
  void operator()(curl_slist* list) const noexcept;
};
using UniqueList = std::unique_ptr<curl_slist, FreeList>;

/// CheckRequest returns kInvalidRequest when the method, the URL or a header of `request` cannot be sent,
/// above all when text from outside would put further lines into it.
std::optional<HttpFailure> CheckRequest(const HttpRequest& request);

/// MakeHeaderList returns the headers in libcurl's form, with those libcurl would add on its own turned
/// off. Null when out of memory.
UniqueList MakeHeaderList(const HttpRequest& request);

/// ApplyRequest sets on `easy` all that depends on `request` but its headers and its TLS, and `proxy`; null:
/// none, whatever the environment says. `easy` refers to the request's body, which must outlive the transfer.
/// False when libcurl refuses an option.
bool ApplyRequest(CURL* easy, const HttpRequest& request, const Proxy* proxy);

}  // namespace msiv2::curl
