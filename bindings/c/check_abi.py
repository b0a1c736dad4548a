#!/usr/bin/env python3
"""Checks what libmsiv2 promises: its exported symbols are the functions of msiv2.h and nothing else, nothing of the
recorded interface was changed or taken out, each function is called by arguments_test.c, and each row of the error
table has a number.

    check_abi.py ROOT [LIBRARY]
    check_abi.py --write ROOT     records what is new; never takes out
"""

import pathlib
import re
import subprocess
import sys


def declarations(header):
    """Returns each declaration of the header as one line of normal form: functions, enumerators, structs, macros."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", " ", header, flags=re.DOTALL)
    found = re.findall(r"^#define MSIV2_API_VERSION\b", text, re.MULTILINE)  # its value changes, its name stays
    text = re.sub(r"^\s*#[^\n]*", " ", text, flags=re.MULTILINE).replace("MSIV2_API", " ")
    text = re.sub(r'extern "C" \{', " ", text)
    for body in re.findall(r"\benum\s*\{(.*?)\};", text, re.DOTALL):
        found += ["enum " + " ".join(entry.split()) for entry in body.split(",") if entry.strip()]
    text = re.sub(r"\benum\s*\{.*?\};", " ", text, flags=re.DOTALL)
    for struct in re.findall(r"typedef struct \w+ \{.*?\} \w+;", text, re.DOTALL):
        found.append(" ".join(struct.split()))
    text = re.sub(r"typedef struct \w+ \{.*?\} \w+;", " ", text, flags=re.DOTALL)
    found += [" ".join(line.split()) for line in text.split(";") if line.strip(" \n}")]
    return [re.sub(r" ?([*(),]) ?", r"\1", line) for line in found]


def functions(lines):
    return {match.group(1) for line in lines if not line.startswith("typedef")
            for match in [re.search(r"\b(msiv2_\w+)\(", line)] if match}


def exported(library):
    listed = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True)
    symbols = [line.split()[-1] for line in listed.stdout.splitlines()]
    return {re.sub(r"@+.*", "", symbol) for symbol in symbols if not symbol.startswith("MSIV2_")}


def error_names(root):
    """Returns the wire names of the error table, and those that have a number in C."""
    table = (root / "include/msiv2/error_table.inc").read_text(encoding="ascii")
    codes = (root / "bindings/c/error_codes.cc").read_text(encoding="ascii")
    return set(re.findall(r'^MSIV2_ERROR\(\w+, "(\w+)"', table, re.MULTILINE)), set(re.findall(r'\{MSIV2_\w+, "(\w+)"', codes))


def check(root, library):
    folder = root / "bindings/c"
    lines = declarations((folder / "msiv2.h").read_text(encoding="ascii"))
    known = (folder / "abi_baseline.txt").read_text(encoding="ascii").splitlines()
    findings = [f"msiv2.h: changed or taken out: {line}" for line in known if line not in lines]
    findings += [f"abi_baseline.txt: not recorded yet (--write): {line}" for line in lines if line not in known]
    names = functions(lines)
    test = (folder / "tests/arguments_test.c").read_text(encoding="ascii")
    findings += [f"arguments_test.c: {name} is not called" for name in sorted(names - set(re.findall(r"\bmsiv2_\w+", test)))]
    table, numbered = error_names(root)
    findings += [f"error_codes.cc: {name} has no number" for name in sorted(table - numbered)]
    if library:
        symbols = exported(library)
        findings += [f"{library}: exports {name}, which is not in the header" for name in sorted(symbols - names)]
        findings += [f"{library}: does not export {name}" for name in sorted(names - symbols)]
    return findings, len(names)


def record(root):
    folder = root / "bindings/c"
    baseline = folder / "abi_baseline.txt"
    known = baseline.read_text(encoding="ascii").splitlines() if baseline.exists() else []
    lines = declarations((folder / "msiv2.h").read_text(encoding="ascii"))
    baseline.write_text("\n".join(known + [line for line in lines if line not in known]) + "\n", encoding="ascii")


def main(arguments):
    if arguments[:1] == ["--write"]:
        record(pathlib.Path(arguments[1]))
        return 0
    findings, count = check(pathlib.Path(arguments[0]), arguments[1] if len(arguments) > 1 else None)
    for finding in findings:
        print(finding)
    print(f"abi: {count} functions, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
