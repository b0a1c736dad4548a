# `cmake --install`: the library, its public headers, a CMake package and a pkg-config file.
include(CMakePackageConfigHelpers)

# Libraries: msiv2, and the components of the package.
set(libraries msiv2 msiv2_selftest)
if(TARGET msiv2_prometheus)
  list(APPEND libraries msiv2_prometheus)
endif()

# Before 1.0 the C++ interface may change with every minor version, so the soname carries it.
set_target_properties(${libraries} PROPERTIES
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  WINDOWS_EXPORT_ALL_SYMBOLS ON)
if(BUILD_SHARED_LIBS)
  # The components find libmsiv2_cpp in their own folder, and the command finds it in the folder of the libraries.
  set_target_properties(${libraries} PROPERTIES INSTALL_RPATH "$ORIGIN")
  if(TARGET msiv2_command)
    file(RELATIVE_PATH from_bin_to_lib /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
    set_target_properties(msiv2_command PROPERTIES INSTALL_RPATH "$ORIGIN/${from_bin_to_lib}")
  endif()
endif()
get_target_property(type msiv2 TYPE)
set(MSIV2_IS_STATIC OFF)
if(type STREQUAL "STATIC_LIBRARY")
  set(MSIV2_IS_STATIC ON)
endif()
if(NOT MSIV2_IS_STATIC AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
  set(map ${CMAKE_CURRENT_LIST_DIR}/msiv2.map)
  foreach(library ${libraries})
    target_link_options(${library} PRIVATE -Wl,--version-script=${map} -Wl,--no-undefined)
    set_property(TARGET ${library} APPEND PROPERTY LINK_DEPENDS ${map})
  endforeach()
endif()

install(TARGETS msiv2 EXPORT msiv2Targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/msiv2 DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN *.h PATTERN *.inc PATTERN observers/prometheus.h EXCLUDE)
install(TARGETS msiv2_selftest EXPORT msiv2SelftestTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_BINARY_DIR}/generated/include/msiv2/version.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/msiv2)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/msiv2)
install(EXPORT msiv2Targets NAMESPACE msiv2:: DESTINATION ${package_dir})
install(EXPORT msiv2SelftestTargets NAMESPACE msiv2:: DESTINATION ${package_dir})
if(TARGET msiv2_prometheus)
  install(TARGETS msiv2_prometheus EXPORT msiv2PrometheusTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(FILES ${PROJECT_SOURCE_DIR}/include/msiv2/observers/prometheus.h
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/msiv2/observers)
  install(EXPORT msiv2PrometheusTargets NAMESPACE msiv2:: DESTINATION ${package_dir})
endif()
if(TARGET msiv2_c)
  install(TARGETS msiv2_c EXPORT msiv2CTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(FILES ${PROJECT_SOURCE_DIR}/bindings/c/msiv2.h ${PROJECT_SOURCE_DIR}/bindings/c/msiv2.hpp
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/bindings/c/msiv2_c DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(EXPORT msiv2CTargets NAMESPACE msiv2:: DESTINATION ${package_dir})
endif()
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/msiv2Config.cmake.in
  ${PROJECT_BINARY_DIR}/generated/msiv2Config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/msiv2ConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/generated/msiv2Config.cmake
  ${PROJECT_BINARY_DIR}/generated/msiv2ConfigVersion.cmake DESTINATION ${package_dir})

# A static msiv2 needs its libraries on every link line, so they are then public requirements. As private ones,
# `pkg-config --static` would require the static closure of libcurl, which Debian does not ship.
set(MSIV2_PC_REQUIRES Requires.private)
if(MSIV2_IS_STATIC)
  set(MSIV2_PC_REQUIRES Requires)
endif()
# The prefix is written relative to the file, so that an installed tree can be moved.
file(RELATIVE_PATH MSIV2_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${CMAKE_CURRENT_LIST_DIR}/msiv2.pc.in ${PROJECT_BINARY_DIR}/generated/msiv2.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/generated/msiv2.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(TARGET msiv2_c)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/msiv2-c.pc.in ${PROJECT_BINARY_DIR}/generated/msiv2-c.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/generated/msiv2-c.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
