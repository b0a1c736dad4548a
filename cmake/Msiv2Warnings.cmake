# Every target of this project is built with these warnings. They are errors only if this project is the top level. A
# project that includes msiv2, and quickstart, must not break on a newer compiler's new warning.
option(MSIV2_WARNINGS_AS_ERRORS "Treat warnings as errors" ${PROJECT_IS_TOP_LEVEL})
add_library(msiv2_warnings INTERFACE)
target_compile_options(msiv2_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow)
if(MSIV2_WARNINGS_AS_ERRORS)
  target_compile_options(msiv2_warnings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 reports an overlap in `"text" + string` at -O3, and an overrun at -O1 on mingw. Neither exists (GCC bug
  # 105651, fixed in 13).
  target_compile_options(msiv2_warnings INTERFACE -Wno-restrict $<$<BOOL:${MINGW}>:-Wno-array-bounds>)
endif()
