// The table of rows, and the function that runs them.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "msiv2/call.h"
#include "msiv2/result.h"
#include "msiv2/tools/selftest.h"
#include "selftest/parts.h"

namespace msiv2::selftest {

/// OnRow receives each row as it ends; it may be empty.
using OnRow = std::function<void(const SelfTestRow&)>;

/// RunRows runs every row on `parts`. Errors: `timeout` and `canceled` from the limits of `context`.
Result<SelfTestReport> RunRows(const std::shared_ptr<const Parts>& parts, const CallContext& context,
                               const OnRow& on_row);

/// SkipRows returns every row as skipped for the same reason.
SelfTestReport SkipRows(const std::string& reason, const OnRow& on_row);

}  // namespace msiv2::selftest
