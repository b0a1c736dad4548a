#!/usr/bin/env python3
"""The rules that check_abi.py checks msiv2.h against: each is broken once, in a copy of the header."""

import pathlib
import re
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(FOLDER))
import c_header  # noqa: E402

HEADER = c_header.read(FOLDER)


def findings(old, new):
    """Replaces `old` in the header, whatever line breaks its comments have, and returns the findings."""
    words = r"(?: |\n/// )".join(re.escape(word) for word in old.split(" "))
    changed, count = re.subn(words, lambda _: new, HEADER, count=1)
    assert count == 1, old
    return c_header.check_numbers(changed) + c_header.check_documentation(changed)


class NumbersTest(unittest.TestCase):
    def test_the_header_keeps_the_rules(self):
        self.assertEqual([], findings("", ""))

    def test_a_number_of_another_kind(self):
        found = findings("MSIV2_TOKEN_TYPE = 101", "MSIV2_TOKEN_TYPE = 1")
        self.assertIn("msiv2_token_number_field: MSIV2_TOKEN_TYPE = 1 is not from 101 to 200", found)
        self.assertTrue(findings("MSIV2_KEY_SPKI_DER = 201", "MSIV2_KEY_SPKI_DER = 4"))
        self.assertTrue(findings("MSIV2_TOKEN_MSI_SOURCE = 4", "MSIV2_TOKEN_MSI_SOURCE = 104"))

    def test_a_number_with_two_meanings(self):
        self.assertIn("msiv2_token_text_field: a number has two meanings",
                      findings("MSIV2_TOKEN_TENANT_ID = 3", "MSIV2_TOKEN_TENANT_ID = 2"))

    def test_an_enumeration_of_another_size(self):
        self.assertIn("msiv2_tls: does not end with ..._FORCE_32 = 0x7fffffff",
                      findings("MSIV2_TLS_FORCE_32 = 0x7fffffff", "MSIV2_TLS_1_4 = 14"))

    def test_an_enumeration_without_a_name_or_a_kind(self):
        self.assertTrue(findings("typedef enum msiv2_tls MSIV2_ENUM {", "enum {"))
        self.assertTrue(findings("typedef enum msiv2_token_text_field", "typedef enum msiv2_token_other_field"))


class DocumentationTest(unittest.TestCase):
    def broken(self, old, new, expected):
        self.assertIn(expected, findings(old, new))

    def test_what_a_comment_must_say(self):
        self.broken("/// msiv2_token_free frees", "/// Frees",
                    "msiv2_token_free: has no comment that begins with its name")
        self.broken("/// msiv2_request_free frees `request`. Calls that were given it go on. Threads: any, once.", "",
                    "msiv2_request_free: has no comment that begins with its name")
        self.broken("the word of `code`,", "the word,", "msiv2_code_name: does not say what `code` is")
        self.broken(", to be freed by msiv2_cancellation_free.", ".",
                    "msiv2_cancellation_new: does not say what frees `cancellation`")
        self.broken("`timeout_ms` milliseconds. If that is 0", "`timeout_ms`. If that is 0",
                    "msiv2_client_acquire: does not give the unit of `timeout_ms`")
        self.broken("/// Errors: MSIV2_E_ABSENT for a bearer token. ", "/// ",
                    "msiv2_token_certificate: does not say its errors")
        self.broken("It lives as long as `error`.", "", "msiv2_error_text: does not say how long its result lives")
        self.broken("frees `error` and its texts. Threads: any, once.", "frees `error` and its texts.",
                    "msiv2_error_free: does not say by which threads it may be called")


if __name__ == "__main__":
    unittest.main()
