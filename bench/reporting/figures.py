"""The figures of the report: which program measures each, in which unit, and the goals."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """What is run in each round, one subject after the other. `kind` says how measure.py runs it."""
    name: str
    subjects: tuple
    arguments: tuple = ()  # COUNT is replaced by one of the counts
    kind: str = "program"
    count: int = 1
    quick: int = 1
    toggle: str = ""  # kind callgrind: the functions that are counted


@dataclass(frozen=True)
class Goal:
    """At most `factor` times a value plus `offset`. `of` is the run, subject and key of that value; None: there is none."""
    text: str
    factor: float = 0
    of: tuple = None
    offset: float = 0


@dataclass(frozen=True)
class Figure:
    """A row of the report: a key of what a run prints. A value is multiplied by `scale` to have the unit."""
    title: str
    run: str
    key: str
    unit: str
    scale: float = 1
    digits: int = 0
    goals: tuple = ()
    ours: str = "msiv2"  # the subject in the column of msiv2
    floor: tuple = ()  # run, subject and key of the floor; empty: the subject "floor" of the same run and key


@dataclass(frozen=True)
class Section:
    name: str  # of the chart's file
    title: str
    text: str
    figures: tuple


ALL = ("msiv2", "floor", "peer")
WITH_LIBCURL = ("msiv2", "floor", "libcurl", "peer")

RUNS = (
    Run("hits-1", ALL + ("bound", "c", "in turn"), ("hits", "1", "COUNT"), count=1000000, quick=100000),
    Run("hits-2", ALL, ("hits", "2", "COUNT"), count=1000000, quick=100000),
    Run("hits-4", ALL, ("hits", "4", "COUNT"), count=1000000, quick=100000),
    Run("hits-java", ("java",), ("COUNT",), count=200000, quick=20000),
    Run("hit-instructions", ALL + ("bound", "c"), ("hits", "1", "COUNT"), "callgrind", 1000, 1000, "*bench::Hits*"),
    Run("refreshes", WITH_LIBCURL, ("refreshes", "COUNT"), count=2000, quick=200),
    Run("clients", WITH_LIBCURL + ("one scope",), ("clients", "COUNT"), count=500, quick=50),
    Run("first", WITH_LIBCURL + ("libcurl started", "command", "process floor"), ("first", "STARTED"), "process", 30, 3),
    Run("first-bound", ("bound", "bound floor", "unsigned floor"), ("first", "STARTED"), "process", 30, 3),
    Run("rotations", ("rotations",), ("COUNT",), count=20, quick=2),
)


def times(factor, run, key, subject="floor", name="the floor"):
    return Goal(f"at most {factor:g}x {name}", factor, (run, subject, key))


def at_most(limit, text):
    return Goal(text, offset=limit)


def peer(run, key):
    return Goal("at most the peer", 1, (run, "peer", key))


def process(name, what, key, unit, scale, digits, goals=(), ours="msiv2"):
    """Returns a figure of a whole process that gets one bearer token."""
    return Figure(f"{name}, {what}", "first", key, unit, scale, digits, goals, ours, ("first", "process floor", key))


def rotation(name, key, goals=(), unit="ns", scale=1.0, digits=0):
    return Figure(f"call during a rotation, {name}", "rotations", key, unit, scale, digits, goals, "rotations",
                  ("rotations", "rotations", f"quiet_{key}"))


# What c07fc21 took, before the work on speed: the title of a figure here, its value then, and the column that says it
# now. That was another machine, so that most are ratios.
BEFORE = (
    ("processor time of a hit", "3.6x", "of the floor"),
    ("instructions of a hit", "873", "msiv2"),
    ("forced network token", "4.6x", "of the floor"),
    ("forced network token", "2.3x", "of the peer"),
    ("new client of a scope in use, and first token", "2.8x", "of the floor"),
    ("the same with a cache scope of its own", "2.8x", "of the floor"),
    ("main to first token", "4.8x", "of the floor"),
    ("main to first token", "2.2x", "of the peer"),
    ("start to end, a program with the library", "5.3x", "of the floor"),
    ("start to end, the msiv2 command", "5.3x", "of the floor"),
    ("peak memory, the msiv2 command", "13.7", "msiv2"),
    ("next to a floor that signs no CSR", "5.7x", "of the floor"),
)

FLAT = Goal("flat: at most 1.2x one thread", 1.2, ("hits-1", "msiv2", "cpu_ns"))
MILLISECONDS = 0.001
MEGABYTES = 1 / 1024

SECTIONS = (
    Section("hit", "A token from the cache", "The floor copies a `shared_ptr` out of a hash map under a mutex. Other programs "
            "change the time of a hit, but hardly its processor time.", (
                Figure("processor time of a hit", "hits-1", "cpu_ns", "ns", goals=(times(1.8, "hits-1", "cpu_ns"),)),
                Figure("processor time of a hit, bound token", "hits-1", "cpu_ns", "ns", goals=(times(1.8, "hits-1", "cpu_ns"),), ours="bound"),
                Figure("processor time of a hit through C", "hits-1", "cpu_ns", "ns", ours="c",
                       goals=(Goal("at most 45 ns above C++", 1, ("hits-1", "msiv2", "cpu_ns"), 45),)),
                Figure("processor time of a hit through Java", "hits-java", "bound_cpu_ns", "ns", ours="java",
                       floor=("hits-1", "floor", "cpu_ns")),
                Figure("processor time of a hit, two requests in turn", "hits-1", "cpu_ns", "ns", ours="in turn"),
                Figure("processor time of a hit, 2 threads", "hits-2", "cpu_ns", "ns", goals=(FLAT,)),
                Figure("processor time of a hit, 4 threads", "hits-4", "cpu_ns", "ns", goals=(FLAT,)),
                Figure("time of a hit", "hits-1", "elapsed_ns", "ns"),
                Figure("time of a hit, 2 threads", "hits-2", "elapsed_ns", "ns"),
                Figure("time of a hit, 4 threads", "hits-4", "elapsed_ns", "ns"),
                Figure("allocations of a hit", "hits-1", "allocations", "", goals=(at_most(0, "none"),)),
                Figure("allocations of a hit through C", "hits-1", "allocations", "", ours="c",
                       goals=(Goal("at most one above C++", 1, ("hits-1", "msiv2", "allocations"), 1),)),
                Figure("instructions of a hit", "hit-instructions", "instructions", "", goals=(at_most(400, "at most 400"),)),
                Figure("instructions of a hit, bound token", "hit-instructions", "instructions", "", ours="bound",
                       goals=(at_most(400, "at most 400"),)),
            )),
    Section("refresh", "A token from the network", "Each call fetches a token over a connection that is kept. The floor writes the same "
            "request to a bare socket.", (
                Figure("forced network token", "refreshes", "p50_us", "us", digits=1,
                       goals=(peer("refreshes", "p50_us"), times(2.2, "refreshes", "p50_us"))),
                Figure("the same over bare libcurl", "refreshes", "p50_us", "us", digits=1, ours="libcurl"),
            )),
    Section("first_bearer", "The first bearer token", "The floor opens a socket and writes the request. Clients of one cache scope share "
            "connections, as all clients of the peer do. The peer starts libcurl, and so OpenSSL, in a static constructor before main. "
            "The first client of msiv2 starts it, so that a program that needs no token does not pay for it. The figures of "
            "whole processes are those from exec to the end, loader included.", (
                Figure("new client of a scope in use, and first token", "clients", "total_us", "ms", MILLISECONDS, 3,
                       (times(1.3, "clients", "total_us"),), "one scope"),
                Figure("the same with a cache scope of its own", "clients", "total_us", "ms", MILLISECONDS, 3,
                       (times(1.3, "clients", "total_us"),)),
                Figure("the same over bare libcurl", "clients", "total_us", "ms", MILLISECONDS, 3, ours="libcurl"),
                Figure("main to first token, libcurl started before", "first", "main_us", "ms", MILLISECONDS, 2,
                       (peer("first", "main_us"),), "libcurl started"),
                Figure("main to first token", "first", "main_us", "ms", MILLISECONDS, 2, (peer("first", "main_us"),)),
                Figure("the same over bare libcurl", "first", "main_us", "ms", MILLISECONDS, 2, ours="libcurl"),
                process("start to end", "a program with the library", "process_us", "ms", MILLISECONDS, 2),
                process("start to end", "the msiv2 command", "process_us", "ms", MILLISECONDS, 2,
                        (times(2, "first", "process_us", "process floor"),), "command"),
                process("processor time", "a program with the library", "process_cpu_us", "ms", MILLISECONDS, 2),
                process("processor time", "the msiv2 command", "process_cpu_us", "ms", MILLISECONDS, 2,
                        (times(2, "first", "process_cpu_us", "process floor"),), "command"),
                process("peak memory", "a program with the library", "process_peak_kb", "MB", MEGABYTES, 1),
                process("peak memory", "the msiv2 command", "process_peak_kb", "MB", MEGABYTES, 1,
                        (at_most(8, "at most 8 MB"),), "command"),
                Figure("size of the file of the msiv2 command", "first", "file_kb", "MB", MEGABYTES, 1, ours="command"),
            )),
    Section("first_bound", "The first bound token", "The key exists already. The floor is the bare work on libcurl and OpenSSL. It is "
            "the signature of a CSR, two HTTP exchanges, one TLS handshake with a client certificate, and one POST. A floor "
            "without that signature is shown as well. Each sample is a process of its own.", (
                Figure("first bound token", "first-bound", "total_us", "ms", MILLISECONDS, 2,
                       (times(1.2, "first-bound", "total_us", "bound floor"),), "bound",
                       ("first-bound", "bound floor", "total_us")),
                Figure("next to a floor that signs no CSR", "first-bound", "total_us", "ms", MILLISECONDS, 2,
                       (times(1.2, "first-bound", "total_us", "unsigned floor", "that floor"),), "bound",
                       ("first-bound", "unsigned floor", "total_us")),
            )),
    Section("rotation", "Calls while a certificate is replaced", "One thread calls without a pause from the moment a rotation is due until "
            "its end. The floor is the same number of calls after the rotation.", (
                rotation("median", "p50_ns"),
                rotation("99.9 of 100", "p999_ns", (times(2, "rotations", "quiet_p999_ns", "rotations"),)),
                rotation("slowest", "max_ns", unit="ms", scale=1e-6, digits=2),
            )),
)
