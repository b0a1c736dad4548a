# MSIV2_SANITIZE=address,undefined (or thread) instruments every target, tests included.
if(MSIV2_SANITIZE)
  add_compile_options(-fsanitize=${MSIV2_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=${MSIV2_SANITIZE})
endif()
if(MSIV2_COVERAGE)
  add_compile_options(--coverage -O0 -g)
  add_link_options(--coverage)
endif()
