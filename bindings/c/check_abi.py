#!/usr/bin/env python3
"""Checks what libmsiv2 promises: its soname, its exported symbols (the functions of msiv2.h and nothing else), that
nothing of the recorded interface was changed or taken out, that each day of it is one that msiv2_supports_api knows, that
arguments_test.c calls each function and the tests name each field, and that each row of the error table has a number.

    check_abi.py ROOT [LIBRARY]
    check_abi.py --write ROOT     records what is new, under the day of MSIV2_API_VERSION; never takes out
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


def day_of(header):
    return re.search(r"^#define MSIV2_API_VERSION (\d{8})u$", header, re.MULTILINE).group(1)


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL)


def recorded(folder):
    """Returns the days of the baseline, and the declarations below them."""
    lines = (folder / "abi_baseline.txt").read_text(encoding="ascii").splitlines()
    return [line[2:] for line in lines if line.startswith("# ")], [line for line in lines if not line.startswith("# ")]


def check_days(folder, days):
    supported = re.findall(r"case (\d{8}):", (folder / "version.cc").read_text(encoding="ascii"))
    findings = []
    if days != supported:
        findings.append(f"version.cc: supports {supported}, and the days of abi_baseline.txt are {days}")
    if days[-1:] != [day_of((folder / "msiv2.h").read_text(encoding="ascii"))]:
        findings.append("msiv2.h: MSIV2_API_VERSION is not the last day of abi_baseline.txt")
    return findings


def check_tests(folder, lines):
    called = without_comments((folder / "tests/arguments_test.c").read_text(encoding="ascii"))
    tests = without_comments("".join(path.read_text(encoding="ascii") for path in sorted((folder / "tests").glob("*.c*"))))
    fields = [line.split()[1].split("=")[0] for line in lines if line.startswith("enum ")]
    findings = [f"arguments_test.c: {name} is not called"
                for name in sorted(functions(lines)) if not re.search(rf"\b{name}\(", called)]
    return findings + [f"tests: {name} is not named" for name in fields
                       if not name.startswith("MSIV2_E_") and not re.search(rf"\b{name}\b", tests)]


def check_library(library, names):
    symbols = exported(library)
    findings = [f"{library}: exports {name}, which is not in the header" for name in sorted(symbols - names)]
    findings += [f"{library}: does not export {name}" for name in sorted(names - symbols)]
    dynamic = subprocess.run(["readelf", "-d", library], check=True, capture_output=True, text=True).stdout
    if "[libmsiv2.so.1]" not in dynamic:
        findings.append(f"{library}: its soname is not libmsiv2.so.1")
    return findings


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
    days, known = recorded(folder)
    findings = check_days(folder, days)
    findings += [f"msiv2.h: changed or taken out: {line}" for line in known if line not in lines]
    findings += [f"abi_baseline.txt: not recorded yet (--write): {line}" for line in lines if line not in known]
    names = functions(lines)
    findings += check_tests(folder, lines)
    table, numbered = error_names(root)
    findings += [f"error_codes.cc: {name} has no number" for name in sorted(table - numbered)]
    if library:
        findings += check_library(library, names)
    return findings, len(names)


def record(root):
    folder = root / "bindings/c"
    baseline = folder / "abi_baseline.txt"
    header = (folder / "msiv2.h").read_text(encoding="ascii")
    known = baseline.read_text(encoding="ascii").splitlines()
    new = [line for line in declarations(header) if line not in known]
    day = [] if "# " + day_of(header) in known else ["# " + day_of(header)]
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
