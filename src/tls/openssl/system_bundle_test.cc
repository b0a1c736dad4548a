#include "tls/openssl/system_bundle.h"

#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <future>
#include <optional>
#include <thread>
#include <vector>

#include "msiv2/clock.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_pki.h"

namespace msiv2::tls {
namespace {

using msiv2::testing::TestCa;

class SystemBundleTest : public ::testing::Test {
 protected:
  // A parse that lasts until Release.
  ReadBundle Slow() {
    return [this](X509_STORE* store, const std::atomic<bool>* /*stop*/) {
      ++reads_;
      started_.set_value();
      released_.wait();
      X509_STORE_add_cert(store, ca_.root().get());
      return std::string("a problem");
    };
  }
  // A parse that lasts until it is stopped.
  ReadBundle Endless() {
    return [this](X509_STORE* /*store*/, const std::atomic<bool>* stop) {
      if (++reads_ == 1) started_.set_value();
      while (!*stop) std::this_thread::yield();
      return std::string();
    };
  }
  void Release() { release_.set_value(); }

  CallContext Within(std::chrono::milliseconds time) const {
    return {.clock = clock_.get(), .deadline = clock_->MonotonicNow() + time};
  }

  const TestCa ca_;
  const std::shared_ptr<Clock> clock_ = SystemClock();
  const CallContext unlimited_{.clock = clock_.get()};
  std::atomic<int> reads_ = 0;
  std::promise<void> started_;
  std::promise<void> release_;
  const std::shared_future<void> released_ = release_.get_future().share();
};

int Count(X509_STORE* store) { return sk_X509_OBJECT_num(X509_STORE_get0_objects(store)); }

TEST_F(SystemBundleTest, StartDoesNotWait) {
  SystemBundle bundle(Slow());
  bundle.Start();
  bundle.Start();
  started_.get_future().wait();
  EXPECT_EQ(bundle.Problem(), "") << "it is still being parsed";
  Release();
  const auto loaded = bundle.Get(unlimited_);
  ASSERT_NE(loaded.store, nullptr);
  EXPECT_EQ(Count(loaded.store), 1);
  EXPECT_EQ(bundle.Problem(), "a problem");
  EXPECT_EQ(reads_, 1);
}

TEST_F(SystemBundleTest, GetParsesOnAnotherThread) {
  std::thread::id parser;
  SystemBundle bundle([&](X509_STORE*, const std::atomic<bool>*) {
    parser = std::this_thread::get_id();
    return std::string();
  });
  EXPECT_EQ(bundle.Get(unlimited_).outcome, WaitOutcome::kReady);
  EXPECT_NE(parser, std::this_thread::get_id());
}

TEST_F(SystemBundleTest, AWaitEndsAtTheDeadlineAndTheNextCallGetsTheResult) {
  SystemBundle bundle(Slow());
  const auto late = bundle.Get(Within(std::chrono::milliseconds(1)));
  EXPECT_EQ(late.outcome, WaitOutcome::kDeadline);
  EXPECT_EQ(late.store, nullptr);
  Release();
  EXPECT_NE(bundle.Get(unlimited_).store, nullptr);
  EXPECT_EQ(reads_, 1);
}

TEST_F(SystemBundleTest, AWaitEndsWithACancellation) {
  SystemBundle bundle(Slow());
  const CancellationSource source;
  auto waiting = std::async(std::launch::async, [&] {
    return bundle.Get({.clock = clock_.get(), .cancellation = source.token()});
  });
  started_.get_future().wait();
  source.Cancel();
  EXPECT_EQ(waiting.get().outcome, WaitOutcome::kCanceled);
  Release();
}

TEST_F(SystemBundleTest, ManyThreadsGetTheSameStore) {
  SystemBundle bundle(Slow());
  std::vector<std::future<SystemBundle::Loaded>> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.push_back(std::async(std::launch::async, [&] { return bundle.Get(unlimited_); }));
  }
  Release();
  X509_STORE* const store = bundle.Get(unlimited_).store;
  EXPECT_NE(store, nullptr);
  for (auto& one : waiting) EXPECT_EQ(one.get().store, store);
  EXPECT_EQ(reads_, 1);
}

TEST_F(SystemBundleTest, FinishWaitsForTheParse) {
  SystemBundle bundle(Slow());
  bundle.Finish();
  bundle.Start();
  started_.get_future().wait();
  auto finished = std::async(std::launch::async, [&] { bundle.Finish(); });
  EXPECT_EQ(bundle.Problem(), "");
  Release();
  finished.wait();
  EXPECT_EQ(bundle.Problem(), "a problem");
}

TEST_F(SystemBundleTest, StopEndsAParseWhoseStoreWouldLackCertificates) {
  SystemBundle bundle(Endless());
  bundle.Start();
  started_.get_future().wait();
  bundle.Stop();
  bundle.Finish();
  EXPECT_EQ(bundle.Get(unlimited_).store, nullptr);
}

TEST_F(SystemBundleTest, TheDestructorStopsAParse) {
  std::optional<SystemBundle> bundle(std::in_place, Endless());
  bundle->Start();
  started_.get_future().wait();
  bundle.reset();
}

TEST_F(SystemBundleTest, AfterAnExceptionTheNextCallTriesAgain) {
  int attempts = 0;
  SystemBundle bundle([&](X509_STORE*, const std::atomic<bool>*) -> std::string {
    if (++attempts == 1) throw std::bad_alloc();
    return {};
  });
  EXPECT_EQ(bundle.Get(unlimited_).store, nullptr);
  EXPECT_NE(bundle.Get(unlimited_).store, nullptr);
  EXPECT_EQ(attempts, 2);
}

class ProcessBundleTest : public SystemBundleTest {
 protected:
  ProcessBundleTest() {
    setenv("SSL_CERT_FILE", (folder_ / "anchors.pem").c_str(), 1);
    setenv("SSL_CERT_DIR", (folder_ / "missing").c_str(), 1);
  }
  ~ProcessBundleTest() override {
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
  }
  int CountOf(SystemBundle& bundle) const { return Count(bundle.Get(unlimited_).store); }

