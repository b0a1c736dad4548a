#!/usr/bin/env python3
"""Feeds check_prose.py texts with one fault each: it must find that fault and nothing else."""

import unittest

from check_prose import check


class CheckProse(unittest.TestCase):
    def findings(self, text, allowed=""):
        return check({"a.h": text}, allowed)

    def rules(self, text):
        return [finding.split(": ")[1] for finding in self.findings(text)]

    def test_plain_english_has_no_findings(self):
        self.assertEqual(self.findings("// Returns true if there is no token, which is no longer valid.\n"), [])

    def test_each_phrase_is_found(self):
        for text, rule in (("this is no URL", "is-no"), ("Whoever asks", "person"), ("none to be had", "to-be-had"),
                           ("mends it", "mend"), ("a text for people", "for-people"), ("tells whether", "tells-whether"),
                           ("a key of ours", "of-ours"), ("vouches for", "vouch"), ("beside it", "beside"),
                           ("nothing where it fails", "nothing-where"), ("its patience", "patience"),
                           ("hands out tokens", "hand-out"), ("what comes of it", "comes-of"),
                           ("it goes ahead of it", "ahead-of")):
            self.assertEqual(self.rules(text), [rule], text)

    def test_a_finding_names_file_line_and_remedy(self):
        self.assertEqual(self.findings("good\nthis is no URL\n"), ['a.h:2: is-no: write "is not a ..."'])

    def test_an_allowed_line_is_no_finding_and_one_more_is(self):
        allowed = "1 a.h mend: a quotation\n"
        self.assertEqual(self.findings("mend\n", allowed), [])
        self.assertEqual(len(self.findings("mend\nmend\n", allowed)), 2)

    def test_an_allowance_that_is_not_needed_is_a_finding(self):
        self.assertEqual(self.findings("fine\n", "1 a.h mend: a quotation\n"),
                         ["tools/prose_allowed.txt: a.h mend: 1 allowed, 0 there"])

    def test_an_allowance_needs_a_reason(self):
        self.assertEqual(self.findings("mend\n", "1 a.h mend\n")[0], "tools/prose_allowed.txt:1: not `COUNT FILE RULE: REASON`")


if __name__ == "__main__":
    unittest.main()
