#!/usr/bin/env python3
"""Feeds check_field_cases.py a document and tests with one fault each: it must report that fault and no other."""

import unittest
from unittest import mock

import check_field_cases
from check_field_cases import check, read_tests

SOURCES = {
    "src/base/time_test.cc": """
// A5. Absurd times.
TEST(Time, IsBounded) {}

// Why it matters.
// F2, A12: what services say.
TEST_F(Text,
       IsCut) {
  // A1. A part of the test.
}
TEST(Time, Plain) {}
""",
    "bindings/c/tests/numbers_test.c": """
/* A5.
   The same in C. */
static void test_times(emulated_host* host,
                       int number) {
}
/* U2 is not its id, and A5 neither. */
int main(void) { return 0; }
""",
    "bindings/java/src/test/java/io/github/msiv2/LifeTest.java": """
public class LifeTest {
    // F2 and F6.
    @Test(timeout = 10)
    public void ends() throws Exception {
    }

    /**
     * A15.
     */
    @Test
    @Deprecated
    // F9.
    public void begins() {
    }
}
""",
    "tests/process/open_files.sh": """#!/usr/bin/env bash
# F9. What a child inherits.
set -e
# A13. Links.
links() {
  :
}
  # B12.
links
""",
    "tests/docs/pages_test.py": """#!/usr/bin/env python3
# N3. Every page.
class Pages:
    # N2.
    def test_install(self):
        pass

    def helper(self):
        pass
""",
}
ROWS = {
    "A5": "`Time.IsBounded`, `numbers_test.c:test_times`",
    "A12": "`Text.IsCut`",
    "A13": "`open_files.sh:links`",
    "A15": "`LifeTest.begins`",
    "B12": "`open_files.sh`",
    "F2": "`Text.IsCut`, `LifeTest.ends`",
    "F6": "`LifeTest.ends`",
    "F9": "`LifeTest.begins`, `open_files.sh`",
    "N2": "`pages_test.py:test_install`",
    "N3": "`pages_test.py`",
    "U1": "not applicable: no such service",
}


def document(**rows):
    """Returns the table: `A5="..."` sets the content of the row of A5, None leaves the row out."""
    return "".join(f"| {name} | what is done | {proof} |\n"
                   for name, proof in {**ROWS, **rows}.items() if proof is not None)


class CheckFieldCasesTest(unittest.TestCase):
    def setUp(self):
        patch = mock.patch.object(check_field_cases, "REQUIRED", ["A5", "U1"])
        patch.start()
        self.addCleanup(patch.stop)

    def assert_finds(self, words, text, code=""):
        found = check(text, {**SOURCES, "tests/more_test.cc": code})
        self.assertEqual(1, len(found), found)
        self.assertIn(words, found[0])

    def test_a_true_document_has_no_findings(self):
        self.assertEqual([], check(document(), SOURCES))

    def test_a_test_that_does_not_exist_is_found(self):
        self.assert_finds("no test is called Time.Gone", document(A12="`Text.IsCut`, `Time.Gone`"))
        self.assert_finds("no test is called gone.sh", document(A12="`Text.IsCut`, `gone.sh`"))
        self.assert_finds("no test is called numbers_test.c:gone", document(A12="`Text.IsCut`, `numbers_test.c:gone`"))

    def test_a_test_of_another_row_is_found(self):
        self.assert_finds("U1: Time.Plain does not carry this id", document(U1="`Time.Plain`"))
        self.assert_finds("numbers_test.c:main does not carry this id", document(U2="`numbers_test.c:main`"))
        self.assert_finds("A1: Text.IsCut does not carry this id", document(A1="`Text.IsCut`"))

    def test_a_test_that_its_row_leaves_out_is_found(self):
        self.assert_finds("Text.IsCut carries A12, whose row does not name it", document(A12="later: never"))
        self.assert_finds("LifeTest.ends carries F6, whose row", document(F6="later: never"))
        self.assert_finds("LifeTest.begins carries A15, whose row", document(A15="later: never"))
        self.assert_finds("open_files.sh carries B12, whose row", document(B12=None))

    def test_a_missing_row_is_found_where_it_is_required(self):
        self.assert_finds("U1 has no row", document(U1=None))

    def test_a_row_without_test_or_reason_is_found(self):
        for proof in ("", "soon", "later:", "not applicable"):
            self.assert_finds("U1 names no test, and no reason", document(U1=proof))

    def test_a_second_row_is_found(self):
        self.assert_finds("U1 has two rows", document() + "| U1 | again | later: Windows |\n")

    def test_an_id_that_there_is_not_is_found(self):
        self.assert_finds("A16 is not an id of the cases", document(A16="later: never"))
        self.assert_finds("Time.New carries U13", document(),
                          code="// U13.\nTEST(Time, New) {}\n")

    def test_ids_above_no_test_are_found(self):
        self.assert_finds("tests/more_test.cc:1: ids that no test right below carries", document(),
                          code="// A5.\n\nTEST(Time, Apart) {}\n")
        self.assert_finds("tests/more_test.cc:1: ids that no test right below carries", document(),
                          code="/* A5. */\nconstexpr Row kRows[] = {};\nTEST_P(Time, Rows) {}\n")

    def test_words_that_look_like_ids_are_none(self):
        for comment in ("// U2 of field-cases.md.", "// The same as A5.", "// A5 wraps.", "// F2A. A key.", "// B6:9F is hex.",
                        "// 0xA5.", "// A5B3: bytes", "// A5-A7.", "// A-5.", "// A5, b.", "#define A5"):
            code = comment + "\nTEST(Time, Other) {}\n"
            self.assertEqual(({"Time.Other": set()}, []), read_tests("tests/other_test.cc", code), comment)

    def test_ids_begin_the_line_of_a_comment(self):
        for comment, ids in (("// A5", {"A5"}), ("//A5: it", {"A5"}), ("// A5, F2, U12. It", {"A5", "F2", "U12"}),
                             ("/// A5 and F2.", {"A5", "F2"}), ("/* N15 */", {"N15"}), ("/** F2. */", {"F2"}),
                             ("// It.\n// A5.\n// Why.", {"A5"}), ("// A5.\n// F2: why", {"A5", "F2"})):
            code = comment + "\nTYPED_TEST(Time, Other) {}\n"
            self.assertEqual(({"Time.Other": ids}, []), read_tests("tests/other_test.cc", code), comment)


if __name__ == "__main__":
    unittest.main()
