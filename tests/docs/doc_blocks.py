"""Reads the code blocks of Markdown documents, and the marks that say how a test runs them.

A block is fenced, or indented by four blanks after an empty line. An indented block is shell. A mark is an HTML comment
right above the block: `<!-- run: ACTION; ACTION -->`. Without a mark, `default_action` decides by the language. The actions:

    skip REASON           it is not run; REASON is one of REASONS
    background            shell: it goes on running, and the next block starts when it has printed something
    prints TEXT           shell, C, C++, Java: it is run, and prints this text
    exit N                shell, C, C++, Java: it is run, and its exit code is N, or one of several: exit 9 10
    file NAME             it is written to this file of the scratch folder, and not run
    source                shell: it is run in the source tree, not in the scratch folder
    if COMMAND            shell: it is run only where this command succeeds, which the test says
    stage NAME            the document is run by tools/ci/NAME.sh, after a build that takes long
"""

import re
from dataclasses import dataclass, field

REASONS = ("network", "windows", "root", "long", "recursive", "output", "other-shell", "history")
ACTIONS = {"skip": 1, "background": 0, "prints": 1, "exit": 1, "file": 1, "source": 0, "if": 1, "stage": 1}
MARK = re.compile(r"\s*<!-- run: (.+) -->\s*")
FENCE = re.compile(r"(\s*)```(\S*)")
# What a language stands for, and what is done with its blocks.
LANGUAGES = {"sh": "shell", "cpp": "compile", "c": "compile", "java": "java", "js": "js", "faults": "faults",
             "text": "skip output", "mermaid": "skip output", "cmake": "file"}


@dataclass
class Block:
    """One code block of a document."""

    document: str
    line: int  # of its first line of code
    language: str
    text: str
    actions: dict = field(default_factory=dict)
    missing: str = ""  # the tool that this machine lacks, so that the block is skipped

    @property
    def place(self):
        return f"{self.document}:{self.line}"

    @property
    def name(self):
        """The place as a name of C, C++ and Java."""
        return re.sub(r"\W", "_", self.place)

    def skipped_because(self):
        """Returns why the block is not run; empty if it is."""
        if "skip" in self.actions:
            return self.actions["skip"]
        kind = LANGUAGES.get(self.language, "")
        return kind.removeprefix("skip ") if kind.startswith("skip ") else ""

    def has_program(self):
        """Returns True if the block is compiled and then run."""
        return LANGUAGES.get(self.language) in ("compile", "java") and bool({"prints", "exit"} & self.actions.keys())


def read_mark(line):
    """Returns the actions of a line that is a mark, and an empty dictionary for every other line."""
    match = MARK.fullmatch(line)
    words = [part.strip().partition(" ") for part in match[1].split(";")] if match else []
    return {name: value.strip() for name, _, value in words}


def unindented(lines):
    """Returns the lines of an indented block without what they have in common, and without empty lines at the end."""
    while lines and not lines[-1].strip():
        lines.pop()
    common = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[common:] for line in lines) + "\n"


def end_of_block(lines, begin, fence):
    """Returns the number of the line after the code of a block whose first line is `begin`."""
    index = begin + 1
    while index < len(lines):
        if fence and lines[index].strip().startswith("```"):
            break
        if not fence and lines[index].strip() and not lines[index].startswith("    "):
            break
        index += 1
    return index


def blocks_of(document, text):
    """Yields the code blocks of a document, and a block without a language for a mark that stands above none."""
    lines = text.splitlines()
    mark, after_empty, index = {}, True, 0
    while index < len(lines):
        line, begin = lines[index], index
        fence = FENCE.match(line)
        if fence or (line.startswith("    ") and after_empty):
            index = end_of_block(lines, begin, fence)
            code = lines[begin + 1:index] if fence else lines[begin:index]
            yield Block(document, begin + (2 if fence else 1), fence[2] if fence else "sh", unindented(code), mark)
            mark, after_empty = {}, not fence
            index += 1 if fence else 0
            continue
        if line.strip() and mark:
            yield Block(document, begin + 1, "", "", mark)
        if line.strip():
            mark = read_mark(line)
        after_empty = not line.strip() or bool(mark)
        index += 1


def problems_of(block):
    """Returns what is wrong with the language and the mark of a block."""
    found = []
    if block.language not in LANGUAGES:
        found.append(f"{block.place}: the language '{block.language}' is none of {', '.join(LANGUAGES)}")
    for name, value in block.actions.items():
        if name not in ACTIONS:
            found.append(f"{block.place}: the mark '{name}' is none of {', '.join(ACTIONS)}")
        elif bool(value) != bool(ACTIONS[name]):
            found.append(f"{block.place}: the mark '{name}' has {'no' if ACTIONS[name] else 'a'} value")
    if block.actions.get("skip", REASONS[0]) not in REASONS:
        found.append(f"{block.place}: the reason '{block.actions['skip']}' is none of {', '.join(REASONS)}")
    if LANGUAGES.get(block.language) == "file" and not {"file", "skip"} & block.actions.keys():
        found.append(f"{block.place}: a block of {block.language} needs the mark 'file NAME'")
    return found


def read_limits(text):
    """Returns how many blocks may be left out for each reason: lines `COUNT REASON: WHY`."""
    limits = {}
    for line in text.splitlines():
        match = re.fullmatch(r"(\d+) ([\w-]+): \S.*", line)
        if match:
            limits[match[2]] = int(match[1])
        elif line and not line.startswith("#"):
            raise ValueError(f"not `COUNT REASON: WHY`: {line}")
    return limits


def compare_with_limits(blocks, limits):
    """Returns a finding for each reason whose count of blocks that are not run differs from its limit."""
    found = []
    for reason in dict.fromkeys([*limits, *(block.skipped_because() for block in blocks)]):
        places = [block.place for block in blocks if reason and block.skipped_because() == reason]
        if len(places) > limits.get(reason, 0):
            found.append(f"{len(places)} blocks are not run because of '{reason}', and {limits.get(reason, 0)} may: {', '.join(places)}")
        elif len(places) < limits.get(reason, 0):
            found.append(f"{limits[reason]} blocks may be left out because of '{reason}', and {len(places)} are: lower the limit")
    return found
