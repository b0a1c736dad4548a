"""Reads the texts of a file that are prose: documents, comments, docstrings and messages. Each reader yields numbered lines.
It yields None where a paragraph, a list item or a table cell ends, and for code.
"""

import ast
import re
import textwrap

LIST_ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s+")
TABLE_RULE = re.compile(r"\|[-| :]+\|")
# A comment, or a literal. Whatever begins first is read to its end.
COMMENT_OR_LITERAL = re.compile(
    r'//[^\n]*|(?P<starred>/\*.*?\*/)|R"(?P<mark>\w*)\(.*?\)(?P=mark)"|'
    r'"(?P<literal>(?:\\.|[^"\\\n])*)"|' + r"(?<!\w)'(?:\\.|[^'\\\n])+'", re.DOTALL)
# What stands between two literals of one message: nothing, or a value.
JOINED = re.compile(r"\s*(?P<value>\+[^\"+;,?{}]+\+)?\s*")
JAVADOC_END = re.compile(r"^@\w|</?(?:p|li|ul|ol|h\d|pre)>")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def document_lines(text):
    """Yields the numbered lines of a Markdown text without code; None ends a paragraph, a list item or a table cell."""
    in_code = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            in_code = not in_code
        if in_code or line.startswith(("```", "#", "    ")) or not line.strip():
            yield None
        elif line.lstrip().startswith("|"):
            row = line.strip()
            yield None
            for cell in [] if TABLE_RULE.fullmatch(row) else row.strip("|").split(" | "):
                yield from ((number, cell), None)
        else:
            item = LIST_ITEM.match(line)
            if item:
                yield None
            yield number, line[item.end():] if item else line


def without_code(numbered):
    """Yields the numbered lines of one comment; None ends a list item or a paragraph, and stands for code."""
    in_item = False
    for number, comment in numbered:
        item = LIST_ITEM.match(comment)
        is_code = comment.startswith("  ") and not in_item and not item
        in_item = bool(item) or (in_item and comment.startswith("  "))
        if item or is_code or not comment.strip():
            yield None
        if item:
            yield number, comment[item.end():]
        elif comment.strip() and not is_code:
            yield number, comment
    yield None


def comment_lines(text, mark):
    """Yields the numbered lines of the comments that begin with `mark`; None ends a block."""
    whole = re.compile(rf"\s*{mark}+<?(?:\s(.*)|$)")
    trailing = re.compile(rf"\s{mark}+<? (.*)$")
    comment = []
    for number, line in enumerate(text.splitlines(), 1):
        match = whole.match(line)
        if match is not None:
            comment.append((number, match[1] or ""))
            continue
        yield from without_code(comment)
        comment = []
        after_code = trailing.search(line)
        if after_code:
            yield from ((number, after_code[1]), None)
    yield from without_code(comment)


def line_of(text, place):
    return text.count("\n", 0, place) + 1


def starred_lines(text):
    """Yields the numbered lines of `/* */` and Javadoc comments; None ends a block."""
    for match in COMMENT_OR_LITERAL.finditer(text):
        if match["starred"] is None:
            continue
        first, *rest = match["starred"][2:-2].lstrip("*!<").split("\n")
        if all(not line.strip() or line.lstrip().startswith("*") for line in rest):
            rest = [re.sub(r"^\s*\* ?", "", line) for line in rest]
        lines = [first.strip(), *textwrap.dedent("\n".join(rest)).split("\n")]
        yield from javadoc_blocks(enumerate(lines, line_of(text, match.start())))


def javadoc_blocks(numbered):
    """Yields the lines of one comment, and None where a tag begins something new."""
    for entry in without_code(numbered):
        if entry is None:
            yield None
            continue
        number, line = entry
        for at, part in enumerate(JAVADOC_END.split(re.sub(r"\{@\w+ ([^}]*)\}", "X", line))):
            if at:
                yield None
            if part.strip():
                yield number, part


def docstring_lines(text):
    """Yields the numbered lines of the docstrings of a Python text; None ends a block."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):
        return
    for node in nodes:
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node):
            yield from without_code(enumerate(ast.get_docstring(node).splitlines(), node.body[0].lineno))


def message_lines(text):
    """Yields the numbered messages of a C++ or Java text: neighbouring literals, with `X` for a value between two."""
    end = None
    for match in COMMENT_OR_LITERAL.finditer(text):
        if match["literal"] is None:
            end = end if match[0].startswith("/") else None
            continue
        between = JOINED.fullmatch(re.sub(r"//[^\n]*", "", text[end:match.start()])) if end is not None else None
        if between is None:
            yield None
        elif between["value"]:
            yield line_of(text, match.start()), "X"
        for at, part in enumerate(match["literal"].split("\\n")):
            if at:
                yield None
            yield line_of(text, match.start()), part
        end = match.end()
