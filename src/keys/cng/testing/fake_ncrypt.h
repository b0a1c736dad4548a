// NCrypt of one process on a simulated machine.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "keys/cng/ncrypt_api.h"
#include "keys/cng/testing/fake_machine.h"

namespace msiv2::cng::fake {

/// Call is a function of the table.
enum class Call {
  kOpenProvider,
  kOpenKey,
  kCreateKey,
  kSetNumber,
  kGetProperty,
  kFinalizeKey,
  kExportPublicKey,
  kSignHash,
  kFree
};

/// FakeNCrypt is the table of one process: two tables on one FakeMachine are two processes. As in Windows,
/// NCryptCreatePersistedKey does not write the name. NCryptFinalizeKey writes it, and silently replaces what
/// another process has put there meanwhile.
class FakeNCrypt : public NCryptApi {
 public:
  /// Entry is one call with its name, its flags and its result. The name of a Free is that of its object.
  struct Entry {
    Call call;
    std::string name;
    std::uint32_t flags;
    NCryptStatus status;
  };

  explicit FakeNCrypt(std::shared_ptr<FakeMachine> machine) : machine_(std::move(machine)) {}

  /// FailNext makes the next calls of a function fail.
  void FailNext(Call call, NCryptStatus status, int times = 1);
  /// FailAlways makes every further call of a function fail.
  void FailAlways(Call call, NCryptStatus status);
  /// Log returns the calls so far.
  std::vector<Entry> Log() const;
  /// Count returns the number of calls of a function.
  int Count(Call call) const;

  /// before and after run on the caller's thread around each call. They do what other processes do meanwhile.
  std::function<void(Call)> before;
  std::function<void(Call)> after;

  NCryptStatus OpenProvider(std::string_view name, NCryptHandle& provider) override;
  NCryptStatus OpenKey(NCryptHandle provider, std::string_view name, std::uint32_t flags,
                       NCryptHandle& key) override;
  NCryptStatus CreateKey(NCryptHandle provider, std::string_view name, std::uint32_t flags,
                         NCryptHandle& key) override;
  NCryptStatus SetNumber(NCryptHandle object, std::string_view property, std::uint32_t value,
                         std::uint32_t flags) override;
  NCryptStatus GetProperty(NCryptHandle object, std::string_view property, std::span<std::uint8_t> value,
                           std::size_t& size) override;
  NCryptStatus FinalizeKey(NCryptHandle key, std::uint32_t flags) override;
  NCryptStatus ExportPublicKey(NCryptHandle key, std::span<std::uint8_t> blob, std::size_t& size) override;
  NCryptStatus SignHash(NCryptHandle key, SignaturePadding padding, DigestAlgorithm algorithm,
                        ByteView digest, std::span<std::uint8_t> signature, std::size_t& size) override;
  NCryptStatus Free(NCryptHandle object) override;

 private:
  NCryptStatus Run(Call call, std::string_view name, std::uint32_t flags,
                   const std::function<NCryptStatus()>& work);
  std::optional<NCryptStatus> TakeFailure(Call call);
  NCryptStatus Finish(FakeMachine::Object& object);
  std::optional<std::uint32_t> ReadProperty(const FakeMachine::Object& object, std::string_view property);

  const std::shared_ptr<FakeMachine> machine_;
  mutable std::mutex mutex_;
  std::map<Call, std::pair<NCryptStatus, int>> failures_;
  std::vector<Entry> log_;
};

/// SourceOf returns a source that always returns `ncrypt`.
NCryptSource SourceOf(std::shared_ptr<FakeNCrypt> ncrypt);

}  // namespace msiv2::cng::fake
