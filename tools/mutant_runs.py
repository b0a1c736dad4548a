"""The tree with the mutants, and the tests that reach them: build/mutate holds both (tools/mutate)."""
import collections
import concurrent.futures
import hashlib
import os
import pathlib
import pickle
import re
import resource
import subprocess
import sys

import mutants

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "mutate"
TREE = PLACE / "tree"
BUILD = TREE / "build" / "dev"
FOLDERS = ["flow", "tokens", "certificates", "entra", "imds", "cache", "http"]
UNIT = [f"src/{folder}/{folder}_test" for folder in FOLDERS]
QUICK = [*UNIT, "tests/flow/bearer_test"]
SLOW = ["tests/flow/flow_e2e_test"]


# ---- the tree with the mutants ---------------------------------------------------------------------------

def find_all(jobs):
    """Returns the mutants of each folder, with their numbers."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / "src" / folder).glob("*.cc"))
             if not path.name.endswith(("_test.cc", "_windows.cc"))]
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        found = {folder: [] for folder in FOLDERS}
        for path, of_file in zip(paths, pool.map(find_in, paths)):
            found[path.parent.name] += of_file
    for folder, of_folder in found.items():
        for number, mutant in enumerate(of_folder, 1):
            mutant.number = (FOLDERS.index(folder) + 1) * 10000 + number
    return found


def find_in(path):
    """Returns the mutants of the file, if need be from an earlier run."""
    key = hashlib.sha256(path.read_bytes() + (ROOT / "tools" / "mutants.py").read_bytes()).hexdigest()
    kept = PLACE / "found" / f"{path.parent.name}.{path.stem}.{key[:16]}"
    if kept.exists():
        return pickle.loads(kept.read_bytes())
    includes = (ROOT / "src", ROOT / "include", ROOT, BUILD / "generated" / "include")
    found = mutants.find_mutants(str(path), ["-std=c++20", *(f"-I{folder}" for folder in includes)])
    for mutant in found:
        mutant.file = str(path.relative_to(ROOT))
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(pickle.dumps(found))
    return found


def write_if_changed(path, content, mode=0o644):
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


def copy_tree(mutants_of_file):
    """Brings the copy of the tree up to date; a file of `mutants_of_file` gets its mutants."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue
        code = path.read_bytes()
        if name in mutants_of_file:
            code = mutants.write_schemata(code, mutants_of_file[name])
        write_if_changed(TREE / name, code, path.stat().st_mode)
    write_if_changed(TREE / "src" / "mutant.h", (ROOT / "tools" / "mutant.h").read_bytes())


def run_in_tree(command):
    """Runs a command of the build and returns its status and output."""
    script = f"source tools/packages.sh; use_ccache; exec {command}"
    environment = {**os.environ, "CCACHE_BASEDIR": str(TREE)}
    done = subprocess.run(["bash", "-c", script], cwd=TREE, env=environment, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def lines_of_errors(log):
    """Returns the places (file, line) of errors in the log of a compiler, and those of its notes."""
    places = {"error": set(), "note": set()}
    for file, line, kind in re.findall(r"^\S*?(src/\w+/\w+\.cc):(\d+):\d+: (error|note): ", log, re.MULTILINE):
        places[kind].add((file, int(line)))
    return places["error"], places["note"]


def identity(mutant):
    return mutant.file, mutant.line, mutant.old, mutant.new


def build(found, jobs):
    """Compiles the tree, without the mutants that do not compile. Returns the numbers of these."""
    everyone = [mutant for of_folder in found.values() for mutant in of_folder]
    kept = PLACE / "not_compiled.pickle"
    known = pickle.loads(kept.read_bytes()) if kept.exists() else set()
    dropped = {mutant.number for mutant in everyone if identity(mutant) in known}
    targets = " ".join(pathlib.Path(program).name for program in QUICK + SLOW)
    for _ in range(8):
        of_file = collections.defaultdict(list)
        for mutant in everyone:
            if mutant.number not in dropped:
                of_file[mutant.file].append(mutant)
        copy_tree(of_file)
        status, log = run_in_tree(f"cmake --build --preset dev -j{jobs} --target {targets} -- -k 0")
        if status == 0:
            return dropped
        errors, notes = lines_of_errors(log)
        for places in (errors, notes):
            lost = {mutant.number for mutant in everyone for line in range(mutant.line, mutant.last_line + 1)
                    if (mutant.file, line) in places} - dropped
            if lost:
                break
        if not lost:
            break
        print(f"{len(lost)} do not compile", flush=True)
        dropped |= lost
        kept.write_bytes(pickle.dumps({identity(mutant) for mutant in everyone if mutant.number in dropped}))
    told = [line for line in log.splitlines() if "error" in line]
    sys.exit("the tree does not compile:\n" + "\n".join(told[:10] or log.splitlines()[-20:]))


def prepare(jobs):
    """Returns the mutants of each folder and the numbers of those that do not compile. The tree is ready then."""
    if not (BUILD / "build.ninja").exists():
        copy_tree({})
        status, log = run_in_tree("cmake --preset dev")
        if status != 0:
            sys.exit(log)
    print("finding mutants", flush=True)
    found = find_all(jobs)
    print(f"compiling {sum(map(len, found.values()))} mutants", flush=True)
    return found, build(found, jobs)


# ---- tests -----------------------------------------------------------------------------------------------

def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (32 << 30, 32 << 30))  # a thousand threads have 8 GB of stacks
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_program(program, filters, timeout, environment):
    """Runs a test program. Returns its status (None: out of time) and its output."""
    path = BUILD / program
    command = [path, "--gtest_color=no", *filters]
    process = subprocess.Popen(command, cwd=path.parent, env={**os.environ, **environment}, text=True, errors="replace",
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               preexec_fn=limit_memory, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=timeout)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        return None, process.communicate()[0]


