// The memory of this process as the kernel describes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace msiv2 {

/// Mapping is one line of /proc/self/smaps.
struct Mapping {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  bool readable = false;
  bool untouched = false;  ///< private, and the process has written none of its pages
  bool locked = false;     ///< VmFlags has "lo": never swapped out
  bool undumped = false;   ///< VmFlags has "dd": left out of core dumps
  std::string name;
};

/// ReadMappings returns all mappings of this process.
std::vector<Mapping> ReadMappings();

/// ReadMemory copies up to `size` bytes at `address` of this process to `to` and returns how many it copied.
/// It copies fewer if a mapping ends or cannot be read, so that no access can fault.
std::size_t ReadMemory(std::uintptr_t address, std::uint8_t* to, std::size_t size);

/// PageBuffer is separate memory outside the heap, unmapped after use.
class PageBuffer {
 public:
  explicit PageBuffer(std::size_t size);
  PageBuffer(const PageBuffer&) = delete;
  PageBuffer& operator=(const PageBuffer&) = delete;
  ~PageBuffer();

  std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  std::uint8_t* data_;
  std::size_t size_;
};

/// VisitMemory reads all readable memory of this process, except mappings in which it has written nothing
/// (program text). It reads in chunks and calls `visit` with the mapping, the address and a copy of the bytes
/// of each. A chunk begins with the last `overlap` bytes of the previous chunk, so that nothing of that size
/// is cut. The copies themselves are left out, and are gone afterwards.
using Visitor =
    std::function<void(const Mapping&, std::uintptr_t address, std::span<const std::uint8_t> bytes)>;
void VisitMemory(std::size_t overlap, const Visitor& visit);

}  // namespace msiv2
