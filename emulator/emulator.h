// The emulator: IMDS, attestation service, Entra and a protected resource on loopback.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "msiv2/attestor.h"
#include "msiv2/key.h"
#include "msiv2/options.h"
#include "msiv2/resource_client.h"
#include "msiv2/result.h"

namespace msiv2::emulator {

/// AskForCertificate is when a TLS server of the emulator asks for the client certificate.
enum class AskForCertificate {
  kHandshake,      ///< in the first handshake
  kRenegotiation,  ///< TLS 1.2: in a renegotiation, after the request was read (as Key Vault does)
  kPostHandshake,  ///< TLS 1.3: by post-handshake authentication (RFC 8446 section 4.6.2)
};

/// EmulatedIdentity is a managed identity of the emulated host.
struct EmulatedIdentity {
  bool system_assigned = false;
  std::string client_id;
  std::string object_id;
  std::string resource_id;
};

/// SourceNames returns the names of the sources of MSI v1 that the emulator plays.
std::vector<std::string> SourceNames();

/// CheckFault returns what is wrong with a fault rule: the error of Emulator::AddFault.
Result<void> CheckFault(std::string_view rule);

/// EnvironmentVariables are the variables that point a program at a source, by name.
using EnvironmentVariables = std::map<std::string, std::string>;

/// EmulatorOptions configure an emulator. The defaults serve one system-assigned and one user-assigned
/// identity on free ports of 127.0.0.1.
struct EmulatorOptions {
  std::uint16_t imds_port = 0;  ///< 0: any free port, here and below
  std::uint16_t attestation_port = 0;
  std::uint16_t entra_port = 0;
  std::uint16_t resource_port = 0;
  std::uint16_t control_port = 0;

  std::string tenant_id = "11111111-2222-4333-8444-555555555555";
  std::vector<EmulatedIdentity> identities{};  ///< empty: the two defaults
  std::string vm_id = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
  std::string vmss_id{};

  /// Refuse issuecredential without an attestation JWT, as today's service does.
  bool require_attestation = false;
  /// Answer every v2 path with 404, as a host with MSI v1 only does.
  bool v1_only = false;
  std::chrono::seconds certificate_lifetime = std::chrono::hours(24 * 7);
  /// How long before its issue a certificate begins, by its own dates. The service backdates by five minutes.
  /// An age above the lifetime makes a certificate that is past half of its life, which IMDS does not cache.
  std::chrono::seconds certificate_age = std::chrono::minutes(5);
  std::chrono::seconds token_lifetime = std::chrono::hours(24);
  /// The services' clock minus the host's. The services date what they issue and check lifetimes by their
  /// clock.
  std::chrono::seconds clock_offset{0};

  AskForCertificate entra_asks = AskForCertificate::kHandshake;
  AskForCertificate resource_asks = AskForCertificate::kHandshake;
  /// The resource asks for the certificate only if `x-ms-tokenboundauth: true` was sent; otherwise it answers
  /// 401.
  bool resource_wants_tokenboundauth = false;

  /// Sources of MSI v1 to play in addition to IMDS, from SourceNames(). Each has its own port and secret.
  std::vector<std::string> sources{};
  /// Where the source `arc` writes its challenge files. The folder is created if it does not exist, and the
  /// files are removed at the end. Empty: a new private folder. SDKs accept only the folder of the real
  /// agent, `/var/opt/azcmagent/tokens`.
  std::string arc_folder{};

