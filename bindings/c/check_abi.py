#!/usr/bin/env python3
"""Checks what libmsiv2 promises:

- its soname, and its exported symbols: the functions of msiv2.h and nothing else;
- nothing of the recorded interface was changed or removed, and msiv2_supports_api knows each date of it;
- the tests call each function and name each field;
- fields are numbered by kind, and each function is documented (c_header.py);
- each row of the error table has a number.

    check_abi.py ROOT [LIBRARY]
    check_abi.py --write ROOT     records what is new, under the date of MSIV2_API_VERSION; removes nothing
"""

import pathlib
import re
import subprocess
import sys

import c_header


def recorded(folder):
    """Returns the dates of the baseline, and the declarations below them."""
    lines = (folder / "abi_baseline.txt").read_text(encoding="ascii").splitlines()
    return [line[2:] for line in lines if line.startswith("# ")], [line for line in lines if not line.startswith("# ")]


def check_days(folder, days, header):
    supported = re.findall(r"case (\d{8}):", (folder / "version.cc").read_text(encoding="ascii"))
    findings = []
    if days != supported:
        findings.append(f"version.cc: supports {supported}, and the days of abi_baseline.txt are {days}")
    if days[-1:] != [c_header.day(header)]:
        findings.append("base.h: MSIV2_API_VERSION is not the last day of abi_baseline.txt")
    return findings


def check_tests(folder, header):
    """Each function is called by arguments_test.c, each that takes an enumeration by numbers_test.c; each value is named."""
    tests = {path.name: c_header.without_comments(path.read_text(encoding="ascii"))
             for path in sorted((folder / "tests").glob("*.c*"))}
    enums = {enum.name for enum in c_header.enums(header)}
    findings = []
    for function in c_header.functions(header):
        if not re.search(rf"\b{function.name}\(", tests["arguments_test.c"]):
            findings.append(f"arguments_test.c: {function.name} is not called")
        if enums & set(function.types) and not re.search(rf"\b{function.name}\(", tests["numbers_test.c"]):
            findings.append(f"numbers_test.c: {function.name} takes an enumeration and is not called")
    everything = "".join(tests.values())
    for enum in c_header.enums(header):
        findings += [f"tests: {value} is not named" for value in enum.values if enum.name != "msiv2_code"
                     and not value.endswith("_FORCE_32") and not re.search(rf"\b{value}\b", everything)]
    return findings


def check_library(library, names):
    symbols = exported(library)
    findings = [f"{library}: exports {name}, which is not in the header" for name in sorted(symbols - names)]
    findings += [f"{library}: does not export {name}" for name in sorted(names - symbols)]
    dynamic = subprocess.run(["readelf", "-d", library], check=True, capture_output=True, text=True).stdout
    if "[libmsiv2.so.1]" not in dynamic:
        findings.append(f"{library}: its soname is not libmsiv2.so.1")
    return findings


def exported(library):
    listed = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True)
    symbols = [line.split()[-1] for line in listed.stdout.splitlines()]
    return {re.sub(r"@+.*", "", symbol) for symbol in symbols if not symbol.startswith("MSIV2_")}


def check_error_names(root):
    """Each wire name of the error table has a number in C."""
    table = (root / "include/msiv2/error_table.inc").read_text(encoding="ascii")
    codes = (root / "bindings/c/error_codes.cc").read_text(encoding="ascii")
    numbered = set(re.findall(r'\{MSIV2_\w+, "(\w+)"', codes))
    names = set(re.findall(r'^MSIV2_ERROR\(\w+, "(\w+)"', table, re.MULTILINE))
    return [f"error_codes.cc: {name} has no number" for name in sorted(names - numbered)]


def check(root, library):
    folder = root / "bindings/c"
    header = c_header.read(folder)
    lines = c_header.declarations(header)
    days, known = recorded(folder)
    findings = check_days(folder, days, header)
    findings += [f"msiv2.h: changed or taken out: {line}" for line in known if line not in lines]
    findings += [f"abi_baseline.txt: not recorded yet (--write): {line}" for line in lines if line not in known]
    functions = c_header.functions(header)
    findings += check_tests(folder, header) + check_error_names(root)
    findings += c_header.check_numbers(header) + c_header.check_documentation(header)
    if library:
        findings += check_library(library, {function.name for function in functions})
    return findings, len(functions)


def record(root):
    folder = root / "bindings/c"
    baseline = folder / "abi_baseline.txt"
    header = c_header.read(folder)
    known = baseline.read_text(encoding="ascii").splitlines()
    new = [line for line in c_header.declarations(header) if line not in known]
    day = [] if "# " + c_header.day(header) in known else ["# " + c_header.day(header)]
    baseline.write_text("\n".join(known + day + new) + "\n", encoding="ascii")


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
