#include "base/foreign_text.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/hex.h"
#include "base/url.h"

namespace msiv2 {
namespace {

// Passwords and headers of App Service, with the characters that confuse parsers of URLs, JSON and XML.
const std::string kSecrets[] = {
    "S3cr3t#w",
    "a/b?c@@d",
    "two words",
    "quo\"te'd",
    "back\\slash",
    "per%cent%41",
    "<tag>&amp;",
    "p\xc3\xa4ssw\xc3\xb6rd",
    "plus+minus-under_score",
    "A1B2C3D4-E5F6-4789-90AB-CDEF01234567",
    "4F6A1B0C9D8E7F60123456789ABCDEF04F6A1B0C9D8E7F60123456789ABCDEF0",
    "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
};

std::string Split(const std::string& text, std::size_t length, const std::string& gap) {
  std::string split;
  for (std::size_t at = 0; at < text.size(); at += length) split += text.substr(at, length) + gap;
  return split;
}

std::string Base64Url(const std::string& text) { return Base64UrlEncode(AsBytes(text)); }
std::string Base64(const std::string& text) { return Base64Encode(AsBytes(text)); }

std::string EveryCharacter(const std::string& text, const char* before, const char* after) {
  std::string escaped;
  for (const char c : text) {
    escaped += before;
    escaped += HexEncode(AsBytes({&c, 1}));
    escaped += after;
  }
  return escaped;
}

std::string FormEncoded(std::string text) {
  std::replace(text.begin(), text.end(), ' ', '+');
  return text;
}

std::vector<std::string> Disguises(const std::string& secret) {
  std::vector<std::string> all = {secret,
                                  ToUpper(secret),
                                  ToLower(secret),
                                  Base64(secret),
                                  Base64Url(secret),
                                  Base64("user:" + secret),
                                  Base64("x" + secret + "yz"),
                                  Base64("xy" + secret + "z"),
                                  ToUpper(Base64(secret)),
                                  HexEncode(AsBytes(secret)),
                                  ToUpper(HexEncode(AsBytes(secret))),
                                  PercentEncode(secret),
                                  ToLower(PercentEncode(secret)),
                                  PercentEncode(PercentEncode(secret)),
                                  FormEncoded(secret),
                                  PercentEncode(Base64(secret)),
                                  EveryCharacter(secret, "%", ""),
                                  EveryCharacter(secret, "\\u00", ""),
                                  EveryCharacter(secret, "&#x", ";"),
                                  "<b>" + Split(EveryCharacter(secret, "&#x", ";"), 18, "</b><b>")};
  for (const char* gap : {" ", "\n", "\r\n", "\t", "\x01", "\xe2\x80\x8b"}) {
    for (const std::size_t length : {1U, 2U, 3U, 7U}) {
      all.push_back(Split(secret, length, gap));
      all.push_back(Split(Base64(secret), length, gap));
    }
  }
  return all;
}

// A12, F2.
TEST(ForeignText, HidesKnownSecretsInEveryDisguise) {
  for (const std::string& secret : kSecrets) {
    KnownSecrets secrets;
    secrets.Add(secret);
    for (const std::string& disguise : Disguises(secret)) {
      const std::string shown = ForeignText("refused: " + disguise, secrets);
      EXPECT_TRUE(shown.starts_with("refused: ")) << shown;
      const std::string rest = shown.substr(9);
      // The characters that remain are base64 characters that the secret shares with the adjacent text.
      const auto left = rest.size() - (rest.find("[hidden]") == std::string::npos ? 0 : 8);
      EXPECT_NE(rest.find("[hidden]"), std::string::npos) << disguise << " shows " << shown;
      EXPECT_LE(left, 12u) << disguise << " shows " << shown;
    }
  }
}

// A12.
TEST(ForeignText, HidesEveryPieceOfALongSecret) {
  const std::string secret =
      "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2F0dGVzdCJ9.AAAAAAAAAAAAaaaaaaaaaaaabbbbbbbbbbbbCCCCCCCC";
  KnownSecrets secrets;
  secrets.Add(secret);
  for (std::size_t at = 0; at + 12 <= secret.size(); ++at) {
    for (const std::size_t length : {12U, 20U, 31U}) {
      const std::string piece = secret.substr(at, length);
      EXPECT_EQ(ForeignText("(" + piece + ")", secrets), "([hidden])");
      EXPECT_EQ(ForeignText("(" + ToUpper(piece) + ")", secrets), "([hidden])");
      EXPECT_EQ(ForeignText("(" + Split(piece, 4, " ") + ")", secrets).find(piece.substr(0, 8)),
                std::string::npos);
    }
  }
}

TEST(ForeignText, HidesAWholeAndAWordAsTheyStand) {
  KnownSecrets secrets;
  secrets.AddWhole("http://user@127.0.0.1:3128");
  secrets.AddWord("alice");
  secrets.Add("abc");
  EXPECT_EQ(ForeignText("Failed to connect to 127.0.0.1:3128", secrets),
            "Failed to connect to 127.0.0.1:3128");
  EXPECT_EQ(ForeignText("http://user@127.0.0.1:3128", secrets), "[hidden]");
  EXPECT_EQ(ForeignText("Alice, alice and malice", secrets), "[hidden], [hidden] and malice");
  EXPECT_EQ(ForeignText("abc", secrets), "abc") << "three letters would make holes in ordinary words";
}

TEST(ForeignText, IsOnePrintableLine) {
  EXPECT_EQ(ForeignText(""), "");
  EXPECT_EQ(ForeignText(" \r\n  Identity not found.\r\n\r\nTrace ID: 1 "), "Identity not found. Trace ID: 1");
  EXPECT_EQ(ForeignText("a\x1b[31mb\xc3\xa9\x7f"
                        "c\xe2\x82\xac"),
            "a[31mb?c?");
}

TEST(ForeignText, EndsInAMarkWhereItIsCut) {
  EXPECT_EQ(ForeignText(std::string(32, 'x') + std::string(1, ' ') + std::string(300, '!')).size(), 256u);
  EXPECT_EQ(ForeignText("abc def", {}, 6), "abc...");
  EXPECT_EQ(ForeignText("abc def", {}, 7), "abc def");
  EXPECT_TRUE(ForeignText(std::string(100000, '!')).ends_with("!..."));
  const std::string blanks = std::string(20000, ' ') + "beyond what is read";
  EXPECT_EQ(ForeignText(blanks), "...");
}

// A12.
TEST(ForeignText, LooksForSecretsBeforeItCuts) {
  KnownSecrets secrets;
  secrets.Add("correct horse battery");
  const std::string shown = ForeignText(std::string(245, '!') + "correct horse battery", secrets);
  EXPECT_EQ(shown, std::string(245, '!') + "[hidden]");
}

// A12. Markup is taken out of a page, and may be a part of a secret that the page repeats.
TEST(ForeignText, HidesASecretThatHoldsMarkup) {
  for (const char* secret : {"hunter2<x>correct", "Tr0ub<abc>4dor&3horse", "Zs3crt<!--mid-->Q9tail!",
                             "pass&amp;word12", "end</b>horse77", "<tag>Zq7xV<tag>"}) {
    KnownSecrets secrets;
    secrets.Add(secret);
    const std::string page = std::string("<html><body><p>bad header: ") + secret + " seen</p></body></html>";
    EXPECT_EQ(ForeignText(page, secrets), "bad header: [hidden] seen") << secret;
  }
}

// A12. A sibling: hostile text must not take time that grows with its square for each of many words.
TEST(ForeignText, ManyWordsThatAnnounceSecretsAreAllHidden) {
  for (const std::string word : {"sig=", "bearer:", "basic:", "password=sig="}) {
    std::string text = "%252525";
    while (text.size() < 16000) text += word;
    EXPECT_EQ(ForeignText(text + " S").find("sig=sig"), std::string::npos) << word;
  }
  EXPECT_EQ(ForeignText("password=\"sig=\"Zq7xVk9Jw2"), "password=\"[hidden]\"[hidden]");
}

// A12.
TEST(ForeignText, ShowsNoPartOfASecretThatTheLongestReadCuts) {
  KnownSecrets secrets;
  secrets.Add("S3cr3tPass");
  for (std::size_t before = 16384 - 12; before <= 16384; ++before) {
    const std::string shown = ForeignText(std::string(before, ' ') + "S3cr3tPass", secrets);
    EXPECT_EQ(shown.find("S3"), std::string::npos) << before << ": " << shown;
  }
}

// A12. Text that an engineer needs stays visible.
TEST(ForeignText, ShowsResourceIdsAndGuids) {
  for (const char* text :
       {"AADSTS500011: "
        "/subscriptions/8d3c1b6e-4c1f-4b57-9d0e-7a3f1f5c2b11/resourceGroups/MyRG-Prod-WestEU2/x",
        "correlation 8D3c1b6E-4C1f-4b57-9D0e-7a3F1f5C2b11"}) {
    EXPECT_EQ(ForeignText(text), text);
  }
}

TEST(KnownSecrets, AreInATextInWhichTheyAreMarked) {
  KnownSecrets secrets;
  for (const std::string& secret : kSecrets) secrets.Add(secret);
  secrets.AddWord("alice");
  std::vector<std::string> texts = {"", "alice", "malice", "an ordinary text", std::string(100, 'a')};
  for (const std::string& secret : kSecrets) {
    for (const std::string& disguise : Disguises(secret)) {
      for (std::size_t cut = 0; cut < disguise.size(); cut += 5)
        texts.push_back("is: " + disguise.substr(cut));
    }
  }
  int found = 0;
  for (const std::string& text : texts) {
    HiddenMarks hidden(text.size());
    secrets.MarkIn({MapWhole(text)}, hidden);
    const bool is_marked = std::find(hidden.begin(), hidden.end(), true) != hidden.end();
    EXPECT_EQ(secrets.AreIn(text), is_marked) << text;
    found += is_marked ? 1 : 0;
  }
  EXPECT_GT(found, 100);
  EXPECT_LT(static_cast<std::size_t>(found), texts.size());
}

// The secret of a source is often a GUID.
TEST(ForeignText, HidesAGuidThatIsASecret) {
  const std::string guid = "8d3c1b6e-4c1f-4b57-9d0e-7a3f1f5c2b11";
  EXPECT_EQ(ForeignText(guid), guid);
  EXPECT_EQ(ForeignText(guid, {}, 36), guid);
  EXPECT_EQ(ForeignText(guid, {}, 10), "8d3c1b6...");
  KnownSecrets another;
  another.Add("8d3c1b6e-4c1f-4b57-9d0e-7a3f1f5c2b12");
  EXPECT_EQ(ForeignText("00000000-4c1f-4b57-1111-111111111111", another),
            "00000000-4c1f-4b57-1111-111111111111");
  EXPECT_EQ(ForeignText(guid, another), "[hidden]1") << "all but one character is of the secret";
  KnownSecrets whole;
  whole.AddWhole(ToUpper(guid));
  EXPECT_EQ(ForeignText(guid, whole), "[hidden]");
  KnownSecrets word;
  word.AddWord("4b57");
  EXPECT_EQ(ForeignText(guid, word), "8d3c1b6e-4c1f-[hidden]-9d0e-7a3f1f5c2b11");
}

// A secret that is known as a whole may come again, to be hidden in pieces.
TEST(ForeignText, HidesThePiecesOfASecretThatWasAddedTwice) {
  const std::string secret = "correct horse battery staple";
  KnownSecrets secrets;
  secrets.AddWhole(secret);
  EXPECT_EQ(ForeignText("(horse battery)", secrets), "(horse battery)");
  secrets.Add(secret);
  secrets.AddWhole(secret);
  EXPECT_EQ(ForeignText("(horse battery)", secrets), "([hidden])");
}

TEST(ForeignText, ForeignTextOfForeignTextIsTheSame) {
  for (const char* text : {"password=x1y2", "http://u:p@host", "Bearer abcdefgh12345678", "a  b\n<c>"}) {
    const std::string once = ForeignText(text);
    EXPECT_EQ(ForeignText(once), once);
  }
}

}  // namespace
}  // namespace msiv2
