#include "attestation/native_library/pe_header.h"

#include <gtest/gtest.h>

#include <random>

namespace msiv2::attestation {
namespace {

Bytes Library(std::uint16_t machine, std::uint16_t characteristics = 0x2022, std::size_t pe = 0x80) {
  Bytes head(kPeHeadSize, 0);
  head[0] = 'M';
  head[1] = 'Z';
  head[0x3c] = static_cast<std::uint8_t>(pe & 255);
  head[0x3d] = static_cast<std::uint8_t>(pe >> 8);
  head.at(pe) = 'P';
  head.at(pe + 1) = 'E';
  head.at(pe + 4) = static_cast<std::uint8_t>(machine & 255);
  head.at(pe + 5) = static_cast<std::uint8_t>(machine >> 8);
  head.at(pe + 22) = static_cast<std::uint8_t>(characteristics & 255);
  head.at(pe + 23) = static_cast<std::uint8_t>(characteristics >> 8);
  return head;
}

TEST(PeMachineTest, ReadsTheMachineOfALibrary) {
  EXPECT_EQ(PeMachine(Library(0x8664)), 0x8664);
  EXPECT_EQ(PeMachine(Library(0x014c)), 0x014c);
  EXPECT_EQ(PeMachine(Library(0xaa64, 0x2022, kPeHeadSize - 24)), 0xaa64);
}

TEST(PeMachineTest, AProgramIsNotALibrary) { EXPECT_FALSE(PeMachine(Library(0x8664, 0x0022))); }

TEST(PeMachineTest, EveryCutIsSafe) {
  const Bytes whole = Library(0x8664);
  for (std::size_t size = 0; size < 0x80 + 24; ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(PeMachine(cut)) << size;
  }
}

TEST(PeMachineTest, AnOffsetOutsideIsSafe) {
  for (const std::uint32_t pe : {0xffffffffU, 0x7fffffffU, 4096U, 4095U, 4073U, 0U}) {
    Bytes head = Library(0x8664);
    for (std::size_t i = 0; i < 4; ++i) head[0x3c + i] = static_cast<std::uint8_t>(pe >> (8 * i));
    EXPECT_FALSE(PeMachine(head)) << pe;
  }
}

TEST(PeMachineTest, NoiseIsSafe) {
  std::mt19937 random(1);  // the same noise each time
  for (int round = 0; round < 2000; ++round) {
    Bytes noise(random() % 300);
    for (auto& byte : noise) byte = static_cast<std::uint8_t>(random());
    if (noise.size() > 1) {
      noise[0] = 'M';
      noise[1] = 'Z';
    }
    EXPECT_FALSE(PeMachine(noise));
  }
}

TEST(MachineNameTest, NamesWhatPeopleKnow) {
  EXPECT_EQ(MachineName(0x8664), "x64");
  EXPECT_EQ(MachineName(0xaa64), "ARM64");
  EXPECT_EQ(MachineName(7), "machine 7");
}

}  // namespace
}  // namespace msiv2::attestation
