// Options by field: each is a text or a number.
#include <limits>
#include <utility>

#include "bindings/c/handles.h"
#include "msiv2/cache_scope.h"
#include "msiv2/observers/fan_out.h"
#include "msiv2/tools/diagnostics.h"

void msiv2_options::AddObserver(std::shared_ptr<msiv2::Observer> observer) {
  auto all = observers;
  all.push_back(std::move(observer));
  options.observer = all.size() == 1 ? all.front() : std::make_shared<msiv2::FanOutObserver>(all);
  observers = std::move(all);
}

namespace msiv2::c {

ClientOptions OptionsOf(const msiv2_options* options) {
  return options == nullptr ? ClientOptions() : options->options;
}

namespace {

Failure AddSelectable(std::string_view name, ClientOptions& options) {
  for (auto& provider : SelectableKeyProviders()) {
    if (provider->ProviderName() != name) continue;
    options.key_providers.push_back(std::move(provider));
    return nullptr;
  }
  return Fail(MSIV2_E_BAD_ARGUMENT, "no key provider of this system has that name");
}

constexpr IdentitySource kSources[] = {IdentitySource::kWorkloadIdentity, IdentitySource::kServiceFabric,
                                       IdentitySource::kAppService,       IdentitySource::kAppService2017,
                                       IdentitySource::kMachineLearning,  IdentitySource::kCloudShell,
                                       IdentitySource::kAzureArc,         IdentitySource::kImds};

Failure SetSource(std::string_view name, ClientOptions& options) {
  options.source.reset();
  if (name.empty()) return nullptr;
  for (const IdentitySource source : kSources) {
    if (Name(source) == name) options.source = source;
  }
  return options.source ? nullptr : Fail(MSIV2_E_BAD_ARGUMENT, "no source of MSI v1 has that name");
}

bool IsBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// An empty id must not become the host's own identity.
Failure SetIdentity(ManagedIdentityId (*from_id)(std::string), const char* id, ClientOptions& options) {
  if (IsBlank(id)) return Fail(MSIV2_E_BAD_ARGUMENT, "the id of a user-assigned identity is empty");
  options.identity = from_id(id);
  return nullptr;
}

Failure SetText(ClientOptions& options, std::int32_t field, const char* value) {
  switch (field) {
    case MSIV2_OPTION_CLIENT_ID:
      return SetIdentity(ManagedIdentityId::ClientId, value, options);
    case MSIV2_OPTION_OBJECT_ID:
      return SetIdentity(ManagedIdentityId::ObjectId, value, options);
    case MSIV2_OPTION_RESOURCE_ID:
      return SetIdentity(ManagedIdentityId::ResourceId, value, options);
    case MSIV2_OPTION_IMDS_BASE_URL:
      options.imds_base_url = value;
      return nullptr;
    case MSIV2_OPTION_CLIENT_CAPABILITY:
      options.client_capabilities.emplace_back(value);
      return nullptr;
    case MSIV2_OPTION_ALLOWED_HOST:
      if (!options.allowed_hosts) options.allowed_hosts.emplace();
      options.allowed_hosts->emplace_back(value);
      return nullptr;
    case MSIV2_OPTION_TRUST_ANCHORS_PEM:
      options.tls.trust_anchors_pem = value;
      return nullptr;
    case MSIV2_OPTION_TRUST_ANCHORS_FILE:
      options.tls.trust_anchors_file = value;
      return nullptr;
    case MSIV2_OPTION_ATTESTATION_LIBRARY:
      options.attestation_library.path = value;
      return nullptr;
    case MSIV2_OPTION_ATTESTATION_LIBRARY_SHA256:
      options.attestation_library.sha256 = value;
      return nullptr;
    case MSIV2_OPTION_KEY_PROVIDER:
      return AddSelectable(value, options);
    case MSIV2_OPTION_SOURCE:
      return SetSource(value, options);
    default:
      return UnknownField(field);
  }
}

Failure SetTime(std::chrono::milliseconds& time, std::int64_t value) {
  if (auto bad = OutOfRange("a time in milliseconds", value, 1, kLongest)) return bad;
  time = std::chrono::milliseconds(value);
  return nullptr;
}

Failure SetTls(TlsVersion& version, std::int64_t value) {
  if (auto bad = OutOfRange("a TLS version", value, MSIV2_TLS_1_2, MSIV2_TLS_1_3)) return bad;
  version = value == MSIV2_TLS_1_2 ? TlsVersion::kTls12 : TlsVersion::kTls13;
  return nullptr;
}

Failure SetScope(ClientOptions& options, std::int64_t value) {
  bool own = false;
  if (auto bad = SetFlag(own, value)) return bad;
  options.cache_scope = own ? CacheScope::Private() : nullptr;
  return nullptr;
}

template <typename Count>
Failure SetCount(Count& count, std::int64_t value, std::int64_t low) {
  if (auto bad = OutOfRange("a count", value, low, std::numeric_limits<std::int32_t>::max())) return bad;
  count = static_cast<Count>(value);
  return nullptr;
}

Failure SetNumber(ClientOptions& options, std::int32_t field, std::int64_t value) {
  switch (field) {
    case MSIV2_OPTION_ALLOW_INSECURE_IMDS_BASE:
      return SetFlag(options.allow_insecure_imds_base, value);
    case MSIV2_OPTION_RETRIES:
      return SetFlag(options.retries, value);
    case MSIV2_OPTION_REMEDIATIONS:
      return SetCount(options.remediations, value, 0);
    case MSIV2_OPTION_TOKEN_CACHE:
      return SetFlag(options.token_cache, value);
    case MSIV2_OPTION_MAX_PENDING_CALLS:
      return SetCount(options.max_pending_calls, value, 1);
    case MSIV2_OPTION_PRIVATE_CACHE:
      return SetScope(options, value);
    case MSIV2_OPTION_TOKEN_LEG_MAX_TLS:
      return SetTls(options.tls.token_leg_max, value);
    case MSIV2_OPTION_RESOURCE_LEG_MAX_TLS:
      return SetTls(options.tls.resource_leg_max, value);
    case MSIV2_OPTION_IMDS_CONNECT_MS:
      return SetTime(options.timeouts.imds_connect, value);
    case MSIV2_OPTION_CONNECT_MS:
      return SetTime(options.timeouts.connect, value);
    case MSIV2_OPTION_ATTEMPT_MS:
      return SetTime(options.timeouts.attempt, value);
    case MSIV2_OPTION_ATTESTATION_MS:
      return SetTime(options.timeouts.attestation, value);
    case MSIV2_OPTION_ACQUISITION_MS:
      return SetTime(options.timeouts.acquisition, value);
    case MSIV2_OPTION_ALLOW_WORKLOAD_IDENTITY:
      return SetFlag(options.allow_workload_identity, value);
    default:
      return UnknownField(field);
  }
}

}  // namespace
}  // namespace msiv2::c

using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;

extern "C" {

std::int32_t msiv2_options_new(msiv2_options** options, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (options == nullptr) return IsNull("options");
    *options = nullptr;
    *options = new msiv2_options();
    return nullptr;
  });
}

std::int32_t msiv2_options_set_text(msiv2_options* options, msiv2_options_text_field field, const char* value,
                                    msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("options", options)) return bad;
    if (value == nullptr) return IsNull("value");
    return msiv2::c::SetText(options->options, field, value);
  });
}

std::int32_t msiv2_options_set_number(msiv2_options* options, msiv2_options_number_field field,
                                      std::int64_t value, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("options", options)) return bad;
    return msiv2::c::SetNumber(options->options, field, value);
  });
}

void msiv2_options_free(msiv2_options* options) { delete options; }

}  // extern "C"
