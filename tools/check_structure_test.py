#!/usr/bin/env python3
"""Feeds check_structure.py small trees with one fault each: it must report that fault and no other."""

import pathlib
import tempfile
import unittest

import check_structure

RULES = """
[include]
include            ->
src/base           -> include
src/imds           -> include src/base src/keys
src/keys           -> include src/base
src/keys/memory    -> include src/base src/keys | openssl
src/client.cc      -> include src
tests              -> include src tests | gtest
unit-tests       -> include tests | gtest
[calls]
steady_clock::now  -> src/clock
std::latch         ->
[os-macros]
"""

GOOD = {
    "include/msiv2/key.h": "#include <string>\n",
    "src/base/text.h": "#include <string_view>\n",
    "src/base/text.cc": '#include "base/text.h"\n',
    "src/base/text_test.cc": '#include <gtest/gtest.h>\n#include "base/text.h"\n',
    "src/base/CMakeLists.txt": "msiv2_add_layer(NAME base SOURCES text.cc TESTS text_test.cc)\n",
    "src/keys/policy.h": '#include "msiv2/key.h"\n',
    "src/keys/memory/key.h": '#include <openssl/rsa.h>\n#include "keys/policy.h"\n',
    "src/imds/imds.h": '#include "base/text.h"\n#include "keys/policy.h"\n',
}


def findings(changes):
    """Returns what the checker reports about the good tree with `changes` applied."""
    with tempfile.TemporaryDirectory() as folder:
        files = {**GOOD, **changes}
        for name, text in files.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return check_structure.Checker(folder, list(files), check_structure.parse_rules(RULES)).run()


class CheckStructureTest(unittest.TestCase):
    def assert_finds(self, changes, *words):
        found = findings(changes)
        self.assertEqual(1, len(found), found)
        for word in words:
            self.assertIn(word, found[0])

    def test_a_good_tree_has_no_findings(self):
        self.assertEqual([], findings({}))

    def test_an_upward_include_is_found(self):
        self.assert_finds({"src/base/text.h": '#include "imds/imds.h"\n'}, "src/base/text.h:1", "src/imds")

    def test_a_step_may_not_include_an_adapter_below_an_allowed_folder(self):
        self.assert_finds({"src/imds/imds.h": '#include "keys/memory/key.h"\n'}, "src/keys/memory")

    def test_the_composition_root_may_include_every_adapter(self):
        self.assertEqual([], findings({"src/client.cc": '#include "keys/memory/key.h"\n',
                                       "src/CMakeLists.txt": "add_library(m client.cc)\n"}))

    def test_a_third_party_header_outside_its_adapter_is_found(self):
        self.assert_finds({"src/imds/imds.h": "#include <openssl/x509.h>\n"}, "openssl")
        self.assert_finds({"include/msiv2/key.h": "#include <nlohmann/json.hpp>\n"}, "nlohmann")

    def test_an_operating_system_header_in_a_public_header_is_found(self):
        self.assert_finds({"include/msiv2/key.h": "#include <windows.h>\n"}, "operating system")

    def test_a_missing_header_is_found(self):
        self.assert_finds({"src/base/text.h": '#include "base/gone.h"\n'}, "not a file of this project")

    def test_a_folder_without_a_rule_is_found(self):
        self.assert_finds({"src/odd/odd.h": "#include <string>\n"}, "no rule covers")

    def test_reading_the_clock_outside_its_folder_is_found(self):
        call = "auto now = std::chrono::steady_clock::now();\n"
        self.assert_finds({"src/imds/imds.h": call}, "steady_clock::now")
        self.assertEqual([], findings({"src/base/text_test.cc": call}))

    def test_a_name_in_a_comment_or_a_text_is_no_use(self):
        quiet = ('// std::latch\n/* std::latch\nstd::latch */\nauto a = "std::latch";\nint b = 1\'000\'000;\n'
                 'char c = \'"\';\nauto d = R"(std::latch)";\n')
        self.assertEqual([], findings({"src/imds/imds.h": quiet}))
        self.assert_finds({"src/imds/imds.h": quiet + "std::latch e;\n"}, "imds.h:8", "std::latch")

    def test_an_operating_system_ifdef_is_found(self):
        self.assert_finds({"src/imds/imds.h": "void F() {\n#ifdef _WIN32\n#endif\n}\n"}, "imds.h:2", "_WIN32")

    def test_a_long_file_is_found(self):
        self.assert_finds({"src/imds/imds.h": "int a;\n" * 601}, "601 lines")

    def test_a_test_that_no_target_builds_is_found(self):
        self.assert_finds({"src/base/other_test.cc": ""}, "other_test.cc", "never built")

    def test_a_source_in_a_cmake_comment_is_not_built(self):
        self.assert_finds({"src/base/CMakeLists.txt": "add(text.cc) # text_test.cc\n"}, "text_test.cc")

    def test_a_file_named_utils_is_found(self):
        self.assert_finds({"src/base/utils.h": ""}, "utils")

    def test_a_character_outside_ascii_is_found(self):
        self.assert_finds({"src/imds/imds.h": "// caf\u00e9\n"}, "imds.h:1", "ASCII")

    def test_a_rules_file_that_cannot_be_read_is_refused(self):
        for text in ("[other]\n", "[include]\nsrc/base include\n", "src/base -> include\n"):
            with self.assertRaises(ValueError):
                check_structure.parse_rules(text)


if __name__ == "__main__":
    unittest.main()
