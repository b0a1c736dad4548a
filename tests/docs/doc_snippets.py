#!/usr/bin/env python3
"""Writes the C and C++ blocks of the documents as functions of one program, which compiles them all.

    doc_snippets.py SOURCE_DIR OUT_DIR [OFF]

OUT_DIR gets snippets_20.cc, snippets_17.cc, snippets.c and main.cc. The program takes the place of a block, for example
README.md:54, and runs it; an exception ends it with its text and exit code 1. A file that has not changed is not written
again. OFF: without the blocks for the C library.
"""

import pathlib
import sys

from doc_blocks import LANGUAGES, blocks_of
from documents import documents_of

HEAD_CXX = """#include <iostream>
#include <string>
// The function of the caller that the documents call Fail.
[[maybe_unused]] static int Fail(const std::string& text) {
  std::cerr << text << "\\n";
  return 1;
}
"""
HEAD_C = "#include <stdio.h>\n"


def file_of(block):
    """Returns the file that a block belongs to: the one of its language and its standard."""
    if block.language == "c":
        return "snippets.c"
    return "snippets_17.cc" if '"msiv2.hpp"' in block.text else "snippets_20.cc"


def as_function(block):
    """Returns a block as a function that returns 0 at its end. Its #include lines stand before it."""
    lines = block.text.splitlines()
    body = ["" if line.startswith("#include") else line for line in lines]
    extern = "" if block.language == "c" else 'extern "C" '
    return "\n".join([*(line for line in lines if line.startswith("#include")), f"{extern}int {block.name}(void);",
                      f"{extern}int {block.name}(void) {{", f'#line {block.line} "{block.document}"', *body,
                      "return 0;", "}", ""])


def program(blocks):
    """Returns the text of main.cc."""
    declared = "".join(f'extern "C" int {block.name}(void);\n' for block in blocks)
    rows = "".join(f'  if (place == "{block.place}") return {block.name}();\n' for block in blocks)
    return f"""#include <exception>
#include <iostream>
#include <string>
{declared}
static int Run(const std::string& place) {{
{rows}  std::cerr << "no block is at " << place << "\\n";
  return 2;
}}

int main(int count, char** arguments) {{
  try {{
    return Run(count > 1 ? arguments[1] : "");
  }} catch (const std::exception& problem) {{
    std::cerr << problem.what() << "\\n";
    return 1;
  }}
}}
"""


def sources(blocks, with_c=True):
    """Returns the text of each file by its name. Without the C library, only the blocks of C++20 are in it."""
    texts = {"snippets_20.cc": HEAD_CXX, "snippets_17.cc": HEAD_CXX, "snippets.c": HEAD_C}
    used = [block for block in blocks if LANGUAGES.get(block.language) == "compile" and "file" not in block.actions
            and not block.skipped_because() and (with_c or file_of(block) == "snippets_20.cc")]
    for block in used:
        texts[file_of(block)] += as_function(block)
    return {**texts, "main.cc": program(used)}


def main(source_dir, out_dir, with_c="ON"):
    root, out = pathlib.Path(source_dir), pathlib.Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    blocks = [block for document in documents_of(root)
              for block in blocks_of(document, (root / document).read_text(encoding="utf-8"))]
    for name, text in sources(blocks, with_c != "OFF").items():
        path = out / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
