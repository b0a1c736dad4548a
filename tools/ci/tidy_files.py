#!/usr/bin/env python3
"""Prints the files that clang-tidy has to check, one per line. This system builds them, they are in src, cli or
emulator, and they differ from a commit or include such a file, directly or not. The reason for the choice goes to stderr.

    tools/ci/tidy_files.py BUILD [COMMIT]

BUILD is the folder of a compile_commands.json that names each file by itself (no unity build). Without COMMIT, with one
that this clone does not have, or when .clang-tidy differs, it prints all files.
"""

import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from check_structure import CODE_FOLDERS, CODE_SUFFIXES, Checker, Rules, tracked_files  # noqa: E402

FOLDERS = ("src/", "cli/", "emulator/")
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def git(root, *arguments):
    """Returns the lines that git prints, or None if it fails."""
    try:
        run = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return run.stdout.splitlines()


def changed_files(root, commit):
    """Returns the paths that differ between `commit` and the working tree, or None if git cannot tell."""
    if not commit or git(root, "cat-file", "-e", commit + "^{commit}") is None:
        return None
    differing = git(root, "diff", "--name-only", "--no-renames", commit, "--")
    untracked = git(root, "ls-files", "-o", "--exclude-standard")
    return None if differing is None or untracked is None else set(differing + untracked)


def includers(root, files):
    """Returns, for each file of the tree, the files that include it."""
    resolver = Checker(root, files, Rules())
    found = {}
    for path in files:
        if not path.endswith(CODE_SUFFIXES) or path.split("/")[0] not in CODE_FOLDERS:
            continue
        for header in INCLUDE.findall(resolver.read(path)):
            target = resolver.resolve(path, header)
            if target:
                found.setdefault(target, set()).add(path)
    return found


def affected(changed, includers_of):
    """Returns `changed` and every file that includes one of them, directly or not."""
    reached, todo = set(), list(changed)
    while todo:
        path = todo.pop()
        if path not in reached:
            reached.add(path)
            todo += includers_of.get(path, ())
    return reached


def is_judged(path):
    return path.startswith(FOLDERS) and path.endswith(".cc") and not path.endswith("_test.cc")


def built_files(root, build):
    """Returns the paths, below the root, of the files that the compile database names."""
    entries = json.loads((pathlib.Path(build) / "compile_commands.json").read_text(encoding="utf-8"))
    root = pathlib.Path(root).resolve()
    paths = [(pathlib.Path(entry["directory"]) / entry["file"]).resolve() for entry in entries]
    return {path.relative_to(root).as_posix() for path in paths if path.is_relative_to(root)}


def select(root, built, commit):
    """Returns the files to check, and the lines that explain the choice."""
    files = tracked_files(root)
    judged = {path for path in files if is_judged(path)}
    here = judged & built
    if not here or any("/unity_" in path for path in built):
        raise SystemExit("tidy_files: the compile database does not name each file by itself: configure with MSIV2_UNITY=OFF")
    changed = changed_files(root, commit) if commit is not None else None
    if changed is None:
        reason = f"this clone has no commit {commit or '(none named)'}" if commit is not None else "asked for"
        chosen, notes = judged, [f"tidy: the whole tree: {reason}"]
    elif ".clang-tidy" in changed:
        chosen, notes = judged, ["tidy: the whole tree: .clang-tidy differs"]
    else:
        chosen = judged & affected(changed, includers(root, files))
        notes = [f"tidy: files that differ from {commit}, and their includers"]
    notes.append(f"tidy: {len(chosen & here)} of {len(here)} files; "
                 f"{len(chosen - built)} more are not built on this system and not looked at")
    return sorted(chosen & here), notes


def main(arguments):
    if not 1 <= len(arguments) <= 2:
        print(__doc__, file=sys.stderr)
        return 2
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    chosen, notes = select(root, built_files(root, arguments[0]), arguments[1] if len(arguments) == 2 else None)
    print("\n".join(notes), file=sys.stderr)
    print("".join(path + "\n" for path in chosen), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
