#include <windows.h>

#include <string>

#include "v1/host_environment.h"
#include "v1/smbios.h"

namespace msiv2::v1 {
namespace {

constexpr DWORD kRawSmbios = 0x52534D42;  // "RSMB"

std::string ReadTable() {
  std::string table(GetSystemFirmwareTable(kRawSmbios, 0, nullptr, 0), '\0');
  const UINT size = GetSystemFirmwareTable(kRawSmbios, 0, table.data(), static_cast<DWORD>(table.size()));
  table.resize(size <= table.size() ? size : 0);  // it may have grown meanwhile
  return table;
}

}  // namespace

Firmware ReadFirmware() {
  const auto tag = ChassisAssetTag(ReadTable());
  if (!tag) return {.azure_machine = SourceState::kPossible, .readable = false};
  return {JudgeAssetTag(*tag)};
}

}  // namespace msiv2::v1
