# The language of msiv2.h, for the C library's tests and examples. Unless a C compiler is given, it is the one that belongs
# to the C++ compiler. What the C++ compiler adds, such as a sanitizer's runtime, has to fit.
if(NOT CMAKE_C_COMPILER AND NOT CMAKE_CROSSCOMPILING AND CMAKE_CXX_COMPILER MATCHES "clang\\+\\+(-[0-9]+)?$")
  string(REGEX REPLACE "clang\\+\\+(-[0-9]+)?$" "clang\\1" CMAKE_C_COMPILER "${CMAKE_CXX_COMPILER}")
endif()
enable_language(C)
set(CMAKE_C_STANDARD 99)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
