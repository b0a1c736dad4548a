#!/usr/bin/env python3
"""Checks docs/field_cases.md against the tests, both ways. A row names tests that exist and carry its id, and a
test that carries an id is in that row. Prints one line per finding; exits 1 on any.

    tools/check_field_cases.py [ROOT]

A test carries the ids that begin a line of the comment right above it: `// A5.`, `# F2, A12. Why`. Ids elsewhere in a
comment have no meaning. The table names a test in one of these forms:

    Suite.Name            C++, GoogleTest
    Class.method          Java, JUnit
    file.c:function       the C programs of bindings/c/tests, and the C++ program next to them
    file.sh:function      shell; an id that is above no function belongs to the script itself: file.sh
    file.py:test_name     Python, unittest; an id that is above no test belongs to the script itself: file.py
"""

import pathlib
import re
import sys

from check_conformance import compare, rows_in
from check_structure import tracked_files

DOCUMENT = "docs/field_cases.md"
LAST_OF = {"A": 15, "B": 13, "F": 9, "U": 12, "N": 15}
IDS = [f"{letter}{number}" for letter, last in LAST_OF.items() for number in range(1, last + 1)]
REQUIRED = IDS  # each has a row

ROW = re.compile(r"^\| ([A-Z]+\d+) \|.*\|(.*)\|$", re.MULTILINE)
NAMES = re.compile(r"`([\w-]+\.\w+(?::\w+)?)`")
# The ids that begin a line of a comment; a full stop, a colon or the end of the line follows them.
IDS_OF_LINE = re.compile(r"(?://+|/\*+|\*|#+)?\s*([ABFUN]\d{1,2}(?:(?:, | and )[ABFUN]\d{1,2})*)(?:[.:](?:\s|$)|\s*(?:\*/)?$)")

GTEST = re.compile(r"^(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", re.MULTILINE)
C_FUNCTION = re.compile(r"^[A-Za-z_][\w:<>,*& ]*?[ *](\w+)\([^;{}()]*\)\s*\{", re.MULTILINE)
JUNIT = re.compile(r"^[ \t]*@Test\b.*\n(?:[ \t]*@.*\n)*(?:[ \t]*//.*\n)*[ \t]*public\s+void\s+(\w+)\(", re.MULTILINE)
PYTHON_TEST = re.compile(r"^[ \t]*def (test_\w+)\(self\):", re.MULTILINE)
SHELL_FUNCTION = re.compile(r"^(?:function )?(\w+) ?\(\) ?[{(]", re.MULTILINE)


def comment_lines(path, code):
    """Returns each line that is only a comment, or a part of one, by its number (from 0)."""
    hash_mark = path.endswith((".sh", ".py"))
    lines, inside = {}, False
    for number, line in enumerate(code.splitlines()):
        text = line.strip()
        if hash_mark:
            begins = text.startswith("#") and not text.startswith("#!")
        else:
            begins = text.startswith(("//", "/*"))
        if begins or inside:
            lines[number] = text
        if not hash_mark and (inside or text.startswith("/*")):
            inside = "*/" not in text
    return lines


def ids_of_line(text):
    """Returns the ids that a line of a comment begins with."""
    match = IDS_OF_LINE.match(text)
    return set(re.findall(r"[ABFUN]\d+", match[1])) if match else set()


def ids_above(number, lines, comments, found):
    """Returns the ids of the comment right above line `number`, and adds the lines that have them to `found`. Annotations
    may be in between."""
    ids = set()
    number -= 1
    while number in comments or (number >= 0 and lines[number].strip().startswith("@")):
        here = ids_of_line(comments.get(number, ""))
        if here:
            found.add(number)
        ids |= here
        number -= 1
    return ids


def definitions(path, code):
    """Yields each test of a file: its name in the table, and the number of its first line (from 0)."""
    file = pathlib.PurePosixPath(path)
    c_programs = path.startswith("bindings/c/tests/") and file.suffix in (".c", ".cc")
    patterns = [
        (file.suffix in (".cc", ".cpp"), GTEST, "{0[0]}.{0[1]}", 0),
        (c_programs, C_FUNCTION, file.name + ":{0[0]}", 0),
        (file.suffix == ".java", JUNIT, file.stem + ".{0[0]}", 1),  # by its name: a comment may be below @Test
        (file.suffix == ".sh", SHELL_FUNCTION, file.name + ":{0[0]}", 0),
        (file.suffix == ".py", PYTHON_TEST, file.name + ":{0[0]}", 0),
    ]
    for applies, pattern, name, group in patterns:
        for match in pattern.finditer(code) if applies else ():
            yield name.format(match.groups()), code.count("\n", 0, match.start(group))


def is_test_file(path):
    return path.startswith(("tests/", "bindings/c/tests/", "bindings/java/src/test/")) or \
        path.endswith("_test.cc")


def read_tests(path, code):
    """Returns the tests of a file with the ids that they carry, and the findings for ids that no test carries."""
    lines, comments = code.splitlines(), comment_lines(path, code)
    found, carried = set(), {}
    for test, number in definitions(path, code):
        carried.setdefault(test, set()).update(ids_above(number, lines, comments, found))
    rest = {number: ids for number, text in comments.items() if number not in found and (ids := ids_of_line(text))}
    if path.endswith((".sh", ".py")):
        carried[pathlib.PurePosixPath(path).name] = set().union(*rest.values())
        return carried, []
    # Inside a function they may introduce a part of a test that carries them.
    return carried, [f"{path}:{number + 1}: ids that no test right below carries"
                     for number in rest if not lines[number].startswith((" ", "\t"))]


def check(document, sources):
    """Returns the findings for the text of the document and `sources`, the text of each test file by its path."""
    carried, findings = {}, []
    for path, code in sources.items():
        tests, strays = read_tests(path, code)
        findings += strays
        for test, ids in tests.items():
            carried.setdefault(test, set()).update(ids)
    rows = list(rows_in(document, ROW))
    findings += [f"{row} is not an id of the cases" for row, _ in rows if row not in IDS]
    return findings + compare(rows, carried, REQUIRED, NAMES)


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).resolve().parent.parent)
    sources = {path: (root / path).read_bytes().decode("utf-8", "replace")
               for path in tracked_files(root) if is_test_file(path)}
    findings = check((root / DOCUMENT).read_text(encoding="utf-8"), sources)
    for finding in findings:
        print(f"{DOCUMENT}: {finding}")
    print(f"field cases: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
