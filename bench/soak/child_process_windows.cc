#include <windows.h>

#include <system_error>
#include <utility>

#include "base/handle_windows.h"
#include "bench/soak/child_process.h"
#include "windows/system_library.h"

namespace msiv2::soak {
namespace {

[[noreturn]] void Fail(const std::string& what) {
  throw std::system_error(static_cast<int>(GetLastError()), std::system_category(), what);
}

/// Pipe is a pipe whose ends no child inherits.
struct Pipe {
  Pipe() {
    HANDLE read_end = nullptr;
    HANDLE write_end = nullptr;
    if (CreatePipe(&read_end, &write_end, nullptr, 0) == 0) Fail("a pipe");
    reads.reset(read_end);
    writes.reset(write_end);
  }
  OwnedHandle reads;
  OwnedHandle writes;
};

void LetChildrenInherit(HANDLE handle) {
  if (SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT) == 0) Fail("a pipe");
}

/// Spawn starts `command` with these as its stdin and stdout.
PROCESS_INFORMATION Spawn(const std::vector<std::string>& command, HANDLE input, HANDLE output) {
  std::wstring line;
  for (const std::string& word : command)
    line += (line.empty() ? L"\"" : L" \"") + windows::Utf16(word) + L"\"";
  STARTUPINFOW startup{};
  startup.cb = sizeof startup;
  startup.dwFlags = STARTF_USESTDHANDLES;
  startup.hStdInput = input;
  startup.hStdOutput = output;
  startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
  PROCESS_INFORMATION process{};
  if (CreateProcessW(windows::Utf16(command[0]).c_str(), line.data(), nullptr, nullptr, TRUE, 0, nullptr,
                     nullptr, &startup, &process) == 0) {
    Fail("cannot start " + command[0]);
  }
  return process;
}

}  // namespace

struct ChildProcess::System {
  OwnedHandle process;
  DWORD id = 0;
  OwnedHandle to_child;
  OwnedHandle from_child;
};

std::string OwnProgram() {
  std::wstring program(32768, L'\0');
  program.resize(GetModuleFileNameW(nullptr, program.data(), static_cast<DWORD>(program.size())));
  return windows::Utf8(program);
}

std::uint32_t OwnProcessId() { return GetCurrentProcessId(); }

ChildProcess::ChildProcess(const std::vector<std::string>& command) : system_(std::make_unique<System>()) {
  Pipe input;
  Pipe output;
  LetChildrenInherit(input.reads.get());
  LetChildrenInherit(output.writes.get());
  const PROCESS_INFORMATION process = Spawn(command, input.reads.get(), output.writes.get());
  CloseHandle(process.hThread);
  system_->process.reset(process.hProcess);
  system_->id = process.dwProcessId;
  system_->to_child = std::move(input.writes);
  system_->from_child = std::move(output.reads);
}

ChildProcess::~ChildProcess() {
  if (system_) Close();
}

std::uint32_t ChildProcess::id() const noexcept { return system_->id; }

bool ChildProcess::SendAll(std::string_view bytes) {
  while (!bytes.empty()) {
    DWORD written = 0;
    const DWORD size = static_cast<DWORD>(bytes.size());
    if (WriteFile(system_->to_child.get(), bytes.data(), size, &written, nullptr) == 0) return false;
    bytes.remove_prefix(written);
  }
  return true;
}

std::size_t ChildProcess::ReceiveSome(char* into, std::size_t room) {
  DWORD received = 0;
  if (ReadFile(system_->from_child.get(), into, static_cast<DWORD>(room), &received, nullptr) == 0) return 0;
  return received;
}

int ChildProcess::Close() {
  if (exit_code_) return *exit_code_;
  system_->to_child.reset();
  system_->from_child.reset();
  DWORD code = 1;
  WaitForSingleObject(system_->process.get(), INFINITE);
  GetExitCodeProcess(system_->process.get(), &code);
  system_->process.reset();
  exit_code_ = static_cast<int>(code);
  return *exit_code_;
}

}  // namespace msiv2::soak
