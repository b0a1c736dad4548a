#include "emulator/bearer_token.h"

#include "emulator/entra_errors.h"
#include "emulator/expiry_forms.h"

namespace msiv2::emulator {

std::string BearerIssuer(const std::string& entra_url, const std::string& tenant_id) {
  return entra_url + "/" + tenant_id + "/";
}

std::string SignBearerToken(const JwtSigner& signer, const BearerGrant& grant,
                            std::chrono::system_clock::time_point now) {
  const std::int64_t issued = UnixSeconds(now);
  nlohmann::json claims = {{"aud", grant.resource},
                           {"iss", grant.issuer},
                           {"iat", issued},
                           {"nbf", issued},
                           {"exp", issued + grant.lifetime.count()},
                           {"appid", grant.identity.client_id},
                           {"oid", grant.identity.object_id},
                           {"sub", grant.identity.object_id},
                           {"tid", grant.tenant_id},
                           {"idtyp", "app"},
                           {"uti", NewUuid()},
                           {"ver", "1.0"},
                           {"xms_emulated", true}};
  if (!grant.identity.resource_id.empty()) claims["xms_mirid"] = grant.identity.resource_id;
  if (!grant.capabilities.empty()) claims["xms_cc"] = grant.capabilities;
  return signer.Sign(claims);
}

}  // namespace msiv2::emulator
