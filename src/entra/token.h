// Step 7: the token, over mTLS.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/known_secrets.h"
#include "http/failure.h"
#include "model/flow_types.h"
#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2::entra {

/// kTokenLeg defines how transport failures of step 7 are reported.
inline constexpr Leg kTokenLeg{Step::kToken, ErrorCode::kTokenRequestFailed, ErrorCode::kTokenRequestFailed,
                               "the token endpoint"};

/// TokenCall holds the parameters of a token request.
struct TokenCall {
  std::string endpoint;  ///< the text of the origin from CheckTokenEndpoint
  std::string tenant_id;
  std::string client_id;
  std::string resource;  ///< from ScopeResource
  TokenType type = TokenType::kMtlsPop;
  std::string claims;      ///< JSON, merged with the client capabilities; empty: none
  std::string request_id;  ///< UUID, sent as client-request-id
  std::shared_ptr<const BindingCertificate> certificate;  ///< presented in the TLS handshake; never null
  TlsVersion max_tls = TlsVersion::kTls12;
  Timeouts timeouts;
};

/// BuildTokenRequest returns `POST {origin}/{tenant}/oauth2/v2.0/token` with the certificate.
HttpRequest BuildTokenRequest(const TokenCall& call);

/// ParseTokenResponse parses the answer to a token request. Its `token_type` must be `asked`, for either
/// type, ignoring case. `secrets` are hidden in Entra's text.
///
/// Errors:
/// - `token_request_failed`: a status other than 200 (with Entra's error, AADSTS codes and description), or a
///   missing or invalid field. Also a JWT that has expired according to the answer's Date (WhyEnded).
/// - `token_type_mismatch`.
Result<TokenResponse> ParseTokenResponse(const HttpResponse& response, TokenType asked,
                                         const KnownSecrets& secrets = {});

/// ExplainAadsts returns what an AADSTS code means in this flow. The result is empty for a code that needs no
/// explanation beyond Entra's. The view is static.
std::string_view ExplainAadsts(std::int64_t code) noexcept;

}  // namespace msiv2::entra
