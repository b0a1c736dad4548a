#include "cli/library_search.h"

#include <gtest/gtest.h>
#include <windows.h>

#include <filesystem>
#include <string>

namespace msiv2::cli {
namespace {

// A15. The program's folder is the first that Windows searches.
TEST(LibrarySearch, ALibraryBesideTheProgramIsNotTaken) {
  wchar_t program[MAX_PATH] = {};
  wchar_t system[MAX_PATH] = {};
  ASSERT_NE(::GetModuleFileNameW(nullptr, program, MAX_PATH), 0U);
  ASSERT_NE(::GetSystemDirectoryW(system, MAX_PATH), 0U);
  const auto planted = std::filesystem::path(program).replace_filename("msiv2_planted.dll");
  std::filesystem::copy_file(std::filesystem::path(system) / "version.dll", planted,
                             std::filesystem::copy_options::overwrite_existing);
  const HMODULE before = ::LoadLibraryW(L"msiv2_planted.dll");
  EXPECT_NE(before, nullptr) << "what the restriction is for";
  if (before != nullptr) ::FreeLibrary(before);
  RestrictLibrarySearch();
  EXPECT_EQ(::LoadLibraryW(L"msiv2_planted.dll"), nullptr);
  EXPECT_EQ(::GetLastError(), static_cast<DWORD>(ERROR_MOD_NOT_FOUND));
  const HMODULE from_system = ::LoadLibraryW(L"version.dll");
  EXPECT_NE(from_system, nullptr);
  if (from_system != nullptr) ::FreeLibrary(from_system);
  std::filesystem::remove(planted);
}

}  // namespace
}  // namespace msiv2::cli
