#!/usr/bin/env bash
# Measures hits from Java against an emulator: processor time, elapsed time and bytes allocated for each hit.
#
# Needs a JDK and the release build of the jar and the command. To build and run:
#   cmake --preset release -DMSIV2_BUILD_JAVA=ON
#   cmake --build --preset release --target msiv2_java msiv2_command && bench/java_hits.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
jar=build/release/bindings/java/msiv2.jar
command=build/release/cli/msiv2
for needed in "$jar" "$command"; do
  [ -e "$needed" ] || { echo "java_hits: build $needed first" >&2; exit 1; }
done
exec java -cp "$jar" bench/JavaHits.java "$command"
