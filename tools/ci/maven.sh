#!/usr/bin/env bash
# Maven's build of the Java binding, on top of the build of dev. CMake builds the native libraries. Maven makes the three
# jars and runs the tests that need no emulator. Exits 77 with the reason where Maven cannot get its plugins.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

skip() { echo "maven: SKIPPED: $*"; exit 77; }
command -v mvn >/dev/null || skip "mvn is not installed"

log=build/maven.log
rm -rf build/maven
if ! mvn -B -U -ntp -f bindings/java verify -Dmsiv2.preset=dev >"$log" 2>&1 </dev/null; then
  # A version that does not exist is "Could not find artifact", and a failure.
  if grep -q 'Could not transfer artifact\|Could not transfer metadata\|failed to transfer' "$log"; then
    skip "Maven Central cannot be reached, see $log"
  fi
  grep -E '^\[ERROR\]|error:|FAIL' "$log" | head -n 60 >&2
  exit 1
fi

jar=$(echo build/maven/msiv2-*[0-9].jar)
# has JAR ENTRY: fails unless the jar has the entry.
has() { jar tf "$1" | grep -x "$2" >/dev/null || { echo "maven: $1 has no $2" >&2; return 1; }; }
has "${jar%.jar}-sources.jar" io/github/msiv2/MsiV2.java
has "${jar%.jar}-sources.jar" io/github/msiv2/Numbers.java
has "${jar%.jar}-javadoc.jar" ".*/MsiV2.html"
for each in "$jar" "${jar%.jar}-sources.jar" "${jar%.jar}-javadoc.jar"; do has "$each" META-INF/LICENSE; done
if has "${jar%.jar}-sources.jar" ".*/native/.*" 2>/dev/null; then
  echo "maven: the sources have native libraries" >&2
  exit 1
fi
classes=build/maven/test-classes
java -Dmsiv2.test.jar="$jar" -Dmsiv2.test.classes="$classes" \
  -cp "$jar:$classes:/usr/share/java/junit4.jar:/usr/share/java/hamcrest-core.jar:/usr/share/java/hamcrest.jar" \
  org.junit.runner.JUnitCore io.github.msiv2.JarTest >build/maven.jar.log 2>&1 </dev/null ||
  { cat build/maven.jar.log >&2; exit 1; }
summary="$(grep -E 'Tests run: .*[0-9]$' "$log" | tail -n 1 | sed 's/^\[[A-Z]*\] //'), JarTest $(grep '^OK' build/maven.jar.log)"
echo "maven: $(basename "$jar"), its sources and its Javadoc; $summary"
