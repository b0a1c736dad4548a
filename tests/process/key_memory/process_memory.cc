#include "tests/process/key_memory/process_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <new>
#include <sstream>

namespace msiv2 {
namespace {

constexpr std::size_t kChunk = 1 << 20;

// "7f00aa000000-7f00aa021000 rw-p 00000000 00:00 0    [heap]"; the lines after it begin with a word and ':'.
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
  // When the process writes a page of a private mapping, the page becomes anonymous: see ParseDetail.
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

/// Without returns `mapping` without the buffer's own pages, which the kernel may have merged into it.
std::vector<Mapping> Without(const Mapping& mapping, const PageBuffer& buffer) {
  const auto begin = reinterpret_cast<std::uintptr_t>(buffer.data());
  const std::uintptr_t end = begin + buffer.size();
  if (end <= mapping.begin || mapping.end <= begin) return {mapping};
  std::vector<Mapping> parts;
  Mapping part = mapping;
  part.end = begin;
  if (part.begin < part.end) parts.push_back(part);
  part.begin = end;
  part.end = mapping.end;
  if (part.begin < part.end) parts.push_back(part);
  return parts;
}

void VisitMapping(const Mapping& mapping, const PageBuffer& buffer, std::size_t overlap,
                  const Visitor& visit) {
  for (std::uintptr_t at = mapping.begin; at < mapping.end; at += kChunk - overlap) {
    const std::size_t got = ReadMemory(at, buffer.data(), std::min<std::size_t>(kChunk, mapping.end - at));
    visit(mapping, at, {buffer.data(), got});
  }
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
  // Opened each time: in a forked child, a descriptor opened before would still show the parent's memory.
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

void VisitMemory(std::size_t overlap, const Visitor& visit) {
  const PageBuffer buffer(kChunk);
  for (const Mapping& mapping : ReadMappings()) {
    if (!mapping.readable || mapping.untouched) continue;
    for (const Mapping& part : Without(mapping, buffer)) VisitMapping(part, buffer, overlap, visit);
  }
}

}  // namespace msiv2
