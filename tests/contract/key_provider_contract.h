// What every key provider, present and future, must do. key_provider_contract.cc has the tests. To add a
// provider, add one line to key_provider_contract_test.cc, or write a program that links the tests and has
//
//   INSTANTIATE_TEST_SUITE_P(MyKeystore, KeyProviderContract,
//                            testing::Values(KeyProviderCase{[] { return MakeMyProvider(); }}));
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "msiv2/key.h"

namespace msiv2 {

/// KeyProviderCase makes the provider under test; each test asks for a new one.
struct KeyProviderCase {
  std::function<std::shared_ptr<KeyProvider>()> make;
  /// stop_signing makes a key of the last provider refuse to sign. It is needed for a provider whose keys
  /// other processes use too. Such a key is replaced when it does not sign, and not because one caller
  /// discarded it.
  std::function<void(const SigningKey&)> stop_signing = {};
};

class KeyProviderContract : public testing::TestWithParam<KeyProviderCase> {
 protected:
  /// MakeKey returns a new provider's key, or null after a test failure.
  std::shared_ptr<const SigningKey> MakeKey() const;
};

}  // namespace msiv2
