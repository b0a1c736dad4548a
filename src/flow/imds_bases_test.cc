#include "flow/imds_bases.h"

#include <gtest/gtest.h>

namespace msiv2::flow {
namespace {

using imds::HostKnowledge;

constexpr char kImdsBase[] = "http://169.254.169.254";

const v1::Firmware& Azure() {
  static const v1::Firmware firmware{SourceState::kFound, true};
  return firmware;
}
const v1::Firmware& AnotherTag() {
  static const v1::Firmware firmware{SourceState::kPossible, true};
  return firmware;
}
const v1::Firmware& Amazon() {
  static const v1::Firmware firmware{SourceState::kAbsent, true};
  return firmware;
}
const v1::Firmware& Hidden() {
  static const v1::Firmware firmware{SourceState::kPossible, false};
  return firmware;
}
const v1::Firmware& NotAsked() {
  ADD_FAILURE() << "the firmware was read";
  return Hidden();
}

// F3.
TEST(KnowledgeOf, ANameTheFirmwareOrAnAnswerMakesAHostKnown) {
  EXPECT_EQ(KnowledgeOf(/*known=*/true, NotAsked), HostKnowledge::kKnown);
  EXPECT_EQ(KnowledgeOf(false, Azure), HostKnowledge::kKnown);
  EXPECT_EQ(KnowledgeOf(false, AnotherTag), HostKnowledge::kUnknown);
  EXPECT_EQ(KnowledgeOf(false, Amazon), HostKnowledge::kUnknown);
  EXPECT_EQ(KnowledgeOf(false, Hidden), HostKnowledge::kKnownByServerErrors);
}

TEST(ImdsBases, AnAnswerIsOfItsBaseAlone) {
  ImdsBases bases;
  EXPECT_EQ(bases.Knowledge({kImdsBase, /*named=*/true}), HostKnowledge::kKnown);
  EXPECT_FALSE(bases.HasAnswered(kImdsBase));
  bases.RememberAnswer(kImdsBase);
  EXPECT_TRUE(bases.HasAnswered(kImdsBase));
  EXPECT_EQ(bases.Knowledge({kImdsBase, false}), HostKnowledge::kKnown);
  EXPECT_FALSE(bases.HasAnswered("http://127.0.0.1:80"));
}

TEST(ImdsBases, TheNewestVersionCounts) {
  ImdsBases bases;
  EXPECT_FALSE(bases.OffersV2(kImdsBase));
  EXPECT_FALSE(bases.OffersV1Only(kImdsBase));
  bases.RememberV1Only(kImdsBase);
  EXPECT_TRUE(bases.OffersV1Only(kImdsBase));
  bases.RememberV2(kImdsBase);
  EXPECT_TRUE(bases.OffersV2(kImdsBase));
  EXPECT_FALSE(bases.OffersV1Only(kImdsBase));
  bases.RememberV1Only(kImdsBase);
  EXPECT_FALSE(bases.OffersV2(kImdsBase));
  EXPECT_FALSE(bases.OffersV1Only("http://127.0.0.1:80"));
}

}  // namespace
}  // namespace msiv2::flow
