#!/usr/bin/env python3
"""Compares the instructions of our own code with bench/baseline.json.

    tools/ci/instructions.py [--update]

Callgrind counts them in programs of the release preset, without those of libcurl, OpenSSL and the C library. The programs
have an empty environment and a fixed key, so that a count is the same in each run to half a percent. More than 3 % above
the baseline is a failure. With --update, the counts become the baseline. A commit in which a count of the baseline grows
also has a line in CHANGELOG.md. Exit 77: other versions of compiler or libraries than those of the baseline, so that the
counts cannot be compared.
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bench/reporting"))
import callgrind  # noqa: E402
import machine  # noqa: E402
import programs  # noqa: E402

BASELINE = "bench/baseline.json"
CHANGELOG = "CHANGELOG.md"
UPDATE = "tools/ci/instructions.sh --update"
TOLERANCE = 0.03  # of growth against the baseline
NOISE = 0.005  # of a count from run to run
CALLS = 1000  # of a hit
REFRESHES = 100
SKIPPED = 77


def count_figures():
    """Returns the instructions of each figure. A first token is a whole process; the others are one call."""
    with programs.Servers() as servers:
        # The trust anchors of this system would make the counts of two systems differ.
        variables = {"SSL_CERT_FILE": str(servers.ca_file), "SSL_CERT_DIR": servers.folder.name}

        def own(command, arguments, toggle="", calls=1):
            profile = callgrind.profile([*command, *arguments.split()], toggle, variables)
            return round(callgrind.of_object(profile, command[0]) / calls)

        return {
            "hit": own(servers.bearer(), f"hits 1 {CALLS}", "*bench::Hits*", CALLS),
            "hit, bound": own(servers.bound(), f"hits 1 {CALLS}", "*bench::Hits*", CALLS),
            "refresh": own(servers.bearer(), f"refreshes {REFRESHES}", "*bench::Refreshes*", REFRESHES),
            "first token": own(servers.bearer(), "first"),
            "first token, bound": own(servers.bound(), "first"),
        }


def percent(before, after):
    return f"{100 * (after - before) / before:+.1f} %"


def compare(baseline, counts):
    """Returns what fails and what is only worth a hint."""
    failures = [f"{name}: counted, but not in {BASELINE}: {UPDATE}" for name in counts if name not in baseline]
    failures += [f"{name}: in {BASELINE}, but not counted: {UPDATE}" for name in baseline if name not in counts]
    hints = []
    for name, before in baseline.items():
        after = counts.get(name, before)
        if after > before * (1 + TOLERANCE):
            failures.append(f"{name}: {before:,} instructions before, {after:,} now ({percent(before, after)}). Reduce it, "
                            f"or run {UPDATE} and give the reason in {CHANGELOG}")
        elif after < before * (1 - TOLERANCE):
            hints.append(f"{name}: {before:,} instructions before, {after:,} now ({percent(before, after)}): {UPDATE}")
    return failures, hints


def different_versions(baseline, here):
    """Returns a text for each version that differs."""
    return [f"{name}: {baseline.get(name, 'none')} in {BASELINE}, {here.get(name, 'none')} here"
            for name in sorted({*baseline, *here}) if baseline.get(name) != here.get(name)]


def grown(before, after):
    """Returns the names of the counts of a baseline that grew by more than the noise."""
    return [name for name, count in after.items() if name in before and count > before[name] * (1 + NOISE)]


def git(root, *arguments):
    """Returns what git prints, or None if it fails."""
    run = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    return run.stdout if run.returncode == 0 else None


def counts_at(root, commit):
    """Returns the counts of the baseline in a commit; none if it has no baseline."""
    text = git(root, "show", f"{commit}:{BASELINE}")
    return json.loads(text)["instructions"] if text else {}


def changes_of_baseline(root):
    """Returns the changes that git knows, the newest first, each as arguments of `git diff`: the working tree, then commits."""
    changes = [["HEAD"]] if git(root, "diff", "--quiet", "HEAD", "--", BASELINE) is None else []
    commits = (git(root, "log", "--format=%H", "--", BASELINE) or "").split()
    return changes + [[f"{commit}~1", commit] for commit in commits if git(root, "cat-file", "-e", f"{commit}~1") is not None]


def unexplained(root, change):
    """Returns a text if a change of the baseline let a count grow, without a new line in the changelog."""
    after = counts_at(root, change[1]) if len(change) == 2 else json.loads((root / BASELINE).read_text())["instructions"]
    names = grown(counts_at(root, change[0]), after)
    added = git(root, "diff", "--numstat", *change, "--", CHANGELOG) or "0"
    if not names or int(added.split()[0]) > 0:
        return ""
    where = f" (commit {change[1][:12]})" if len(change) == 2 else ""
    return f"{BASELINE}: {', '.join(names)} grew, and {CHANGELOG} has no new line in the same commit{where}"


def unexplained_growth(root):
    """Returns what is unexplained in the history of the baseline."""
    if git(root, "rev-parse", "HEAD") is None:
        return []
    return [text for change in changes_of_baseline(root) if (text := unexplained(root, change))]


def check(root, baseline, counts, versions):
    """Prints the findings; returns the exit code."""
    failures, hints = compare(baseline["instructions"], counts)
    changes = different_versions(baseline["versions"], versions)
    faults = unexplained_growth(root)
    for name, count in counts.items():
        before = baseline["instructions"].get(name)
        print(f"instructions: {name}: {count:,}" + (f" ({percent(before, count)})" if before else ""))
    if faults:
        print("\n".join(f"instructions: {fault}" for fault in faults), file=sys.stderr)
        return 1
    if changes:
        print("instructions: skipped, since the counts cannot be compared: " + "; ".join(changes))
        return SKIPPED
    for line in hints:
        print(f"instructions: less than the baseline: {line}")
    for line in failures:
        print(f"instructions: FAILED: {line}", file=sys.stderr)
    return 1 if failures else 0


def main(arguments):
    if arguments not in ([], ["--update"]):
        print(__doc__, file=sys.stderr)
        return 2
    if not callgrind.is_available():
        print("instructions: valgrind is not installed", file=sys.stderr)
        return 1
    try:
        counts, versions = count_figures(), machine.versions()
    except (programs.Failed, callgrind.Failed) as failure:
        print(f"instructions: {failure}", file=sys.stderr)
        return 1
    path = ROOT / BASELINE
    if arguments:
        path.write_text(json.dumps({"versions": versions, "instructions": counts}, indent=2) + "\n", encoding="ascii")
        print(f"instructions: wrote {BASELINE}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()))
        return 0
    return check(ROOT, json.loads(path.read_text(encoding="ascii")), counts, versions)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
