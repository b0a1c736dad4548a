"""Runs a program under callgrind, and reads how many instructions each function of each object executed itself."""

import collections
import pathlib
import re
import shutil
import subprocess
import tempfile

NAME = re.compile(r"\((\d+)\)(?: (.*))?")
VALGRIND = "valgrind"


class Failed(Exception):
    """A program under callgrind failed; the text is what it said."""


def read_profile(text):
    """Returns the instructions of a profile by (object, function), without those of the functions that they call."""
    names = {"ob": {}, "fn": {}}
    place = {"ob": "", "fn": ""}
    counts = collections.Counter()
    of_a_call = False
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        kind = key.removeprefix("c")
        if equals and kind in names:
            match = NAME.fullmatch(value)
            if match[2] is not None:
                names[kind][match[1]] = match[2]
            if key == kind:
                place[kind] = names[kind][match[1]]
        elif key == "calls":
            of_a_call = True  # the next line has what the called function costs
        elif re.match(r"[-+*\d]", line):
            if not of_a_call:
                counts[place["ob"], place["fn"]] += int(line.split()[1])
            of_a_call = False
    return counts


def is_available():
    return shutil.which(VALGRIND) is not None


def profile(command, toggle="", variables=None):
    """Returns the profile of a command. `toggle` is a pattern of function names; only the calls of these are counted then.
    The command's environment is `variables` alone."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        options = ["--tool=callgrind", f"--callgrind-out-file={out}"] + ([f"--toggle-collect={toggle}"] if toggle else [])
        run = subprocess.run([shutil.which(VALGRIND), *options, *command], env=variables or {}, capture_output=True,
                             text=True, stdin=subprocess.DEVNULL, check=False)
        if run.returncode != 0:
            raise Failed(f"{' '.join(map(str, command))}: exit {run.returncode}\n{run.stderr}")
        return read_profile(out.read_text(encoding="utf-8", errors="replace"))


def total(counts):
    return sum(counts.values())


def of_object(counts, path):
    """Returns the instructions of one object: a program or a shared library."""
    return sum(count for (name, _), count in counts.items() if name == str(path))
