#!/usr/bin/env python3
"""numbers_test.py NUMBERS: the generated class Numbers has each number of msiv2.h and no other, and no class has a copy of
one."""

import pathlib
import re
import sys

JAVA = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(JAVA.parent / "c"))
import c_header  # noqa: E402

CONSTANT = re.compile(r"static final (?:int|long) (\w+) = (\d+);")


def of_header():
    header = c_header.read(JAVA.parent / "c")
    numbers = {value: number for enum in c_header.enums(header) for value, number in enum.values.items()
               if not value.endswith("_FORCE_32")}
    return {"API_VERSION": int(c_header.day(header)), **{name[len("MSIV2_"):]: number for name, number in numbers.items()}}


def main(numbers):
    wanted = of_header()
    made = {name: int(number) for name, number in CONSTANT.findall(pathlib.Path(numbers).read_text(encoding="ascii"))}
    findings = [f"Numbers.java: {name} is {made.get(name)}, and in msiv2.h {wanted.get(name)}"
                for name in sorted(set(made) | set(wanted)) if made.get(name) != wanted.get(name)]
    for path in sorted((JAVA / "src").rglob("*.java")):
        text = path.read_text(encoding="utf-8")
        findings += [f"{path.name}: Numbers.{name} does not exist" for name in re.findall(r"\bNumbers\.(\w+)", text)
                     if name not in made]
        findings += [f"{path.name}: {name} is a copy of a number of msiv2.h" for name, _ in CONSTANT.findall(text)
                     if name in wanted]
    for finding in findings:
        print(finding)
    print(f"numbers: {len(made)}, {len(findings)} findings")
    return 1 if findings or len(made) < 100 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
