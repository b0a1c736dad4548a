#include <string>

#include "base/plain_file.h"
#include "v1/host_environment.h"

namespace msiv2::v1 {

// A container may hide the tag, so a file that is missing says nothing.
Firmware ReadFirmware() {
  constexpr std::size_t kMost = 256;
  const auto tag = ReadPlainFile("/sys/class/dmi/id/chassis_asset_tag", kMost);
  return {JudgeAssetTag(tag.bytes ? std::string(tag.bytes->Reveal()) : std::string())};
}

}  // namespace msiv2::v1
