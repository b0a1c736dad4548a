#!/usr/bin/python3
"""Tests the parts of tools/mutate: which mutants a small file has, what each does at run time, and which tests run for it.
It also tests which survivors are explained."""

import importlib.machinery
import importlib.util
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

if importlib.util.find_spec("clang") is None:
    print("skipped: libclang for Python (python3-clang-14) is not installed")
    raise SystemExit(77)
import mutant_runs  # noqa: E402
import mutants  # noqa: E402

TOOLS = pathlib.Path(__file__).resolve().parent
SAMPLE = """#include <cstdio>
#include <string>
constexpr int kLimit = 5;
bool Fits(int a, int b) { return a < kLimit && b != 2; }
std::string Word(bool odd) {
  if (odd) return "odd";
  return "even";
}
int main() {
  int sum = 1;
  if (const int more = sum + 1) sum = more;
  std::printf("%d%d%d %s %d\\n", Fits(4, 1), Fits(5, 1), Fits(4, 2), Word(true).c_str(), sum);
}
"""
# GoogleTest is not linked.
STUB = """#include "mutant.h"
namespace testing {
UnitTest* UnitTest::GetInstance() { return nullptr; }
const TestInfo* UnitTest::current_test_info() const { return nullptr; }
}
"""


def load_mutate():
    loader = importlib.machinery.SourceFileLoader("mutate", str(TOOLS / "mutate"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("mutate", loader))
    loader.exec_module(module)
    return module


class MutantsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.file = self.root / "sample.cc"
        self.file.write_text(SAMPLE, encoding="utf-8")

    def find(self):
        found = mutants.find_mutants(str(self.file), ["-std=c++20"])
        for number, mutant in enumerate(found, 1):
            mutant.number = number
        return found

    def test_each_kind_of_change_is_found(self):
        changes = {(mutant.line, mutant.change()) for mutant in self.find()}
        for change in [(3, "5 -> 6"), (4, "a < kLimit && b != 2 -> !(a < kLimit && b != 2)"),
                       (4, "a < kLimit && b != 2 -> a < kLimit || b != 2"), (4, "a < kLimit -> a <= kLimit"),
                       (4, "b != 2 -> b == 2"), (6, "odd -> !odd"), (6, 'return "odd"; -> return {};'),
                       (11, "sum + 1 -> sum - 1"), (11, "sum = more; -> ;")]:
            self.assertIn(change, changes)

    def test_one_mutant_written_plainly_is_its_change_alone(self):
        (mutant,) = [mutant for mutant in self.find() if mutant.change() == "a < kLimit -> a <= kLimit"]
        self.assertEqual(SAMPLE.replace("a < k", "a <= k").encode(), mutants.write_plain(SAMPLE.encode(), mutant))

    @unittest.skipUnless(shutil.which("c++"), "no C++ compiler")
    def test_the_chosen_mutant_and_no_other_is_in_force(self):
        found = self.find()
        self.file.write_bytes(mutants.write_schemata(SAMPLE.encode(), found))
        (self.root / "stub.cc").write_text(STUB, encoding="utf-8")
        program = self.root / "sample"
        subprocess.run(["c++", "-std=c++20", "-w", f"-I{TOOLS}", self.file, self.root / "stub.cc", "-o", program], check=True)

        def run(number):
            return subprocess.run([program], env={"MUTANT": str(number)}, capture_output=True, text=True, check=True).stdout

        numbers = {f"{mutant.line}: {mutant.change()}": mutant.number for mutant in found}
        self.assertEqual("100 odd 2\n", run(0))
        self.assertEqual("110 odd 2\n", run(numbers["3: 5 -> 6"]))
        self.assertEqual("011 odd 2\n", run(numbers["4: a < kLimit && b != 2 -> !(a < kLimit && b != 2)"]))
        self.assertEqual("111 odd 2\n", run(numbers["4: a < kLimit && b != 2 -> a < kLimit || b != 2"]))
        self.assertEqual("110 odd 2\n", run(numbers["4: a < kLimit -> a <= kLimit"]))
        self.assertEqual("001 odd 2\n", run(numbers["4: b != 2 -> b == 2"]))
        self.assertEqual("100 even 2\n", run(numbers["6: odd -> !odd"]))
        self.assertEqual("100  2\n", run(numbers['6: return "odd"; -> return {};']))
        self.assertEqual("100 odd 1\n", run(numbers["11: sum = more; -> ;"]))


class RunsTest(unittest.TestCase):
    COVERAGE = ("@mutant 7\n[ RUN      ] A.Slow\n@mutant 1\n\n@mutant 2\n[       OK ] A.Slow (3000 ms)\n"
                "[ RUN      ] A/B.Quick/0\n@mutant 1\n[       OK ] A/B.Quick/0, where GetParam() = x (20 ms)\n"
                "[ RUN      ] A.Fails\n@mutant 1\n[  FAILED  ] A.Fails (1 ms)\n")

    def test_the_tests_that_reach_a_mutant_are_read_from_the_output(self):
        reached, seconds = mutant_runs.read_coverage(self.COVERAGE)
        self.assertEqual({7: [""], 1: ["A.Slow", "A/B.Quick/0", "A.Fails"], 2: ["A.Slow"]}, reached)
        self.assertEqual({"A.Slow": 3.0, "A/B.Quick/0": 0.02}, seconds)

    def test_the_quickest_tests_that_pass_and_fit_the_budget_run(self):
        reached, seconds = mutant_runs.read_coverage(self.COVERAGE)
        self.assertEqual(["A/B.Quick/0"], mutant_runs.choose_tests(reached, seconds, 1, 1))
        self.assertEqual(["A/B.Quick/0", "A.Slow"], mutant_runs.choose_tests(reached, seconds, 1, 10))
        self.assertEqual(["A.Slow"], mutant_runs.choose_tests(reached, seconds, 2, 1), "one runs in any case")
        self.assertEqual(["A/B.Quick/0", "A.Slow"], mutant_runs.choose_tests(reached, seconds, 7, 10), "before any test")
        self.assertEqual([], mutant_runs.choose_tests(reached, seconds, 3, 10))

    def test_places_of_errors_are_read_from_the_log_of_a_compiler(self):
        log = ("/x/build/mutate/tree/src/entra/a.cc:7:3: error: no\n../../src/http/b.cc:9:1: note: declared here\n"
               "/x/tests/flow/c.cc:1:1: error: no\n")
        self.assertEqual(({("src/entra/a.cc", 7)}, {("src/http/b.cc", 9)}), mutant_runs.lines_of_errors(log))


class ReportTest(unittest.TestCase):
    def test_explained_survivors_are_read_from_the_table(self):
        document = ("| file | line | change | why |\n|---|---|---|---|\n"
                    "| `src/a.cc` | `if (a \\|\\| b) {` | `a \\|\\| b -> a && b` | both are the same |\n"
                    "| `src/a.cc` | `f();` | `f(); -> ;` | |\n")
        self.assertEqual({("src/a.cc", "if (a || b) {", "a || b -> a && b")}, load_mutate().read_explained(document))

    def test_the_choice_is_the_same_for_the_same_seed(self):
        class Numbered:
            def __init__(self, number):
                self.number = number

        mutate = load_mutate()
        everyone = [Numbered(number) for number in range(50)]

        def choice(*arguments):
            return [mutant.number for mutant in mutate.choose(everyone, mutate.parse_arguments(arguments))]

        self.assertEqual(choice("--count", "5"), choice("--count", "5", "--seed", "1"))
        self.assertNotEqual(choice("--count", "5"), choice("--count", "5", "--seed", "2"))
        self.assertEqual(sorted(choice("--count", "5")), choice("--count", "5"))
        self.assertEqual(list(range(50)), choice())


if __name__ == "__main__":
    os.chdir(TOOLS)
    unittest.main()
