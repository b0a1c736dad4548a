// Bindings for tests of policy: a certificate with a period and a thumbprint, and a key that cannot sign.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "model/flow_types.h"
#include "tests/support/fake_keys.h"

namespace msiv2::testing {

/// FakeBinding returns a binding of client "client" in tenant "tenant", without a renewal time.
inline Binding FakeBinding(BindingCertificate::TimePoint not_before, BindingCertificate::TimePoint not_after,
                           KeyStrength strength, std::string x5t_s256,
                           KeyOrigin origin = KeyOrigin::kPlatform) {
  auto certificate = std::make_shared<const BindingCertificate>(BindingCertificate::Fields{
      {1}, {}, std::move(x5t_s256), not_before, not_after, std::make_shared<FakeKey>(strength, origin)});
  return {std::move(certificate), "https://entra", "client", "tenant", false, {}};
}

}  // namespace msiv2::testing
