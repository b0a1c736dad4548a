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
        for text, rule in (("this is no URL", "is-no"), ("Whoever asks", "person"), ("none to be had", "be-had"),
                           ("mends it", "mend"), ("a text for people", "for-people"), ("tells whether", "tells-whether"),
                           ("a key of ours", "of-ours"), ("vouches for", "vouch"), ("beside it", "beside"),
                           ("nothing where it fails", "nothing-where"), ("its patience", "patience"),
                           ("hands out tokens", "hand-out"), ("what comes of it", "comes-of"),
                           ("it goes ahead of it", "ahead-of")):
            self.assertEqual(self.rules(text), [rule], text)

    def test_a_sentence_of_more_than_25_words_is_found(self):
        words = "word " * 24
        for path, text in (("a.h", f"/// One {words}end.\n"), ("a.py", f"x = 1  # One {words}end.\n"),
                           ("a.md", f"One {words}\nend.\n"), ("a.md", f"| a | One {words}end. |\n"),
                           ("a.md", f"- One {words}\n  end.\n"), ("a.h", f"// - One {words}\n//   end.\n"),
                           ("run", f"#!/bin/sh\n# One {words}end.\n")):
            self.assertEqual([finding.split(": ")[1] for finding in check({path: text}, "")], ["long-sentence"], text)

    def test_sentences_list_items_blocks_and_code_are_counted_apart(self):
        words = "word " * 15
        for path, text in (("a.h", f"// One {words}end. Two {words}end.\n"), ("a.h", f"// One {words}\n\n// Two {words}\n"),
                           ("a.h", f"// One {words}:\n// - two {words}\n"), ("a.h", f"//   code {words}{words}\n"),
                           ("a.md", f"    code {words}{words}\n"), ("a.md", f"```\n{words}{words}\n```\n"),
                           ("a.md", f"| {words} | {words} |\n"), ("a.md", f"- {words}\n\n  | {words} | {words} |\n")):
            self.assertEqual(check({path: text}, ""), [], text)

    def lines_too_long(self, path, text):
        return [int(finding.split(":")[1]) for finding in check({path: text}, "") if ": long-sentence:" in finding]

    def test_starred_comments_and_javadoc_are_read(self):
        words = "word " * 13
        for text in (f"/* One {words}\n   {words}end. */\n", f"/** One {words}\n * {words}end.\n */\n",
                     f"/**\n * Two.\n *\n * One {words}\n * {words}end.\n */\n",
                     f"/** One <b>{words}</b> {words}@Test */\n", f"int a; /* {words}{words} */\n"):
            for path in ("a.c", "A.java", "a.h"):
                self.assertEqual(len(self.lines_too_long(path, text)), 1, text)
        for text in (f"/** One {words}end. Two {words}end. */\n", f"/**\n * One {words}\n * @return {words}\n */\n",
                     f"/* One {words}\n\n   {words} */\n", f"/**\n * Thus:\n *   {words}{words}\n */\n",
                     f"/** One {words} <p>{words} */\n", f'x = "/* {words}"; y = "{words} */";\n', f"// /* {words}\n\n// {words} */\n"):
            self.assertEqual(self.lines_too_long("A.java", text), [], text)

    def test_docstrings_are_read_with_and_without_a_suffix(self):
        words = "word " * 13
        text = f'def a():\n    """One {words}\n    {words}end."""\n'
        self.assertEqual(self.lines_too_long("a.py", text), [2])
        self.assertEqual(self.lines_too_long("tools/a", "#!/usr/bin/env python3\n" + text), [3])
        self.assertEqual(self.lines_too_long("tools/a", text), [])
        apart = f'"""One {words}end.\n\n    code {words}{words}\n\nTwo {words}end.\n"""\nx = "{words}{words}"\n'
        self.assertEqual(self.lines_too_long("a.py", apart), [])
        self.assertEqual(self.lines_too_long("a.py", "def ("), [])

    def test_the_literals_of_one_message_are_joined(self):
        words = "word " * 13
        for text in (f'Error("One {words}"\n  "{words}end.");\n', f'Error("One {words}" + Name(x) + "{words}");\n',
                     f'Error("One {words}"  // why\n  "{words}end.");\n'):
            self.assertEqual(len(self.lines_too_long("src/attestation/a.cc", text)), 1, text)
            for path in ("src/a_test.cc", "src/flow/testing/a.cc", "tests/a.cc", "bench/a.cc"):
                self.assertEqual(self.lines_too_long(path, text), [], text)

    def test_messages_are_told_apart(self):
        words = "word " * 13
        for text in (f'Error("{words}. One {words}");\n', f'f("{words}", "{words}");\n', f'f("{words}"); g("{words}");\n',
                     f'a ? "{words}" : "{words}";\n', f'"{words}\\n{words}";\n', f'R"x({words} " {words})x";\n',
                     f"""c = '"'; f("{words}"); d = '"'; g("{words}");\n""", f"1'000, 2'000; f(\"{words}\"); {words}\n"):
            self.assertEqual(self.lines_too_long("src/a.cc", text), [], text)

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
