# MSIV2_PRECOMPILE=ON parses the headers that most files share once and not 230 times, for the presets that build the
# whole tree. This saves a third of the time. Off elsewhere: it hides a missing #include, which clang-tidy detects.
option(MSIV2_PRECOMPILE "Precompile the standard and test headers, for a faster build of the whole tree" OFF)

set(MSIV2_STANDARD_HEADERS
  <algorithm> <array> <atomic> <chrono> <condition_variable> <cstdint> <functional> <future> <map> <memory> <mutex>
  <optional> <ostream> <set> <span> <sstream> <stdexcept> <string> <string_view> <thread> <utility> <variant> <vector>)

# msiv2_precompile(TARGET [header...]): precompiles the standard headers, and these, for all of TARGET. A library
# without its own headers shares the precompiled header of msiv2_standard_headers.
function(msiv2_precompile target)
  if(MSIV2_PRECOMPILE AND ARGN)
    target_precompile_headers(${target} PRIVATE ${MSIV2_STANDARD_HEADERS} ${ARGN})
  elseif(MSIV2_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM msiv2_standard_headers)
  endif()
endfunction()

# MSIV2_UNITY compiles the files of a library or of a test program many at a time. This takes less than half of the time. It
# hides a missing #include, which the preset `edit` and clang-tidy detect: they compile each file alone.
option(MSIV2_UNITY "Compile the files of a target many at a time" ON)

# msiv2_unity(TARGET): applies MSIV2_UNITY to TARGET.
function(msiv2_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${MSIV2_UNITY} UNITY_BUILD_BATCH_SIZE 12)
endfunction()

# msiv2_separate(FILE...): files of this folder that share names with other files, and are compiled separately.
function(msiv2_separate)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# msiv2_precompile_owner(NAME [PROGRAM] [LIBRARIES lib...] [HEADERS header...]): the target whose precompiled header
# others reuse. Libraries reuse that of a library, programs that of a PROGRAM, since their code differs (-fPIC, -fPIE).
function(msiv2_precompile_owner name)
  cmake_parse_arguments(ARG "PROGRAM" "" "LIBRARIES;HEADERS" ${ARGN})
  if(NOT MSIV2_PRECOMPILE)
    return()
  endif()
  set(source ${PROJECT_BINARY_DIR}/generated/${name}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "int main() {}\n")
  if(ARG_PROGRAM)
    add_executable(${name} EXCLUDE_FROM_ALL ${source})
  else()
    add_library(${name} STATIC EXCLUDE_FROM_ALL ${source})
  endif()
  target_precompile_headers(${name} PRIVATE ${MSIV2_STANDARD_HEADERS} ${ARG_HEADERS})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} msiv2_warnings)
endfunction()

if(MSIV2_PRECOMPILE)
  # ccache caches files with a precompiled header only with these.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess> "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
endif()
