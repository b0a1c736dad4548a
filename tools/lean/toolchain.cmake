# The lean command: one program with static libraries that needs glibc alone, hardened. Names are resolved through glibc,
# so glibc itself is not static.
#
# MSIV2_LEAN_LIBRARIES: the folder that tools/lean/libraries.sh prints.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MSIV2_LEAN_LIBRARIES)
file(READ ${MSIV2_LEAN_LIBRARIES}/compile_flags compile_flags)
string(STRIP "${compile_flags}" compile_flags)
set(CMAKE_C_FLAGS_INIT "${compile_flags}")
set(CMAKE_CXX_FLAGS_INIT "${compile_flags}")
# Relative relocations in DT_RELR: a tenth of the loader's work on them. They need glibc 2.36, as libstdc++ 12 does.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-pie -static-libstdc++ -static-libgcc -Wl,--gc-sections -Wl,--as-needed -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,pack-relative-relocs")

# Headers and tools of the machine are found as always, but OpenSSL, libcurl and cpp-httplib in that folder only.
set(CMAKE_PREFIX_PATH ${MSIV2_LEAN_LIBRARIES})
set(OPENSSL_ROOT_DIR ${MSIV2_LEAN_LIBRARIES})
set(OPENSSL_USE_STATIC_LIBS ON)
set(ENV{PKG_CONFIG_LIBDIR} ${MSIV2_LEAN_LIBRARIES}/lib/pkgconfig)
