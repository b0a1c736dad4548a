// Proxies: which one the environment names for a URL, and which parts of it may be shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/known_secrets.h"
#include "base/url.h"
#include "msiv2/options.h"
#include "msiv2/secret.h"

namespace msiv2 {

/// Proxy is the proxy that an environment variable names. Its credentials are never part of a URL, so that a
/// library cannot quote them with the URL.
struct Proxy {
  std::string variable;  ///< the name of the variable, for example "HTTPS_PROXY"
  std::string origin;    ///< `scheme://host:port`; empty if the proxy cannot be used
  SecretString user;     ///< percent-decoded; may be empty
  SecretString password;
  std::string problem;    ///< why the proxy cannot be used, without any part of the value; else empty
  bool over_tls = false;  ///< the problem: the proxy is itself reached over TLS
};

/// ChooseProxy returns the proxy for a request to `target`, or nullopt for a direct connection.
///
/// It reads the first of these variables that is not blank:
/// - for https: `https_proxy`, `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY`;
/// - for http: `http_proxy`, `all_proxy`, `ALL_PROXY`. It does not read `HTTP_PROXY`, because a web server
///   sets that variable from a header. Windows does not distinguish the two.
///
/// `no_proxy`, or else `NO_PROXY`, excepts hosts. The default scheme is http, and the default port is 1080.
std::optional<Proxy> ChooseProxy(const Origin& target, const EnvironmentReader& environment);

/// ProxyVariable returns the name of the variable that names the proxy for https. The result is empty if
/// there is none.
std::string ProxyVariable(const EnvironmentReader& environment);

/// ReadProxy parses the value of `variable`. In user and password, `/`, `?`, `#` and white space must be
/// percent-encoded. If it is not certain where the password ends and the host begins, the result has a
/// problem.
Proxy ReadProxy(std::string_view variable, std::string_view value);

/// IsExcepted returns true if the list of `no_proxy` names `host`. The list is `*`, or entries that commas or
/// white space separate. An entry is a name, which also stands for the names below it, an address or a block
/// of addresses (10.0.0.0/8, fe80::/10). `host` is as in Origin.
bool IsExcepted(std::string_view host, std::string_view no_proxy);

/// AddSecretsOf adds the credentials of `proxy` to `secrets`.
void AddSecretsOf(const Proxy& proxy, KnownSecrets& secrets);

/// AddProxySecrets adds the secrets in the proxy variables: user, password, both together, and values that
/// cannot be parsed. Each is also added percent-decoded, and in the parts that a URL parser may quote.
void AddProxySecrets(const EnvironmentReader& environment, KnownSecrets& secrets);

}  // namespace msiv2
