// Who answers at the address of IMDS: judged here, for tokens, capabilities and the doctor alike.
#pragma once

#include "base/known_secrets.h"
#include "msiv2/error.h"
#include "msiv2/http.h"

namespace msiv2::imds {

/// HostKnowledge says whether a host is known to have IMDS, before it is asked (spec, Who answers).
enum class HostKnowledge {
  kUnknown,
  /// The firmware, which would tell, cannot be read. A 5xx counts as that of an IMDS that is restarting.
  kKnownByServerErrors,
  /// An option or a variable names the base, the firmware is Azure's, or IMDS has answered this process.
  kKnown,
};

/// ImdsLeg is what was sent to the address of IMDS.
enum class ImdsLeg {
  kMetadata,  ///< step 1
  kToken,     ///< MSI v1
  kV2Probe,
  kV1Probe,
};

/// HostOutcome is what came back.
using HostOutcome = Result<HttpResponse, HttpFailure>;

/// HasMarks returns true if an answer has the marks of IMDS. One is a Server header with `IMDS`, also of an
/// answer that was cut off. On the legs of MSI v1, JSON of IMDS's shape is another. The marks detect another
/// service at the address. They do not authenticate IMDS.
bool HasMarks(ImdsLeg leg, const HostOutcome& outcome);

/// IsKnownHost returns true if `outcome` is that of a host which is known to have IMDS.
bool IsKnownHost(const HostOutcome& outcome, HostKnowledge knowledge);

/// Answerer is who gave an outcome.
enum class Answerer {
  kImds,            ///< IMDS, or the outcome says nothing of it: the rules of the leg apply
  kAbsent,          ///< this host has IMDS, and it did not answer: something else did, or nothing
  kAnotherService,  ///< something else, on a host that is not known to have IMDS
  kNoService,       ///< nothing, on a host that is not known to have IMDS
};

/// WhoAnswers judges an outcome. On a known host, some answers keep their meaning whatever the Server header
/// says. These are a 404 of step 1 or of the probe of MSI v2, and a probe's 400.
Answerer WhoAnswers(ImdsLeg leg, const HostOutcome& outcome, HostKnowledge knowledge);

/// WhoAnswers judges an outcome whose HasMarks is `marked`: to find marks may mean to parse the answer.
Answerer WhoAnswers(ImdsLeg leg, const HostOutcome& outcome, HostKnowledge knowledge, bool marked);

/// IsSilent returns true if there was no connection, so that another path would not be answered either. What
/// resets a connection, answers late, or gives an answer that cannot be read may answer on another path.
bool IsSilent(const HostOutcome& outcome) noexcept;

/// HasNoImds returns true if a chain of credentials may go on: nothing says that this host has IMDS.
bool HasNoImds(Answerer answerer) noexcept;

/// NotImdsError returns `imds_unreachable` for an outcome that is not IMDS's own. It has the status, and
/// shows what another service said, cut and printable. A retry can help unless one answered, or a 4xx that
/// the retry table does not repeat. `secrets` are hidden in foreign words.
Error NotImdsError(ImdsLeg leg, Answerer answerer, const HostOutcome& outcome, int attempts,
                   const KnownSecrets& secrets = {});

}  // namespace msiv2::imds
