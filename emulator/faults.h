// Scripted faults: what goes wrong, on which server and operation, and for how many requests.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "msiv2/result.h"

namespace msiv2::emulator {

/// Hang is where a request gets stuck.
enum class Hang {
  kNone,
  kRequest,    ///< the request was read; there is no answer
  kBody,       ///< the head and half of the body are sent, then nothing
  kHandshake,  ///< the TLS ClientHello is never answered
};

/// Reset is where the server ends the connection with a TCP RST.
enum class Reset {
  kNone,
  kRequest,            ///< the request was read
  kBeforeCertificate,  ///< at the TLS ClientHello
  kAfterCertificate,   ///< when the client's Certificate message arrived
};

/// BodyFault is how the body of an answer is damaged.
enum class BodyFault { kNone, kMalformed, kOversized, kTruncated, kEmpty, kNul, kTwice };

/// Fault is what one rule does to one request or TLS connection.
struct Fault {
  std::string rule;  ///< the text, for the request log
  int status = 0;    ///< answer with this HTTP status; 0: leave it to the server
  std::optional<std::chrono::seconds> retry_after;
  bool retry_after_as_date = false;
  std::chrono::milliseconds delay{0};  ///< before the request is handled
  Hang hang = Hang::kNone;
  Reset reset = Reset::kNone;
  int alert = -1;  ///< TLS alert in answer to the client certificate
  BodyFault body = BodyFault::kNone;
  std::string dropped_header;  ///< header left out of the answer
  std::string first_line;      ///< sent unchanged between the status line and the headers
  std::string answer;          ///< content fault by name, applied by the server it is for

  /// OnConnection returns true for a fault of the TLS handshake, which strikes before any request is read.
  bool OnConnection() const noexcept;
};

/// FaultScript holds the rules in force. A rule is `<server>.<operation> key=value ...`; either name may be
/// `*`. docs/howto/emulator_faults.md lists them all. If several rules match, the first that is due is
/// applied.
///
/// Threads: all members may be called at the same time.
class FaultScript {
 public:
  /// Add parses `rule` and appends it. Errors: `invalid_request`, with the wrong word and the known words.
  Result<void> Add(std::string_view rule);

  /// Clear removes all rules and ends every Wait.
  void Clear();

  /// Rules returns the text of each rule that can still apply, in their order. A rule whose `count` is used
  /// up is not among them.
  std::vector<std::string> Rules() const;

  /// Take returns the fault for a request, or nullopt, and counts the request in the rule.
  std::optional<Fault> Take(std::string_view server, std::string_view operation);

  /// TakeOnConnection returns the fault for a TLS handshake with `server`, or nullopt, and counts the
  /// handshake in the rule. It ignores the operation of a rule, which is not known yet.
  std::optional<Fault> TakeOnConnection(std::string_view server);

  /// Wait returns when `limit` has passed (nullopt: never), Clear is called, or `gone` returns true. It calls
  /// `gone` every 10 ms, without a lock.
  void Wait(std::optional<std::chrono::milliseconds> limit, const std::function<bool()>& gone);

  /// Waiting returns how many requests and handshakes are hanging or delayed.
  std::size_t Waiting() const;

 private:
  struct Rule {
    std::string server;
    std::string operation;
    std::uint64_t skip = 0;              ///< `after`: how many more requests pass first
    std::optional<std::uint64_t> count;  ///< how many more requests are struck; nullopt: all
    Fault fault;
  };

  static Result<Rule> Parse(std::string_view text);
  std::optional<Fault> TakeFirst(const std::function<bool(const Rule&)>& matches);

  mutable std::mutex mutex_;
  std::condition_variable cleared_;
  std::uint64_t clears_ = 0;
  std::size_t waiting_ = 0;
  std::vector<Rule> rules_;
};

}  // namespace msiv2::emulator
