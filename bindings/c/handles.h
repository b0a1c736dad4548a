// What the opaque handles hold: each is a small struct around the C++ value. A handle that can do more than
// be read records which process created it. A handle obtained from another handle has the same record.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "bindings/c/boundary.h"
#include "msiv2/binding.h"
#include "msiv2/capabilities.h"
#include "msiv2/client.h"
#include "msiv2/options.h"
#include "msiv2/resource_client.h"
#include "msiv2/token.h"
#include "msiv2/tools/doctor.h"

struct msiv2_options {
  msiv2::ClientOptions options{};
  std::vector<std::shared_ptr<msiv2::Observer>> observers{};
  msiv2::ProcessMark made_in{};

  /// AddObserver adds `observer` to `options.observer`, which combines all of them. The clients of these
  /// options share that one object, so background work for several clients is reported to it once.
  void AddObserver(std::shared_ptr<msiv2::Observer> observer);
};

struct msiv2_client {
  msiv2::ManagedIdentityClient client;
  msiv2::ProcessMark made_in{};
};

struct msiv2_request {
  msiv2::TokenRequest request{};
  msiv2::ProcessMark made_in{};
};

struct msiv2_token {
  msiv2::TokenResult result{};
  msiv2::ProcessMark made_in{};
};

struct msiv2_pending {
  std::shared_future<msiv2::Result<msiv2::TokenResult>> answer{};
  msiv2::ProcessMark made_in{};
};

struct msiv2_certificate {
  std::shared_ptr<const msiv2::BindingCertificate> certificate{};
  msiv2::ProcessMark made_in{};
};

struct msiv2_key {
  std::shared_ptr<const msiv2::SigningKey> key{};
  msiv2::ProcessMark made_in{};
};

namespace msiv2::c {

/// SourceTexts is a source with its text in the words of C.
struct SourceTexts {
  SourceFinding finding{};
  std::string why{};
};

/// FindingTexts is a finding of the doctor with its texts in the words of C.
struct FindingTexts {
  Finding finding{};
  std::string text{};
  std::string cure{};
};

}  // namespace msiv2::c

struct msiv2_sources {
  std::vector<msiv2::c::SourceTexts> findings{};
};

struct msiv2_capabilities {
  msiv2::Capabilities capabilities{};
};

struct msiv2_diagnosis {
  std::vector<msiv2::c::FindingTexts> findings{};
};

struct msiv2_resource_client {
  msiv2::ResourceClient client;
  msiv2::ProcessMark made_in{};
};

struct msiv2_resource_request {
  msiv2::ResourceRequest request{};
  msiv2::ProcessMark made_in{};
};

struct msiv2_response {
  msiv2::HttpResponse response{};
};

namespace msiv2::c {

/// OptionsOf returns the C++ options of `options`; the defaults for NULL.
ClientOptions OptionsOf(const msiv2_options* options);

/// StateNumber returns MSIV2_SOURCE_ABSENT, MSIV2_SOURCE_POSSIBLE or MSIV2_SOURCE_FOUND.
std::int32_t StateNumber(SourceState state);

/// Seconds returns a wall-clock time in seconds since 1970.
inline std::int64_t Seconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace msiv2::c
