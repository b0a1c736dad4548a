// Who may speak to the control endpoint: programs of this machine, not the web pages that a browser on it
// shows.
#pragma once

#include <httplib.h>

#include <string>

namespace msiv2::emulator {

/// WhyForeign returns why a request to the control endpoint may come from a web page; empty when it cannot.
///
/// A page can send to 127.0.0.1, and a name of its own that resolves to it makes the answers readable too
/// (DNS rebinding). What a browser then sends betrays it: its own `Host`, an `Origin`, a `Sec-Fetch-Site`.
/// Accepted: exactly one `Host` that is 127.0.0.1, localhost or [::1] with the server's port, no `Origin`,
/// and no `Sec-Fetch-Site` but `same-origin`.
std::string WhyForeign(const httplib::Request& request);

}  // namespace msiv2::emulator
