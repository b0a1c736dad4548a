// START HERE: ManagedIdentityClient.
//
//   auto client = msiv2::ManagedIdentityClient::Create({});
//   msiv2::TokenRequest request{.resource = "https://vault.azure.net"};
//   request.mtls_proof_of_possession = true;
//   request.with_attestation_support = true;
//   auto token = client->AcquireToken(request);
//   if (!token) std::cerr << token.error().ToString() << "\n";
#pragma once

#include <future>
#include <memory>
#include <vector>

#include "msiv2/call.h"
#include "msiv2/capabilities.h"
#include "msiv2/options.h"
#include "msiv2/result.h"
#include "msiv2/token.h"

namespace msiv2 {

/// ManagedIdentityClient turns this host's managed identity into access tokens.
///
/// Threads: all members may be called at the same time. Clients share the key, the binding certificate, the
/// token cache and the connections (CacheScope).
///
/// No call waits for a renewal: tokens and certificates are renewed in the background before they end, on
/// threads that start with the first certificate.
///
/// Fork: threads and connections stay with the parent, so a child makes its own clients, after the fork.
/// There a client of the parent answers `used_after_fork` at once, and destroying it leaves all as it is:
/// nothing is joined, closed or released. The tokens and certificates that it gave can still be read. A
/// future of AcquireTokenAsync that was not ready at the fork never is in the child.
///
/// Lifetime: movable. Destroying it cancels the pending asynchronous calls and waits for them, and for
/// a key provider or attestor that is being asked: one that hangs holds up the destructor. Synchronous calls
/// must have returned by then.
class ManagedIdentityClient {
 public:
  /// Create checks the options and makes a client. It does no network I/O and makes no key.
  /// Errors: `invalid_request`, naming the option: a base URL that is none, unreadable trust anchors.
  /// `used_after_fork` for a CacheScope of the parent process.
  static Result<ManagedIdentityClient> Create(ClientOptions options);

  /// TryCreate does the same where this host may have a managed identity, for a chain of credentials that
  /// goes on where it has none. It asks nobody: it looks at variables, at the agent of Azure Arc and at the
  /// firmware. A host that tells nothing may have one. Errors: those of Create, and
  /// `managed_identity_all_sources_unavailable`, which AcquireToken has as well for a host that looked like
  /// one.
  static Result<ManagedIdentityClient> TryCreate(ClientOptions options);

  /// FindSources tells of each source of MSI v1 what is known of it without asking it, and which of them
  /// serves requests for bearer tokens. `options` as for Create.
  static std::vector<SourceFinding> FindSources(const ClientOptions& options);

  /// AcquireToken returns a token for `request.resource`, from the cache, by the seven steps, or, for a
  /// request without their flags, from this host's source of MSI v1.
  ///
  /// Errors: any code of the table (docs/errors.md). A failure never leads to a weaker token: not to MSI
  /// v1, not to a bearer token, not to a weaker key than asked for, not to an unattested request.
  /// A call that is answered from the cache does no I/O, and allocates nothing when the caches have not
  /// changed since the same thread was answered before. Blocks until there is an answer, the deadline passes
  /// (`timeout`) or the caller cancels (`canceled`). Two calls into ports cannot be cut short: a
  /// CertificateStore's, and a signature of a SigningKey.
  Result<TokenResult> AcquireToken(const TokenRequest& request, const CallOptions& call = {});

  /// AcquireTokenAsync does the same on a thread of its own. The future is ready at once when the request
  /// is refused, or when more than `ClientOptions::max_pending_calls` are under way (`busy`).
  std::future<Result<TokenResult>> AcquireTokenAsync(TokenRequest request, CallOptions call = {});

  /// GetCapabilities tells what this host can do: where its identity comes from, the strongest key it could
  /// bind tokens to, whether proof of possession works now, and why not.
  ///
  /// It asks IMDS, one caller at a time, without any credential, and never makes, opens or overwrites a key;
  /// the answer is what is known without one. Answers are kept: that IMDS offers MSI v1 only and what kind of
  /// host this is for the life of the client, other clear answers for 5 minutes, failures for 30 seconds, a
  /// timeout not at all. The kill switch and the other environment variables are read at each call.
  /// Errors: `invalid_request` (AZURE_POD_IDENTITY_AUTHORITY_HOST is no URL), `timeout`, `canceled`,
  /// `used_after_fork`. An IMDS that does not answer is a reason in the result and not an error.
  Result<Capabilities> GetCapabilities(const CallOptions& call = {});

  ManagedIdentityClient(ManagedIdentityClient&&) noexcept;
  ManagedIdentityClient& operator=(ManagedIdentityClient&&) noexcept;
  ManagedIdentityClient(const ManagedIdentityClient&) = delete;
  ManagedIdentityClient& operator=(const ManagedIdentityClient&) = delete;
  ~ManagedIdentityClient();

 private:
  class Impl;
  struct Free {  // leaves that of a parent process as it is
    void operator()(Impl* impl) const noexcept;
  };
  using Owner = std::unique_ptr<Impl, Free>;
  explicit ManagedIdentityClient(Owner impl);
  Owner impl_;
};

}  // namespace msiv2