  /// Fault rules in the text form of docs/howto/emulator_faults.md, applied in order.
  std::vector<std::string> faults{};
};

/// Endpoints are the addresses of a running emulator, and the trust anchor for it.
struct Endpoints {
  std::string imds;         ///< `http://127.0.0.1:PORT`
  std::string attestation;  ///< `https://127.0.0.1:PORT`
  std::string entra;        ///< `https://127.0.0.1:PORT`
  std::string resource;     ///< `https://127.0.0.1:PORT`
  std::string control;      ///< `http://127.0.0.1:PORT`
  std::string ca_pem;       ///< trust anchor of the emulator's TLS servers
  std::string client_id;    ///< of the system-assigned identity
  std::string tenant_id;
  /// The variables that point a program at a source, by the source's name, secrets included. Do not give one
  /// program the variables of two sources: they share names.
  std::map<std::string, EnvironmentVariables> environment{};
};

/// RequestLogEntry is one request that the emulator answered. It holds no token, JWT, CSR, key or secret.
struct RequestLogEntry {
  std::string server;  ///< "imds", "attestation", "entra", "resource", or a source of MSI v1
  std::string method;
  std::string path;  ///< without the query
  std::string query;
  int status = 0;  ///< 0 if a fault ended the connection without an answer
  bool client_certificate = false;
  bool had_attestation_token = false;
  std::string fault;  ///< the fault rule that was applied, or empty
};

/// Emulator runs the five servers, and the servers of its sources, until it is destroyed.
///
/// Everything is real: RSA keys, a certificate authority, TLS with client certificates, signed tokens. Only
/// the protection is played: its KeyGuard keys exist in this process and report that they are emulated.
/// Threads: all members may be called at the same time.
class Emulator {
 public:
  /// Start creates the keys and certificates, listens on loopback, and returns when all servers answer.
  /// Errors: `invalid_request` (a fault rule, port, source or folder that cannot be used).
  static Result<std::unique_ptr<Emulator>> Start(EmulatorOptions options = {});

  const Endpoints& endpoints() const noexcept;

  /// AddFault adds a rule in text form, for example `imds.issuecredential status=503 count=2`.
  Result<void> AddFault(std::string_view rule);
  /// ClearFaults removes every rule and ends the hangs that are under way.
  void ClearFaults();

  /// SetClockOffset moves the services' clock, as EmulatorOptions::clock_offset does from the start.
  void SetClockOffset(std::chrono::seconds offset);

  /// SetIdentities replaces the identities of the host, for example when one is deleted and created again
  /// under its name. Errors: `invalid_request` (no identity, or one without a client_id).
  Result<void> SetIdentities(std::vector<EmulatedIdentity> identities);

  /// RotateFederatedToken writes a new token to the file of the source `workload`, as the kubelet does. The
  /// previous token remains valid until it expires. Errors: `invalid_request` (that source is not played, or
  /// its file cannot be written).
  Result<void> RotateFederatedToken();

  /// RevokeCertificates makes Entra refuse every certificate issued so far.
  void RevokeCertificates();

  /// Log returns the requests answered so far, oldest first.
  std::vector<RequestLogEntry> Log() const;
  void ClearLog();
  /// TakeLog returns what Log would, and clears the log atomically: no entry is lost or returned twice.
  std::vector<RequestLogEntry> TakeLog();

  /// Hanging returns how many requests and TLS handshakes a fault is holding up.
  std::size_t Hanging() const;

  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;
  ~Emulator();

 private:
  class Impl;
  explicit Emulator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Attach reads the endpoints of an emulator that runs in another process from its control URL. Errors:
/// `invalid_request` if no emulator answers there.
Result<Endpoints> Attach(const std::string& control_url);

/// MakeEmulatedKeyGuardProvider returns a provider whose keys report the KeyGuard strength and the emulated
/// origin. Each provider keeps one key in memory.
std::shared_ptr<KeyProvider> MakeEmulatedKeyGuardProvider();

/// MakeEmulatedAttestor returns an attestor that talks to the emulator's attestation service.
std::shared_ptr<Attestor> MakeEmulatedAttestor(const Endpoints& endpoints);

/// Use points client options at an emulator: IMDS base and trust anchors. With `emulated_keyguard` it also
/// adds the emulated KeyGuard provider, before the other providers, and its attestor.
void Use(const Endpoints& endpoints, bool emulated_keyguard, ClientOptions& options);
/// Use points the options of a resource client at an emulator: trust anchors.
void Use(const Endpoints& endpoints, ResourceClientOptions& options);

/// EndpointsJson returns the endpoints as JSON, the form that `msiv2 emulator` prints and Attach reads.
std::string EndpointsJson(const Endpoints& endpoints);

}  // namespace msiv2::emulator
