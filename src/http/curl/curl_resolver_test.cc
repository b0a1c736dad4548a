// A name resolution that hangs. This program replaces the C library's getaddrinfo.
#include <dlfcn.h>
#include <netdb.h>

#include <thread>

#include "http/curl/curl_test_fixture.h"

namespace {

// Lets a test block every lookup, and detect that one hangs.
struct Resolver {
  std::mutex mutex;
  std::condition_variable changed;
  bool held = false;
  int hanging = 0;
};

// Never destroyed: an abandoned lookup may still use it while the program ends.
Resolver& TheResolver() {
  static Resolver& resolver = *new Resolver;
  return resolver;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* node, const char* service,
                                                                  const addrinfo* hints, addrinfo** result) {
  Resolver& resolver = TheResolver();
  {
    std::unique_lock lock(resolver.mutex);
    ++resolver.hanging;
    resolver.changed.notify_all();
    resolver.changed.wait(lock, [&] { return !resolver.held; });
    --resolver.hanging;
    resolver.changed.notify_all();
  }
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto original = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return original(node, service, hints, result);
}

namespace msiv2::curl {
namespace {

class CurlResolver : public CurlTest {
 protected:
  void SetUp() override {
    CurlTest::SetUp();
    std::lock_guard lock(TheResolver().mutex);
    TheResolver().held = true;
  }

  // Lets the abandoned lookup end before the program does.
  void TearDown() override {
    std::unique_lock lock(TheResolver().mutex);
    TheResolver().held = false;
    TheResolver().changed.notify_all();
    TheResolver().changed.wait(lock, [] { return TheResolver().hanging == 0; });
  }

  static void WaitForLookup() {
    std::unique_lock lock(TheResolver().mutex);
    TheResolver().changed.wait(lock, [] { return TheResolver().hanging > 0; });
  }

  static bool LookupStillHangs() {
    std::lock_guard lock(TheResolver().mutex);
    return TheResolver().hanging > 0;
  }
};

TEST_F(CurlResolver, ADeadlineDoesNotWaitForALookup) {
  context_.deadline = clock_->MonotonicNow() + std::chrono::seconds(2);
  ExpectFailure(Send(Get("http://hanging.example/")), Kind::kDeadline);
  EXPECT_TRUE(LookupStillHangs());
}

TEST_F(CurlResolver, ACancellationDoesNotWaitForALookup) {
  const CancellationSource source;
  context_.cancellation = source.token();
  std::thread canceler([&] {
    WaitForLookup();
    source.Cancel();
  });
  ExpectFailure(Send(Get("http://hanging.example/")), Kind::kCanceled);
  EXPECT_TRUE(LookupStillHangs());
  canceler.join();
}

TEST_F(CurlResolver, ALookupThatHangsIsAConnectFailure) {
  HttpRequest request = Get("http://hanging.example/");
  request.connect_timeout = std::chrono::seconds(2);
  ExpectFailure(Send(request), Kind::kConnect);
  transport_.reset();
  EXPECT_TRUE(LookupStillHangs());
}

}  // namespace
}  // namespace msiv2::curl
