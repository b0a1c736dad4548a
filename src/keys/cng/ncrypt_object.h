// NCrypt handles that are freed automatically, once.
#pragma once

#include <memory>
#include <utility>

#include "keys/cng/ncrypt_api.h"

namespace msiv2::cng {

/// NCryptObject owns the handle of a provider or a key, and frees it when its last owner releases it. A key
/// keeps its provider open; the table outlives both.
class NCryptObject {
 public:
  /// NCryptObject takes ownership of `handle`, which `api` returned.
  NCryptObject(std::shared_ptr<NCryptApi> api, NCryptHandle handle,
               std::shared_ptr<const NCryptObject> provider = nullptr)
      : api_(std::move(api)), provider_(std::move(provider)), handle_(handle) {}
  NCryptObject(const NCryptObject&) = delete;
  NCryptObject& operator=(const NCryptObject&) = delete;
  // A handle that cannot be freed is lost either way.
  ~NCryptObject() { static_cast<void>(api_->Free(handle_)); }

  NCryptApi& Api() const noexcept { return *api_; }
  /// SharedApi returns the table for an object that is created from this one.
  const std::shared_ptr<NCryptApi>& SharedApi() const noexcept { return api_; }
  NCryptHandle Handle() const noexcept { return handle_; }

 private:
  const std::shared_ptr<NCryptApi> api_;
  const std::shared_ptr<const NCryptObject> provider_;
  const NCryptHandle handle_;
};

/// NCryptPointer is one owner of a handle.
using NCryptPointer = std::shared_ptr<const NCryptObject>;

}  // namespace msiv2::cng
