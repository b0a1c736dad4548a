#!/usr/bin/env python3
"""Gives tidy_files.py a small repository with one change each: it must choose the files that the change affects."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from tidy_files import select

FILES = {
    "include/msiv2/low.h": "",
    "src/base/middle.h": '#include "msiv2/low.h"\n',
    "src/base/middle.cc": '#include "base/middle.h"\n',
    "src/flow/top.cc": '#  include "base/middle.h"\n#include <vector>\n',
    "src/flow/top_test.cc": '#include "base/middle.h"\n',
    "src/flow/top_windows.cc": '#include "base/middle.h"\n',
    "src/flow/apart.cc": "",
    "cli/main.cc": '#include "cli/table.inc"\n',
    "cli/table.inc": "",
    "bench/speed.cc": '#include "msiv2/low.h"\n',
    "docs/page.md": "",
    ".clang-tidy": "",
}
BUILT = {"src/base/middle.cc", "src/flow/top.cc", "src/flow/apart.cc", "cli/main.cc", "bench/speed.cc"}
ALL = ["cli/main.cc", "src/base/middle.cc", "src/flow/apart.cc", "src/flow/top.cc"]


class TidyFilesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            del os.environ[name]  # set by a git hook; it would point to another repository
        for path, text in FILES.items():
            self.write(path, text)
        self.git("init", "-q")
        self.commit()
        self.base = self.git("rev-parse", "HEAD").strip()

    def git(self, *arguments):
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", "-C", str(self.root), *identity, *arguments],
                              check=True, capture_output=True, text=True).stdout

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a change")

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="ascii")

    def chosen(self, commit=None, built=None):
        files, notes = select(self.root, BUILT if built is None else built, self.base if commit is None else commit)
        self.notes = "\n".join(notes)
        return files

    def test_nothing_differs(self):
        self.assertEqual([], self.chosen())
        self.assertIn("0 of 4 files", self.notes)

    def test_a_file_that_differs_is_chosen_committed_or_not(self):
        self.write("src/flow/apart.cc", "// other\n")
        self.assertEqual(["src/flow/apart.cc"], self.chosen())
        self.commit()
        self.assertEqual(["src/flow/apart.cc"], self.chosen())

    def test_a_header_leads_to_those_that_include_it_directly_or_not(self):
        self.write("include/msiv2/low.h", "// other\n")
        self.assertEqual(["src/base/middle.cc", "src/flow/top.cc"], self.chosen())
        self.assertIn("1 more are not built on this system", self.notes)

    def test_an_included_table_is_a_header_too(self):
        self.write("cli/table.inc", "// other\n")
        self.assertEqual(["cli/main.cc"], self.chosen())

    def test_a_new_file_is_chosen_before_it_is_committed(self):
        self.write("src/flow/new.cc", "")
        self.assertEqual(["src/flow/new.cc"], self.chosen(built=BUILT | {"src/flow/new.cc"}))

    def test_tests_and_documents_lead_to_nothing(self):
        self.write("src/flow/top_test.cc", "// other\n")
        self.write("docs/page.md", "other\n")
        self.assertEqual([], self.chosen())

    def test_the_whole_tree_where_the_commit_is_not_known(self):
        for commit in ("0123456789012345678901234567890123456789", "no such name", ""):
            self.assertEqual(ALL, self.chosen(commit))
            self.assertIn("the whole tree: this clone has no commit", self.notes)

    def test_the_whole_tree_where_the_checks_differ(self):
        self.write(".clang-tidy", "Checks: '*'\n")
        self.assertEqual(ALL, self.chosen())
        self.assertIn(".clang-tidy differs", self.notes)

    def test_the_whole_tree_where_no_commit_is_given(self):
        self.assertEqual(ALL, select(self.root, BUILT, None)[0])

    def test_a_database_of_unity_files_is_refused(self):
        for built in (set(), BUILT | {"build/tidy/src/base/Unity/unity_0_cxx.cxx"}):
            with self.assertRaises(SystemExit):
                self.chosen(built=built)


if __name__ == "__main__":
    unittest.main()
