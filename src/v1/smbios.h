// The chassis asset tag in the SMBIOS table of a machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace msiv2::v1 {

/// ChassisAssetTag returns the asset tag of the first chassis (SMBIOS 3.7, section 7.4). `table` is what
/// GetSystemFirmwareTable returns for "RSMB": a header of 8 bytes (RawSMBIOSData), then the structures. It
/// returns nullopt for a table without a chassis or with damaged structures, and an empty text for a chassis
/// without a tag.
std::optional<std::string> ChassisAssetTag(std::string_view table);

}  // namespace msiv2::v1
