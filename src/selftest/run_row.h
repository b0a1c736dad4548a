// Runs a row so that it can neither stop nor delay the others.
#pragma once

#include <chrono>
#include <memory>

#include "msiv2/result.h"
#include "selftest/row.h"

namespace msiv2::selftest {

/// RunRow runs `row` on its own thread and waits at most `limit`. A row that throws fails. A row that takes
/// longer fails, and its thread is left behind, since a call into the system that hangs cannot be ended.
///
/// Errors: `timeout` and `canceled` from the limits of the whole call.
Result<RowAnswer> RunRow(RowFunction row, const RowInput& input, std::chrono::milliseconds limit);

}  // namespace msiv2::selftest
