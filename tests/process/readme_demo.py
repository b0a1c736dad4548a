#!/usr/bin/env python3
"""Checks that the README shows what `msiv2 demo` prints. Each line of its `text` block is a line of the output, in order.
Times, ports, hashes and sizes may differ.

    readme_demo.py README MSIV2
"""

import re
import subprocess
import sys


def without_what_varies(line):
    line = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", line)
    line = re.sub(r"[\w-]{43}\b", "HASH", line)
    line = re.sub(r"\d+(\.\d+)?( ms| s)\b", "N ms", line)
    line = re.sub(r"\d+( bytes| characters| min)", r"N\1", line)
    return " ".join(line.split())


def main(readme, program):
    text = open(readme, encoding="utf-8").read()
    block = re.search(r"^```text\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    if block is None:
        return "the README has no block of demo output"
    run = subprocess.run([program, "demo"], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        return f"msiv2 demo exits with {run.returncode}"
    printed = iter(without_what_varies(line) for line in run.stdout.splitlines() + run.stderr.splitlines())
    for line in block[1].splitlines():
        wanted = without_what_varies(line)
        if not any(shown == wanted for shown in printed):
            return f"msiv2 demo does not print, in this order: {line}"
    return None


if __name__ == "__main__":
    problem = main(*sys.argv[1:3])
    print(problem or "the README shows what the demo prints")
    sys.exit(1 if problem else 0)
