#include "model/option_text.h"

#include <gtest/gtest.h>

#include <set>

namespace msiv2 {
namespace {

std::string_view Marks(Option option) {
  return option == Option::kAllowUnattested   ? "<any>"
         : option == Option::kMaxPendingCalls ? "<max>"
                                              : "<other>";
}
std::string_view NoWords(Option) { return ""; }

std::string InMarks(const OptionText& text) { return Reword(text.text, text.named, Marks); }
std::string WithoutWords(const OptionText& text) { return Reword(text.text, text.named, NoWords); }

TEST(Option, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const Option option : AllOptions()) {
    EXPECT_TRUE(names.insert(Name(option)).second) << Name(option) << " is there twice";
    EXPECT_EQ(Name(option).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos);
  }
  EXPECT_EQ(AllOptions().size(), static_cast<std::size_t>(Option::kAttestationLibrary) + 1);
}

TEST(OptionText, ATemplateHasNamesOfCppUntilItIsReworded) {
  const OptionText text = FromTemplate("{allow_unattested} does nothing without {mtls_proof_of_possession}");
  EXPECT_EQ(text.text, "allow_unattested does nothing without mtls_proof_of_possession");
  EXPECT_EQ(InMarks(text), "<any> does nothing without <other>");
  EXPECT_EQ(Reword(text.text, text.named, [](Option option) { return Name(option); }), text.text);
}

TEST(OptionText, APartForOneOptionIsLeftOutWhereThatIsUnknown) {
  const OptionText text = FromTemplate("wait for one to end[, or raise {max_pending_calls} knowingly].");
  EXPECT_EQ(text.text, "wait for one to end, or raise max_pending_calls knowingly.");
  EXPECT_EQ(InMarks(text), "wait for one to end, or raise <max> knowingly.");
  EXPECT_EQ(WithoutWords(text), "wait for one to end.");
}

TEST(OptionText, WithoutAPartAnUnknownOptionKeepsItsNameOfCpp) {
  EXPECT_EQ(WithoutWords(FromTemplate("raise {max_pending_calls}")), "raise max_pending_calls");
}

// N5. A sibling: words of a service are not a placeholder.
TEST(OptionText, WordsThatAreAddedAreNeverReworded) {
  const std::string foreign = "{allow_unattested} [allow_unattested]";
  const OptionText text = foreign + FromTemplate(" {allow_unattested} ") + foreign;
  EXPECT_EQ(text.text, foreign + " allow_unattested " + foreign);
  EXPECT_EQ(InMarks(text), foreign + " <any> " + foreign);
  EXPECT_EQ(InMarks(text + FromTemplate("[, or {max_pending_calls}]")),
            foreign + " <any> " + foreign + ", or <max>");
  EXPECT_EQ(WithoutWords("x" + (text + FromTemplate("[, or {max_pending_calls}]"))), "x" + text.text);
}

TEST(OptionText, APlaceThatDoesNotHoldTheNameIsLeftAlone) {
  OptionText text = FromTemplate("set {allow_unattested}");
  text.text = "set allow_un...";
  EXPECT_EQ(InMarks(text), text.text);
  text.text = "s";
  EXPECT_EQ(InMarks(text), "s");
}

TEST(OptionTemplate, HoldsKnownOptionsAndPartsWithOneOptionEach) {
  for (const char* good : {"", "no option", "{claims}", "a[, or {claims}] b", "[{claims}][{resource}]"}) {
    EXPECT_TRUE(IsOptionTemplate(good)) << good;
  }
  for (const char* bad : {"{", "}", "{}", "{unknown}", "{claims", "[", "]", "[x]", "[{claims} {resource}]",
                          "[[{claims}]]", "{{claims}}"}) {
    EXPECT_FALSE(IsOptionTemplate(bad)) << bad;
  }
}

TEST(Error, IsAboutTheFirstOptionOfItsMessage) {
  const Error error(ErrorCode::kInvalidRequest,
                    FromTemplate("{allow_unattested} does nothing without {mtls_proof_of_possession}"));
  EXPECT_EQ(error.option, Option::kAllowUnattested);
  EXPECT_EQ(error.message, "allow_unattested does nothing without mtls_proof_of_possession");
  EXPECT_EQ(error.MessageIn(Marks), "<any> does nothing without <other>");
  EXPECT_EQ(Error(ErrorCode::kTimeout, "allow_unattested").option, std::nullopt);
}

TEST(Error, RewordsItsCureAndItsLineToo) {
  Error error(ErrorCode::kPopRequiresAttestation, Step::kKey, FromTemplate("no {allow_unattested}"));
  error.correlation_id = "allow_unattested";
  EXPECT_EQ(error.CureIn(Marks), "Set <other>, or accept an unattested binding by name with <any>.");
  EXPECT_EQ(error.ToString(Marks),
            "step 2 (key): msi_v2_pop_requires_attestation: no <any> [correlation id allow_unattested]. " +
                error.CureIn(Marks));
  EXPECT_EQ(error.ToString(), error.ToString([](Option option) { return Name(option); }));
}

TEST(Error, KeepsItsOptionsWhenWordsArePutInFrontAndBehind) {
  Error error(ErrorCode::kBusy, FromTemplate("of {allow_unattested}"));
  Prepend(error, "allow_unattested speaks ");
  error.message += "; allow_unattested";
  EXPECT_EQ(error.MessageIn(Marks), "allow_unattested speaks of <any>; allow_unattested");
}

TEST(ErrorTable, HasCuresWithoutPlaceholders) {
  for (const ErrorInfo& row : ErrorTable()) {
    EXPECT_EQ(row.cure.find_first_of("{}[]"), std::string_view::npos) << row.name;
    EXPECT_EQ(CureIn(row.code, NoWords).find_first_of("{}[]"), std::string::npos) << row.name;
  }
}

}  // namespace
}  // namespace msiv2
