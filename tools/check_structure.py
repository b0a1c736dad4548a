#!/usr/bin/env python3
"""Checks the rules of ARCHITECTURE.md that a compiler does not check. These are includes between folders, reads of the clock
and the environment, file length, and tests that no target builds. Prints one line per finding; exits 1 on any.

    tools/check_structure.py [ROOT]
"""

import pathlib
import re
import subprocess
import sys
from dataclasses import dataclass, field

CODE_FOLDERS = ("include", "src", "emulator", "cli", "bindings", "examples", "bench", "fuzz", "tests")
CODE_SUFFIXES = (".h", ".hpp", ".c", ".cc", ".inc", ".in")
ASCII_SUFFIXES = CODE_SUFFIXES + (".cmake", ".txt", ".py", ".sh", ".json")
MAX_LINES = 600
OS_MACROS = ("_WIN32", "WIN32", "_MSC_VER", "__linux__", "__APPLE__", "__unix__", "__MINGW32__")
# Headers of the operating system, by first component. They may appear in adapters and programs, not in headers.
OS_HEADERS = ("sys", "unistd.h", "fcntl.h", "netinet", "arpa", "netdb.h", "poll.h", "pthread.h", "signal.h",
              "windows.h", "winsock2.h", "ws2tcpip.h", "ncrypt.h", "bcrypt.h", "wincrypt.h", "wintrust.h", "softpub.h",
              "sddl.h", "psapi.h", "io.h", "dlfcn.h", "spawn.h", "malloc.h")
C_HEADERS = ("limits.h", "stdint.h", "stddef.h", "stdio.h", "stdlib.h", "string.h", "errno.h", "stdbool.h")


@dataclass
class IncludeRule:
    """What one folder or file may include."""
    own: tuple
    libraries: tuple


@dataclass
class Rules:
    include: dict = field(default_factory=dict)
    calls: dict = field(default_factory=dict)
    os_macros: tuple = ()


def parse_rules(text):
    """Reads include_rules.txt; raises ValueError with the line number on anything else."""
    rules = Rules()
    section = ""
    os_macros = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        if line.startswith("["):
            section = line.strip("[]")
            if section not in ("include", "calls", "os-macros"):
                raise ValueError(f"include_rules.txt:{number}: no section is called {section}")
        elif section == "os-macros":
            os_macros.append(line)
        elif "->" not in line or not section:
            raise ValueError(f"include_rules.txt:{number}: expected 'name -> what it may use'")
        else:
            name, allowed = (part.strip() for part in line.split("->", 1))
            folders, _, libraries = allowed.partition("|")
            if section == "include":
                rules.include[name] = IncludeRule(tuple(folders.split()), tuple(libraries.split()))
            else:
                rules.calls[name] = tuple(folders.split())
    rules.os_macros = tuple(os_macros)
    return rules


def is_under(path, place):
    """Returns True if `path` is the file `place` or is in the folder `place`."""
    return path == place or path.startswith(place + "/")


def is_test(path):
    """Returns True if `path` is a test, or code that only tests are linked with."""
    return path.startswith("tests/") or re.search(r"_test\.cc$|_test_(support|fixture)\.(h|cc)$|/testing/", path) is not None


def longest_rule(path, rules):
    matches = [name for name in rules.include if is_under(path, name)]
    return max(matches, key=len) if matches else None


