# cmake -DHEADERS=FOLDER -DOUTPUT=FILE -P numbers.cmake: generates the class Numbers from the enumerations of the C
# interface. So Java needs no numbers of its own to keep in step. MSIV2_TOKEN_TYPE becomes Numbers.TOKEN_TYPE.
file(GLOB headers ${HEADERS}/*.h)
set(text "")
foreach(header ${headers})
  file(READ ${header} part)
  string(APPEND text "${part}")
endforeach()
string(REGEX REPLACE "//[^\n]*" "" text "${text}")

set(members "")
string(REGEX MATCHALL "MSIV2_[A-Z0-9_]+ =[ \n]+[0-9]+[,\n]" values "${text}")
foreach(value ${values})
  string(REGEX REPLACE "MSIV2_([A-Z0-9_]+) =[ \n]+([0-9]+)[,\n]" "\\1 = \\2" value "${value}")
  string(APPEND members "    static final int ${value};\n")
endforeach()
if(NOT text MATCHES "#define MSIV2_API_VERSION ([0-9]+)u" OR NOT values)
  message(FATAL_ERROR "${HEADERS} has no MSIV2_API_VERSION, or no enumerations")
endif()
file(WRITE ${OUTPUT}.new "package io.github.msiv2;

/** Numbers are those of the C interface. Made by numbers.cmake: change msiv2.h. */
final class Numbers {
    /** The day of the C interface that these classes were built with. */
    static final int API_VERSION = ${CMAKE_MATCH_1};

${members}
    private Numbers() {}
}
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
file(REMOVE ${OUTPUT}.new)
