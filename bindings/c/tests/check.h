// CHECK for C programs: a failed check is a line on stderr and an exit code of 1 at the end.
#ifndef MSIV2_CHECK_H_
#define MSIV2_CHECK_H_

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bindings/c/msiv2.h"

static int failed_checks = 0;

#define CHECK(what)                                                      \
  do {                                                                   \
    if (!(what)) {                                                       \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what); \
      ++failed_checks;                                                   \
    }                                                                    \
  } while (0)

/* REQUIRE_OK prints the error of a failed call and ends the program: what follows would make no sense. */
#define REQUIRE_OK(call)                                            \
  do {                                                              \
    msiv2_error* error = NULL; /* NOLINT */                         \
    const int32_t code = (call);                                    \
    if (code != MSIV2_OK) {                                         \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, \
              msiv2_error_text(error, MSIV2_ERROR_LINE));           \
      exit(1);                                                      \
    }                                                               \
  } while (0)

/* CHECK_FAILS expects exactly this code, with an error of the same code, and frees the error. */
#define CHECK_FAILS(expected, call)                                                           \
  do {                                                                                        \
    msiv2_error* error = (msiv2_error*)&failed_checks; /* must be overwritten */              \
    const int32_t code = (call);                                                              \
    if (code != (expected) || msiv2_error_number(error, MSIV2_ERROR_CODE) != (expected)) {    \
      fprintf(stderr, "%s:%d: %s: %s %s\n", __FILE__, __LINE__, #call, msiv2_code_name(code), \
              msiv2_error_text(error, MSIV2_ERROR_LINE));                                     \
      ++failed_checks;                                                                        \
    }                                                                                         \
    msiv2_error_free(error);                                                                  \
  } while (0)

#define CHECK_BAD(call) CHECK_FAILS(MSIV2_E_BAD_ARGUMENT, call)

#define BUFFER(name, bytes)       \
  static char name##_data[bytes]; \
  msiv2_buffer name = {name##_data, sizeof name##_data, 0}

#endif
