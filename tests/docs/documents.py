"""Lists the documents of the tree whose code blocks are run."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from check_structure import tracked_files  # noqa: E402


def documents_of(root):
    """Returns the Markdown documents of the tree."""
    return sorted(path for path in tracked_files(root) if path.endswith(".md"))
