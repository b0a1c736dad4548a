# cmake -DFOLDER=... -P digests.cmake: writes the SHA256SUMS of the files in a folder, for NativeLibrary.java.
file(GLOB files ${FOLDER}/*)
set(sums "")
foreach(file ${files})
  file(SHA256 ${file} digest)
  get_filename_component(name ${file} NAME)
  string(APPEND sums "${digest}  ${name}\n")
endforeach()
file(WRITE ${FOLDER}/SHA256SUMS "${sums}")
