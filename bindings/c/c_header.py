"""Reads msiv2.h and its parts for check_abi.py, and checks them against the rules that the header states. Fields are
numbered by kind, and each function is documented."""

import re
from dataclasses import dataclass

ENUM = re.compile(r"typedef enum (\w+)(?: MSIV2_ENUM)? \{([^}]*)\} (\w+);")
STRUCT = re.compile(r"typedef struct \w+ \{[^}]*\} \w+;")
FUNCTION = re.compile(r"(?:^///[^\n]*\n)*^MSIV2_API [^;]*;", re.MULTILINE)
# The first and last number of a field, by the end of its enumeration's name.
KINDS = {"_text_field": (1, 100), "_number_field": (101, 200), "_bytes_field": (201, 300)}


@dataclass
class Enum:
    name: str
    alias: str
    values: dict


@dataclass
class Function:
    name: str
    result: str
    types: list
    parameters: list
    comment: str


def read(folder):
    """Returns msiv2.h and the parts that it includes, one after the other."""
    header = (folder / "msiv2.h").read_text(encoding="ascii")
    parts = re.findall(r'^#include "(msiv2_c/\w+\.h)"$', header, re.MULTILINE)
    on_disk = sorted(path.name for path in (folder / "msiv2_c").glob("*"))
    assert sorted(part.split("/")[1] for part in parts) == on_disk, f"msiv2.h includes {parts}, and there are {on_disk}"
    return header + "".join((folder / part).read_text(encoding="ascii") for part in parts)


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL)


def day(header):
    return re.search(r"^#define MSIV2_API_VERSION (\d{8})u$", header, re.MULTILINE).group(1)


def enums(header):
    found = []
    for name, body, alias in ENUM.findall(without_comments(header)):
        values = dict(entry.split("=") for entry in "".join(body.split()).split(",") if entry)
        found.append(Enum(name, alias, {value: int(number, 0) for value, number in values.items()}))
    return found


def functions(header):
    return [function_of(text) for text in FUNCTION.findall(header)]


def function_of(text):
    comment = " ".join(line[3:].strip() for line in text.splitlines() if line.startswith("///"))
    declaration = " ".join(line.strip() for line in text.splitlines() if not line.startswith("///"))
    result, name, arguments = re.fullmatch(r"MSIV2_API (.*?)(\w+)\((.*)\);", declaration).groups()
    split = [re.fullmatch(r"(?:const )?(\w+)\W*?\b(\w+)", one.strip()).groups()
             for one in arguments.split(",") if one != "void"]
    return Function(name, result.strip(), [type_ for type_, _ in split],
                    [re.search(r"(\**) *\w+$", one).group(1) + parameter
                     for one, (_, parameter) in zip(arguments.split(","), split)], comment)


def declarations(header):
    """Returns each declaration as one line of normal form: functions, enumerators, structs, macros, types."""
    text = without_comments(header)
    found = re.findall(r"^#define MSIV2_API_VERSION\b", text, re.MULTILINE)  # its value changes, its name does not
    text = re.sub(r"^\s*#[^\n]*", " ", text, flags=re.MULTILINE).replace("MSIV2_API", " ")
    text = re.sub(r'extern "C" \{|\n\s*\}\s*\n', "\n", text)
    for enum in enums(header):
        found += [f"enum {enum.alias} {value} = {number:#x}" if number > 0xffff else f"enum {enum.alias} {value} = {number}"
                  for value, number in enum.values.items()]
    text = ENUM.sub(" ", text)
    found += [" ".join(struct.split()) for struct in STRUCT.findall(text)]
    found += [" ".join(line.split()) for line in STRUCT.sub(" ", text).split(";") if line.strip()]
    return [re.sub(r" ?([*(),]) ?", r"\1", line) for line in found]


def check_numbers(header):
    """Texts from 1, numbers from 101, bytes from 201; each enumeration begins there and has the size of an int32_t."""
    findings = []
    for enum in enums(header):
        last, number = list(enum.values.items())[-1]
        if enum.name != enum.alias:
            findings.append(f"{enum.name}: its type is called {enum.alias}")
        if not last.endswith("_FORCE_32") or number != 0x7fffffff:
            findings.append(f"{enum.name}: does not end with ..._FORCE_32 = 0x7fffffff")
        fields = {value: number for value, number in enum.values.items() if value != last}
        if len(set(fields.values())) != len(fields):
            findings.append(f"{enum.name}: a number has two meanings")
        kind = next((KINDS[end] for end in KINDS if enum.name.endswith(end)), None)
        if kind is None:
            if enum.name.endswith("_field"):
                findings.append(f"{enum.name}: of no kind, which are {', '.join(KINDS)}")
            continue
        findings += [f"{enum.name}: {value} = {number} is not from {kind[0]} to {kind[1]}"
                     for value, number in fields.items() if not kind[0] <= number <= kind[1]]
        if min(fields.values()) != kind[0]:
            findings.append(f"{enum.name}: does not begin with {kind[0]}")
    anonymous = re.findall(r"\benum\s*\{", without_comments(header))
    return findings + [f"msiv2.h: {len(anonymous)} enumerations without a name"] * bool(anonymous)


# What msiv2.h explains once for all functions.
SHARED = ("error", "view", "context")


def check_documentation(header):
    return [f"{function.name}: {missing}" for function in functions(header) for missing in missing_in(function)]


def missing_in(function):
    """Yields what is missing in the comment of a function."""
    comment = function.comment
    if not comment.startswith(function.name + " "):
        yield "has no comment that begins with its name"
        return
    for parameter in function.parameters:
        name = parameter.strip("*")
        if name not in SHARED and f"`{name}`" not in comment:
            yield f"does not say what `{name}` is"
        if parameter.startswith("**") and name != "error" and "freed by msiv2_" not in comment:
            yield f"does not say what frees `{name}`"
        if name.endswith("_ms") and "milliseconds" not in comment:
            yield f"does not give the unit of `{name}`"
    if "**error" in function.parameters and "Errors: " not in comment:
        yield "does not say its errors"
    if function.result == "int32_t" and not re.search(r"Errors: |\breturns\b", comment):
        yield "does not say what it returns"
    if "*" in function.result and not re.search(r"\blives\b|\bStatic\b", comment):
        yield "does not say how long its result lives"
    if "Threads: " not in comment:
        yield "does not say by which threads it may be called"
