// Words for a path that one of OpenSSL's variables names.
#pragma once

#include <string>
#include <string_view>

namespace msiv2::tls {

/// NamesPath returns that `variable` names `path`, which has the problem `cause`, for example "cannot be
/// read: No such file or directory". The path is cut and made printable.
std::string NamesPath(std::string_view variable, std::string_view path, std::string_view cause);

/// NamesNothing returns that `variable` is set and empty, so that it hides the default.
std::string NamesNothing(std::string_view variable);

}  // namespace msiv2::tls
