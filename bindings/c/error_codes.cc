// The numbers of the error codes. They are part of the ABI: rows are added, never changed or removed.
#include <algorithm>
#include <iterator>
#include <string_view>

#include "bindings/c/error_handle.h"

namespace msiv2::c {
namespace {

struct Row {
  std::int32_t code;
  const char* name;
};

constexpr Row kRows[] = {
    {MSIV2_OK, "ok"},
    {MSIV2_E_BAD_ARGUMENT, "bad_argument"},
    {MSIV2_E_OUT_OF_MEMORY, "out_of_memory"},
    {MSIV2_E_UNEXPECTED, "unexpected"},
    {MSIV2_E_BUFFER_TOO_SMALL, "buffer_too_small"},
    {MSIV2_E_ABSENT, "absent"},
    {MSIV2_E_NOT_READY, "not_ready"},
    {MSIV2_E_INVALID_REQUEST, "invalid_request"},
    {MSIV2_E_ATTESTATION_REQUIRES_POP, "msi_v2_attestation_requires_pop"},
    {MSIV2_E_POP_REQUIRES_ATTESTATION, "msi_v2_pop_requires_attestation"},
    {MSIV2_E_IMDS_V2_DISABLED, "imds_v2_disabled"},
    {MSIV2_E_POP_NOT_SUPPORTED_FOR_ENVIRONMENT, "mtls_pop_not_supported_for_environment"},
    {MSIV2_E_MIN_STRENGTH_NOT_MET, "min_strength_not_met"},
    {MSIV2_E_BUSY, "busy"},
    {MSIV2_E_IMDS_UNREACHABLE, "imds_unreachable"},
    {MSIV2_E_MANAGED_IDENTITY_REQUEST_FAILED, "managed_identity_request_failed"},
    {MSIV2_E_POP_NOT_SUPPORTED_IN_IMDS_V1, "mtls_pop_token_not_supported_in_imds_v1"},
    {MSIV2_E_INVALID_METADATA, "invalid_metadata"},
    {MSIV2_E_IDENTITY_NOT_FOUND, "identity_not_found"},
    {MSIV2_E_KEYGUARD_UNAVAILABLE, "msi_v2_keyguard_unavailable"},
    {MSIV2_E_KEY_CREATION_FAILED, "key_creation_failed"},
    {MSIV2_E_KEY_SIGN_FAILED, "key_sign_failed"},
    {MSIV2_E_ATTESTATION_FAILED, "attestation_failed"},
    {MSIV2_E_ATTESTATION_LIBRARY_UNTRUSTED, "attestation_library_untrusted"},
    {MSIV2_E_CREDENTIAL_REQUEST_FAILED, "credential_request_failed"},
    {MSIV2_E_INVALID_CERTIFICATE, "invalid_certificate"},
    {MSIV2_E_ENDPOINT_NOT_ALLOWED, "endpoint_not_allowed"},
    {MSIV2_E_TOKEN_REQUEST_FAILED, "token_request_failed"},
    {MSIV2_E_TOKEN_TYPE_MISMATCH, "token_type_mismatch"},
    {MSIV2_E_TOKEN_BINDING_MISMATCH, "token_binding_mismatch"},
    {MSIV2_E_TLS_FAILED, "tls_failed"},
    {MSIV2_E_PROXY_FAILED, "proxy_failed"},
    {MSIV2_E_RESOURCE_REQUEST_FAILED, "resource_request_failed"},
    {MSIV2_E_TIMEOUT, "timeout"},
    {MSIV2_E_CANCELED, "canceled"},
    {MSIV2_E_MSI_V2_ERROR, "msi_v2_error"},
    {MSIV2_E_USED_AFTER_FORK, "used_after_fork"},
    {MSIV2_E_LOCAL_RESOURCES_EXHAUSTED, "local_resources_exhausted"},
    {MSIV2_E_OTHER, "other"},
    {MSIV2_E_ALL_SOURCES_UNAVAILABLE, "managed_identity_all_sources_unavailable"},
    {MSIV2_E_INVALID_MANAGED_IDENTITY_ENDPOINT, "invalid_managed_identity_endpoint"},
    {MSIV2_E_USER_ASSIGNED_NOT_SUPPORTED, "user_assigned_managed_identity_not_supported"},
    {MSIV2_E_USER_ASSIGNED_NOT_CONFIGURABLE, "user_assigned_managed_identity_not_configurable_at_runtime"},
    {MSIV2_E_INVALID_MANAGED_IDENTITY_ID_TYPE, "invalid_managed_identity_id_type"},
    {MSIV2_E_MANAGED_IDENTITY_UNREACHABLE_NETWORK, "managed_identity_unreachable_network"},
    {MSIV2_E_MANAGED_IDENTITY_RESPONSE_PARSE_FAILURE, "managed_identity_response_parse_failure"},
    {MSIV2_E_INVALID_TIMESTAMP_FORMAT, "invalid_timestamp_format"},
    {MSIV2_E_ASSERTION_UNAVAILABLE, "assertion_unavailable"},
};

}  // namespace

std::int32_t CodeOf(ErrorCode code) noexcept {
  const std::string_view name = Name(code);
  const auto* row =
      std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& r) { return name == r.name; });
  return row == std::end(kRows) ? MSIV2_E_OTHER : row->code;
}

}  // namespace msiv2::c

extern "C" const char* msiv2_code_name(std::int32_t code) {
  for (const auto& row : msiv2::c::kRows) {
    if (row.code == code) return row.name;
  }
  return "unknown";
}
