// The names of content faults that a rule may give, for each operation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace msiv2::emulator {

/// AnswerNames returns what may follow `answer=` in a rule for `server` and `operation`. Either may be `*`.
/// `aadsts-<code>` and `claims:NAME:VALUE` stand for all names of their form.
std::vector<std::string> AnswerNames(std::string_view server, std::string_view operation);

/// IsAnswerName returns true if `name` is one of `names`, or has the form of one.
bool IsAnswerName(std::string_view name, const std::vector<std::string>& names);

}  // namespace msiv2::emulator
