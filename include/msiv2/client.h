// START HERE: ManagedIdentityClient.
//
//   auto client = msiv2::ManagedIdentityClient::Create({});
//   const auto request = msiv2::TokenRequest::AttestedPop("https://vault.azure.net");
//   auto token = client->AcquireToken(request);
//   if (!token) std::cerr << token.error().ToString() << "\n";
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <vector>

#include "msiv2/call.h"
#include "msiv2/capabilities.h"
#include "msiv2/options.h"
#include "msiv2/result.h"
#include "msiv2/token.h"

namespace msiv2 {

/// ManagedIdentityClient acquires access tokens for this host's managed identity.
///
/// Threads: all members may be called at the same time. Clients share the key, the binding certificate, the
/// token cache and the connections (CacheScope).
///
/// No call waits for a renewal. Tokens and certificates are renewed in the background before they expire, on
/// threads that start when the first renewal is scheduled.
///
/// Fork: threads and connections stay with the parent. After fork(), create new clients in the child. In the
/// child, a client of the parent returns `used_after_fork` at once. Destroying it there leaves everything as
/// it is: nothing is joined, closed or released. Tokens and certificates that it returned before can still be
/// read. A future of AcquireTokenAsync that was not ready at the fork never becomes ready in the child.
///
/// Lifetime: movable. The destructor cancels the pending asynchronous calls and waits for them. It also waits
/// for a key provider or attestor that is being called; one that hangs blocks the destructor. Synchronous
/// calls must have returned by then.
class ManagedIdentityClient {
 public:
  /// Create checks the options and creates a client. It does no network I/O and creates no key.
  /// Errors: `invalid_request`, which names the option: for example an invalid base URL, or unreadable trust
  /// anchors. `used_after_fork` for a CacheScope of the parent process.
  static Result<ManagedIdentityClient> Create(ClientOptions options);

  /// TryCreate does the same if this host may have a managed identity. It is for a credential chain that
  /// continues with its next credential if the host has none. It makes no network calls: it checks
  /// environment variables, the Azure Arc agent and the firmware, and whether IMDS has answered this process.
  /// If these are inconclusive, it assumes that an identity may exist. Errors: those of Create, and
  /// `managed_identity_all_sources_unavailable`. AcquireToken can return that error too, if TryCreate assumed
  /// an identity and there is none.
  static Result<ManagedIdentityClient> TryCreate(ClientOptions options);

  /// FindSources returns what is known of each MSI v1 source without asking it, and which source receives
  /// requests for bearer tokens. `options` are those of Create.
  static std::vector<SourceFinding> FindSources(const ClientOptions& options);

  /// AcquireToken returns a token for `request.resource`. A request without MSI v2 flags is answered from the
  /// cache or by this host's MSI v1 source. Any other request is answered from the cache or by the seven
  /// steps.
  ///
  /// Errors: any code of the table (docs/errors.md). A failure never leads to a weaker token. It does not
  /// lead to MSI v1, a bearer token, a weaker key than asked for, or an unattested request. A cache hit does
  /// no I/O. It also does not allocate if neither the caches nor the environment have changed since an
  /// earlier answer to the same thread. Blocks until there is an answer, the deadline passes (`timeout`) or
  /// the caller cancels (`canceled`). Two port calls cannot be interrupted: a call into a CertificateStore,
  /// and a signature of a SigningKey.
  Result<TokenResult> AcquireToken(const TokenRequest& request, const CallOptions& call = {});

  /// FindToken returns the token that AcquireToken would return from the cache, or nullopt. It does no
  /// network I/O and waits for no other call, so that a thread that must not block may call it. If the token
  /// is due for a renewal, that starts in the background, as with AcquireToken. nullopt does not say why:
  /// AcquireToken does. The cache is not asked for a request with `force_refresh` or `rejected_token_sha256`.
  std::optional<TokenResult> FindToken(const TokenRequest& request);

  /// AcquireTokenAsync does the same as AcquireToken on a separate thread. The future is ready at once if the
  /// cache has the token or the request is refused. It is also ready at once if
  /// `ClientOptions::max_pending_calls` calls are already under way (`busy`). The error is also `busy` if no
  /// thread can be started.
  std::future<Result<TokenResult>> AcquireTokenAsync(TokenRequest request, CallOptions call = {});

  /// GetCapabilities returns what this host can do: where its identity comes from, and the strongest key it
  /// could bind tokens to. It also returns whether proof of possession works now, and if not, why.
  ///
  /// It asks IMDS, one caller at a time, without any credential. It never creates, opens or overwrites a key;
  /// the answer is what is known without one. Answers are cached. That IMDS offers MSI v1 only is cached as
  /// long as the scope (CacheScope), or until step 1 of an acquisition succeeds. The kind of the host is
  /// cached as long as the shared state. Other clear answers are cached for 5 minutes, failures for 30
  /// seconds, a timeout not at all. The kill switch and the other environment variables are read at each
  /// call. Errors: `invalid_request` (AZURE_POD_IDENTITY_AUTHORITY_HOST is not a URL), `timeout`, `canceled`,
  /// `used_after_fork`. An IMDS that does not answer is a reason in the result, not an error.
  Result<Capabilities> GetCapabilities(const CallOptions& call = {});

  ManagedIdentityClient(ManagedIdentityClient&&) noexcept;
  ManagedIdentityClient& operator=(ManagedIdentityClient&&) noexcept;
  ManagedIdentityClient(const ManagedIdentityClient&) = delete;
  ManagedIdentityClient& operator=(const ManagedIdentityClient&) = delete;
  ~ManagedIdentityClient();

 private:
  class Impl;
  struct Free {  // leaves a client of a parent process as it is
    void operator()(Impl* impl) const noexcept;
  };
  using Owner = std::unique_ptr<Impl, Free>;
  explicit ManagedIdentityClient(Owner impl);
  Owner impl_;
};

}  // namespace msiv2
