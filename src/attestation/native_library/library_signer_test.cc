#include "attestation/native_library/library_signer.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <iterator>
#include <string>

namespace msiv2::attestation {
namespace {

SignerFacts Microsoft() { return {u"Microsoft Corporation", u"Microsoft Corporation", true, true}; }

TEST(LibrarySigner, MicrosoftIsTrusted) { EXPECT_EQ(WhyNotMicrosoft(Microsoft()), std::nullopt); }

// A15.
TEST(LibrarySigner, EachFactAloneIsNotEnough) {
  const std::function<void(SignerFacts&)> changes[] = {
      [](SignerFacts& signer) { signer.organisation.clear(); },
      [](SignerFacts& signer) { signer.organisation = u"Contoso"; },
      [](SignerFacts& signer) { signer.organisation = u"microsoft corporation"; },
      [](SignerFacts& signer) { signer.organisation += u" "; },
      [](SignerFacts& signer) { signer.organisation += std::u16string(1, u'\0') + u".evil"; },
      [](SignerFacts& signer) { signer.common_name.clear(); },
      [](SignerFacts& signer) { signer.common_name = u"Microsoft 3rd Party Application Component"; },
      [](SignerFacts& signer) { signer.common_name = u"Microsoft Windows"; },
      [](SignerFacts& signer) { signer.common_name += std::u16string(1, u'\0'); },
      [](SignerFacts& signer) { signer.is_for_code_signing = false; },
      [](SignerFacts& signer) { signer.ends_in_microsoft_root = false; },
  };
  for (std::size_t i = 0; i < std::size(changes); ++i) {
    SignerFacts signer = Microsoft();
    changes[i](signer);
    const auto why = WhyNotMicrosoft(signer);
    ASSERT_TRUE(why) << i;
    EXPECT_FALSE(why->empty()) << i;
  }
}

// A15.
TEST(LibrarySigner, NothingKnownIsNotTrusted) { EXPECT_TRUE(WhyNotMicrosoft({})); }

}  // namespace
}  // namespace msiv2::attestation
