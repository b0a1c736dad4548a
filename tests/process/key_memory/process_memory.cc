#include "tests/process/key_memory/process_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <new>
#include <sstream>

namespace msiv2 {
namespace {

// "7f00aa000000-7f00aa021000 rw-p 00000000 00:00 0    [heap]"; the lines below it begin with a word and ':'.
bool ParseHeader(const std::string& line, Mapping& mapping) {
  const char* const end = line.data() + line.size();
  const auto begin_field = std::from_chars(line.data(), end, mapping.begin, 16);
  if (begin_field.ec != std::errc() || begin_field.ptr == end || *begin_field.ptr != '-') return false;
  const auto end_field = std::from_chars(begin_field.ptr + 1, end, mapping.end, 16);
  if (end_field.ec != std::errc() || end_field.ptr == end || *end_field.ptr != ' ') return false;
  std::istringstream rest(std::string(end_field.ptr, end));
  std::string permissions, offset, device, inode;
  rest >> permissions >> offset >> device >> inode >> mapping.name;
  mapping.readable = permissions.starts_with('r');
  // A page of a private mapping that the process writes becomes an anonymous one: see ParseDetail.
  mapping.untouched = permissions.ends_with('p');
  return true;
}

// "Anonymous:  12 kB", "Swap:  0 kB", "VmFlags: rd wr mr lo dd"
void ParseDetail(const std::string& line, Mapping& mapping) {
  std::istringstream fields(line);
  std::string key, value;
  fields >> key >> value;
  if ((key == "Anonymous:" || key == "Swap:") && value != "0") mapping.untouched = false;
  if (key != "VmFlags:") return;
  do {
    if (value == "lo") mapping.locked = true;
    if (value == "dd") mapping.undumped = true;
  } while (fields >> value);
}

}  // namespace

std::vector<Mapping> ReadMappings() {
  std::vector<Mapping> mappings;
  std::ifstream smaps("/proc/self/smaps");
  for (std::string line; std::getline(smaps, line);) {
    Mapping mapping;
    if (ParseHeader(line, mapping)) {
      mappings.push_back(mapping);
    } else if (!mappings.empty()) {
      ParseDetail(line, mappings.back());
    }
  }
  return mappings;
}

std::size_t ReadMemory(std::uintptr_t address, std::uint8_t* to, std::size_t size) {
  // Opened each time: in a forked child one of before would still show the parent's memory.
  const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  const ssize_t got = pread(memory, to, size, static_cast<off_t>(address));
  close(memory);
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

PageBuffer::PageBuffer(std::size_t size) : size_(size) {
  void* pages = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<std::uint8_t*>(pages);
}

PageBuffer::~PageBuffer() { munmap(data_, size_); }

}  // namespace msiv2
