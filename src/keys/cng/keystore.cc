#include "keys/cng/keystore.h"

#include <array>

#include "keys/cng/rsa_public_blob.h"

namespace msiv2::cng {
namespace {

NCryptPointer Own(const NCryptPointer& keystore, NCryptHandle key) {
  return std::make_shared<const NCryptObject>(keystore->SharedApi(), key, keystore);
}

NCryptResult<NCryptPointer> StartKey(const NCryptPointer& keystore, std::string_view name,
                                     std::uint32_t flags) {
  NCryptHandle handle = 0;
  const NCryptStatus status = keystore->Api().CreateKey(keystore->Handle(), name, flags, handle);
  if (status != NCryptStatus::kOk) return NCryptFailure{"NCryptCreatePersistedKey", status};
  return Own(keystore, handle);
}

NCryptStatus Set(const NCryptObject& key, std::string_view property, std::uint32_t value,
                 std::uint32_t flags) {
  return key.Api().SetNumber(key.Handle(), property, value, flags);
}

NCryptResult<NCryptPointer> Finish(NCryptPointer key, std::uint32_t flags) {
  const NCryptStatus status = key->Api().FinalizeKey(key->Handle(), flags);
  if (status != NCryptStatus::kOk) return NCryptFailure{"NCryptFinalizeKey", status};
  return key;
}

}  // namespace

NCryptResult<NCryptPointer> OpenKeystore(const std::shared_ptr<NCryptApi>& api, std::string_view name) {
  NCryptHandle handle = 0;
  const NCryptStatus status = api->OpenProvider(name, handle);
  if (status != NCryptStatus::kOk) return NCryptFailure{"NCryptOpenStorageProvider", status};
  return NCryptPointer(std::make_shared<const NCryptObject>(api, handle));
}

NCryptResult<NCryptPointer> OpenKey(const NCryptPointer& keystore, std::string_view name) {
  NCryptHandle handle = 0;
  const NCryptStatus status = keystore->Api().OpenKey(keystore->Handle(), name, kSilentFlag, handle);
  if (status != NCryptStatus::kOk) return NCryptFailure{"NCryptOpenKey", status};
  return Own(keystore, handle);
}

NCryptResult<NCryptPointer> MakeNamedKey(const NCryptPointer& keystore, const NewKey& wanted) {
  auto key = StartKey(keystore, wanted.name, wanted.flags);
  if (!key) return key.error();
  NCryptStatus status = Set(**key, kLengthProperty, kKeyBits, 0);
  // Policy and usage are persisted with the key, so that every process that opens the key finds them.
  if (status == NCryptStatus::kOk) status = Set(**key, kExportPolicyProperty, 0, kPersistFlag);
  if (status == NCryptStatus::kOk) status = Set(**key, kKeyUsageProperty, wanted.usage, kPersistFlag);
  if (status != NCryptStatus::kOk) return NCryptFailure{"NCryptSetProperty", status};
  return Finish(std::move(*key), kSilentFlag);
}

NCryptResult<NCryptPointer> MakeNamelessKey(const NCryptPointer& keystore) {
  auto key = StartKey(keystore, {}, 0);
  if (!key) return key.error();
  const NCryptStatus status = Set(**key, kLengthProperty, kKeyBits, 0);
  if (status != NCryptStatus::kOk) return NCryptFailure{"NCryptSetProperty", status};
  static_cast<void>(Set(**key, kExportPolicyProperty, 0, 0));
  return Finish(std::move(*key), kSilentFlag);
}

NCryptResult<std::uint64_t> ReadNumber(const NCryptObject& object, std::string_view property) {
  std::array<std::uint8_t, 8> bytes{};
  std::size_t size = 0;
  const NCryptStatus status = object.Api().GetProperty(object.Handle(), property, bytes, size);
  if (status != NCryptStatus::kOk) return NCryptFailure{"NCryptGetProperty", status};
  if (size == 0) return NCryptFailure{"NCryptGetProperty", NCryptStatus::kNotFound};
  if (size > bytes.size()) return NCryptFailure{"NCryptGetProperty", NCryptStatus::kBufferTooSmall};
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number |= static_cast<std::uint64_t>(bytes.at(i)) << (8 * i);
  return number;
}

NCryptResult<RsaPublicKey> ReadPublicKey(const NCryptObject& key) {
  std::array<std::uint8_t, kMaxRsaPublicBlob> blob{};
  std::size_t size = 0;
  const NCryptStatus status = key.Api().ExportPublicKey(key.Handle(), blob, size);
  if (status != NCryptStatus::kOk) return NCryptFailure{"NCryptExportKey", status};
  if (size <= blob.size()) {
    if (auto public_key = ParseRsaPublicBlob(ByteView(blob).first(size))) return std::move(*public_key);
  }
  return NCryptFailure{"NCryptExportKey (no public RSA key)", NCryptStatus::kInternalError};
}

bool SaysNoSuchProperty(const NCryptFailure& failure) noexcept {
  return failure.status == NCryptStatus::kNotFound || failure.status == NCryptStatus::kNotSupported;
}

}  // namespace msiv2::cng
