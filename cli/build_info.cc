#include "cli/build_info.h"

#include <curl/curl.h>
#include <openssl/crypto.h>

#include "cli/build_constants.h"
#include "msiv2/version.h"

namespace msiv2::cli {

BuildInfo ThisBuild() {
  return {.version = Version(),
          .commit = kCommit,
          .compiler = kCompiler,
          .build_type = kBuildType,
          .openssl = OpenSSL_version(OPENSSL_VERSION_STRING),
          .curl = curl_version_info(CURLVERSION_NOW)->version};
}

}  // namespace msiv2::cli
