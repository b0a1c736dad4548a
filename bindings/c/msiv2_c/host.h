// Part of msiv2.h: what this host can do, and what prevents bound tokens.
#ifndef MSIV2_C_HOST_H_
#define MSIV2_C_HOST_H_

#include "base.h"
#include "errors.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Sources of MSI v1 -----------------------------------------------------------------------------------

/// msiv2_source_state is what is known of an MSI v1 source without asking it.
typedef enum msiv2_source_state MSIV2_ENUM {
  MSIV2_SOURCE_ABSENT = 0,
  MSIV2_SOURCE_POSSIBLE = 1,
  MSIV2_SOURCE_FOUND = 2,
  MSIV2_SOURCE_STATE_FORCE_32 = 0x7fffffff
} msiv2_source_state;

/// msiv2_sources_text_field names the texts of a source.
typedef enum msiv2_sources_text_field MSIV2_ENUM {
  MSIV2_SOURCE_NAME = 1,     ///< "WorkloadIdentity", "ServiceFabric", "AppService", "AppService2017",
                             ///< "MachineLearning", "CloudShell", "AzureArc" or "Imds"
  MSIV2_SOURCE_WHY = 2,      ///< human-readable: names variables and files, never their values
  MSIV2_SOURCE_WARNING = 3,  ///< what is wrong with the settings of this source; "" if nothing is
  MSIV2_SOURCE_TEXT_FORCE_32 = 0x7fffffff
} msiv2_sources_text_field;

/// msiv2_find_sources returns the `sources` of MSI v1 in the order of detection: what is known of each, and
/// which one receives requests for bearer tokens. `options` may be NULL. No source is asked. The list is
/// freed by msiv2_sources_free.
/// Errors: the common ones. Threads: one at a time for `options`.
MSIV2_API int32_t msiv2_find_sources(const msiv2_options* options, msiv2_sources** sources,
                                     msiv2_error** error);
/// msiv2_sources_size returns the number of sources in `sources`. Threads: any.
MSIV2_API size_t msiv2_sources_size(const msiv2_sources* sources);
/// msiv2_sources_state returns the msiv2_source_state of source `index` of `sources`, or -1 past the end.
/// Threads: any.
MSIV2_API int32_t msiv2_sources_state(const msiv2_sources* sources, size_t index);
/// msiv2_sources_is_chosen returns 1 if source `index` of `sources` receives requests for bearer tokens, else
/// 0. Threads: any.
MSIV2_API int32_t msiv2_sources_is_chosen(const msiv2_sources* sources, size_t index);
/// msiv2_sources_text returns the text `field` of source `index` of `sources`, or "". It lives as long as
/// `sources`. Threads: any.
MSIV2_API const char* msiv2_sources_text(const msiv2_sources* sources, size_t index,
                                         msiv2_sources_text_field field);
/// msiv2_sources_text_in shows the text `field` of source `index` of `sources` to `view` with `context`.
/// Options have the names that `word` with `word_context` returns (msiv2_error_text_in). Errors:
/// MSIV2_E_ABSENT past the end. Threads: any.
MSIV2_API int32_t msiv2_sources_text_in(const msiv2_sources* sources, size_t index,
                                        msiv2_sources_text_field field, msiv2_about_word word,
                                        void* word_context, msiv2_view view, void* context,
                                        msiv2_error** error);
/// msiv2_sources_free frees `sources` and its texts. Threads: any, once.
MSIV2_API void msiv2_sources_free(msiv2_sources* sources);

// ---- Capabilities ----------------------------------------------------------------------------------------

/// msiv2_capabilities_text_field names the texts of capabilities.
typedef enum msiv2_capabilities_text_field MSIV2_ENUM {
  MSIV2_CAPABILITY_SOURCE = 1,         ///< "unknown", "imds_v2", "imds_v1" or "other"
  MSIV2_CAPABILITY_HOST_SECURITY = 2,  ///< "unknown", "standard", "trusted_launch" or "confidential_vm"
  MSIV2_CAPABILITY_BEARER_SOURCE = 3,  ///< as MSIV2_SOURCE_NAME; "" if this host has no managed identity
  MSIV2_CAPABILITY_TEXT_FORCE_32 = 0x7fffffff
} msiv2_capabilities_text_field;

/// msiv2_capabilities_number_field names the numbers of capabilities.
typedef enum msiv2_capabilities_number_field MSIV2_ENUM {
  MSIV2_CAPABILITY_POP_AVAILABLE = 101,  ///< flag
  MSIV2_CAPABILITY_STRENGTH = 102,       ///< an msiv2_strength: the highest that a bound token can have now
  MSIV2_CAPABILITY_COULD_BIND = 103,     ///< an msiv2_strength: the highest if nothing else prevented it
  MSIV2_CAPABILITY_ORIGIN = 104,         ///< an msiv2_origin: of MSIV2_CAPABILITY_COULD_BIND
  MSIV2_CAPABILITY_REASON_COUNT = 105,
  MSIV2_CAPABILITY_IDENTITY_HERE = 106,  ///< an msiv2_source_state: of MSIV2_CAPABILITY_BEARER_SOURCE
  MSIV2_CAPABILITY_NUMBER_FORCE_32 = 0x7fffffff
} msiv2_capabilities_number_field;

