// A key that is the same in each run, so that its size and its certificate request do not vary.
#pragma once

#include <memory>
#include <string>

#include "msiv2/key.h"

namespace msiv2::bench {

/// MakeFixedKeyProvider returns a provider of the private key in the PEM file `path`: a public test key,
/// which protects nothing. Ends the program if the file cannot be read.
std::shared_ptr<KeyProvider> MakeFixedKeyProvider(const std::string& path);

}  // namespace msiv2::bench
