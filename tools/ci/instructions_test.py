#!/usr/bin/env python3
"""The rules of the guard of instructions, with invented counts and a small git tree."""

import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import instructions  # noqa: E402

VERSIONS = {"compiler": "c++ 12", "openssl": "3.0.19"}
COUNTS = {"hit": 400, "refresh": 100000}


class CompareTest(unittest.TestCase):
    def test_growth_above_three_percent_fails_with_figure_numbers_and_what_to_do(self):
        failures, hints = instructions.compare(COUNTS, {"hit": 400, "refresh": 103001})
        self.assertEqual([], hints)
        self.assertEqual(1, len(failures))
        for part in ("refresh: 100,000 instructions before, 103,001 now (+3.0 %)", "--update", "CHANGELOG.md"):
            self.assertIn(part, failures[0])

    def test_growth_of_three_percent_passes(self):
        self.assertEqual(([], []), instructions.compare(COUNTS, {"hit": 412, "refresh": 103000}))

    def test_less_is_a_hint(self):
        failures, hints = instructions.compare(COUNTS, {"hit": 387, "refresh": 97000})
        self.assertEqual([], failures)
        self.assertEqual(1, len(hints))
        self.assertIn("hit: 400 instructions before, 387 now (-3.2 %)", hints[0])

    def test_a_figure_that_one_side_lacks_fails(self):
        failures, _ = instructions.compare(COUNTS, {"hit": 400, "first": 1})
        self.assertEqual(2, len(failures))
        self.assertIn("first: counted, but not in bench/baseline.json", failures[0])
        self.assertIn("refresh: in bench/baseline.json, but not counted", failures[1])


class CheckTest(unittest.TestCase):
    """A tree with two commits: the second one changes the baseline."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "bench").mkdir()
        self.git("init", "-q", "-b", "main")
        self.write(COUNTS)
        (self.root / "CHANGELOG.md").write_text("# Changelog\n", encoding="ascii")
        self.commit()

    def git(self, *arguments):
        subprocess.run(["git", "-C", self.root, "-c", "user.name=test", "-c", "user.email=test@example.org", *arguments],
                       check=True, capture_output=True)

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")

    def write(self, counts, explained=False):
        (self.root / "bench/baseline.json").write_text(json.dumps({"versions": VERSIONS, "instructions": counts}), encoding="ascii")
        if explained:
            with (self.root / "CHANGELOG.md").open("a", encoding="ascii") as changelog:
                changelog.write("- A refresh checks more.\n")

    def check(self, counts, versions=None):
        """Returns the exit code, and what was printed."""
        printed = io.StringIO()
        baseline = json.loads((self.root / "bench/baseline.json").read_text(encoding="ascii"))
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            return instructions.check(self.root, baseline, counts, versions or VERSIONS), printed.getvalue()

    def test_equal_counts_pass(self):
        self.assertEqual(0, self.check(COUNTS)[0])

    def test_growth_fails(self):
        code, printed = self.check({**COUNTS, "hit": 500})
        self.assertEqual(1, code)
        self.assertIn("FAILED: hit: 400 instructions before, 500 now", printed)

    def test_less_passes_with_a_hint(self):
        code, printed = self.check({**COUNTS, "hit": 300})
        self.assertEqual(0, code)
        self.assertIn("less than the baseline: hit", printed)

    def test_other_versions_skip_and_name_both(self):
        code, printed = self.check({**COUNTS, "hit": 500}, {**VERSIONS, "compiler": "c++ 13"})
        self.assertEqual(77, code)
        self.assertIn("compiler: c++ 12 in bench/baseline.json, c++ 13 here", printed)

    def test_a_baseline_that_grew_without_a_line_in_the_changelog_fails(self):
        grown = {**COUNTS, "hit": 500}
        self.write(grown)
        for state in ("not committed", "committed", "an older commit"):
            with self.subTest(state):
                code, printed = self.check(grown)
                self.assertEqual(1, code)
                self.assertIn("hit grew, and CHANGELOG.md has no new line in the same commit", printed)
            self.commit()

    def test_a_baseline_that_grew_with_a_line_in_the_changelog_passes(self):
        grown = {**COUNTS, "hit": 500}
        self.write(grown, explained=True)
        for state in ("not committed", "committed", "an older commit"):
            with self.subTest(state):
                self.assertEqual(0, self.check(grown)[0])
            self.commit()

    def test_a_line_in_a_later_commit_is_too_late(self):
        grown = {**COUNTS, "hit": 500}
        self.write(grown)
        self.commit()
        self.write(grown, explained=True)
        self.commit()
        self.assertEqual(1, self.check(grown)[0])

    def test_a_later_change_hides_no_growth(self):
        self.write({**COUNTS, "hit": 500})
        self.commit()
        self.write({**COUNTS, "hit": 499})
        self.commit()
        self.assertEqual(1, self.check({**COUNTS, "hit": 499})[0])

    def test_a_baseline_that_shrank_needs_no_line(self):
        self.write({**COUNTS, "hit": 300})
        self.commit()
        self.assertEqual(0, self.check({**COUNTS, "hit": 300})[0])

    def test_a_new_figure_needs_no_line(self):
        more = {**COUNTS, "first": 5}
        self.write(more)
        self.commit()
        self.assertEqual(0, self.check(more)[0])

    def test_a_tree_without_git_passes(self):
        subprocess.run(["rm", "-rf", self.root / ".git"], check=True)
        self.assertEqual(0, self.check(COUNTS)[0])


if __name__ == "__main__":
    unittest.main()
