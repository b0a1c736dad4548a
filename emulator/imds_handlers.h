// The parts of the emulated IMDS, one function per operation.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "emulator/identities.h"
#include "emulator/imds_server.h"

namespace msiv2::emulator::imds {

/// kServerName is the Server header of the live service.
inline constexpr char kServerName[] = "IMDS/150.870.65.2153";

/// Answer sends JSON with a status.
void Answer(httplib::Response& response, int status, const nlohmann::json& body);

/// Refuse sends an error in the form that IMDS uses.
void Refuse(const httplib::Request& request, httplib::Response& response, int status,
            const std::string& error, const std::string& description);

/// CheckCommonHeaders refuses what every IMDS path refuses: a request without `Metadata: true`, or one that
/// came through a proxy. Its answer to the former is also the answer to a probe. Returns false if it has
/// refused the request.
bool CheckCommonHeaders(const httplib::Request& request, httplib::Response& response);

/// CheckV2Request refuses what both v2 legs refuse: an MSI v1 host, the common headers, a missing request id,
/// a wrong cred-api-version. Returns false if it has refused the request.
bool CheckV2Request(const ImdsServerOptions& options, const httplib::Request& request,
                    httplib::Response& response);

/// SelectIdentity returns the identity that the query names. `resource_id_name` is the query's name for a
/// resource id: mi_res_id in v2, msi_res_id in v1. Returns nullopt if it has refused the request.
std::optional<EmulatedIdentity> SelectIdentity(const ImdsServerOptions& options,
                                               const std::string& resource_id_name,
                                               const httplib::Request& request, httplib::Response& response);

/// RefuseUnknownFault answers 500, so that a misspelt `answer=` is not mistaken for a success.
void RefuseUnknownFault(httplib::Response& response, const std::string& name);

/// MetadataAnswerFaults, ComputeAnswerFaults and CredentialAnswerFaults return the names of the content
/// faults of their operation. The last ones do not include those of the certificate itself.
std::vector<std::string> MetadataAnswerFaults();
std::vector<std::string> ComputeAnswerFaults();
std::vector<std::string> CredentialAnswerFaults();

void GetPlatformMetadata(const ImdsServerOptions& options, const httplib::Request& request,
                         httplib::Response& response, Exchange& exchange);
void IssueCredential(const ImdsServerOptions& options, const httplib::Request& request,
                     httplib::Response& response, Exchange& exchange);
void GetV1Token(const ImdsServerOptions& options, const httplib::Request& request,
                httplib::Response& response, Exchange& exchange);
void GetCompute(const ImdsServerOptions& options, const httplib::Request& request,
                httplib::Response& response, Exchange& exchange);

}  // namespace msiv2::emulator::imds
