#!/usr/bin/env python3
"""The report with invented values: what it reads from callgrind, its rows, its page and its charts."""

import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import callgrind  # noqa: E402
import page  # noqa: E402
import programs  # noqa: E402
import shares  # noqa: E402
from figures import BEFORE, RUNS, SECTIONS  # noqa: E402
from rows import row_of  # noqa: E402

PROFILE = """\
version: 1
cmd: program
events: Ir

ob=(1) /lib/libc.so.6
fn=(1) malloc
0 5
ob=(2) /bin/program
fn=(2) Hits
0 7
+3 11
cob=(1)
cfn=(3) memcpy
calls=2 0
0 1000
* 2
fn=(1)
-3 4

ob=(1)
fn=(3)
0 100
summary: 1129
"""


class CallgrindTest(unittest.TestCase):
    def test_a_function_has_its_own_instructions_and_not_those_of_its_calls(self):
        counts = callgrind.read_profile(PROFILE)
        self.assertEqual({("/lib/libc.so.6", "malloc"): 5, ("/bin/program", "Hits"): 20, ("/bin/program", "malloc"): 4,
                          ("/lib/libc.so.6", "memcpy"): 100}, dict(counts))

    def test_objects(self):
        counts = callgrind.read_profile(PROFILE)
        self.assertEqual(24, callgrind.of_object(counts, pathlib.Path("/bin/program")))
        self.assertEqual(129, callgrind.total(counts))


SHARES = {"hit": {"libraries": {"msiv2": 90.5}, "functions": [["msiv2::Hit", 80.0]]}}


def results():
    """Returns invented values of every figure. Those of msiv2 are twice those of the floor."""
    keys = {}
    for section in SECTIONS:
        for figure in section.figures:
            places = [(figure.run, figure.ours, figure.key), figure.floor or (figure.run, "floor", figure.key)]
            for run, subject, key in places + [goal.of for goal in figure.goals if goal.of]:
                keys.setdefault(run, {}).setdefault(subject, {})[key] = 50.0 if "floor" in subject else 100.0
    return keys


def figure_of(title):
    return next(figure for section in SECTIONS for figure in section.figures if figure.title == title)


class SharesTest(unittest.TestCase):
    def test_shares_of_libraries_and_functions(self):
        found = shares.shares_of({("/bin/msiv2_bearer", "msiv2::Parse(std::string const&)"): 60,
                                  ("/bin/msiv2_bearer", "bool msiv2::Parse<int>(char)"): 15,
                                  ("/lib/libcurl.so.4.8.0", "Curl_connect"): 20, ("/lib/libc.so.6", "malloc"): 5})
        self.assertEqual({"msiv2": 75.0, "libcurl": 20.0, "libc": 5.0}, found["libraries"])
        self.assertEqual([["msiv2::Parse", 100.0]], found["functions"])


class RowTest(unittest.TestCase):
    def test_a_goal_is_a_multiple_of_the_floor(self):
        values = {"hits-1": {"msiv2": {"cpu_ns": 72}, "floor": {"cpu_ns": 40}}}
        self.assertEqual("yes", row_of(values, figure_of("processor time of a hit")).met())
        values["hits-1"]["msiv2"]["cpu_ns"] = 73
        self.assertEqual("no", row_of(values, figure_of("processor time of a hit")).met())

    def test_a_goal_with_an_offset(self):
        values = {"hits-1": {"msiv2": {"cpu_ns": 60}, "c": {"cpu_ns": 105}}}
        self.assertEqual("yes", row_of(values, figure_of("processor time of a hit through C")).met())
        values["hits-1"]["c"]["cpu_ns"] = 106
        self.assertEqual("no", row_of(values, figure_of("processor time of a hit through C")).met())

    def test_a_limit_is_in_the_unit_of_the_row(self):
        values = {"first": {"command": {"process_peak_kb": 7 * 1024}}}
        row = row_of(values, figure_of("peak memory, the msiv2 command"))
        self.assertEqual((7, (8,), "yes"), (row.ours, row.limits, row.met()))

    def test_one_missed_goal_of_two_is_not_met(self):
        values = {"refreshes": {"msiv2": {"p50_us": 80}, "floor": {"p50_us": 40}, "peer": {"p50_us": 79}}}
        self.assertEqual("no", row_of(values, figure_of("forced network token")).met())

    def test_without_the_peer_its_goals_are_not_judged(self):
        self.assertEqual("", row_of({"first": {"msiv2": {"main_us": 1}}}, figure_of("main to first token")).met())

    def test_a_figure_that_was_not_measured_has_no_row(self):
        self.assertIsNone(row_of({}, figure_of("processor time of a hit")))


