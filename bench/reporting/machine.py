"""What the report says about the machine, the tree and the libraries."""

import datetime
import os
import pathlib
import platform
import re
import subprocess

from programs import ROOT


def output_of(*command, folder=ROOT):
    """Returns what a command prints; empty if it fails."""
    try:
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return run.stdout.strip()


def first_match(pattern, text, otherwise="unknown"):
    match = re.search(pattern, text, re.MULTILINE)
    return match[1].strip() if match else otherwise


def read(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def commit_of(folder):
    """Returns the commit of a checkout, and says if its files differ from it."""
    commit = output_of("git", "rev-parse", "--short=12", "HEAD", folder=folder)
    if not commit:
        return "unknown"
    return commit + (" with changes" if output_of("git", "status", "--porcelain", "-uno", folder=folder) else "")


def versions():
    """Returns the versions on which the compiled code depends."""
    return {
        "compiler": first_match(r"^(.*)$", output_of("c++", "--version")),
        "libstdc++": first_match(r"__GLIBCXX__ (\d+)", output_of("bash", "-c", "c++ -x c++ -dM -E -include string - </dev/null")),
        "openssl": output_of("pkg-config", "--modversion", "openssl") or "unknown",
        "libcurl": output_of("pkg-config", "--modversion", "libcurl") or "unknown",
    }


def describe(peer):
    """Returns the facts of a run as pairs of a name and a text. `peer` is the folder of the peer, or empty."""
    of_versions = versions()
    facts = [
        ("date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
        ("commit", commit_of(ROOT)),
        ("processor", f"{first_match(r'^model name.*: (.*)$', read('/proc/cpuinfo'))}, {os.cpu_count()} of them"),
        ("memory", f"{int(first_match(r'^MemTotal: *([0-9]+)', read('/proc/meminfo'), '0')) // 1024} MB"),
        ("system", f"{first_match('^PRETTY_NAME=.(.*).$', read('/etc/os-release'))}, kernel {platform.release()}"),
        ("compiler", of_versions["compiler"]),
        ("libraries", f"OpenSSL {of_versions['openssl']}, libcurl {of_versions['libcurl']}"),
        ("load before the run", f"{os.getloadavg()[0]:.1f}"),
    ]
    if peer:
        facts.insert(2, ("peer", f"azure-identity-cpp of azure-sdk-for-cpp {commit_of(peer)}"))
    return facts
