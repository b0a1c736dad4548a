# Every target of this project is built with these.
add_library(msiv2_warnings INTERFACE)
target_compile_options(msiv2_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
