// What a scope has learnt of each IMDS base.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "imds/who_answers.h"
#include "v1/host_environment.h"

namespace msiv2::flow {

/// ImdsHost is where IMDS would be.
struct ImdsHost {
  std::string base;    ///< origin
  bool named = false;  ///< an option or a variable says that IMDS is there
};

/// KnowledgeOf returns what is known of a host. `known`: an option or a variable names its base, or IMDS has
/// answered there. `firmware` is asked only if it is not.
imds::HostKnowledge KnowledgeOf(bool known, const std::function<const v1::Firmware&()>& firmware);

/// ImdsBases remembers what the answers of each base showed. Nothing is refused for it: each call still asks,
/// and a newer answer replaces what an older one showed.
///
/// Threads: all members may be called at the same time.
class ImdsBases {
 public:
  /// Knowledge returns whether the host is known to have IMDS. The firmware is read once in a process, and
  /// only for a base that nothing names.
  imds::HostKnowledge Knowledge(const ImdsHost& host) const;

  /// HasAnswered returns true if an answer with the marks of IMDS came from this base.
  bool HasAnswered(const std::string& base) const;
  void RememberAnswer(const std::string& base);

  /// OffersV1Only returns true if the base answered getplatformmetadata with 404 to the end of the retries,
  /// or to a probe. So a host without MSI v2 is found out once and not by three retries in each call.
  bool OffersV1Only(const std::string& base) const;
  /// OffersV2 returns true if a step 1 or a probe found MSI v2 last. Then a key is created while step 1 is on
  /// the wire; a host without MSI v2 makes no key.
  bool OffersV2(const std::string& base) const;
  void RememberV1Only(const std::string& base) { SetVersion(base, Version::kV1Only); }
  void RememberV2(const std::string& base) { SetVersion(base, Version::kV2); }

 private:
  enum class Version { kUnknown, kV1Only, kV2 };
  struct Seen {
    bool answered = false;
    Version version = Version::kUnknown;
  };

  void SetVersion(const std::string& base, Version version);
  Seen Find(const std::string& base) const;

  mutable std::mutex mutex_;
  std::map<std::string, Seen> bases_;
};

}  // namespace msiv2::flow
