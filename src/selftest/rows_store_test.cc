#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "selftest/machine_test_support.h"
#include "x509/certificate_parse.h"

namespace msiv2::selftest {
namespace {

using cache::RawCertificate;
using cache::StoreFailure;
using ::testing::HasSubstr;

/// OddStore is a store in which one thing is wrong.
class OddStore final : public cache::RawCertificateStore {
 public:
  enum class Wrong { kNothing, kAdd, kList, kNoEntry, kContainer, kDer, kRemove, kStays, kThrows };
  explicit OddStore(Wrong wrong) : wrong_(wrong) {}

  Result<std::vector<RawCertificate>, StoreFailure> List(std::string_view prefix) override {
    if (wrong_ == Wrong::kList) return StoreFailure{"CertEnumCertificatesInStore", 5};
    if (wrong_ == Wrong::kThrows) throw std::runtime_error("out of handles");
    auto listed = inner.List(prefix);
    if (wrong_ == Wrong::kNoEntry) listed->clear();
    for (RawCertificate& entry : *listed) {
      if (wrong_ == Wrong::kContainer) entry.container = kTpmContainer;
      if (wrong_ == Wrong::kDer) entry.der.push_back(0);
    }
    if (wrong_ == Wrong::kStays && removals > 0) listed->push_back({});
    return listed;
  }
  Result<void, StoreFailure> Add(const RawCertificate& entry) override {
    added = entry;
    if (wrong_ == Wrong::kAdd) return StoreFailure{"CertAddCertificateContextToStore", 0x80070005};
    return inner.Add(entry);
  }
  Result<void, StoreFailure> Remove(const Bytes& der) override {
    if (++removals == 1 && wrong_ == Wrong::kRemove)
      return StoreFailure{"CertDeleteCertificateFromStore", 32};
    return inner.Remove(der);
  }

  cache::testing::FakeRawStore inner;
  RawCertificate added;
  int removals = 0;

 private:
  const Wrong wrong_;
};

TEST(CertificateStoreRowTest, WhatIsWrittenIsReadAndGone) {
  Machine machine;
  const RowAnswer answer = CertificateStoreRow(machine.WithKeys());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kPass) << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("linked to KeyGuardRSAKey"));
  EXPECT_TRUE(machine.store->Entries().empty());
}

TEST(CertificateStoreRowTest, TheEntryIsOfThePersistedKeyOrOfNone) {
  Machine machine;
  const auto store = std::make_shared<OddStore>(OddStore::Wrong::kNothing);
  machine.parts->store = store;
  EXPECT_EQ(CertificateStoreRow(machine.Input({false, nullptr, machine.tpm})).outcome,
            SelfTestOutcome::kPass);
  EXPECT_EQ(store->added.container, kTpmContainer);
  const auto parsed = x509::ParseCertificate(store->added.der);
  ASSERT_TRUE(parsed) << parsed.error().ToString();
  EXPECT_EQ(parsed->public_key, machine.tpm->PublicKey());
  EXPECT_LE(parsed->not_after - parsed->not_before, std::chrono::hours(1));
  const std::string first = store->added.friendly_name;
  EXPECT_EQ(CertificateStoreRow(machine.Input()).outcome, SelfTestOutcome::kPass);
  EXPECT_EQ(store->added.container, std::nullopt);
  EXPECT_NE(store->added.friendly_name, first);
}

TEST(CertificateStoreRowTest, EachThingThatCanGoWrongFailsAndLeavesNothing) {
  using Wrong = OddStore::Wrong;
  const std::vector<std::pair<Wrong, std::string>> cases = {
      {Wrong::kAdd, "CertAddCertificateContextToStore failed, status 0x80070005"},
      {Wrong::kList, "CertEnumCertificatesInStore failed, status 0x00000005"},
      {Wrong::kNoEntry, "lists 0 entries"},
      {Wrong::kContainer, "the link to the key"},
      {Wrong::kDer, "the certificate that is read"},
      {Wrong::kRemove, "remove the entry MSAL|alias=msiv2-selftest-"},
      {Wrong::kStays, "removed, and still there"}};
  for (const auto& [wrong, text] : cases) {
    Machine machine;
    const auto store = std::make_shared<OddStore>(wrong);
    machine.parts->store = store;
    const RowAnswer answer = CertificateStoreRow(machine.WithKeys());
    EXPECT_EQ(answer.outcome, SelfTestOutcome::kFail) << text;
    EXPECT_THAT(answer.text, HasSubstr(text));
    EXPECT_TRUE(store->inner.Entries().empty()) << text;
  }
}

TEST(CertificateStoreRowTest, AnExceptionLeavesNothing) {
  Machine machine;
  const auto store = std::make_shared<OddStore>(OddStore::Wrong::kThrows);
  machine.parts->store = store;
  EXPECT_THROW(CertificateStoreRow(machine.WithKeys()), std::runtime_error);
  EXPECT_TRUE(store->inner.Entries().empty());
}

}  // namespace
}  // namespace msiv2::selftest