  const msiv2::testing::TemporaryFolder folder_;
};

TEST_F(ProcessBundleTest, IsSharedWhileItIsUsedAndTheFileStaysTheSame) {
  folder_.Write("anchors.pem", ca_.root_pem());
  const auto first = SystemBundle::OfProcess();
  EXPECT_EQ(SystemBundle::OfProcess(), first);
  folder_.Write("anchors.pem", ca_.root_pem() + TestCa("another root").root_pem());
  const auto second = SystemBundle::OfProcess();
  EXPECT_NE(second, first);
  EXPECT_EQ(CountOf(*second), 2);
}

TEST_F(ProcessBundleTest, IsAnotherOneForAnotherFile) {
  folder_.Write("anchors.pem", ca_.root_pem());
  folder_.Write("other.pem", ca_.root_pem());
  const auto first = SystemBundle::OfProcess();
  setenv("SSL_CERT_FILE", (folder_ / "other.pem").c_str(), 1);
  EXPECT_NE(SystemBundle::OfProcess(), first);
}

TEST_F(ProcessBundleTest, IsOfTheFileThatWasNamedWhenItWasMade) {
  folder_.Write("anchors.pem", ca_.root_pem());
  folder_.Write("other.pem", ca_.root_pem() + TestCa("another root").root_pem());
  const auto bundle = SystemBundle::OfProcess();
  setenv("SSL_CERT_FILE", (folder_ / "other.pem").c_str(), 1);
  EXPECT_EQ(CountOf(*bundle), 1);
}

TEST_F(ProcessBundleTest, IsForgottenWithItsLastUser) {
  folder_.Write("anchors.pem", ca_.root_pem());
  const std::weak_ptr<SystemBundle> gone = SystemBundle::OfProcess();
  EXPECT_TRUE(gone.expired());
}

}  // namespace
}  // namespace msiv2::tls