def read_coverage(output):
    """Returns what a program wrote with MUTANT_LOG: the tests that reach each mutant, in order, and the seconds of each
    test that passed. The test "" stands for what happens before any test."""
    reached, seconds, test = collections.defaultdict(list), {}, ""
    pattern = re.compile(r"@mutant (\d+)|\[ RUN      \] (\S+)|\[       OK \] (\S+?)(?:, where .*)? \((\d+) ms\)")
    for number, begun, passed, milliseconds in pattern.findall(output):
        if number:
            reached[int(number)].append(test)
        elif begun:
            test = begun
        else:
            seconds[passed] = int(milliseconds) / 1000
    return dict(reached), seconds


def coverage_of(program):
    """Runs the program without a mutant; the result is kept until the program changes."""
    path = BUILD / program
    kept = PLACE / "coverage" / f"{path.name}.{path.stat().st_mtime_ns}"
    if not kept.exists():
        status, output = run_program(program, [], 3600, {"MUTANT_LOG": "1"})
        if status != 0:
            print(f"{path.name} fails without a mutant (status {status}); its failed tests are left out")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(read_coverage(output)))
    return pickle.loads(kept.read_bytes())


def choose_tests(reached, seconds, number, budget):
    """Returns the tests of a program that reach the mutant, the quickest ones that fit the budget; at least one."""
    tests = reached.get(number, [])
    if "" in tests:  # before any test: each of them may notice it
        tests = list(seconds)
    chosen, left = [], budget
    for test in sorted((test for test in tests if test in seconds), key=lambda test: (seconds[test], test)):
        left -= seconds[test]
        if chosen and left < 0:
            break
        chosen.append(test)
    return chosen


class Runner:
    """Runs the tests that reach a mutant: of its folder's program, of the other quick ones, of the slow one."""

    def __init__(self, with_slow):
        self.coverage = {program: coverage_of(program) for program in QUICK + (SLOW if with_slow else [])}

    def commands(self, number, budget):
        own = UNIT[number // 10000 - 1]
        for program in [own] + [program for program in QUICK if program != own] + (SLOW if budget > 0 else []):
            reached, seconds = self.coverage[program]
            tests = choose_tests(reached, seconds, number, budget if program in SLOW else 60)
            if tests:
                yield program, tests, 30 + 10 * sum(seconds[test] for test in tests)

    def run(self, number, budget):
        """Returns "killed", "survived", "not reached" or "undecided", and the last output. The slow tests may take `budget`
        seconds; with 0 none runs. Undecided is a mutant whose tests do not end in time without it either."""
        result, output = "not reached", ""
        for program, tests, timeout in self.commands(number, budget):
            filters = [f"--gtest_filter={':'.join(tests)}", "--gtest_fail_fast", "--gtest_brief=1"]
            status, output = run_program(program, filters, timeout, {"MUTANT": str(number)})
            if status is None and run_program(program, filters, timeout, {})[0] is None:
                result = "undecided"
                continue
            if status != 0:
                return "killed", f"{program} {filters[0]}\n{output}"
            result = "undecided" if result == "undecided" else "survived"
        return result, output