def strip_comments_and_text(code):
    """Returns the code with comments and the contents of literals blanked, line breaks kept."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"([^\s()\\]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'',
        re.DOTALL)

    def blank(match):
        return "".join("\n" if c == "\n" else " " for c in match.group(0))

    # The quote of a digit separator (1'000'000) would open a character literal.
    return pattern.sub(blank, re.sub(r"(?<=[0-9a-fA-F])'(?=[0-9a-fA-F])", "_", code))


class Checker:
    """Collects the findings for one tree."""

    def __init__(self, root, files, rules):
        self.root = pathlib.Path(root)
        self.files = sorted(files)
        self.known = set(self.files)
        self.rules = rules
        self.findings = []

    def report(self, path, line, message):
        self.findings.append(f"{path}:{line}: {message}")

    def run(self):
        for path in self.files:
            suffix = pathlib.PurePosixPath(path).suffix
            stem = pathlib.PurePosixPath(path).name.split(".")[0].lower()
            if stem in ("util", "utils"):
                self.report(path, 1, "name the file after what it does, not 'utils'")
            if suffix in ASCII_SUFFIXES:
                self.check_ascii(path)
            if suffix in CODE_SUFFIXES and path.split("/")[0] in CODE_FOLDERS:
                self.check_code(path)
        self.check_targets()
        return self.findings

    def read(self, path):
        return (self.root / path).read_bytes().decode("utf-8", "replace")

    def check_ascii(self, path):
        for number, line in enumerate((self.root / path).read_bytes().splitlines(), 1):
            if any(byte > 126 or (byte < 32 and byte != 9) for byte in line):
                self.report(path, number, "characters outside printable ASCII")

    def check_code(self, path):
        text = self.read(path)
        lines = text.splitlines()
        if len(lines) > MAX_LINES:
            self.report(path, MAX_LINES + 1, f"{len(lines)} lines: split the file ({MAX_LINES} at most)")
        for number, line in enumerate(lines, 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if match:
                self.check_include(path, number, match.group(1), match.group(2))
        for number, line in enumerate(strip_comments_and_text(text).splitlines(), 1):
            self.check_line(path, number, line)

    def check_line(self, path, number, line):
        if re.match(r"\s*#\s*(if|ifdef|ifndef|elif)\b", line) and path not in self.rules.os_macros:
            for macro in OS_MACROS:
                if re.search(rf"\b{macro}\b", line):
                    self.report(path, number, f"{macro}: make one file per operating system, chosen in CMake")
        if is_test(path):
            return
        for name, places in self.rules.calls.items():
            if not re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", line):
                continue
            if not any(is_under(path, place) for place in places):
                self.report(path, number, f"{name} may not be used here (tools/include_rules.txt [calls])")

    def check_include(self, path, number, bracket, header):
        name = longest_rule(path, self.rules)
        if name is None:
            self.report(path, number, "no rule covers this folder: add one to tools/include_rules.txt")
            return
        rule = self.rules.include[name]
        own, libraries = rule.own + (name,), rule.libraries
        if is_test(path) and "unit-tests" in self.rules.include:
            nearby = self.rules.include["unit-tests"]
            own, libraries = own + nearby.own, libraries + nearby.libraries
        if bracket == "<":
            self.check_library(path, number, header, libraries)
        else:
            self.check_own(path, number, header, own)

    def check_library(self, path, number, header, libraries):
        first = header.split("/")[0]
        if first in OS_HEADERS:
            if path.startswith("include/"):
                self.report(path, number, f"<{header}>: no operating system header in the public headers")
            return
        if re.fullmatch(r"[a-z_0-9]+", header) or header in C_HEADERS:
            return
        library = first[:-2] if first.endswith(".h") else first
        if library not in libraries:
            self.report(path, number, f"<{header}>: {library} may not be included here")

    def check_own(self, path, number, header, allowed):
        target = self.resolve(path, header)
        if target is None:
            self.report(path, number, f'"{header}" is not a file of this project; use <> for libraries')
            return
        folder = str(pathlib.PurePosixPath(path).parent)
        if str(pathlib.PurePosixPath(target).parent) == folder:
            return
        # A folder named in a rule does not include its subfolders that have their own rule (adapters). A rule that
        # names a whole tree, such as `src`, includes them.
        target_rule = longest_rule(target, self.rules)
        for place in allowed:
            if target == place or target_rule == place:
                return
            if is_under(target, place) and place in ("src", "emulator", "cli", "tests", "include"):
                return
        self.report(path, number, f'"{header}": {folder} may not include {target_rule or target}')

    def resolve(self, path, header):
        folder = pathlib.PurePosixPath(path).parent
        for base in (folder, pathlib.PurePosixPath("src"), pathlib.PurePosixPath("include"),
                     pathlib.PurePosixPath(".")):
            candidate = str(base / header)
            for name in (candidate, candidate + ".in"):  # version.h is generated from version.h.in
                if name in self.known:
                    return name
        return None

    def check_targets(self):
        """Checks that every test and every source of the library is named in a CMakeLists.txt above it."""
        named = set()
        for path in self.files:
            if not path.endswith("CMakeLists.txt"):
                continue
            folder = pathlib.PurePosixPath(path).parent
            text = re.sub(r"#[^\n]*", "", self.read(path))
            for token in re.split(r"[\s()\"]+", text):
                if token.endswith(".cc"):
                    token = token.replace("${CMAKE_CURRENT_SOURCE_DIR}/", "")
                    if token.startswith("${PROJECT_SOURCE_DIR}/"):
                        named.add(token.replace("${PROJECT_SOURCE_DIR}/", ""))
                    else:
                        named.add(str(folder / token))
        for path in self.files:
            if path.endswith("_test.cc") or (path.startswith("src/") and path.endswith(".cc")):
                if path not in named:
                    self.report(path, 1, "no CMakeLists.txt names this file: it is never built")


def tracked_files(root):
    """Returns the files of the tree as git would commit them, or all files if there is no git."""
    try:
        listed = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"],
                                check=True, capture_output=True, text=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        listed = [str(p.relative_to(root).as_posix()) for p in pathlib.Path(root).rglob("*") if p.is_file()]
        listed = [p for p in listed if not p.startswith(("build/", ".git/", ".cache/"))]
    return [p for p in listed if (pathlib.Path(root) / p).is_file()]


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).resolve().parent.parent)
    rules_file = pathlib.Path(__file__).resolve().parent / "include_rules.txt"
    rules = parse_rules(rules_file.read_text(encoding="ascii"))
    files = tracked_files(root)
    findings = Checker(root, files, rules).run()
    for finding in findings:
        print(finding)
    print(f"structure: {len(files)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
