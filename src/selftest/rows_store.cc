// The row about the user's certificate store.
#include <optional>
#include <utility>

#include "base/uuid.h"
#include "cache/windows_cert_store/friendly_name.h"
#include "keys/cng/ncrypt_status.h"
#include "selftest/row.h"
#include "selftest/test_certificate.h"

namespace msiv2::selftest {
namespace {

std::string StoreText(const cache::StoreFailure& failure) {
  return failure.what + " failed, status " + cng::Text(static_cast<cng::NCryptStatus>(failure.status));
}

/// Planted removes the entry from the store, however the row ends.
class Planted {
 public:
  Planted(cache::RawCertificateStore& store, Bytes der) : store_(store), der_(std::move(der)) {}
  Planted(const Planted&) = delete;
  Planted& operator=(const Planted&) = delete;
  ~Planted() {
    if (!is_removed_) static_cast<void>(store_.Remove(der_));
  }

  Result<void, cache::StoreFailure> Remove() {
    auto removed = store_.Remove(der_);
    is_removed_ = removed.has_value();
    return removed;
  }

 private:
  cache::RawCertificateStore& store_;
  const Bytes der_;
  bool is_removed_ = false;
};

// Returns what is wrong with the store's content under the entry's name; empty if it is exactly the entry.
std::string WrongEntry(cache::RawCertificateStore& store, const cache::RawCertificate& entry) {
  const auto listed = store.List(entry.friendly_name);
  if (!listed) return StoreText(listed.error());
  if (listed->size() != 1)
    return "the store lists " + std::to_string(listed->size()) + " entries, not the one";
  const cache::RawCertificate& read = listed->front();
  if (read.der != entry.der) return "the certificate that is read is not the one that was written";
  if (read.container != entry.container) return "the link to the key is not the one that was written";
  return "";
}

RowAnswer TryStore(const RowInput& input, const cache::RawCertificate& entry) {
  cache::RawCertificateStore& store = *input.parts->store;
  Planted planted(store, entry.der);  // also if Add reports a failure
  if (const auto added = store.Add(entry); !added) return Fail(input, StoreText(added.error()));
  const std::string wrong = WrongEntry(store, entry);
  if (!wrong.empty()) return Fail(input, wrong);
  if (const auto removed = planted.Remove(); !removed) {
    return Fail(input, StoreText(removed.error()) + ": remove the entry " + entry.friendly_name);
  }
  const auto left = store.List(entry.friendly_name);
  if (!left) return Fail(input, StoreText(left.error()));
  if (!left->empty()) return Fail(input, "removed, and still there: " + entry.friendly_name);
  return Pass(input,
              std::string("a certificate ") +
                  (entry.container ? "linked to " + entry.container->name : std::string("without a key")) +
                  " was written, read, removed and is gone");
}

}  // namespace

RowAnswer CertificateStoreRow(const RowInput& input) {
  const Found& found = input.found;
  const SigningKey* const key = found.keyguard ? found.keyguard.get() : found.tpm.get();
  const std::string alias = "msiv2-selftest-" + MakeUuid(input.parts->random) + "#att=0";
  auto name = cache::EncodeFriendlyName(alias, "https://selftest.invalid/selftest");
  auto der = MakeTestCertificate("msiv2 self-test", key, input.parts->clock->Now(), input.parts->random);
  if (!der) return Fail(input, der.error().message);
  if (!name) return Fail(input, "no friendly name can be made");
  return TryStore(input, {*std::move(der), *std::move(name), key ? key->Container() : std::nullopt});
}

}  // namespace msiv2::selftest
