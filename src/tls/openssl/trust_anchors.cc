#include "tls/openssl/trust_anchors.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <string>

#include "base/ascii.h"
#include "base/plain_file.h"
#include "crypto/errors.h"
#include "tls/openssl/chain_verification.h"
#include "tls/openssl/default_directories.h"
#include "tls/openssl/pem_text.h"
#include "tls/openssl/system_anchors.h"

namespace msiv2::tls {
namespace {

// Where certificates come from, in words, and the option that gave them.
struct AnchorOrigin {
  std::string words;
  Option option;
};

Error Refused(const AnchorOrigin& origin, const std::string& cause) {
  Error error(ErrorCode::kInvalidRequest, "trust anchors from " + origin.words + ": " + cause);
  error.option = origin.option;
  return error;
}

Result<void> AddPem(X509_STORE* store, std::string_view pem, const AnchorOrigin& origin) {
  if (pem.size() > kMaxTrustAnchorBytes) return Refused(origin, "larger than 16 MiB");
  const crypto::Handle<BIO> text = ReadPemText(pem);
  if (text == nullptr) return Refused(origin, crypto::TakeErrors());
  int count = 0;
  ERR_clear_error();
  while (const crypto::Handle<X509> certificate{PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_cert(store, certificate.get()) != 1) return Refused(origin, crypto::TakeErrors());
    ++count;
  }
  if (!LastErrorIsEndOfPem()) {
    return Refused(origin,
                   "certificate " + std::to_string(count + 1) + " is damaged: " + crypto::TakeErrors());
  }
  ERR_clear_error();
  if (count == 0) return Refused(origin, "no PEM certificate inside");
  return {};
}

}  // namespace

TrustAnchors::TrustAnchors(crypto::Handle<X509_STORE> store, bool add_system)
    : shared_(new Shared{.store = std::move(store),
                         .mutex = {},
                         .uses_system = add_system,
                         .system_is_missing = add_system,
                         .file_problem = {},
                         .bundle = {}}) {}

TrustAnchors::TrustAnchors(crypto::Handle<X509_STORE> store, std::shared_ptr<SystemBundle> bundle)
    : shared_(new Shared{.store = std::move(store),
                         .mutex = {},
                         .uses_system = true,
                         .system_is_missing = false,
                         .file_problem = {},
                         .bundle = std::move(bundle)}) {}

Result<void> TrustAnchors::ShareWith(SSL_CTX* context) const {
  {
    const std::lock_guard lock(shared_->mutex);
    // A failure is not stored, because memory may be available later.
    if (shared_->system_is_missing && !AddSystem()) {
      return Error(ErrorCode::kTlsFailed, "trust anchors from the system: " + crypto::TakeErrors());
    }
    shared_->system_is_missing = false;
  }
  SSL_CTX_set1_cert_store(context, shared_->store.get());
  return {};
}

// The caller holds the lock. Returns false if OpenSSL has no memory.
bool TrustAnchors::AddSystem() const {
  if (!AddSystemDirectories(shared_->store.get())) return false;
  if (SystemBundleLimitsTrust()) {
    // OpenSSL asks the certificates in the store before it searches the directories.
    shared_->file_problem = ReaderOfSystemBundle()(shared_->store.get(), nullptr);
    return true;
  }
  shared_->bundle = SystemBundle::OfProcess();
  if (!HasSystemDirectories()) shared_->bundle->Start();
  return true;
}

std::shared_ptr<SystemBundle> TrustAnchors::Bundle() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->bundle;
}

Verdict TrustAnchors::Verify(X509_STORE_CTX* verification, const CallContext& call) const {
  if (VerifyChain(verification)) return Verdict::kTrusted;
  if (const auto bundle = Bundle()) {
    const auto loaded = bundle->Get(call);
    if (loaded.outcome != WaitOutcome::kReady) {
      X509_STORE_CTX_set_error(verification, X509_V_ERR_UNSPECIFIED);
      return Verdict::kCallEnded;
    }
    if (loaded.store == nullptr) {
      X509_STORE_CTX_set_error(verification, X509_V_ERR_OUT_OF_MEM);
    } else if (VerifyChainAgain(verification, loaded.store)) {
      return Verdict::kTrusted;
    }
  }
  if (X509_STORE_CTX_get_error(verification) == X509_V_ERR_OUT_OF_MEM) return Verdict::kOutOfMemory;
  return IssuerIsUnknown(verification) ? Verdict::kIssuerUnknown : Verdict::kRefused;
}

std::string TrustAnchors::SystemProblems() const {
  if (!shared_->uses_system) return {};
  std::string text;
  {
    const std::lock_guard lock(shared_->mutex);
    text = shared_->bundle == nullptr ? shared_->file_problem : shared_->bundle->Problem();
  }
  for (const std::string& problem : InspectDefaultDirectories().problems) {
    text += (text.empty() ? "" : "; ") + problem;
  }
  return text;
}

Result<TrustAnchors> LoadTrustAnchors(std::string_view pem, const std::string& file, bool use_system) {
  crypto::Handle<X509_STORE> store(X509_STORE_new());
  if (store == nullptr) return Error(ErrorCode::kMsiV2Error, "trust anchors: " + crypto::TakeErrors());
  // Any given certificate is an anchor, even an intermediate. libcurl 7.88 to 8.2 sets this flag by itself,
  // and newer versions do not. What is trusted must not depend on the version.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  if (!pem.empty()) {
    const auto added = AddPem(store.get(), pem, {"the PEM text", Option::kTrustAnchorsPem});
    if (!added) return added.error();
  }
  if (!file.empty()) {
    const AnchorOrigin origin{"file " + Printable(file), Option::kTrustAnchorsFile};
    const auto read = ReadPlainFile(file, kMaxTrustAnchorBytes + 1);
    if (!read.bytes) return Refused(origin, "cannot be read: " + read.cause);
    const auto added = AddPem(store.get(), read.bytes->Reveal(), origin);
    if (!added) return added.error();
  }
  return TrustAnchors(std::move(store), use_system);
}

}  // namespace msiv2::tls
