"""Finds the sentences of comments and documents that are too long to read in one go."""

import re

LONGEST = 25

HASH_COMMENTS = (".py", ".sh", ".cmake", ".txt", ".yml", ".toml")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[A-Z`*\"(])")
LIST_ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s+")
TABLE_RULE = re.compile(r"\|[-| :]+\|")


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


def comment_lines(path, text):
    """Yields the numbered lines of comments; None ends a block, and stands for code within a comment."""
    mark = "#" if path.endswith(HASH_COMMENTS) else "//"
    whole = re.compile(rf"\s*{mark}+<?(?:\s(.*)|$)")
    trailing = re.compile(rf"\s{mark}+<? (.*)$")
    in_item = False
    for number, line in enumerate(text.splitlines(), 1):
        match = whole.match(line)
        if match is None:
            in_item = False
            yield None
            after_code = trailing.search(line)
            if after_code:
                yield from ((number, after_code[1]), None)
            continue
        comment = match[1] or ""
        item = LIST_ITEM.match(comment)
        is_code = comment.startswith("  ") and not in_item and not item
        in_item = bool(item) or (in_item and comment.startswith("  "))
        if item or is_code or not comment.strip():
            yield None
        if item:
            yield number, comment[item.end():]
        elif comment.strip() and not is_code:
            yield number, comment


def long_sentences(path, text):
    """Yields the first line of each block with a sentence of more than LONGEST words, the count and the sentence."""
    lines = document_lines(text) if path.endswith(".md") else comment_lines(path, text)
    for number, block in join_blocks(lines):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"`[^`]*`", "X", block))
        for sentence in SENTENCE_END.split(plain):
            count = sum(1 for word in sentence.split() if re.search(r"\w", word))
            if count > LONGEST:
                yield number, count, sentence
