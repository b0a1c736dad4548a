# Programs for Windows are linked by LLVM's linker, in a second where GNU ld takes a minute and more. Debian's mingw GCC knows
# its own linker only, so that clang, which finds GCC's libraries, calls this one.
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-libgcc-file-name OUTPUT_VARIABLE libgcc OUTPUT_STRIP_TRAILING_WHITESPACE)
get_filename_component(libgcc ${libgcc} DIRECTORY)
set(CMAKE_CXX_LINK_EXECUTABLE
  "/usr/lib/llvm-14/bin/clang++ --target=x86_64-w64-mingw32 -fuse-ld=lld -L${libgcc} <LINK_FLAGS> <OBJECTS> -o <TARGET> <LINK_LIBRARIES> -lpthread")
# The same of archives: GNU ar takes a minute and a half to index one of these.
set(CMAKE_CXX_ARCHIVE_CREATE "/usr/lib/llvm-14/bin/llvm-ar --format=gnu qcs <TARGET> <OBJECTS>")
set(CMAKE_CXX_ARCHIVE_APPEND "/usr/lib/llvm-14/bin/llvm-ar --format=gnu qs <TARGET> <OBJECTS>")
set(CMAKE_CXX_ARCHIVE_FINISH "")
