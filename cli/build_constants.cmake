# cmake -Dsource=FOLDER -Dheader=FILE -Dcompiler=TEXT -Dbuild_type=TEXT -P build_constants.cmake
# Writes the header, only if it changes. The commit is the one of FOLDER, followed by -dirty if a file differs from it. It
# is `unknown` for sources outside of a repository, and inside of another one.
set(commit unknown)
find_program(git git)
if(git)
  execute_process(COMMAND ${git} -C ${source} rev-parse --show-prefix OUTPUT_VARIABLE prefix RESULT_VARIABLE failed
    ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed AND prefix STREQUAL "")
    execute_process(COMMAND ${git} -C ${source} describe --always --dirty --abbrev=12 --exclude=* OUTPUT_VARIABLE described
      RESULT_VARIABLE failed ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT failed)
      set(commit ${described})
    endif()
  endif()
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/build_constants.h.in ${header} @ONLY)
