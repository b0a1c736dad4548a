// The challenge of Azure Arc: a caller that can read a file of the agent may have the machine's token.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "emulator/private_file.h"
#include "msiv2/result.h"

namespace msiv2::emulator {

/// ArcChallenges writes secrets and recognises them later. A secret is valid once; the newest kMostSecrets
/// are kept. Threads: all members may be called at the same time.
class ArcChallenges {
 public:
  static constexpr std::size_t kMostSecrets = 64;

  /// Open uses `folder`, and creates it (mode 0700) if it does not exist. If `folder` is empty, Open uses a
  /// new private folder. Errors: `invalid_request` if no file can be written there.
  static Result<std::unique_ptr<ArcChallenges>> Open(const std::string& folder);
  /// The destructor removes the remaining files, and the folder if Open created it.
  ~ArcChallenges();
  ArcChallenges(const ArcChallenges&) = delete;
  ArcChallenges& operator=(const ArcChallenges&) = delete;

  const std::string& folder() const noexcept { return folder_; }

  /// Issue writes a new secret into a new file and returns the value of WWW-Authenticate that names the file.
  /// `fault` is one of Faults() for a challenge that a client must refuse. Any other name has no effect.
  std::string Issue(const std::string& fault);

  /// Redeem returns true if Issue wrote `secret`, and forgets the secret.
  bool Redeem(const std::string& secret);

  /// Faults returns the names that Issue knows.
  static std::vector<std::string> Faults();

 private:
  struct Secret {
    std::string text;
    std::string path;
  };

  explicit ArcChallenges(std::string folder) : folder_(std::move(folder)) {}
  void Keep(const std::string& text, const std::string& path);

  std::string folder_;
  bool made_folder_ = false;
  PrivateFolder elsewhere_;  ///< where faults put files that no client may read
  std::mutex mutex_;
  std::deque<Secret> secrets_;
};

}  // namespace msiv2::emulator
