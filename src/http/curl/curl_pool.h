// Idle handles, kept apart by the identity that they have presented.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/curl/curl_handle.h"

namespace msiv2::curl {

/// CurlPool keeps idle handles in sets. A handle's connections carry the client certificate of the request
/// that opened them. For libcurl, a certificate that was set on the SSL_CTX is not part of a connection's
/// identity. Therefore libcurl would send a request for certificate B over a connection that presented
/// certificate A. So a handle serves a single certificate object for life, and with it a single TLS ceiling,
/// proxy setting and pinned server.
///
/// Threads: all members may be called at the same time.
class CurlPool {
 public:
  /// Take returns an idle handle of the set that `request` belongs to, or null. It closes the sets whose
  /// certificate object is gone, and handles on which a peer sent bytes that no request asked for.
  std::unique_ptr<CurlHandle> Take(const HttpRequest& request);

  /// GiveBack stores a handle that has just served `request`, or closes it if the set is full.
  void GiveBack(const HttpRequest& request, std::unique_ptr<CurlHandle> handle);

 private:
  struct Set {
    explicit Set(const HttpRequest& request);
    bool Serves(const HttpRequest& request) const;
    bool CertificateIsGone() const { return address != nullptr && certificate.expired(); }

    std::weak_ptr<const BindingCertificate> certificate;
    const BindingCertificate* address;  // null: requests without a certificate
    TlsVersion max_tls;
    bool use_proxy;
    std::string server_thumbprint;
    std::vector<std::unique_ptr<CurlHandle>> idle;
  };

  std::mutex mutex_;
  std::vector<Set> sets_;  // guarded by mutex_
};

}  // namespace msiv2::curl
