#!/usr/bin/env python3
"""The driver run-tests, with stages that do nothing but end: what it does after each result, and what its summary says."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


class RunTestsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "tools/ci").mkdir(parents=True)
        shutil.copy(ROOT / "run-tests", self.root)
        shutil.copy(ROOT / "tools/packages.sh", self.root / "tools")

    def run_stages(self, arguments=("--no-install",), **stages):
        """Runs stages that print their name and exit with these codes, in this order."""
        arguments = list(arguments)
        for name, code in stages.items():
            script = self.root / f"tools/ci/{name}.sh"
            script.write_text(f"#!/bin/sh\necho 'in {name}'\nexit {code}\n", encoding="ascii")
            script.chmod(0o755)
            arguments += ["--only", name]
        return subprocess.run(["./run-tests", *arguments], cwd=self.root, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)

    def test_a_skipped_stage_is_reported_and_the_next_one_runs(self):
        run = self.run_stages(maven=77, format=0)
        self.assertEqual(0, run.returncode, run.stderr)
        self.assertIn("in maven\n==> stage maven: skipped, ", run.stdout)
        self.assertRegex(run.stdout, r"Summary\nmaven    skipped, \d+ s\nformat   ok, \d+ s\n")

    def test_the_stages_after_a_failed_one_run_and_the_last_line_names_what_failed(self):
        run = self.run_stages(maven=3, format=0, tidy=1)
        self.assertEqual(1, run.returncode)
        self.assertRegex(run.stdout, r"Summary\nmaven    FAILED \(exit 3\), \d+ s\nformat   ok, \d+ s\ntidy     FAILED \(exit 1\), ")
        self.assertEqual("run-tests: FAILED in stage maven tidy (exit 1)", run.stderr.splitlines()[-1])

    def test_without_its_packages_no_stage_runs(self):
        with open(self.root / "tools/packages.sh", "a", encoding="ascii") as packages:
            packages.write("install_missing() { false; echo installed; }\n")
        run = self.run_stages(format=0, arguments=())
        self.assertEqual(1, run.returncode)
        self.assertNotIn("in format", run.stdout)
        self.assertEqual("run-tests: FAILED in stage install (exit 1)", run.stderr.splitlines()[-1])

    def test_each_stage_of_the_list_has_a_script_and_a_line_of_help(self):
        text = (ROOT / "run-tests").read_text(encoding="utf-8")
        help_text = subprocess.run([ROOT / "run-tests", "--help"], capture_output=True, text=True, check=True).stdout
        for line in text.splitlines():
            if line.startswith(("all_stages=(", "other_stages=(")):
                for stage in line[line.index("(") + 1:-1].split():
                    self.assertTrue((ROOT / f"tools/ci/{stage}.sh").exists(), stage)
                    self.assertIn(f"\n  {stage} ", help_text)


if __name__ == "__main__":
    unittest.main()
