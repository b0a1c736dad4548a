"""Where the instructions go: the shares of libraries and of our own functions, by callgrind."""

import collections
import pathlib
import re

import callgrind

LIBRARIES = ("libcurl", "libcrypto", "libssl", "libstdc++", "libc", "ld-linux")
OWN = "msiv2"
FUNCTIONS = 5


def profiles(servers):
    """Returns the profile of each figure."""
    def of(command, arguments, toggle=""):
        return callgrind.profile([*command, *arguments.split()], toggle)

    return {
        "hit": of(servers.bearer(), "hits 1 1000", "*bench::Hits*"),
        "refresh": of(servers.bearer(), "refreshes 100", "*bench::Refreshes*"),
        "first token": of(servers.bearer(), "first"),
        "first token, bound": of(servers.bound(), "first"),
    }


def library_of(path):
    name = pathlib.PurePosixPath(path).name
    return next((library for library in LIBRARIES if name.startswith(library + ".") or name.startswith(library + "-")),
                OWN if name.startswith("msiv2_") else "others")


def plain_name(function):
    """Returns the name of a function without its template arguments and parameters."""
    function = re.sub(r"\(anonymous namespace\)::|\[.*?\]|'\d+$", "", function)
    previous = None
    while previous != function:
        previous, function = function, re.sub(r"<[^<>]*>", "", function)
    return function.partition("(")[0].split(" ")[-1] or function


def share(count, of):
    return round(100 * count / of, 1) if of else 0.0


def shares_of(profile):
    """Returns the shares of the libraries, and those of our largest functions in our own code, in percent."""
    libraries, functions = collections.Counter(), collections.Counter()
    for (path, function), count in profile.items():
        library = library_of(path)
        libraries[library] += count
        if library == OWN:
            functions[plain_name(function)] += count
    whole = callgrind.total(profile)
    return {"libraries": {name: share(count, whole) for name, count in libraries.most_common()},
            "functions": [[name, share(count, libraries[OWN])] for name, count in functions.most_common(FUNCTIONS)]}


def measure(servers):
    return {name: shares_of(profile) for name, profile in profiles(servers).items()}
