"""Checks the commands in the text of the documents. Of `msiv2 COMMAND --flag` command and flag exist, and of `./run-tests` the
file."""

import re
import subprocess

SPAN = re.compile(r"`msiv2 ([^`]+)`")
SCRIPT = re.compile(r"`(?:\./|(?=tools/))([\w./-]+)[ `]")
CODE_BLOCK = re.compile(r"^\s*```.*?^\s*```", re.MULTILINE | re.DOTALL)
FLAG = re.compile(r"--[a-z][a-z0-9-]*|(?<![\w-])-[a-zA-Z]\b")
# These tell of the past.
LEFT_OUT = ("CHANGELOG.md", "docs/adr/")


def missing_scripts(texts, root):
    """Returns a finding for each script that a document names and the tree does not have."""
    return [f"{document}: there is no {path}" for document, text in texts.items() if not document.startswith(LEFT_OUT)
            for path in SCRIPT.findall(CODE_BLOCK.sub("", text)) if not (root / path).exists()]


def help_of(command, variables, known):
    """Returns the help of the program, or of one of its commands; empty if there is no such command."""
    if command not in known:
        words = ["msiv2", *([command] if command else []), "--help"]
        said = subprocess.run(words, env=variables, capture_output=True, text=True, check=False)
        known[command] = said.stdout if said.returncode == 0 else ""
    return known[command]


def unknown_commands(texts, variables):
    """Returns a finding for each command and flag that the program does not have. Words in capitals are placeholders."""
    found, known = [], {}
    for document, text in texts.items():
        if document.startswith(LEFT_OUT):
            continue
        for span in SPAN.findall(CODE_BLOCK.sub("", text)):
            words = span.split()
            command = next((word for word in words if not word.startswith("-")), "")
            if command.isupper():
                continue
            program = help_of("", variables, known)
            said = help_of(command, variables, known)
            if command and not re.search(rf"^ +{re.escape(command)} ", program, re.MULTILINE):
                found.append(f"{document}: `msiv2 {span}`: there is no command {command}")
                continue
            flags = set(FLAG.findall(" ".join(word for word in words if word.startswith("-"))))
            allowed = set(FLAG.findall(f"{said}\n{program}"))
            found += [f"{document}: `msiv2 {span}`: there is no flag {flag}" for flag in sorted(flags - allowed)]
    return found
