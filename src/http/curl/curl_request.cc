#include "http/curl/curl_request.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>

#include "base/ascii.h"
#include "base/url.h"
#include "http/curl/curl_options.h"
#include "http/sendable.h"
#include "model/find_header.h"
#include "msiv2/secret.h"

namespace msiv2::curl {
namespace {

HttpFailure Refused(std::string message) {
  return HttpFailure{.kind = HttpFailure::Kind::kInvalidRequest, .message = std::move(message)};
}

// Returns true for 40 or 64 lower-case hex digits, and a connection on which there is a certificate to
// compare.
bool IsEnforceable(const HttpRequest& request) {
  const std::string& digits = request.server_thumbprint;
  const bool hex =
      std::all_of(digits.begin(), digits.end(), [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); });
  const auto url = ParseUrl(request.url);
  return hex && (digits.size() == 40 || digits.size() == 64) && url && url->origin.scheme == "https";
}

bool SendsBody(const HttpRequest& request) {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
         request.method == "PATCH";
}

// Returns false if memory is exhausted; the list is then unchanged.
bool AppendLine(UniqueList& list, const std::string& line) {
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return false;
  static_cast<void>(list.release());
  list.reset(longer);
  return true;
}

// Returns milliseconds for libcurl, which takes 0 for "its own default".
long ToCurlMilliseconds(std::chrono::milliseconds time) {
  return static_cast<long>(std::clamp<std::int64_t>(time.count(), 1, std::int64_t{24} * 3600 * 1000));
}

curl_off_t ToCurlSize(std::size_t size) {
  constexpr std::size_t kMost = std::numeric_limits<curl_off_t>::max();
  return static_cast<curl_off_t>(std::min(size, kMost));
}

void SetMethod(OptionSetter& set, const HttpRequest& request) {
  if (SendsBody(request)) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, ToCurlSize(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.data());
  } else if (request.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else {
    set(CURLOPT_HTTPGET, 1L);
  }
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

// libcurl formats the URL several times, one character after the other. So it gets the origin only, and the
// rest as the target of the request, which it sends as it is.
void SetUrl(OptionSetter& set, std::string_view url) {
  url = url.substr(0, url.find('#'));
  const auto end = std::min(url.find_first_of("/?", url.find("://") + 3), url.size());
  std::string target(url.substr(end));
  if (!target.starts_with('/')) target.insert(0, 1, '/');
  set(CURLOPT_URL, std::string(url.substr(0, end)).c_str());
  set(CURLOPT_REQUEST_TARGET, target.c_str());
}

// Always sets both options, because otherwise libcurl would read environment variables. The credentials are
// separate from the URL, so that no message of libcurl can quote them.
void SetProxy(OptionSetter& set, const Proxy* proxy) {
  if (proxy == nullptr) {
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOPROXY, "*");
    return;
  }
  set(CURLOPT_PROXY, proxy->origin.c_str());
  set(CURLOPT_NOPROXY, "");
  std::string user(proxy->user.Reveal());
  std::string password(proxy->password.Reveal());
  if (!user.empty() || !password.empty()) {
    set(CURLOPT_PROXYUSERNAME, user.c_str());
    set(CURLOPT_PROXYPASSWORD, password.c_str());
  }
  SecureWipe(user);
  SecureWipe(password);
  set(CURLOPT_HTTPPROXYTUNNEL, 1L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // no Authorization to the proxy
  // For a TLS connection to the proxy, libcurl also runs the hook that sets the client certificate. The hook
  // cannot distinguish the two connections. ChooseProxy reports such a proxy as a problem. If one came here
  // nevertheless, a cipher that does not exist makes the connection fail first.
  set(CURLOPT_PROXY_SSL_CIPHER_LIST, "TLS-PROXY-NOT-SUPPORTED");
}

}  // namespace

std::optional<HttpFailure> CheckRequest(const HttpRequest& request) {
  if (!ParseUrl(request.url)) return Refused("the URL is not an absolute http or https URL");
  if (!request.server_thumbprint.empty() && !IsEnforceable(request)) {
    return Refused("the server's thumbprint is none, or the URL is not https");
  }
  const std::string why = WhyUnsendable(request.method, request.headers);
  if (!why.empty()) return Refused(why);
  return std::nullopt;
}

void FreeList::operator()(curl_slist* list) const noexcept {
  for (const curl_slist* line = list; line != nullptr; line = line->next) {
    OPENSSL_cleanse(line->data, std::strlen(line->data));
  }
  curl_slist_free_all(list);
}

std::optional<UniqueList> MakeHeaderList(const HttpRequest& request) {
  // libcurl's syntax: "Name:" removes one of libcurl's own headers, "Name;" sends a header without a value.
  UniqueList list;
  bool complete = true;
  if (SendsBody(request)) {
    complete = AppendLine(list, "Expect:");
    const bool typed = FindHeader(request.headers, "Content-Type").has_value();
    if (!typed) complete = complete && AppendLine(list, "Content-Type:");
  }
  for (const auto& [name, value] : request.headers) {
    const bool empty = Trim(value).empty();
    std::string line;
    line.reserve(name.size() + value.size() + 2);  // if it grew step by step, it would leave copies
    line.append(name).append(empty ? ";" : ": ");
    if (!empty) line.append(value);
    complete = complete && AppendLine(list, line);
    SecureWipe(line);
  }
  if (!complete) return std::nullopt;
  return list;
}

bool ApplyRequest(CURL* easy, const HttpRequest& request, const Proxy* proxy) {
  OptionSetter set(easy);
  SetUrl(set, request.url);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_HTTP09_ALLOWED, 0L);
  set(CURLOPT_CONNECTTIMEOUT_MS, ToCurlMilliseconds(request.connect_timeout));
  if (request.method != "HEAD") {  // a HEAD answer has the length of a body that it does not contain
    set(CURLOPT_MAXFILESIZE_LARGE, ToCurlSize(request.max_body_bytes));
  }
  SetMethod(set, request);
  SetProxy(set, proxy);
  return set.ok();
}

}  // namespace msiv2::curl
