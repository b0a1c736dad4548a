// Running a row so that it can neither stop nor hold up the others.
#pragma once

#include <chrono>
#include <memory>

#include "msiv2/result.h"
#include "selftest/row.h"

namespace msiv2::selftest {

/// RunRow runs `row` on a thread of its own and waits at most `limit`. A row that throws fails; one that
/// takes longer fails and its thread is left behind, since nothing can end a call into the system that hangs.
///
/// Errors: `timeout` and `canceled` by the limits of the whole call.
Result<RowAnswer> RunRow(RowFunction row, const RowInput& input, std::chrono::milliseconds limit);

}  // namespace msiv2::selftest
