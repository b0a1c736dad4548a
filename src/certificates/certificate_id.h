// Names of what the certificate service stores.
#pragma once

#include <string>
#include <string_view>
#include <tuple>

#include "flow/gate.h"
#include "model/flow_types.h"

namespace msiv2::certificates {

/// CertificateId names the certificate of a request the way the caller addresses it: IMDS base, identity,
/// attestation mode and allow-list. Two ids may name one identity; CertificateCache knows which.
class CertificateId {
 public:
  explicit CertificateId(const flow::BoundTokenPlan& plan);

  const std::string& text() const noexcept { return text_; }

  friend bool operator==(const CertificateId&, const CertificateId&) = default;
  friend bool operator<(const CertificateId& a, const CertificateId& b) { return a.text_ < b.text_; }

 private:
  std::string text_;
};

/// IssuedIdentity names the same things as CertificateId. It names the identity by the ids that IMDS returned
/// for it, in place of the id that the caller gave.
class IssuedIdentity {
 public:
  IssuedIdentity(const flow::BoundTokenPlan& plan, std::string_view client_id, std::string_view tenant_id);
  /// IssuedIdentity takes the ids that `binding` was issued for.
  IssuedIdentity(const flow::BoundTokenPlan& plan, const Binding& binding)
      : IssuedIdentity(plan, binding.client_id, binding.tenant_id) {}

  /// Has returns true if `binding` was issued for these ids.
  bool Has(const Binding& binding) const;

  friend bool operator==(const IssuedIdentity&, const IssuedIdentity&) = default;
  friend bool operator<(const IssuedIdentity& a, const IssuedIdentity& b) {
    return std::tie(a.client_id_, a.tenant_id_, a.rest_) < std::tie(b.client_id_, b.tenant_id_, b.rest_);
  }

 private:
  std::string client_id_;  // lower case, as the next one
  std::string tenant_id_;
  std::string rest_;
};

}  // namespace msiv2::certificates
