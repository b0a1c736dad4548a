#!/usr/bin/env python3
"""Gives the document tests small documents with one fault each: they must find that fault and nothing else."""

import argparse
import pathlib
import re
import tempfile
import time
import unittest
import unittest.mock

import doc_commands
from doc_blocks import blocks_of, compare_with_limits, problems_of, read_limits
from doc_session import session_of, syntax_problems
from doc_snippets import sources
from language_blocks import as_class, java_problems, js_problems
from run_documents import run_session, summary

ROOT = pathlib.Path(__file__).resolve().parents[2]


def blocks(text):
    return list(blocks_of("a.md", text))


def run(text, limit=20):
    """Returns what the session says of the blocks of a document that has no programs of msiv2."""
    arguments = argparse.Namespace(source=str(ROOT), programs="", snippets="false", classes="", stage="", limit=limit)
    return run_session(blocks(text), arguments)


def await_end(pid):
    """Waits until a process has ended; returns None if it does not end within ten seconds."""
    for _ in range(1000):
        state = pathlib.Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.01)
    return None


class Blocks(unittest.TestCase):
    def test_fenced_and_indented_blocks_are_found_with_their_lines(self):
        found = blocks("one\n\n    echo 1\n\n    echo 2\n\ntwo\n```cpp\nint x;\n  int y;\n```\n- item\n\n      in_item\n")
        self.assertEqual([(block.line, block.language, block.text) for block in found],
                         [(3, "sh", "echo 1\n\necho 2\n"), (9, "cpp", "int x;\n  int y;\n"), (14, "sh", "in_item\n")])

    def test_an_indented_line_of_a_paragraph_is_no_block(self):
        self.assertEqual(blocks("- an item\n    that goes on\n"), [])

    def test_a_mark_belongs_to_the_block_below_it(self):
        for between in ("", "\n"):
            found = blocks(f"<!-- run: exit 9 10; prints a b -->\n{between}```sh\ntrue\n```\n\n    false\n")
            self.assertEqual([block.actions for block in found], [{"exit": "9 10", "prints": "a b"}, {}])

    def test_each_fault_of_a_mark_is_found(self):
        for text, fault in (("```\nx\n```\n", "the language"), ("```cmake\nx\n```\n", "needs the mark"),
                            ("<!-- run: ignore it -->\n```sh\nx\n```\n", "the mark 'ignore'"),
                            ("<!-- run: skip laziness -->\n```sh\nx\n```\n", "the reason 'laziness'"),
                            ("<!-- run: skip -->\n```sh\nx\n```\n", "has no value"),
                            ("<!-- run: skip long -->\ntext\n", "the language ''")):
            found = [problem for block in blocks(text) for problem in problems_of(block)]
            self.assertTrue(found and fault in found[0], f"{text}: {found}")

    def test_more_blocks_left_out_than_the_limit_are_a_finding_and_so_are_fewer(self):
        two = blocks("```text\nx\n```\n<!-- run: skip long -->\n```sh\nx\n```\n")
        self.assertEqual(compare_with_limits(two, {"output": 1, "long": 1}), [])
        self.assertIn("'long', and 1 are: lower", compare_with_limits(two, {"output": 1, "long": 2})[0])
        self.assertIn("'long', and 0 may: a.md:6", compare_with_limits(two, {"output": 1})[0])

    def test_a_limit_has_a_reason(self):
        self.assertEqual(read_limits("# c\n1 long: minutes\n"), {"long": 1})
        self.assertRaises(ValueError, read_limits, "1 long\n")


