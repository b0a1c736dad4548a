// Which managed identity of the host to use.
#pragma once

#include <string>

#include "msiv2/cxx20.h"

namespace msiv2 {

/// ManagedIdentityId names one managed identity of the host: the system-assigned one, or a user-assigned
/// one by exactly one of its three ids. A plain value, cheap to copy. Clients refuse a blank id, and
/// `clientid`, the placeholder of Azure Machine Learning.
class ManagedIdentityId {
 public:
  enum class Kind { kSystemAssigned, kClientId, kObjectId, kResourceId };

  /// ManagedIdentityId names the system-assigned identity.
  ManagedIdentityId() = default;
  static ManagedIdentityId SystemAssigned() { return {}; }
  /// ClientId names a user-assigned identity by its client (application) id, a GUID.
  static ManagedIdentityId ClientId(std::string id) { return {Kind::kClientId, std::move(id)}; }
  /// ObjectId names a user-assigned identity by its object (principal) id, a GUID.
  static ManagedIdentityId ObjectId(std::string id) { return {Kind::kObjectId, std::move(id)}; }
  /// ResourceId names a user-assigned identity by its Azure resource id, `/subscriptions/...`.
  static ManagedIdentityId ResourceId(std::string id) { return {Kind::kResourceId, std::move(id)}; }

  Kind kind() const noexcept { return kind_; }
  /// id returns the id as given; empty for the system-assigned identity.
  const std::string& id() const noexcept { return id_; }

  friend bool operator==(const ManagedIdentityId&, const ManagedIdentityId&) = default;

 private:
  ManagedIdentityId(Kind kind, std::string id) : kind_(kind), id_(std::move(id)) {}

  Kind kind_ = Kind::kSystemAssigned;
  std::string id_;
};

}  // namespace msiv2
