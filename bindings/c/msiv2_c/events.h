// Part of msiv2.h: the events that an observer receives.
#ifndef MSIV2_C_EVENTS_H_
#define MSIV2_C_EVENTS_H_

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/// msiv2_event_text_field names the texts of an event; "" if an event has none. docs/howto/observability.md
/// lists which event has which.
typedef enum msiv2_event_text_field MSIV2_ENUM {
  MSIV2_EVENT_NAME = 1,         ///< "step_started", "step_ended", "retry", ... or "msi_count"
  MSIV2_EVENT_STEP_NAME = 2,    ///< as MSIV2_ERROR_STEP_NAME
  MSIV2_EVENT_WHERE = 3,        ///< host and port, or key provider
  MSIV2_EVENT_DETAIL = 4,       ///< human-readable; no identifier
  MSIV2_EVENT_IDENTIFIERS = 5,  ///< client, tenant, thumbprint: for debug level
  MSIV2_EVENT_CORRELATION_ID = 6,
  MSIV2_EVENT_FAILURE = 7,  ///< of a retry: why there was no answer
  MSIV2_EVENT_CACHE = 8,
  MSIV2_EVENT_MISS = 9,
  MSIV2_EVENT_RENEWAL = 10,
  MSIV2_EVENT_SOURCE = 11,  ///< this and all that follow are tags of "msi_count"
  MSIV2_EVENT_TOKEN_TYPE = 12,
  MSIV2_EVENT_KEY_TYPE = 13,
  MSIV2_EVENT_OUTCOME = 14,
  MSIV2_EVENT_TEXT_FORCE_32 = 0x7fffffff
} msiv2_event_text_field;

/// msiv2_event_number_field names the numbers of an event; 0 if an event has none.
typedef enum msiv2_event_number_field MSIV2_ENUM {
  MSIV2_EVENT_STEP = 101,        ///< as MSIV2_ERROR_STEP
  MSIV2_EVENT_ELAPSED_NS = 102,  ///< nanoseconds
  MSIV2_EVENT_ATTEMPT = 103,
  MSIV2_EVENT_DELAY_NS = 104,  ///< nanoseconds
  MSIV2_EVENT_HTTP_STATUS = 105,
  MSIV2_EVENT_TOKENS = 106,
  MSIV2_EVENT_BYPASS_CACHE = 107,
  MSIV2_EVENT_KEY_STRENGTH = 108,  ///< an msiv2_strength
  MSIV2_EVENT_KEY_ORIGIN = 109,    ///< an msiv2_origin
  MSIV2_EVENT_NUMBER_FORCE_32 = 0x7fffffff
} msiv2_event_number_field;

/// msiv2_event_number returns the number `field` of `event`; 0 for NULL and unknown fields. Threads: any,
/// while the callback runs.
MSIV2_API int64_t msiv2_event_number(const msiv2_event* event, msiv2_event_number_field field);
/// msiv2_event_text returns the text `field` of `event`, "" for NULL and unknown fields. It lives until the
/// callback returns. Threads: any, while the callback runs.
MSIV2_API const char* msiv2_event_text(const msiv2_event* event, msiv2_event_text_field field);
/// msiv2_event_error returns the error of `event`, or NULL. It lives as long as the event and must not be
/// freed. Threads: any, while the callback runs.
MSIV2_API const msiv2_error* msiv2_event_error(const msiv2_event* event);

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_C_EVENTS_H_
