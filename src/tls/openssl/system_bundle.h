// The system's trust anchors that are all parsed at once: a file, or the root store of Windows.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/executor.h"
#include "base/wait.h"
#include "crypto/handles.h"
#include "msiv2/call.h"
#include "tls/openssl/system_anchors.h"

namespace msiv2::tls {

/// SystemBundle is the system's bundle, parsed when it is first needed, on a thread of its own. Parsing takes
/// longer than a handshake, and most systems also have directories in which OpenSSL finds an anchor by its
/// name.
///
/// Threads: all members may be called at the same time. Lifetime: the destructor stops a parse that runs.
class SystemBundle {
 public:
  /// OfProcess returns the bundle that the users in this process share. It returns a new one if the system's
  /// anchors have changed since, and on Windows, where a change of the root store does not show.
  static std::shared_ptr<SystemBundle> OfProcess();

  explicit SystemBundle(ReadBundle read) : read_(std::move(read)) {}
  ~SystemBundle() { Stop(); }
  SystemBundle(const SystemBundle&) = delete;
  SystemBundle& operator=(const SystemBundle&) = delete;

  /// Start starts to parse, unless that has happened before. It does not wait.
  void Start();

  /// Loaded is the store, and why the wait for it ended. The store is null unless the outcome is kReady. It
  /// is also null if OpenSSL has no memory; the next call tries again. It lives as long as the bundle.
  struct Loaded {
    WaitOutcome outcome;
    X509_STORE* store;
  };

  /// Get starts to parse if necessary, and waits for the result within the limits of `context`. Where the
  /// system refuses a thread, it parses on the calling thread.
  Loaded Get(const CallContext& context);

  /// Stop makes a parse that runs end soon. Its store lacks certificates, so that there is none from then on.
  void Stop() { stop_ = true; }
  /// Finish waits for a parse that runs, and ends its thread.
  void Finish();

  /// Problem returns what is wrong with the bundle, as far as it has been parsed; else an empty text.
  std::string Problem();

 private:
  bool StartOnThread();
  void Parse();

  const ReadBundle read_;
  std::atomic<bool> stop_ = false;
  Signal signal_;  // guards everything below
  bool parsing_ = false;
  crypto::Handle<X509_STORE> store_;  // never replaced
  std::string problem_;
  std::unique_ptr<Executor> parser_;  // declared last, so joined first; null if no thread is needed
};

}  // namespace msiv2::tls
