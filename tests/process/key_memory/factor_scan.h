// Looking for the prime factors of an RSA modulus in this process's own memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace msiv2 {

/// Finding is a place that holds a factor.
struct Finding {
  std::uintptr_t address = 0;
  bool big_endian = false;        ///< else little-endian limbs, as OpenSSL keeps numbers
  bool protected_memory = false;  ///< the mapping is locked and left out of core dumps
  std::string mapping;            ///< its name, empty for anonymous memory
};

/// FindFactors reads all readable memory of this process, but for mappings in which it has written nothing
/// (program text), and returns each 128-byte window that, as a
/// number above 1, divides `modulus` (big-endian, the product of two primes of 1024 bits each): big-endian
/// at every byte, little-endian at every eighth. Nothing else is known of the factors. Its own working
/// memory is left out, and wiped.
std::vector<Finding> FindFactors(const std::vector<std::uint8_t>& modulus);

/// Describe lists findings for a test's message: where, never what.
std::string Describe(const std::vector<Finding>& findings);

}  // namespace msiv2
