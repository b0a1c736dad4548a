"""Finds the sentences of comments, documents and messages that are too long to read in one go."""

import ast
import re
import textwrap

LONGEST = 25

HASH_COMMENTS = (".py", ".sh", ".cmake", ".txt", ".yml", ".toml")
STARRED_COMMENTS = (".cc", ".h", ".c", ".hpp", ".java", ".inc", ".in")
MESSAGES = (".cc", ".h", ".c", ".hpp", ".java", ".inc")
# A test holds what others write, and code that it runs.
TEST_FILE = re.compile(r"(?:^|/)(?:tests?|testing|bench|fuzz)/|_test(?:_\w+)?\.|_fixture\.")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[A-Z`*\"(])")
LIST_ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s+")
TABLE_RULE = re.compile(r"\|[-| :]+\|")
# A comment, or a literal. Whatever begins first is read to its end.
COMMENT_OR_LITERAL = re.compile(
    r'//[^\n]*|(?P<starred>/\*.*?\*/)|R"(?P<mark>\w*)\(.*?\)(?P=mark)"|'
    r'"(?P<literal>(?:\\.|[^"\\\n])*)"|' + r"(?<!\w)'(?:\\.|[^'\\\n])+'", re.DOTALL)
# What stands between two literals of one message: nothing, or a value.
JOINED = re.compile(r"\s*(?P<value>\+[^\"+;,?{}]+\+)?\s*")
JAVADOC_END = re.compile(r"@\w|<(?:p|li|ul|ol|h\d|pre|/\w+)>")


def join_blocks(lines):
    """Joins numbered lines to blocks, which are ended by None. Yields the number of the first line, and the text."""
    block = []
    for line in [*lines, None]:
        if line is not None:
            block.append(line)
        elif block:
            yield block[0][0], " ".join(text for _, text in block)
            block = []


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
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) or ast.get_docstring(node) is None:
            continue
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


def texts_of(path, text):
    """Yields one generator of lines for each kind of text in a file."""
    if path.endswith(".md"):
        return [document_lines(text)]
    is_script = path.endswith(HASH_COMMENTS) or text.startswith("#!")
    kinds = [comment_lines(text, "#" if is_script else "//")]
    if path.endswith(".py") or re.match(r"#!.*python", text):
        kinds.append(docstring_lines(text))
    if path.endswith(STARRED_COMMENTS):
        kinds.append(starred_lines(text))
    if path.endswith(MESSAGES) and not TEST_FILE.search(path):
        kinds.append(message_lines(text))
    return kinds


def long_sentences(path, text):
    """Yields the first line of each block with a sentence of more than LONGEST words, the count and the sentence."""
    for lines in texts_of(path, text):
        for number, block in join_blocks(lines):
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"`[^`]*`", "X", block))
            for sentence in SENTENCE_END.split(plain):
                count = sum(1 for word in sentence.split() if re.search(r"\w", word))
                if count > LONGEST:
                    yield number, count, sentence
