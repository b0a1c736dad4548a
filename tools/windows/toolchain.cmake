# Cross-builds for x86_64 Windows with mingw GCC; what it builds runs under Wine through tools/windows/wine.sh.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)

# Windows 10 and Server 2016 are the oldest systems with virtualization-based security.
add_compile_definitions(_WIN32_WINNT=0x0A00)

# MSIV2_WINDOWS_LIBRARIES: the folder that tools/windows/libraries.sh prints. CMake finds none of this machine's own
# libraries.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MSIV2_WINDOWS_LIBRARIES)
set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32 ${MSIV2_WINDOWS_LIBRARIES})
set(ENV{PKG_CONFIG_LIBDIR} ${MSIV2_WINDOWS_LIBRARIES}/lib/pkgconfig)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# One file to copy: no GCC library is needed next to the program.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-static")
set(CMAKE_MODULE_LINKER_FLAGS_INIT "-static")
