#include "keys/cng/named_key.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace msiv2::cng {
namespace {

using KeyPointer = std::shared_ptr<const SigningKey>;

constexpr std::chrono::seconds kLockTimeout(10);
constexpr int kPasses = 3;

Error Failed(const std::string& doing, const NamedKey& wanted, const InspectedKey& finding) {
  return KeyFailed(doing + " the key " + std::string(wanted.name) + ": " + finding.why, finding.status);
}

Error Final(Error error) {
  error.retryable = false;
  return error;
}

/// Confirm opens the key by its name until two inspections in a row show the same public key. An inspection
/// that shows `made` is also enough. Two processes can both finalize, and the later one silently replaces the
/// earlier one's key.
InspectedKey Confirm(const NCryptPointer& keystore, const NamedKey& wanted,
                     std::optional<RsaPublicKey> made) {
  for (int pass = 0; pass < kPasses; ++pass) {
    InspectedKey finding = Inspect(keystore, wanted);
    if (finding.state != KeyState::kUsable || finding.key->PublicKey() == made) return finding;
    made = finding.key->PublicKey();
  }
  return {KeyState::kUnknown, nullptr, "other processes kept replacing it", NCryptStatus::kOk, std::nullopt};
}

/// Creation creates the key. Its owner holds the lock, or continues without it.
class Creation {
 public:
  Creation(const NCryptPointer& keystore, const NamedKey& wanted) : keystore_(keystore), wanted_(wanted) {}

  Result<KeyPointer> Run(bool overwrite) {
    const std::uint32_t flags = wanted_.flags | (overwrite ? kOverwriteKeyFlag : 0);
    auto made = MakeNamedKey(keystore_, {wanted_.name, flags, wanted_.usage});
    if (made) return AdoptMade(**made);
    const NCryptFailure& failure = made.error();
    if (failure.status == NCryptStatus::kExists) return AdoptExisting(overwrite, failure);
    return KeyFailed("creating the key " + std::string(wanted_.name) + ": " + failure.Text(), failure.status);
  }

 private:
  Result<KeyPointer> AdoptMade(const NCryptObject& made) {
    auto public_key = ReadPublicKey(made);
    if (!public_key) {
      return KeyFailed("reading the new key: " + public_key.error().Text(), public_key.error().status);
    }
    InspectedKey finding = Confirm(keystore_, wanted_, *public_key);
    if (finding.state == KeyState::kUsable) return KeyPointer(std::move(finding.key));
    Error error = Failed("checking, after its creation,", wanted_, finding);
    // The keystore accepted the request and did something else, so it would do that again. Another process's
    // unfit key may go away, so that error stays retryable.
    const bool is_ours = finding.public_key == *public_key;
    return finding.state == KeyState::kUnfit && is_ours ? Final(std::move(error)) : error;
  }

  /// AdoptExisting handles NTE_EXISTS: another process was faster, or a key that no open can find has the
  /// name.
  Result<KeyPointer> AdoptExisting(bool overwrote, const NCryptFailure& failure) {
    InspectedKey finding = Confirm(keystore_, wanted_, std::nullopt);
    if (finding.state == KeyState::kUsable) return KeyPointer(std::move(finding.key));
    if (finding.state == KeyState::kUnknown || overwrote) {
      return Failed("opening, after " + failure.Text() + ",", wanted_, finding);
    }
    return Run(/*overwrite=*/true);
  }

  const NCryptPointer& keystore_;
  const NamedKey& wanted_;
};

Result<KeyPointer> CreateUnderLock(const NCryptPointer& keystore, const NamedKey& wanted) {
  // Another process may have created the key, or replaced a stale one, while this process waited for the
  // lock.
  InspectedKey finding = Inspect(keystore, wanted);
  if (finding.state == KeyState::kUsable) return KeyPointer(std::move(finding.key));
  if (finding.state == KeyState::kUnknown) return Failed("opening", wanted, finding);
  auto created = Creation(keystore, wanted).Run(finding.state != KeyState::kMissing);
  if (created || finding.state == KeyState::kMissing) return created;
  Error error = created.error();
  error.message += "; the one before it was not usable: " + finding.why;
  return error;
}

}  // namespace

Error KeyFailed(const std::string& what, NCryptStatus status) {
  Error error(ErrorCode::kKeyCreationFailed, Step::kKey, what);
  error.native_code = static_cast<std::int64_t>(status);
  error.retryable = !SaysNotThere(status);
  return error;
}

Result<KeyPointer> GetOrCreateNamedKey(const NCryptPointer& keystore, const NamedKey& wanted,
                                       windows::NamedLocks& locks) {
  InspectedKey finding = Inspect(keystore, wanted);
  if (finding.state == KeyState::kUsable) return KeyPointer(std::move(finding.key));
  if (finding.state == KeyState::kUnknown) return Failed("opening", wanted, finding);
  const windows::NamedLock lock = locks.Take(windows::LockName("MSAL_MI_K_", wanted.name), kLockTimeout);
  auto created = CreateUnderLock(keystore, wanted);
  if (created || lock.IsOwned()) return created;
  Error error = created.error();
  error.message += "; done without the lock between processes: " + std::string(Name(lock.grant()));
  return error;
}

}  // namespace msiv2::cng
