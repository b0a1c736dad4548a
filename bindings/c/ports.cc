// Caller-supplied key providers and attestors.
#include <mutex>
#include <utility>

#include "bindings/c/handles.h"
#include "bindings/c/tables.h"
#include "msiv2/attestor.h"

namespace msiv2::c {
namespace {

class TableProvider final : public KeyProvider {
 public:
  TableProvider(const msiv2_key_provider_table& table, void* context)
      : name_(table.name), table_(table), owned_(context, table.release) {}
  void Arm() { owned_.Arm(); }

  std::string_view ProviderName() const override { return name_; }
  KeyStrength BestStrength() const override { return static_cast<KeyStrength>(table_.strength); }

  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    if (owned_.IsOfParent()) return UsedAfterFork("the key provider's table", Step::kKey);
    const std::lock_guard one_at_a_time(mutex_);
    msiv2_reply reply;
    try {
      const std::int32_t code = table_.get_or_create(owned_.context(), &reply);
      if (code != MSIV2_OK) {
        return ReplyError(ErrorCode::kKeyCreationFailed, "the key provider's table gave no key", reply);
      }
    } catch (...) {
      return Error(ErrorCode::kKeyCreationFailed, "the key provider's table threw an exception");
    }
    if (!reply.key)
      return Error(ErrorCode::kKeyCreationFailed, "the key provider's table answered without a key");
    reply.key->SetMaker(this);
    return std::shared_ptr<const SigningKey>(std::move(reply.key));
  }

  void Discard(const SigningKey& key) override {
    const auto* ours = dynamic_cast<const TableKey*>(&key);
    if (ours == nullptr || ours->maker() != this || table_.discard == nullptr) return;
    try {
      table_.discard(owned_.context(), ours->context());
    } catch (...) {  // a callback that throws breaks its contract; there is no caller to report it to
    }
  }

 private:
  const std::string name_;
  const msiv2_key_provider_table table_;
  Owned owned_;
  std::mutex mutex_;
};

class TableAttestor final : public Attestor {
 public:
  TableAttestor(const msiv2_attestor_table& table, void* context)
      : table_(table), owned_(context, table.release) {}
  void Arm() { owned_.Arm(); }

  bool AcceptsEmulatedKeys() const override { return table_.accepts_emulated_keys == 1; }

  Result<SecretString> Attest(const AttestationRequest& request, const CallContext& context) override {
    if (owned_.IsOfParent()) return UsedAfterFork("the attestor's table", Step::kAttestation);
    msiv2_reply reply;
    try {
      const msiv2_key key{request.key};
      const msiv2_call call{&context};
      const std::int32_t code = table_.attest(owned_.context(), request.endpoint.c_str(),
                                              request.client_id.c_str(), &key, &call, &reply);
      if (code != MSIV2_OK) {
        return ReplyError(ErrorCode::kAttestationFailed, "the attestor's table gave no JWT", reply);
      }
    } catch (...) {
      return Error(ErrorCode::kAttestationFailed, "the attestor's table threw an exception");
    }
    return SecretString(std::move(reply.bytes));
  }

 private:
  const msiv2_attestor_table table_;
  Owned owned_;
};

}  // namespace
}  // namespace msiv2::c

using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;
using msiv2::c::OutOfRange;

extern "C" {

std::int32_t msiv2_options_add_key_provider(msiv2_options* options, const msiv2_key_provider_table* table,
                                            void* context, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("options", options)) return bad;
    if (table == nullptr) return IsNull("table");
    if (table->name == nullptr) return IsNull("name");
    if (table->get_or_create == nullptr) return IsNull("get_or_create");
    if (auto bad =
            OutOfRange("strength", table->strength, MSIV2_STRENGTH_SOFTWARE, MSIV2_STRENGTH_KEYGUARD)) {
      return bad;
    }
    auto provider = std::make_shared<msiv2::c::TableProvider>(*table, context);
    options->options.key_providers.push_back(provider);
    provider->Arm();
    return nullptr;
  });
}

std::int32_t msiv2_options_set_attestor(msiv2_options* options, const msiv2_attestor_table* table,
                                        void* context, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("options", options)) return bad;
    if (table == nullptr) return IsNull("table");
    if (table->attest == nullptr) return IsNull("attest");
    if (auto bad = OutOfRange("accepts_emulated_keys", table->accepts_emulated_keys, 0, 1)) return bad;
    auto attestor = std::make_shared<msiv2::c::TableAttestor>(*table, context);
    attestor->Arm();
    options->options.attestor = std::move(attestor);
    return nullptr;
  });
}

}  // extern "C"
