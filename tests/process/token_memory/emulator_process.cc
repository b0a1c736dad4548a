#include "tests/process/token_memory/emulator_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace msiv2 {
namespace {

constexpr char kSource[] = "workload";
constexpr std::size_t kPlainTexts = 5;

/// Pack lists the endpoints, then the names and values of the source's variables.
std::string Pack(const emulator::Endpoints& endpoints) {
  std::string packed;
  for (const std::string* text : {&endpoints.imds, &endpoints.attestation, &endpoints.resource,
                                  &endpoints.control, &endpoints.ca_pem}) {
    packed.append(*text).push_back('\0');
  }
  for (const auto& [name, value] : endpoints.environment.at(kSource)) {
    packed.append(name).append(1, '\0').append(value).push_back('\0');
  }
  return packed;
}

bool Unpack(std::string_view packed, emulator::Endpoints& endpoints) {
  std::vector<std::string> texts;
  for (auto end = packed.find('\0'); end != std::string_view::npos; end = packed.find('\0')) {
    texts.emplace_back(packed.substr(0, end));
    packed.remove_prefix(end + 1);
  }
  if (texts.size() < kPlainTexts) return false;
  endpoints.imds = texts[0];
  endpoints.attestation = texts[1];
  endpoints.resource = texts[2];
  endpoints.control = texts[3];
  endpoints.ca_pem = texts[4];
  for (std::size_t i = kPlainTexts; i + 1 < texts.size(); i += 2)
    endpoints.environment[kSource][texts[i]] = texts[i + 1];
  return true;
}

/// RunEmulator runs in the child: it writes its endpoints to `endpoints_to`, and ends when `until` is closed.
void RunEmulator(int endpoints_to, int until) {
  emulator::EmulatorOptions options;
  options.require_attestation = true;
  options.sources = {kSource};
  auto emulator = emulator::Emulator::Start(options);
  if (!emulator) return;
  const std::string packed = Pack((*emulator)->endpoints());
  std::size_t written = 0;
  while (written < packed.size()) {
    const ssize_t count = write(endpoints_to, packed.data() + written, packed.size() - written);
    if (count <= 0) return;
    written += static_cast<std::size_t>(count);
  }
  close(endpoints_to);
  char end = 0;
  while (read(until, &end, 1) > 0) {
  }
}

std::string ReadAll(int from) {
  std::string text;
  char part[4096];
  for (ssize_t count = read(from, part, sizeof part); count > 0; count = read(from, part, sizeof part)) {
    text.append(part, static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace

std::unique_ptr<EmulatorProcess> EmulatorProcess::Start() {
  int endpoints[2];
  int running[2];
  if (pipe2(endpoints, O_CLOEXEC) != 0 || pipe2(running, O_CLOEXEC) != 0) return nullptr;
  const pid_t child = fork();
  if (child == 0) {
    close(endpoints[0]);
    close(running[1]);
    RunEmulator(endpoints[1], running[0]);
    _exit(0);
  }
  close(endpoints[1]);
  close(running[0]);
  std::unique_ptr<EmulatorProcess> process(new EmulatorProcess);
  process->child_ = child;
  process->keeps_running_ = running[1];
  const std::string packed = ReadAll(endpoints[0]);
  close(endpoints[0]);
  return child > 0 && Unpack(packed, process->endpoints_) ? std::move(process) : nullptr;
}

EmulatorProcess::~EmulatorProcess() {
  close(keeps_running_);
  if (child_ > 0) waitpid(child_, nullptr, 0);
}

}  // namespace msiv2
