"""Finds the sentences of comments, documents and messages that are too long to read in one go."""

import re

from prose_lines import comment_lines, docstring_lines, document_lines, message_lines, starred_lines

LONGEST = 25

HASH_COMMENTS = (".py", ".sh", ".cmake", ".txt", ".yml", ".toml")
STARRED_COMMENTS = (".cc", ".h", ".c", ".hpp", ".java", ".inc", ".in")
MESSAGES = (".cc", ".h", ".c", ".hpp", ".java", ".inc")
# A test holds what others write, and code that it runs.
TEST_FILE = re.compile(r"(?:^|/)(?:tests?|testing|bench|fuzz)/|_test(?:_\w+)?\.|_fixture\.")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[A-Z`*\"(])")


def join_blocks(lines):
    """Joins numbered lines to blocks, which are ended by None. Yields the number of the first line, and the text."""
    block = []
    for line in [*lines, None]:
        if line is not None:
            block.append(line)
        elif block:
            yield block[0][0], " ".join(text for _, text in block)
            block = []


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
