"""Compiles the Java blocks of the documents, and lets node read those of JavaScript."""

import pathlib
import re
import shutil
import subprocess
import tempfile

JAVA = "bindings/java/src/main/java"
JAVA_IMPORTS = "import java.net.URI;\nimport java.net.http.*;\nimport javax.net.ssl.*;\n"


def runs(command, **options):
    """Returns what a command says if it fails; empty if it succeeds."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def blocks_in(language, blocks):
    return [block for block in blocks if block.language == language and not block.skipped_because()]


def lacks(tool, blocks):
    """Returns whether this machine lacks the tool that checks the blocks, which are skipped then and say so."""
    if shutil.which(tool) is not None:
        return False
    for block in blocks:
        block.missing = tool
    return True


def as_class(block, package):
    """Returns a block as the program of a class. Its import lines stand before it."""
    lines = block.text.splitlines()
    imports = "\n".join(line for line in lines if line.startswith("import "))
    body = "\n".join(line for line in lines if not line.startswith("import "))
    return (f"{JAVA_IMPORTS}import {package}.*;\n{imports}\n"
            f"class {block.name} {{\n  public static void main(String[] arguments) throws Exception {{\n{body}\n  }}\n}}\n")


def package_of(root):
    source = next((root / JAVA).rglob("ManagedIdentityApplication.java"))
    return re.search(r"^package ([\w.]+);", source.read_text(encoding="utf-8"), re.MULTILINE)[1]


def compile_java(root, blocks, classes, binding, *more):
    """Compiles Java blocks to a folder, against the binding as options of javac; returns what javac finds."""
    files, package = [], package_of(root)
    for block in blocks:
        files.append(classes / f"{block.name}.java")
        files[-1].write_text(as_class(block, package), encoding="utf-8")
    said = runs(["javac", "-proc:none", "-d", str(classes), *binding, *map(str, [*files, *more])])
    return [f"{', '.join(block.place for block in blocks)}: {said}"] if said else []


def java_problems(root, blocks):
    """Returns the findings of javac for the Java blocks, which see the sources of the binding."""
    mine = blocks_in("java", blocks)
    if not mine or lacks("javac", mine):
        return []
    with tempfile.TemporaryDirectory() as folder:
        numbers = pathlib.Path(folder) / "Numbers.java"
        said = runs(["cmake", f"-DHEADERS={root.resolve() / 'bindings/c/msiv2_c'}", f"-DOUTPUT={numbers}",
                     "-P", str(root.resolve() / "bindings/java/numbers.cmake")])
        if said:
            return [f"bindings/java/numbers.cmake: {said}"]
        return compile_java(root, mine, pathlib.Path(folder), ["-sourcepath", str(root / JAVA)], numbers)


def js_problems(blocks):
    """Returns the findings of node for the JavaScript blocks."""
    mine, found = blocks_in("js", blocks), []
    if lacks("node", mine):
        return []
    for block in mine:
        with tempfile.NamedTemporaryFile("w", suffix=".js", encoding="utf-8") as file:
            file.write(block.text)
            file.flush()
            said = runs(["node", "--check", file.name])
        if said:
            found.append(f"{block.place}: {said}")
    return found
