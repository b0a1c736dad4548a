#!/usr/bin/env python3
"""Feeds check_conformance.py a document and tests with one fault each: it must report that fault and no other."""

import unittest

import check_conformance
from check_conformance import IDS, check

TESTS = """
// G-02.
TEST(Retry, Waits) {}
// REM-3 and REM-4: a table.
TEST_P(Refusal,
       IsMended) {}
TEST_F(Cache, Plain) {}
"""


def document(**rows):
    """Returns a whole table: `G_02="..."` sets the content of the row of G-02; other rows say that they come later."""
    proofs = {name: "later: Windows" for name in IDS}
    proofs.update({"G-02": "`Retry.Waits`", "REM-3": "`Refusal.IsMended`", "REM-4": "x `Refusal.IsMended`"})
    proofs.update({name.replace("_", "-"): proof for name, proof in rows.items()})
    return "".join(f"| {name} | what we do | {proof} |\n" for name, proof in proofs.items() if proof is not None)


class CheckConformanceTest(unittest.TestCase):
    def assert_finds(self, words, text, tests=TESTS):
        found = check(text, [tests])
        self.assertEqual(1, len(found), found)
        self.assertIn(words, found[0])

    def test_a_true_document_has_no_findings(self):
        self.assertEqual([], check(document(), [TESTS]))

    def test_a_test_that_does_not_exist_is_found(self):
        self.assert_finds("no test is called Retry.Gone", document(G_02="`Retry.Waits`, `Retry.Gone`"))

    def test_a_test_of_another_row_is_found(self):
        self.assert_finds("does not carry this id", document(G_03="`Cache.Plain`"))

    def test_a_test_that_its_row_leaves_out_is_found(self):
        self.assert_finds("G-02, whose row does not name it", document(G_02="later: never"))
        self.assert_finds("REM-4, whose row does not name it", document(REM_4="later: never"))

    def test_a_test_with_an_id_that_has_no_row_is_found(self):
        self.assert_finds("carries G-77", document(), TESTS + "// G-77.\nTEST(Retry, IsNew) {}\n")

    def test_a_missing_row_is_found(self):
        self.assert_finds("G-49 has no row", document(G_49=None))

    def test_a_second_row_is_found(self):
        self.assert_finds("two rows", document() + "| G-01 | again | later: Windows |\n")

    def test_a_row_without_test_or_reason_is_found(self):
        for proof in ("", "soon", "later:", "not applicable"):
            self.assert_finds("names no test, and no reason", document(G_05=proof))

    def test_an_id_in_a_name_is_found(self):
        self.assert_finds("move the id into the comment", document(), TESTS + "TEST(Retry, G03_Waits) {}\n")

    def test_ids_are_read_from_the_comment_right_above(self):
        code = "// G-01.\n\n// G-20, G-24.\nTEST(A, B) {}\n// See G-05 and REM-6.\nTEST_F(A,\n       C) {\n  // G-09\n}\n"
        self.assertEqual([("A.B", {"G-20", "G-24"}), ("A.C", {"G-05", "REM-6"})],
                         list(check_conformance.tests_in(code)))


if __name__ == "__main__":
    unittest.main()
