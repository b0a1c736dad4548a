# MSIV2_SANITIZE=address,undefined (or thread) instruments every target, tests included.
if(MSIV2_SANITIZE)
  add_compile_options(-fsanitize=${MSIV2_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -gline-tables-only)
  add_link_options(-fsanitize=${MSIV2_SANITIZE})
  if(MSIV2_SANITIZE MATCHES "address")
    # Every program links msiv2_warnings, so each gets this file; libraries do not.
    find_package(OpenSSL REQUIRED)
    target_sources(msiv2_warnings INTERFACE
      $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:${CMAKE_CURRENT_LIST_DIR}/sanitizer_exit.cc>)
    target_link_libraries(msiv2_warnings INTERFACE
      $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:OpenSSL::Crypto>)
  endif()
endif()
if(MSIV2_COVERAGE)
  add_compile_options(--coverage -O0 -g)
  add_link_options(--coverage)
endif()
