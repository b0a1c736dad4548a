#!/usr/bin/env python3
"""Checks docs/conformance.md against the tests, both ways. A row names tests that exist and carry its id,
and a test that carries an id is in that row. Prints one line per finding; exits 1 on any.

    tools/check_conformance.py [ROOT]

A test carries an id by the comment right above it (`// G-07.`). An id in its name is a finding: names are read alone.
"""

import pathlib
import re
import sys

from check_structure import tracked_files

DOCUMENT = "docs/conformance.md"
IDS = [f"G-{number:02}" for number in range(1, 50)] + [f"REM-{number}" for number in range(1, 7)]
COMMENT_AND_TEST = re.compile(r"((?:^//.*\n)*)^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", re.MULTILINE)
ID_IN_NAME = re.compile(r"[._](?:G|REM)\d+_")
ROW = re.compile(r"^\| ([A-Z]+-\d+) \|.*\|(.*)\|$", re.MULTILINE)
NAMES = re.compile(r"`(\w+\.\w+)`")
NO_TEST = re.compile(r"(later|not applicable): \S")


def ids_in_comment(text):
    return set(re.findall(r"\b(?:G-\d\d|REM-\d)\b", text))


def tests_in(code):
    """Yields each test of a file as `Suite.Name`, with the ids that it carries."""
    for comment, suite, name in COMMENT_AND_TEST.findall(code):
        yield f"{suite}.{name}", ids_in_comment(comment)


def rows_in(document, row=ROW):
    """Yields each row of the table: its id, and the content of its last column."""
    yield from ((match[1], match[2].strip()) for match in row.finditer(document))


def compare(rows, carried, required, names=NAMES):
    """Returns the findings for `rows`, as rows_in yields them, and `carried`, the ids that each test carries."""
    findings, named = [], {}
    for row, proof in rows:
        if row in named:
            findings.append(f"{row} has two rows")
        named[row] = names.findall(proof)
        if not named[row] and not NO_TEST.match(proof):
            findings.append(f"{row} names no test, and no reason after 'later:' or 'not applicable:'")
        for test in named[row]:
            if test not in carried:
                findings.append(f"{row}: no test is called {test}")
            elif row not in carried[test]:
                findings.append(f"{row}: {test} does not carry this id")
    findings += [f"{missing} has no row" for missing in required if missing not in named]
    for test, ids in carried.items():
        findings += [f"{test} carries {name}, whose row does not name it"
                     for name in sorted(ids) if test not in named.get(name, [])]
    return findings


def check(document, sources):
    """Returns the findings for the text of the document and those of the test files."""
    carried = {}
    for source in sources:
        for test, ids in tests_in(source):
            carried.setdefault(test, set()).update(ids)
    findings = [f"{test}: move the id into the comment above" for test in carried if ID_IN_NAME.search(test)]
    return findings + compare(rows_in(document), carried, IDS)


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).resolve().parent.parent)
    sources = [(root / path).read_text(encoding="utf-8") for path in tracked_files(root) if path.endswith(".cc")]
    findings = check((root / DOCUMENT).read_text(encoding="utf-8"), sources)
    for finding in findings:
        print(f"{DOCUMENT}: {finding}")
    print(f"conformance: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
