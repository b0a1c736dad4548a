"""Runs what figures.py lists: each run in each round, its subjects one after the other."""

import pathlib
import statistics

import callgrind
import programs
from figures import RUNS

NO_ARGUMENTS = ("command", "process floor")  # these do one thing


def commands_of(servers, with_peer, command):
    """Returns the command of each subject that can be measured here, without the arguments of a run."""
    found = {
        "msiv2": servers.bearer(),
        "floor": servers.bearer("msiv2_bearer_floor"),
        "libcurl": servers.bearer("msiv2_bearer_libcurl"),
        "bound": servers.bound(),
        "bound floor": servers.bound_floor(),
        "unsigned floor": [*servers.bound_floor(), "unsigned"],
        "in turn": [*servers.bearer(), "in-turn"],
        "one scope": [*servers.bearer(), "one-scope"],
        "libcurl started": [*servers.bearer(), "libcurl-started"],
        "process floor": servers.bearer("msiv2_first_token_floor"),
        "rotations": [programs.PROGRAMS / "msiv2_rotations"],
    }
    if programs.has_java():
        found["java"] = servers.java()
    if (programs.PROGRAMS / "msiv2_bearer_c").exists():
        found["c"] = servers.bearer("msiv2_bearer_c")
    if with_peer:
        found["peer"] = servers.bearer("msiv2_bearer_peer", programs.PEER_BUILD)
    if command:
        found["command"] = [command, "token", "--resource", "https://management.azure.com"]
    return found


def arguments_of(run, count):
    return [str(count) if word == "COUNT" else word for word in run.arguments]


def count_instructions(run, command, count):
    """Returns the instructions of one hit."""
    profile = callgrind.profile([*command, *arguments_of(run, count)], run.toggle)
    return {"instructions": callgrind.total(profile) / count}


def sample_processes(run, commands, servers, count):
    """Returns the medians of `count` processes of each subject. The subjects take turns."""
    samples = {subject: [] for subject in commands}
    for _ in range(count):
        for subject, command in commands.items():
            arguments = () if subject in NO_ARGUMENTS else run.arguments
            variables = servers.of_app_service() if subject == "command" else None
            samples[subject].append(programs.run([programs.PROGRAMS / "msiv2_run_once", *command, *arguments], variables))
    found = {subject: {key: statistics.median(sample[key] for sample in of_subject) for key in of_subject[0]}
             for subject, of_subject in samples.items()}
    if "command" in found:
        found["command"]["file_kb"] = pathlib.Path(commands["command"][0]).stat().st_size / 1024
    return found


def measure_once(run, commands, servers, quick):
    """Returns the values of each subject in one round."""
    count = run.quick if quick else run.count
    commands = {subject: commands[subject] for subject in run.subjects if subject in commands}
    if run.kind == "process":
        return sample_processes(run, commands, servers, count)
    if run.kind == "callgrind":
        return {subject: count_instructions(run, command, count) for subject, command in commands.items()}
    return {subject: programs.run([*command, *arguments_of(run, count)]) for subject, command in commands.items()}


def chosen_runs(only):
    """Returns the runs with these names, all for none, without those whose tool is missing."""
    return [run for run in RUNS if (not only or run.name in only) and (run.kind != "callgrind" or callgrind.is_available())]


def measure(servers, commands, rounds, quick, only, progress):
    """Returns the medians of all rounds: {run: {subject: {key: value}}}."""
    runs = chosen_runs(only)
    found = {run.name: [] for run in runs}
    for number in range(1, rounds + 1):
        for run in runs:
            progress(f"round {number} of {rounds}: {run.name}")
            found[run.name].append(measure_once(run, commands, servers, quick))
    return {name: {subject: {key: statistics.median(each[subject][key] for each in of_rounds) for key in values}
                   for subject, values in of_rounds[0].items()} for name, of_rounds in found.items()}
