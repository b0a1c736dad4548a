#include <fstream>
#include <iterator>
#include <string>

#include "v1/surroundings.h"

namespace msiv2::v1 {

SourceState AzureMachine() {
  std::ifstream file("/sys/class/dmi/id/chassis_asset_tag");
  return JudgeAssetTag(std::string(std::istreambuf_iterator<char>(file), {}));
}

}  // namespace msiv2::v1
