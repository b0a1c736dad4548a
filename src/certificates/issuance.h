// The certificate of one call, found or minted, and what that changed.
#pragma once

#include <string>

#include "certificates/certificate_service.h"

namespace msiv2::certificates {

/// Issuance is the work of one CertificateService::Get. It collects the changes that it makes.
class CertificateService::Issuance {
 public:
  Issuance(CertificateService& service, const AcquisitionContext& acquisition)
      : service_(service), acquisition_(acquisition), id_(acquisition.plan) {}

  /// Run returns the current binding where it may be used, else mints one.
  Result<BindingPtr> Run();

  const CertificateId& id() const noexcept { return id_; }
  CertificateChanges TakeChanges() { return std::move(changes_); }

 private:
  bool IsSameIdentity(const CachedBinding& cached);
  Result<BindingPtr> MintNeeded(const AcquisitionContext& acquisition);
  BindingPtr MintWanted();
  BindingPtr MintTrial(const Binding& suspect);
  CallContext HalfOfTheCall() const;
  Result<BindingPtr> Mint(const AcquisitionContext& acquisition, flow::MintMode mode);
  BindingPtr Adopt(const std::string& client_id, const std::string& tenant_id);
  void MakeCurrent(const CachedBinding& next);

  CertificateService& service_;
  const AcquisitionContext& acquisition_;
  const CertificateId id_;
  CertificateChanges changes_;
};

}  // namespace msiv2::certificates
