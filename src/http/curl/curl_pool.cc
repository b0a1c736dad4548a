#include "http/curl/curl_pool.h"

#include <algorithm>
#include <iterator>

namespace msiv2::curl {
namespace {

constexpr std::size_t kMaxIdleHandles = 16;

}  // namespace

CurlPool::Set::Set(const HttpRequest& request)
    : certificate(request.client_certificate),
      address(request.client_certificate.get()),
      max_tls(request.max_tls),
      use_proxy(request.use_proxy),
      server_thumbprint(request.server_thumbprint) {}

// The address alone is not enough, because a new certificate may have the address of a freed one. The owner
// alone is not enough either, because one owner may hold several certificates.
bool CurlPool::Set::Serves(const HttpRequest& request) const {
  const auto& wanted = request.client_certificate;
  const bool same_owner = !certificate.owner_before(wanted) && !wanted.owner_before(certificate);
  return same_owner && address == wanted.get() && !CertificateIsGone() && max_tls == request.max_tls &&
         use_proxy == request.use_proxy && server_thumbprint == request.server_thumbprint;
}

std::unique_ptr<CurlHandle> CurlPool::Take(const HttpRequest& request) {
  std::vector<Set> gone;  // closed after the lock is released, because closing is I/O
  std::vector<std::unique_ptr<CurlHandle>> spoiled;
  std::lock_guard lock(mutex_);
  const auto first_gone = std::stable_partition(sets_.begin(), sets_.end(),
                                                [](const Set& set) { return !set.CertificateIsGone(); });
  std::move(first_gone, sets_.end(), std::back_inserter(gone));
  sets_.erase(first_gone, sets_.end());

  const auto set = std::find_if(sets_.begin(), sets_.end(), [&](const Set& s) { return s.Serves(request); });
  while (set != sets_.end() && !set->idle.empty()) {
    auto handle = std::move(set->idle.back());
    set->idle.pop_back();
    if (!handle->HasUnaskedBytes()) return handle;
    spoiled.push_back(std::move(handle));
  }
  return nullptr;
}

void CurlPool::GiveBack(const HttpRequest& request, std::unique_ptr<CurlHandle> handle) {
  std::lock_guard lock(mutex_);
  auto set = std::find_if(sets_.begin(), sets_.end(), [&](const Set& s) { return s.Serves(request); });
  if (set == sets_.end()) set = sets_.insert(sets_.end(), Set(request));
  if (set->idle.size() < kMaxIdleHandles) set->idle.push_back(std::move(handle));
}

}  // namespace msiv2::curl
