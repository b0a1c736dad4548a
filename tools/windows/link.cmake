# LLVM's linker links programs for Windows in a second, where GNU ld takes a minute or more. Debian's mingw GCC knows only its
# own linker, so clang calls LLVM's linker; clang finds GCC's libraries.
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-libgcc-file-name OUTPUT_VARIABLE libgcc OUTPUT_STRIP_TRAILING_WHITESPACE)
get_filename_component(libgcc ${libgcc} DIRECTORY)
set(CMAKE_CXX_LINK_EXECUTABLE
  "/usr/lib/llvm-14/bin/clang++ --target=x86_64-w64-mingw32 -fuse-ld=lld -L${libgcc} <LINK_FLAGS> <OBJECTS> -o <TARGET> <LINK_LIBRARIES> -lpthread")
# The same for archives: GNU ar takes a minute and a half to index one of these.
set(CMAKE_CXX_ARCHIVE_CREATE "/usr/lib/llvm-14/bin/llvm-ar --format=gnu qcs <TARGET> <OBJECTS>")
set(CMAKE_CXX_ARCHIVE_APPEND "/usr/lib/llvm-14/bin/llvm-ar --format=gnu qs <TARGET> <OBJECTS>")
set(CMAKE_CXX_ARCHIVE_FINISH "")
