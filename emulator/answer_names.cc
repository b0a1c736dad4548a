#include "emulator/answer_names.h"

#include <algorithm>
#include <array>

#include "emulator/arc_challenges.h"
#include "emulator/attestation_server.h"
#include "emulator/claims_challenge.h"
#include "emulator/credential_issuer.h"
#include "emulator/entra_server.h"
#include "emulator/expiry_forms.h"
#include "emulator/imds_handlers.h"

namespace msiv2::emulator {
namespace {

using Names = std::vector<std::string>;

constexpr char kAadstsForm[] = "aadsts-<code>";
constexpr char kClaimsForm[] = "claims:NAME:VALUE";

Names Joined(Names first, const Names& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Names BearerNames() { return NamesOf(BearerFaults({}, {})); }
Names ArcNames() { return Joined(BearerNames(), ArcChallenges::Faults()); }
Names WorkloadNames() { return Joined({kAadstsForm}, BearerNames()); }
Names EntraNames() { return Joined({kAadstsForm}, EntraAnswerFaults()); }
Names CredentialNames() { return Joined(imds::CredentialAnswerFaults(), CertificateFaultNames()); }
Names ResourceNames() { return {kClaimsForm}; }

struct AnsweringOperation {
  std::string_view server;
  std::string_view operation;
  Names (*names)();
};

constexpr std::array<AnsweringOperation, 14> kOperations = {{
    {"imds", "getplatformmetadata", imds::MetadataAnswerFaults},
    {"imds", "issuecredential", CredentialNames},
    {"imds", "token", BearerNames},
    {"imds", "compute", imds::ComputeAnswerFaults},
    {"attestation", "attest", AttestationAnswerFaults},
    {"entra", "token", EntraNames},
    {"resource", "call", ResourceNames},
    {"app-service", "token", BearerNames},
    {"app-service-2017", "token", BearerNames},
    {"arc", "token", ArcNames},
    {"cloud-shell", "token", BearerNames},
    {"machine-learning", "token", BearerNames},
    {"service-fabric", "token", BearerNames},
    {"workload", "token", WorkloadNames},
}};

bool IsAadsts(std::string_view name) {
  constexpr std::string_view kPrefix = "aadsts-";
  return name.starts_with(kPrefix) && name.size() > kPrefix.size() &&
         name.find_first_not_of("0123456789", kPrefix.size()) == std::string_view::npos;
}

}  // namespace

Names AnswerNames(std::string_view server, std::string_view operation) {
  Names all;
  for (const AnsweringOperation& each : kOperations) {
    const bool matches =
        (server == "*" || server == each.server) && (operation == "*" || operation == each.operation);
    if (matches) all = Joined(std::move(all), each.names());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

bool IsAnswerName(std::string_view name, const Names& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& known) {
    if (known == kAadstsForm) return IsAadsts(name);
    if (known == kClaimsForm) return ParseClaimDemand(name).has_value();
    return known == name;
  });
}

}  // namespace msiv2::emulator
