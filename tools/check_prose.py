#!/usr/bin/env python3
"""Checks the English of comments, messages and documents: phrases that a reader trips over, and sentences of more than
25 words. Prints one line a finding, with what to write instead; exits 1 on any.

    tools/check_prose.py [--all] [ROOT]

A phrase that is right where it stands, a quotation for example, has a line in tools/prose_allowed.txt. The line says how
many lines of which file may hold it, the rule, and why. A count that is too high is a finding as well, so the list only
shrinks. --all prints what is allowed too.
"""

import pathlib
import re
import sys
from typing import NamedTuple

from check_structure import tracked_files
from prose_sentences import long_sentences

ALLOWED = "tools/prose_allowed.txt"
TEXT_FILES = (".cc", ".h", ".c", ".hpp", ".java", ".inc", ".in", ".md", ".py", ".sh", ".txt", ".cmake", ".json", ".toml", ".yml")
# These hold what others wrote, what the check looks for, or bytes.
LEFT_OUT = ("fuzz/corpus/", "tests/golden/", "tools/check_prose", ALLOWED, "LICENSE")

COMPARED = r"(?:longer|more|less|fewer|later|earlier|other|different)\b"


class Rule(NamedTuple):
    """A phrase, and what to write instead."""

    name: str
    pattern: re.Pattern
    instead: str


def rule(name, pattern, instead):
    return Rule(name, re.compile(pattern, re.IGNORECASE), instead)


RULES = [
    rule("is-no", rf"(?<!there )\b(?:is|are|was|were|be|been) no (?!{COMPARED})\w", '"is not a ..."'),
    rule("person", r"\b(?:whoever|nobody|somebody|anybody|everybody)\b", "the program, caller or value"),
    rule("be-had", r"\b(?:be|been|being|is|are|was|were) had\b", '"available"'),
    rule("mend", r"\bmend(?:s|ed|ing)?\b", '"fix"'),
    rule("for-people", r"\bfor people\b", '"human-readable"'),
    rule("tells-whether", r"\btells? whether\b", '"returns true if ..."'),
    rule("of-ours", r"\bof ours\b|\bof the user's\b", '"our ...", "user-supplied ..."'),
    rule("vouch", r"\bvouch", '"attest"'),
    rule("beside", r"\bbeside\b", '"in addition to", "next to"'),
    rule("nothing-where", r"\bnothing (?:where|for|when|if)\b", '"nullopt if ...", "none if ..."'),
    rule("patience", r"\bpatience\b", '"timeout"'),
    rule("hand-out", r"\bhand(?:s|ed|ing)? out\b", '"return", "issue"'),
    rule("comes-of", r"\b(?:comes?|came) of\b", '"results from"'),
    rule("ahead-of", r"\b(?:goes|go) (?:ahead of|before)\b", '"takes precedence over"'),
]


def findings_in(path, text):
    """Yields the number of each line that breaks a rule, or begins a block that does, and the rule."""
    for number, line in enumerate(text.splitlines(), 1):
        for each in RULES:
            if each.pattern.search(line):
                yield number, each
    for number, count, _ in long_sentences(path, text):
        yield number, Rule("long-sentence", None, f"{count} words as two sentences")


def read_allowed(text):
    """Returns how many lines of a file may break a rule, by (file, rule), and the findings for lines that cannot be read."""
    allowed, findings = {}, []
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        match = re.fullmatch(r"(\d+) (\S+) (\S+): (\S.*)", line)
        if match is None:
            findings.append(f"{ALLOWED}:{number}: not `COUNT FILE RULE: REASON`")
            continue
        allowed[match[2], match[3]] = int(match[1])
    return allowed, findings


def check(sources, allowed_text, show_all=False):
    """Returns the findings for `sources`, the text of each file by its path."""
    allowed, findings = read_allowed(allowed_text)
    counts = {}
    for path, text in sources.items():
        for number, each in findings_in(path, text):
            counts.setdefault((path, each.name), []).append(f"{path}:{number}: {each.name}: write {each.instead}")
    for place, lines in counts.items():
        if show_all or len(lines) > allowed.get(place, 0):
            findings += lines
    findings += [f"{ALLOWED}: {path} {name}: {count} allowed, {len(counts.get((path, name), []))} there"
                 for (path, name), count in allowed.items() if len(counts.get((path, name), [])) < count]
    return findings


def main(arguments):
    show_all = "--all" in arguments
    rest = [argument for argument in arguments if argument != "--all"]
    root = pathlib.Path(rest[0] if rest else pathlib.Path(__file__).resolve().parent.parent)
    sources = {path: (root / path).read_bytes().decode("utf-8", "replace")
               for path in tracked_files(root)
               if (path.endswith(TEXT_FILES) or "." not in pathlib.PurePosixPath(path).name)
               and not path.startswith(LEFT_OUT)}
    findings = check(sources, (root / ALLOWED).read_text(encoding="utf-8"), show_all)
    for finding in findings:
        print(finding)
    print(f"prose: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
