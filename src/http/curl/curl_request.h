// An HttpRequest as libcurl options.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>

#include "http/proxy.h"
#include "msiv2/http.h"

namespace msiv2::curl {

/// FreeList overwrites the lines before it frees them, because a header may hold a token.
struct FreeList {
  void operator()(curl_slist* list) const noexcept;
};
using UniqueList = std::unique_ptr<curl_slist, FreeList>;

/// CheckRequest returns kInvalidRequest if the method, the URL or a header of `request` cannot be sent. Above
/// all, text from outside must not add further lines. The result is the same for a `server_thumbprint` that
/// is malformed, or that comes with a URL that is not https. Otherwise it returns nullopt.
std::optional<HttpFailure> CheckRequest(const HttpRequest& request);

/// MakeHeaderList returns the headers in libcurl's form; null if there are none. It turns off `Expect` and a
/// default `Content-Type`, which libcurl would add to a body on its own. It returns nullopt if memory is
/// exhausted.
std::optional<UniqueList> MakeHeaderList(const HttpRequest& request);

/// ApplyRequest sets on `easy` everything that depends on `request`, except its headers and its TLS. It also
/// sets `proxy`; null means no proxy, whatever the environment says. `easy` refers to the request's body,
/// which must outlive the transfer. It returns false if libcurl refuses an option.
bool ApplyRequest(CURL* easy, const HttpRequest& request, const Proxy* proxy);

}  // namespace msiv2::curl