class Sessions(unittest.TestCase):
    def test_what_a_block_sets_holds_for_the_next_one(self):
        self.assertIsNone(run("    X=1; cd /\n\ntext\n\n    [ $X = 1 ] && [ $PWD = / ]\n"))

    def test_the_first_command_that_fails_is_named_by_its_block(self):
        self.assertRegex(run("    true\n\ntext\n\n    echo why\n    false\n    true\n"), r"^a.md:5: exit code 1\nwhy$")

    def test_output_and_exit_code_are_compared_with_the_mark(self):
        self.assertIsNone(run("<!-- run: exit 9 10; prints two words -->\n```sh\necho two words; (exit 10)\n```\n"))
        self.assertIn("exit code 0, expected 9", run("<!-- run: exit 9 -->\n```sh\ntrue\n```\n"))
        self.assertIn("does not print: x", run("<!-- run: prints x -->\n```sh\necho y\n```\n"))

    def test_a_program_in_the_background_goes_on_and_is_ended(self):
        with tempfile.NamedTemporaryFile() as pid:
            self.assertIsNone(run(f"<!-- run: background -->\n```sh\necho $BASHPID > {pid.name}; echo up; exec sleep 1000\n```\n"
                                  f"```sh\nkill -0 $(cat {pid.name})\n```\n"))
            self.assertIsNotNone(await_end(int(pid.read())))
        self.assertIn("ended without output", run("<!-- run: background -->\n```sh\nfalse\n```\n"))

    def test_a_failure_is_told_while_a_program_in_the_background_waits(self):
        self.assertIn("a.md:1: exit code 1", run("    mkfifo pipe; true && echo x > pipe &\n    false\n"))

    def test_a_block_that_never_ends_is_a_finding(self):
        self.assertIn("not done after 1 s", run("    sleep 1000\n", limit=1))

    def test_a_file_is_written(self):
        self.assertIsNone(run("<!-- run: file a/b.txt -->\n```cmake\n$x 'y'\n```\n\n    grep \"x 'y'\" a/b.txt\n"))

    def test_a_block_runs_where_its_condition_holds(self):
        self.assertIsNone(run("<!-- run: if false -->\n```sh\nfalse\n```\n"))
        self.assertIn("exit code 1", run("<!-- run: if true -->\n```sh\nfalse\n```\n"))

    def test_a_block_that_the_shell_cannot_read_is_a_finding(self):
        self.assertIn("a.md:2", syntax_problems(blocks("```sh\nif true\n```\n"))[0])


class Snippets(unittest.TestCase):
    def test_a_block_is_a_function_of_the_file_of_its_standard(self):
        text = ('```cpp\n#include "a.h"\nreturn Fail("x");\n```\n```cpp\n#include "msiv2.hpp"\n```\n```c\nint x = 1;\n```\n'
                "<!-- run: file m.cc -->\n```cpp\nint main() {}\n```\n")
        files = sources(blocks(text))
        self.assertRegex(files["snippets_20.cc"], r'#include "a.h"\nextern "C" int a_md_2\(void\);(?s:.*)#line 2 "a.md"\n\nreturn')
        self.assertIn("a_md_6", files["snippets_17.cc"])
        self.assertIn("int a_md_9(void) {", files["snippets.c"])
        self.assertEqual(re.findall(r'"(a.md:\d+)"', files["main.cc"]), ["a.md:2", "a.md:6", "a.md:9"])
        self.assertEqual(re.findall(r'"(a.md:\d+)"', sources(blocks(text), with_c=False)["main.cc"]), ["a.md:2"])


class Java(unittest.TestCase):
    def test_a_block_with_a_mark_is_a_program(self):
        marked, plain = blocks("<!-- run: prints x -->\n```java\nimport a.B;\nB.c();\n```\n```java\nB.d();\n```\n")
        self.assertTrue(marked.has_program() and not plain.has_program())
        self.assertRegex(as_class(marked, "p.q"), r"import p.q.\*;\nimport a.B;\nclass a_md_3 (?s:.*)\{\nB.c\(\);\n")
        self.assertIn('java -cp "$CLASSES" a_md_3', session_of([marked]))


class Tools(unittest.TestCase):
    def test_a_block_whose_tool_is_missing_is_skipped_with_its_reason(self):
        every = blocks("```java\nint x;\n```\n```js\nlet x;\n```\n```sh\ntrue\n```\n```text\nx\n```\n")
        with unittest.mock.patch("shutil.which", return_value=None):
            self.assertEqual(java_problems(ROOT, every) + js_problems(every), [])
        self.assertEqual(summary(every, []), "a.md:2: SKIPPED: javac is missing\na.md:5: SKIPPED: node is missing\n"
                                             "documents: 4 blocks, 1 of them left out, 2 skipped, 0 findings")

    def test_a_block_whose_tool_is_there_is_not_skipped(self):
        every = blocks("```js\nlet = ;\n```\n")
        with unittest.mock.patch("shutil.which", return_value="/bin/node"), \
                unittest.mock.patch("language_blocks.runs", return_value="SyntaxError"):
            self.assertEqual(js_problems(every), ["a.md:2: SyntaxError"])
        self.assertIn("0 skipped", summary(every, []))


