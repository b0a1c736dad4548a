// The built-in certificate store of systems that have none that keys outlive the process with.
#include "builtin.h"

namespace msiv2 {

std::shared_ptr<CertificateStore> MakeBuiltInCertificateStore(std::shared_ptr<Clock> /*clock*/) {
  return nullptr;
}

}  // namespace msiv2
