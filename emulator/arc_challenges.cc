#include "emulator/arc_challenges.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "emulator/entra_errors.h"
#include "emulator/source_server.h"

namespace msiv2::emulator {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestSecretFile = 4096;  // bytes; the agent's limit, which clients check

/// Write throws if it fails. A handler turns the exception into a 500 answer that names the file.
void Write(const std::string& path, const std::string& text) {
  const auto written = WritePrivateFile(path, text);
  if (!written) throw std::runtime_error(written.error().message);
}

void Remove(const std::string& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

}  // namespace

Result<std::unique_ptr<ArcChallenges>> ArcChallenges::Open(const std::string& folder) {
  std::unique_ptr<ArcChallenges> challenges(new ArcChallenges(folder));
  if (folder.empty()) {
    challenges->folder_ = challenges->elsewhere_.path() + "/tokens";
  }
  std::error_code problem;
  const fs::path path = challenges->folder_;
  if (!fs::exists(path, problem)) {
    fs::create_directories(path, problem);
    if (!problem) fs::permissions(path, fs::perms::owner_all, problem);
    challenges->made_folder_ = !problem;
  }
  const std::string trial = challenges->folder_ + "/" + NewUuid() + ".key";
  const auto written = WritePrivateFile(trial, "");
  Remove(trial);
  if (!written) return written.error();
  return challenges;
}

ArcChallenges::~ArcChallenges() {
  for (const Secret& secret : secrets_) Remove(secret.path);
  if (made_folder_) Remove(folder_);
}

std::vector<std::string> ArcChallenges::Faults() {
  return {"challenge-no-realm",     "challenge-two-equals",   "challenge-other-scheme",
          "challenge-other-suffix", "challenge-other-folder", "challenge-dots",
          "challenge-missing-file", "challenge-empty-file",   "challenge-oversized-file",
          "challenge-link",         "challenge-wrong-secret"};
}

std::string ArcChallenges::Issue(const std::string& fault) {
  const std::string text = NewSecret();
  const std::string name = NewUuid() + (fault == "challenge-other-suffix" ? ".txt" : ".key");
  const std::string path = folder_ + "/" + name;
  const std::string outside = elsewhere_.path() + "/" + name;
  std::string realm = path;

  if (fault == "challenge-other-folder") {
    realm = outside;
    Write(outside, text);
  } else if (fault == "challenge-link") {
    Write(outside, text);
    fs::create_symlink(outside, path);
  } else if (fault == "challenge-empty-file") {
    Write(path, "");
  } else if (fault == "challenge-oversized-file") {
    Write(path, std::string(kLargestSecretFile + 1, 'x'));
  } else if (fault == "challenge-wrong-secret") {
    Write(path, NewSecret());
  } else if (fault != "challenge-missing-file") {
    Write(path, text);
  }
  Keep(text, realm);

  if (fault == "challenge-dots") {
    realm = folder_ + "/../" + fs::path(folder_).filename().string() + "/" + name;
  }
  if (fault == "challenge-no-realm") return "Basic realm";
  if (fault == "challenge-two-equals") return "Basic realm=" + realm + "=1";
  if (fault == "challenge-other-scheme") return "Bearer realm=" + realm;
  return "Basic realm=" + realm;
}

void ArcChallenges::Keep(const std::string& text, const std::string& path) {
  const std::lock_guard lock(mutex_);
  secrets_.push_back({text, path});
  if (secrets_.size() <= kMostSecrets) return;
  Remove(secrets_.front().path);
  secrets_.pop_front();
}

bool ArcChallenges::Redeem(const std::string& secret) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(secrets_.begin(), secrets_.end(),
                                  [&](const Secret& known) { return known.text == secret; });
  if (found == secrets_.end()) return false;
  Remove(found->path);
  secrets_.erase(found);
  return true;
}

}  // namespace msiv2::emulator