class Commands(unittest.TestCase):
    def unknown(self, text):
        helps = {"": "--help --emulator\n  token   gets one", "token": "--resource -q", "no": "--help"}
        saved, doc_commands.help_of = doc_commands.help_of, lambda command, variables, known: helps.get(command, "")
        try:
            return doc_commands.unknown_commands({"a.md": text}, {})
        finally:
            doc_commands.help_of = saved

    def test_commands_and_flags_that_do_not_exist_are_found(self):
        self.assertEqual(self.unknown("`msiv2 --emulator token --resource=x -q` `msiv2 COMMAND --any`"), [])
        self.assertIn("no command no", self.unknown("`msiv2 no`")[0])
        self.assertIn("no flag --other", self.unknown("`msiv2 token --other`")[0])


    def test_scripts_that_do_not_exist_are_found(self):
        texts = {"a.md": "`./run-tests --only java` `tools/ci/no.sh 60` `./no`"}
        self.assertEqual(doc_commands.missing_scripts(texts, ROOT), ["a.md: there is no tools/ci/no.sh", "a.md: there is no no"])


class Pages(unittest.TestCase):
    # N3.
    def test_a_block_that_awaits_a_file_of_the_emulator_removes_that_of_an_earlier_run(self):
        """Otherwise a second run reads old addresses, and an SDK without them asks the real IMDS of the host."""
        awaited = []
        for path in [*ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*.md"), ROOT / "README.md"]:
            for block in blocks_of(str(path), path.read_text(encoding="utf-8")):
                for file in re.findall(r"until \[ -s (\S+) \]", block.text):
                    awaited.append(file)
                    before = block.text.split(f"> {file} &")[0]
                    self.assertIn(f"rm -f {file}", before, f"{path}:{block.line}")
        self.assertTrue(awaited)

    # N4. On Linux a key that can be attested exists only inside the command.
    def test_a_block_that_asks_for_attestation_says_how_it_ends_on_linux(self):
        asks = re.compile(r"AttestedPop\(|MSIV2_REQUEST_ATTESTATION|withAttestationSupport\(true\)")
        for path in ("README.md", "docs/howto/c.md", "docs/howto/java.md"):
            text = (ROOT / path).read_text(encoding="utf-8")
            asking = [block for block in blocks_of(path, text) if asks.search(block.text)]
            self.assertTrue(asking, path)
            self.assertRegex(text, r"(?s)`msi_v2_keyguard_unavailable`.{,40}`msiv2 emulator`")
            for block in asking:
                self.assertEqual("msi_v2_keyguard_unavailable", block.actions.get("prints", ""), block.place)

    # N2. The table of docs/install.md has the versions that CMake asks for.
    def test_it_has_the_oldest_versions_that_cmake_accepts(self):
        page = (ROOT / "docs/install.md").read_text(encoding="utf-8")
        cmake = "".join((ROOT / path).read_text(encoding="utf-8") for path in ("CMakeLists.txt", "cli/CMakeLists.txt"))
        for asked, row in ((r"cmake_minimum_required\(VERSION ([\d.]+)\)", r"\| CMake \| {} \|"),
                           (r"find_package\(OpenSSL ([\d.]+) ", r"\| OpenSSL \| {} \|"),
                           (r"find_package\(CURL ([\d.]+) ", r"\| libcurl, with OpenSSL \| {} \|"),
                           (r"find_package\(nlohmann_json ([\d.]+) ", r"\| nlohmann-json \| {} \|"),
                           (r"find_package\(CLI11 ([\d.]+) ", r"\| CLI11, cpp-httplib \| {},")):
            version = re.search(asked, cmake)[1]
            self.assertRegex(page, row.format(re.escape(version)))


if __name__ == "__main__":
    unittest.main()