/// msiv2_client_capabilities returns what this host can do as `capabilities`, to be freed by
/// msiv2_capabilities_free. `client` asks IMDS and creates no key. It blocks for at most `timeout_ms`
/// milliseconds, or until `cancellation`, which may be NULL, is cancelled.
/// Errors: MSIV2_E_INVALID_REQUEST, MSIV2_E_TIMEOUT, MSIV2_E_CANCELED. Threads: any.
MSIV2_API int32_t msiv2_client_capabilities(msiv2_client* client, int64_t timeout_ms,
                                            const msiv2_cancellation* cancellation,
                                            msiv2_capabilities** capabilities, msiv2_error** error);
/// msiv2_capabilities_number sets `value` to the number `field` of `capabilities`.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_capabilities_number(const msiv2_capabilities* capabilities,
                                            msiv2_capabilities_number_field field, int64_t* value,
                                            msiv2_error** error);
/// msiv2_capabilities_text returns the text `field` of `capabilities`, "" for NULL and unknown fields.
/// Static. Threads: any.
MSIV2_API const char* msiv2_capabilities_text(const msiv2_capabilities* capabilities,
                                              msiv2_capabilities_text_field field);
/// msiv2_capabilities_reason returns limitation number `index` of `capabilities` as `reason`, to be freed by
/// msiv2_error_free. It is an error with code, message and cure that says why this host cannot do more.
/// Errors: MSIV2_E_ABSENT past the end, with `reason` NULL. Threads: any.
MSIV2_API int32_t msiv2_capabilities_reason(const msiv2_capabilities* capabilities, size_t index,
                                            msiv2_error** reason);
/// msiv2_capabilities_free frees `capabilities`. Threads: any, once.
MSIV2_API void msiv2_capabilities_free(msiv2_capabilities* capabilities);

// ---- Diagnosis -------------------------------------------------------------------------------------------

/// msiv2_severity says how bad a finding is.
typedef enum msiv2_severity MSIV2_ENUM {
  MSIV2_SEVERITY_OK = 0,
  MSIV2_SEVERITY_SKIPPED = 1,
  MSIV2_SEVERITY_WARNING = 2,
  MSIV2_SEVERITY_FAILURE = 3,
  MSIV2_SEVERITY_FORCE_32 = 0x7fffffff
} msiv2_severity;

/// msiv2_diagnosis_text_field names the texts of a finding.
typedef enum msiv2_diagnosis_text_field MSIV2_ENUM {
  MSIV2_FINDING_CHECK = 1,
  MSIV2_FINDING_CAUSE = 2,
  MSIV2_FINDING_TEXT = 3,
  MSIV2_FINDING_CURE = 4,
  MSIV2_FINDING_TEXT_FORCE_32 = 0x7fffffff
} msiv2_diagnosis_text_field;

/// msiv2_diagnose runs read-only checks for what prevents bound tokens. It returns the findings as
/// `diagnosis`, to be freed by msiv2_diagnosis_free. `options` and `token_endpoint` may be NULL. It blocks
/// for at most `timeout_ms` milliseconds, or until `cancellation`, which may be NULL, is cancelled.
/// Errors: MSIV2_E_INVALID_REQUEST, MSIV2_E_TIMEOUT, MSIV2_E_CANCELED. Threads: one at a time for `options`.
MSIV2_API int32_t msiv2_diagnose(const msiv2_options* options, const char* token_endpoint, int64_t timeout_ms,
                                 const msiv2_cancellation* cancellation, msiv2_diagnosis** diagnosis,
                                 msiv2_error** error);
/// msiv2_diagnosis_size returns the number of findings in `diagnosis`. Threads: any.
MSIV2_API size_t msiv2_diagnosis_size(const msiv2_diagnosis* diagnosis);
/// msiv2_diagnosis_severity returns the msiv2_severity of finding `index` of `diagnosis`, or -1 past the
/// end. Threads: any.
MSIV2_API int32_t msiv2_diagnosis_severity(const msiv2_diagnosis* diagnosis, size_t index);
/// msiv2_diagnosis_text returns the text `field` of finding `index` of `diagnosis`, or "". It lives as
/// long as `diagnosis`. Threads: any.
MSIV2_API const char* msiv2_diagnosis_text(const msiv2_diagnosis* diagnosis, size_t index,
                                           msiv2_diagnosis_text_field field);
/// msiv2_diagnosis_text_in shows the text `field` of finding `index` of `diagnosis` to `view` with `context`.
/// Options have the names that `word` with `word_context` returns (msiv2_error_text_in). Errors:
/// MSIV2_E_ABSENT past the end. Threads: any.
MSIV2_API int32_t msiv2_diagnosis_text_in(const msiv2_diagnosis* diagnosis, size_t index,
                                          msiv2_diagnosis_text_field field, msiv2_about_word word,
                                          void* word_context, msiv2_view view, void* context,
                                          msiv2_error** error);
/// msiv2_diagnosis_free frees `diagnosis` and its texts. Threads: any, once.
MSIV2_API void msiv2_diagnosis_free(msiv2_diagnosis* diagnosis);

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_C_HOST_H_
