#include "tls/openssl/system_bundle.h"

#include <openssl/x509_vfy.h>

#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "base/own_module.h"
#include "crypto/thread_state.h"
#include "model/per_process.h"
#include "tls/openssl/system_anchors.h"

namespace msiv2::tls {
namespace {

struct Bundles {
  std::mutex mutex{};
  std::string newest_stamp{};
  std::vector<std::weak_ptr<SystemBundle>> living{};  // the newest one is the last
};

// The bundles of this process. When the process exits, no thread may be parsing any more: OpenSSL is cleaned
// up then.
class BundlesOfProcess {
 public:
  BundlesOfProcess() = default;
  BundlesOfProcess(const BundlesOfProcess&) = delete;
  BundlesOfProcess& operator=(const BundlesOfProcess&) = delete;
  ~BundlesOfProcess() {
    Bundles* const bundles = bundles_.IfMade();
    if (bundles == nullptr || !ThreadsLiveAtExit()) return;
    const std::lock_guard lock(bundles->mutex);
    for (const auto& living : bundles->living) {
      const auto bundle = living.lock();
      if (bundle == nullptr) continue;
      bundle->Stop();
      bundle->Finish();
    }
  }

  std::shared_ptr<SystemBundle> Get() {
    const std::string stamp = StampOfSystemAnchors();
    Bundles& bundles = bundles_.Get();
    const std::lock_guard lock(bundles.mutex);
    std::erase_if(bundles.living, [](const auto& bundle) { return bundle.expired(); });
    if (!bundles.living.empty() && !stamp.empty() && bundles.newest_stamp == stamp) {
      if (auto bundle = bundles.living.back().lock()) return bundle;
    }
    auto bundle = std::make_shared<SystemBundle>(ReaderOfSystemBundle());
    bundles.living.push_back(bundle);
    bundles.newest_stamp = stamp;
    return bundle;
  }

 private:
  PerProcess<Bundles>& bundles_ =
      *new PerProcess<Bundles>();  // never freed: a client may outlive this object
};

}  // namespace

std::shared_ptr<SystemBundle> SystemBundle::OfProcess() {
  static BundlesOfProcess bundles;
  return bundles.Get();
}

void SystemBundle::Start() {
  const std::lock_guard lock(signal_.mutex);
  if (!parsing_ && store_ == nullptr) StartOnThread();
}

// The caller holds the lock, and nothing is being parsed.
bool SystemBundle::StartOnThread() {
  if (parser_ == nullptr) parser_ = std::make_unique<Executor>(1);
  parsing_ = parser_->Post([this] { Parse(); });
  return parsing_;
}

SystemBundle::Loaded SystemBundle::Get(const CallContext& context) {
  bool parse_here = false;
  {
    const std::lock_guard lock(signal_.mutex);
    if (!parsing_ && store_ == nullptr && !StartOnThread()) parsing_ = parse_here = true;
  }
  if (parse_here) Parse();
  const WaitOutcome outcome = WaitFor(signal_, context, [this] { return !parsing_; });
  std::unique_ptr<Executor> done;  // ends its thread after the lock is released
  const std::lock_guard lock(signal_.mutex);
  if (outcome != WaitOutcome::kReady) return {outcome, nullptr};
  done = std::move(parser_);
  return {outcome, store_.get()};
}

void SystemBundle::Parse() {
  crypto::FreeWithThread();
  crypto::Handle<X509_STORE> store(X509_STORE_new());
  std::string problem;
  try {
    if (store != nullptr) problem = read_(store.get(), &stop_);
    if (stop_) store.reset();
  } catch (const std::bad_alloc&) {
    store.reset();
  }
  const std::lock_guard lock(signal_.mutex);
  store_ = std::move(store);
  problem_ = std::move(problem);
  parsing_ = false;
  signal_.changed.notify_all();
}

void SystemBundle::Finish() {
  std::unique_ptr<Executor> parser;  // joined after the lock is released
  const std::lock_guard lock(signal_.mutex);
  parser = std::move(parser_);
}

std::string SystemBundle::Problem() {
  const std::lock_guard lock(signal_.mutex);
  return problem_;
}

}  // namespace msiv2::tls
