// Every public header includes this one. A program that is compiled for an older C++ gets this one error, and
// not many about types that it does not know.
#pragma once

#if !(__cplusplus >= 202002L || (defined(_MSVC_LANG) && _MSVC_LANG >= 202002L))
#error "msiv2 needs C++20 (-std=c++20, /std:c++20); programs in C or C++17 include msiv2.h or msiv2.hpp"
// GCC and clang go on after #error. A missing file is what ends a compilation everywhere.
#include <end-of-compilation-for-the-reason-above>
#endif
