#include "tests/process/key_memory/factor_scan.h"

#include <openssl/bn.h>

#include <algorithm>
#include <memory>
#include <sstream>

#include "tests/process/key_memory/process_memory.h"

namespace msiv2 {
namespace {

constexpr std::size_t kWindow = 128;  // bytes of a 1024-bit prime
constexpr std::size_t kLimb = 8;

// A window that one of these divides is not a prime factor. Their product is below 2^56, so that a remainder
// times 256 fits into 64 bits.
constexpr std::uint64_t kSmallPrimes[] = {3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43};

constexpr std::uint64_t Product() {
  std::uint64_t product = 1;
  for (const std::uint64_t prime : kSmallPrimes) product *= prime;
  return product;
}
constexpr std::uint64_t kProduct = Product();

/// RollingRemainder is a big-endian window modulo kProduct while the window moves on by one byte.
class RollingRemainder {
 public:
  explicit RollingRemainder(const std::uint8_t* first_window) {
    for (std::size_t i = 0; i < kWindow; ++i) value_ = (value_ * 256 + first_window[i]) % kProduct;
    for (std::size_t i = 1; i < kWindow; ++i) leading_weight_ = leading_weight_ * 256 % kProduct;
  }

  void Move(std::uint8_t leaving, std::uint8_t entering) {
    const std::uint64_t without = value_ + kProduct - leaving * leading_weight_ % kProduct;
    value_ = (without % kProduct * 256 + entering) % kProduct;
  }

  bool HasSmallFactor() const {
    return std::any_of(std::begin(kSmallPrimes), std::end(kSmallPrimes),
                       [&](std::uint64_t prime) { return value_ % prime == 0; });
  }

 private:
  std::uint64_t value_ = 0;
  std::uint64_t leading_weight_ = 1;
};

/// Divider tests windows against the modulus. After a hit it wipes its numbers; otherwise the scan would find
/// the factor in them.
class Divider {
 public:
  explicit Divider(const std::vector<std::uint8_t>& modulus)
      : modulus_(BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr)) {
    Renew();
  }

  bool Divides(const std::uint8_t* window, bool big_endian) {
    const int size = static_cast<int>(kWindow);
    if (big_endian) BN_bin2bn(window, size, candidate_.get());
    if (!big_endian) BN_lebin2bn(window, size, candidate_.get());
    const bool divides = BN_mod(remainder_.get(), modulus_.get(), candidate_.get(), context_.get()) == 1 &&
                         BN_is_zero(remainder_.get());
    if (divides) Renew();
    return divides;
  }

 private:
  struct Wipe {
    void operator()(BIGNUM* number) const { BN_clear_free(number); }
    void operator()(BN_CTX* context) const { BN_CTX_free(context); }  // clears the numbers in it
  };
  using Number = std::unique_ptr<BIGNUM, Wipe>;

  void Renew() {
    candidate_.reset(BN_new());
    remainder_.reset(BN_new());
    context_.reset(BN_CTX_new());
  }

  Number modulus_, candidate_, remainder_;
  std::unique_ptr<BN_CTX, Wipe> context_;
};

bool HighAndLowBit(std::uint8_t most, std::uint8_t least) { return (most & 0x80) != 0 && (least & 1) != 0; }

/// ScanChunk calls `found(offset, big_endian)` for each window in `bytes` that divides the modulus.
template <typename Found>
void ScanChunk(const std::uint8_t* bytes, std::size_t size, Divider& divider, const Found& found) {
  if (size < kWindow) return;
  RollingRemainder remainder(bytes);
  for (std::size_t at = 0; at + kWindow <= size; ++at) {
    if (at > 0) remainder.Move(bytes[at - 1], bytes[at + kWindow - 1]);
    const std::uint8_t first = bytes[at];
    const std::uint8_t last = bytes[at + kWindow - 1];
    if (HighAndLowBit(first, last) && !remainder.HasSmallFactor() && divider.Divides(bytes + at, true)) {
      found(at, true);
    }
    if (at % kLimb == 0 && HighAndLowBit(last, first) && divider.Divides(bytes + at, false)) found(at, false);
  }
}

}  // namespace

std::vector<Finding> FindFactors(const std::vector<std::uint8_t>& modulus) {
  Divider divider(modulus);
  std::vector<Finding> findings;
  VisitMemory(kWindow, [&](const Mapping& mapping, std::uintptr_t address,
                           std::span<const std::uint8_t> bytes) {
    ScanChunk(bytes.data(), bytes.size(), divider, [&](std::size_t offset, bool big_endian) {
      findings.push_back({address + offset, big_endian, mapping.locked && mapping.undumped, mapping.name});
    });
  });
  return findings;
}

std::string Describe(const std::vector<Finding>& findings) {
  std::ostringstream text;
  for (const Finding& finding : findings) {
    text << "a factor at " << std::hex << finding.address << (finding.big_endian ? ", big" : ", little")
         << "-endian, in " << (finding.protected_memory ? "protected" : "UNPROTECTED") << " memory "
         << finding.mapping << "\n";
  }
  return text.str();
}

}  // namespace msiv2