class PageTest(unittest.TestCase):
    def setUp(self):
        self.files = page.page(results(), [["load before the run", "0.1"]], 3, False, " --peer DIR",
                               SHARES, {"instructions": {"hit": 1234}})

    def test_each_figure_has_a_line(self):
        for section in SECTIONS:
            self.assertIn(f"## {section.title}\n", self.files["performance.md"])
            for figure in section.figures:
                self.assertIn(f"| {figure.title}", self.files["performance.md"])
        self.assertIn("| processor time of a hit, ns | 100 | 50 | 2.00x |  |  | at most 1.8x the floor | no |", self.files["performance.md"])
        self.assertIn("| hit | 1,234 |", self.files["performance.md"])
        self.assertIn("| `msiv2` | 90.5 |", self.files["performance.md"])
        self.assertIn("| hit | `msiv2::Hit` 80.0 |", self.files["performance.md"])
        self.assertIn("    bench/report --peer DIR\n", self.files["performance.md"])

    def test_a_figure_of_before_stands_next_to_its_value_now(self):
        self.assertIn("| instructions of a hit | msiv2 | 873 | 100 |", self.files["performance.md"])
        self.assertIn("| processor time of a hit | of the floor | 3.6x | 2.00x |", self.files["performance.md"])
        titles = {figure.title for section in SECTIONS for figure in section.figures}
        self.assertLessEqual({title for title, _, _ in BEFORE}, titles)

    def test_each_chart_is_shown_and_is_xml(self):
        charts = {name: text for name, text in self.files.items() if name.endswith(".svg")}
        self.assertEqual(len(SECTIONS), len(charts))
        for name, text in charts.items():
            self.assertIn(f"]({name})", self.files["performance.md"])
            self.assertTrue(xml.etree.ElementTree.fromstring(text).tag.endswith("svg"))
            self.assertIn("prefers-color-scheme: dark", text)

    def test_each_name_fits_into_its_chart(self):
        for section in SECTIONS:
            for figure in section.figures:
                self.assertLessEqual(len(figure.title), 48)

    def test_a_figure_that_stands_alone_has_no_bar(self):
        values = {"first": {"command": {"file_kb": 7000, "process_us": 5}, "process floor": {"process_us": 4}}}
        files = page.page(values, [], 1, False, "", {}, None)
        self.assertIn("size of the file", files["performance.md"])
        self.assertNotIn("size of the file", files["performance/first_bearer.svg"])
        self.assertIn("start to end", files["performance/first_bearer.svg"])

    def test_a_short_run_and_a_busy_machine_are_marked(self):
        self.assertNotIn("--quick", self.files["performance.md"])
        self.assertNotIn("Other programs used", self.files["performance.md"])
        marked = page.page(results(), [["load before the run", "3.0"]], 1, True, "", {}, None)["performance.md"]
        self.assertIn("`--quick`", marked)
        self.assertIn("Other programs used", marked)
        self.assertIn("the median of 1 round.", marked)

    def test_figures_name_runs_and_subjects_that_exist(self):
        runs = {run.name: run for run in RUNS}
        for section in SECTIONS:
            for figure in section.figures:
                self.assertIn(figure.ours, runs[figure.run].subjects)


class ProgramsTest(unittest.TestCase):
    def test_the_lines_of_json_are_read_among_other_output(self):
        self.assertEqual({"a": 1, "b": 2}, programs.lines_of('text\n{"a": 1}\nmore\n{"b": 2}\n'))

    def test_a_program_that_fails_is_named(self):
        with self.assertRaisesRegex(programs.Failed, "false: exit 1"):
            programs.run(["/bin/false"])


class FromTest(unittest.TestCase):
    def test_a_file_without_the_values_of_a_run_is_named(self):
        for text in ("", "{}", "[]", '{"results": 1}'):
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                file.write(text)
                file.flush()
                run = subprocess.run([programs.ROOT / "bench/report", "--from", file.name], capture_output=True, text=True, check=False)
            self.assertEqual(2, run.returncode, run.stderr)
            self.assertIn(f"report: --from: {file.name} holds no values of a run", run.stderr)
            self.assertNotIn("Traceback", run.stderr)


if __name__ == "__main__":
    unittest.main()
