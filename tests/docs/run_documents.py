#!/usr/bin/env python3
"""Runs the code blocks of the documents. Shell blocks run in a scratch folder, those of one document in one session. C and
C++ blocks are compiled by the target docs_snippets, and run if their mark says so. With --java, those of Java are compiled
against that jar and run, and nothing else is. Prints one line a finding; exits 1 on any.

The file doc_blocks.py explains the marks. The file marks.txt has the number of blocks that may be left out for each
reason. A block whose compiler is missing on this machine is skipped, which a line says.

    run_documents.py SOURCE_DIR --programs DIR:DIR [--snippets PROGRAM]
    run_documents.py SOURCE_DIR --stage NAME [--programs DIR]
    run_documents.py SOURCE_DIR --java JAR --programs DIR
"""

# N2, N3, N4.
import argparse
import concurrent.futures
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

from doc_blocks import blocks_of, compare_with_limits, problems_of, read_limits
from doc_commands import missing_scripts, unknown_commands
from doc_session import session_of, syntax_problems
from documents import documents_of
from language_blocks import compile_java, java_problems, js_problems

LIMITS = pathlib.Path(__file__).resolve().parent / "marks.txt"
HIDDEN = ("AZURE_", "IDENTITY_", "IMDS_", "MSI_", "MSAL_", "MSIV2_", "DEFAULT_IDENTITY_")


def environment(arguments, scratch, out):
    """Returns the variables of a session: those of this process without any that name an identity."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)}
    path = os.pathsep.join(filter(None, [arguments.programs, variables.get("PATH", "")]))
    return {**variables, "PATH": path, "HOME": str(scratch), "TMPDIR": str(out), "OUT": str(out),
            "SNIPPETS": arguments.snippets, "CLASSES": arguments.classes, "SOURCE": str(pathlib.Path(arguments.source).resolve())}


def run_session(blocks, arguments):
    """Runs the blocks of one document; returns what it says of the first that fails. Ends what they leave behind."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        scratch, out = pathlib.Path(folder) / "scratch", pathlib.Path(folder) / "out"
        scratch.mkdir()
        out.mkdir()
        said = out / "said"  # a file: a program in the background would keep a pipe open
        with said.open("wb") as output:
            session = subprocess.Popen(["bash", "-c", session_of(blocks)], cwd=scratch, start_new_session=True,
                                       env=environment(arguments, scratch, out), stdin=subprocess.DEVNULL,
                                       stdout=output, stderr=subprocess.STDOUT)
        try:
            status = session.wait(arguments.limit)
        except subprocess.TimeoutExpired:
            status = f"not done after {arguments.limit} s"
        end_group(session)
        text = said.read_text(encoding="utf-8", errors="replace").strip()
        if status == 0:
            print(text, end="\n" if text else "")
            return None
        return text if status == 1 else f"{blocks[0].document}: {status}: {text}"


def end_group(session):
    """Ends a session and the programs that it left in the background."""
    try:
        os.killpg(session.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    session.wait()


def stage_of(blocks):
    """Returns the stage that runs a document; empty if the ctest does."""
    return next((block.actions["stage"] for block in blocks if "stage" in block.actions), "")


def stage_problems(root, documents):
    """Returns a finding for each document whose stage does not run documents."""
    found = []
    for document, blocks in documents.items():
        stage = stage_of(blocks)
        script = root / "tools/ci" / f"{stage}.sh"
        if stage and not (script.is_file() and f"--stage {stage}" in script.read_text(encoding="utf-8")):
            found.append(f"{document}: tools/ci/{stage}.sh does not run it")
    return found


def summary(blocks, found):
    """Returns the last lines: what was skipped and why, and the numbers."""
    skipped = [block for block in blocks if block.missing]
    lines = [f"{block.place}: SKIPPED: {block.missing} is missing" for block in skipped]
    left_out = sum(1 for block in blocks if block.skipped_because())
    return "\n".join([*lines, f"documents: {len(blocks)} blocks, {left_out} of them left out, {len(skipped)} skipped, "
                              f"{len(found)} findings"])


def parse(argv):
    parser = argparse.ArgumentParser(description="Runs the code blocks of the documents.")
    parser.add_argument("source")
    parser.add_argument("--programs", default="")
    parser.add_argument("--snippets", default="false")
    parser.add_argument("--stage", default="")
    parser.add_argument("--java", default="", metavar="JAR")
    parser.add_argument("--limit", type=int, default=300)
    parser.set_defaults(classes="")
    return parser.parse_args(argv)


def sessions_of(documents, arguments):
    """Returns what the sessions of the documents find."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        sessions = [pool.submit(run_session, blocks, arguments) for blocks in documents.values() if blocks]
        return list(filter(None, [session.result() for session in sessions]))


def run_java(root, documents, arguments):
    """Compiles the Java blocks that are programs against the jar, and runs them; returns the findings."""
    mine = {document: [block for block in blocks if block.language == "java" and block.has_program()]
            for document, blocks in documents.items()}
    programs = [block for blocks in mine.values() for block in blocks]
    with tempfile.TemporaryDirectory() as folder:
        jar = str(pathlib.Path(arguments.java).resolve())
        arguments.classes = os.pathsep.join([folder, jar])
        found = compile_java(root, programs, pathlib.Path(folder), ["-cp", jar]) or sessions_of(mine, arguments)
    for finding in found:
        print(finding)
    print(f"documents: {len(programs)} Java programs, {len(found)} findings")
    return 1 if found or not programs else 0


def main(argv):
    arguments = parse(argv)
    root = pathlib.Path(arguments.source)
    texts = {document: (root / document).read_text(encoding="utf-8") for document in documents_of(root)}
    documents = {document: list(blocks_of(document, text)) for document, text in texts.items()}
    if arguments.java:
        return run_java(root, documents, arguments)
    every = [block for blocks in documents.values() for block in blocks]
    chosen = {document: blocks for document, blocks in documents.items() if stage_of(blocks) == arguments.stage}
    found = [problem for block in every for problem in problems_of(block)] + syntax_problems(every)
    if not arguments.stage:
        found += compare_with_limits(every, read_limits(LIMITS.read_text(encoding="utf-8")))
        found += stage_problems(root, documents)
        found += unknown_commands(texts, environment(arguments, root, root)) + missing_scripts(texts, root)
        found += java_problems(root, every) + js_problems(every)
    if not found:
        found += sessions_of({name: [block for block in blocks if block.language != "java"]
                              for name, blocks in chosen.items()}, arguments)
    for finding in found:
        print(finding)
    print(summary(every, found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
