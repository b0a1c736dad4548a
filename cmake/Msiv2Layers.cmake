# msiv2_add_layer(NAME name SOURCES a.cc... [DEPENDS layer...] [LIBRARIES lib...] [TESTS a_test.cc...]
#                 [UNIX_TESTS a_test.cc...] [WINDOWS_TESTS a_test.cc...] [SINGLE_THREADED] [COMPONENT])
#
# One target per folder: a static library msiv2_<name> that links the layers it DEPENDS on and no other target of this
# project. A hidden dependency then fails to link in the layer's own test program <name>_test. A COMPONENT is not part of
# libmsiv2_cpp.
function(msiv2_add_layer)
  cmake_parse_arguments(ARG "SINGLE_THREADED;COMPONENT" "NAME" "SOURCES;DEPENDS;LIBRARIES;TESTS;UNIX_TESTS;WINDOWS_TESTS;TEST_DEPENDS" ${ARGN})
  set(target msiv2_${ARG_NAME})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PUBLIC
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/generated/include ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND msiv2_)
  target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_LIBRARIES} $<BUILD_INTERFACE:msiv2_warnings>)
  msiv2_precompile(${target})
  msiv2_unity(${target})
  if(NOT ARG_COMPONENT)
    set_property(GLOBAL APPEND PROPERTY MSIV2_LAYERS ${target})
    set_property(GLOBAL APPEND PROPERTY MSIV2_LAYER_LIBRARIES ${ARG_LIBRARIES})
  endif()
  if(WIN32)
    list(APPEND ARG_TESTS ${ARG_WINDOWS_TESTS})
  else()
    list(APPEND ARG_TESTS ${ARG_UNIX_TESTS})
  endif()
  if(ARG_SINGLE_THREADED AND MSIV2_SANITIZE STREQUAL "thread")
    return()  # values in, values out: no data race is possible
  endif()
  if(ARG_TESTS AND MSIV2_BUILD_TESTS)
    list(TRANSFORM ARG_TEST_DEPENDS PREPEND msiv2_)
    msiv2_add_test(NAME ${ARG_NAME}_test SOURCES ${ARG_TESTS} LIBRARIES ${target} ${ARG_TEST_DEPENDS} ${ARG_LIBRARIES})
  endif()
endfunction()

# msiv2_add_test(NAME name SOURCES a_test.cc... LIBRARIES lib... [FILTERS filter...]): a GTest program. Each case is a
# ctest; under sanitizers the whole program is one. With FILTERS each filter is one ctest, for suites that share
# something expensive, such as an emulator.
function(msiv2_add_test)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;LIBRARIES;FILTERS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_include_directories(${ARG_NAME} PRIVATE
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${ARG_NAME} PRIVATE MSIV2_GOLDEN_DIR="${PROJECT_SOURCE_DIR}/tests/golden")
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest_main Threads::Threads msiv2_warnings)
  if(MSIV2_PRECOMPILE)
    target_precompile_headers(${ARG_NAME} REUSE_FROM msiv2_test_headers)
  endif()
  msiv2_unity(${ARG_NAME})
  if((MSIV2_SANITIZE OR CMAKE_CROSSCOMPILING) AND NOT ARG_FILTERS)
    # Starting a sanitized program, or a program under Wine, takes longer than most cases.
    add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
    # Under Wine a test may seem to last as long as a Wine service that it started and that keeps its output open.
    set_tests_properties(${ARG_NAME} PROPERTIES TIMEOUT 900)
    return()
  endif()
  if(NOT ARG_FILTERS)
    gtest_discover_tests(${ARG_NAME} NO_PRETTY_VALUES DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT 120)
    return()
  endif()
  foreach(filter ${ARG_FILTERS})
    add_test(NAME "${ARG_NAME}/${filter}" COMMAND ${ARG_NAME} --gtest_filter=${filter})
    set_tests_properties("${ARG_NAME}/${filter}" PROPERTIES TIMEOUT 600)
  endforeach()
  # A suite that no filter names would never run. A listed suite ends in a full stop.
  list(JOIN ARG_FILTERS ":" all_filters)
  add_test(NAME "${ARG_NAME}/filters" COMMAND ${ARG_NAME} --gtest_list_tests --gtest_filter=*-${all_filters})
  set_tests_properties("${ARG_NAME}/filters" PROPERTIES TIMEOUT 120 FAIL_REGULAR_EXPRESSION "[A-Za-z0-9_]\\.[\r\n]")
endfunction()
