// The challenge of Azure Arc: whoever reads a file of the agent may have the machine's token.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "emulator/private_file.h"
#include "msiv2/result.h"

namespace msiv2::emulator {

/// ArcChallenges writes the secrets and knows them again. A secret is good once; the newest kMostSecrets are
/// kept. Threads: all members may be called at the same time.
class ArcChallenges {
 public:
  static constexpr std::size_t kMostSecrets = 64;

  /// Open uses `folder`, made (mode 0700) where it is not there; empty: a new private folder. Errors:
  /// `invalid_request` when no file can be written there.
  static Result<std::unique_ptr<ArcChallenges>> Open(const std::string& folder);
  /// The destructor removes the files that are left, and the folder when Open made it.
  ~ArcChallenges();
  ArcChallenges(const ArcChallenges&) = delete;
  ArcChallenges& operator=(const ArcChallenges&) = delete;

  const std::string& folder() const noexcept { return folder_; }

  /// Issue writes a new secret into a new file and returns the value of WWW-Authenticate that names it.
  /// `fault` is one of Faults() for a challenge that a client must refuse; any other name is no fault.
  std::string Issue(const std::string& fault);

  /// Redeem tells whether `secret` is one that Issue has written, and forgets it.
  bool Redeem(const std::string& secret);

  /// Faults are the names that Issue knows.
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
