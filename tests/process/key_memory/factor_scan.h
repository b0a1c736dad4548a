// Searches this process's own memory for the prime factors of an RSA modulus.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace msiv2 {

/// Finding is a place that contains a factor.
struct Finding {
  std::uintptr_t address = 0;
  bool big_endian = false;        ///< else little-endian limbs, the form that OpenSSL uses
  bool protected_memory = false;  ///< the mapping is locked and left out of core dumps
  std::string mapping;            ///< its name, empty for anonymous memory
};

/// FindFactors reads all readable memory of this process, except mappings in which it has written nothing
/// (program text). It returns each 128-byte window that, as a number above 1, divides `modulus`. `modulus` is
/// big-endian, the product of two primes of 1024 bits each. Windows are read as big-endian at every byte, and
/// as little-endian at every eighth. FindFactors knows nothing else about the factors. It leaves out its own
/// working memory, and wipes it.
std::vector<Finding> FindFactors(const std::vector<std::uint8_t>& modulus);

/// Describe lists findings for a test's message: where they are, never their content.
std::string Describe(const std::vector<Finding>& findings);

}  // namespace msiv2
