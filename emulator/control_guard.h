// Who may use the control endpoint: local programs, but not web pages in a local browser.
#pragma once

#include <httplib.h>

#include <string>

namespace msiv2::emulator {

/// WhyForeign returns why a request to the control endpoint may come from a web page; empty if it cannot.
///
/// A page can send to 127.0.0.1. With its own host name that resolves to 127.0.0.1 it can also read the
/// answers (DNS rebinding). The headers that a browser then sends reveal the page: its own `Host`, an
/// `Origin`, a `Sec-Fetch-Site`. A request is accepted if it has exactly one `Host`, no `Origin`, and no
/// `Sec-Fetch-Site` other than `same-origin`. The `Host` must be 127.0.0.1, localhost or [::1] with the
/// server's port.
std::string WhyForeign(const httplib::Request& request);

}  // namespace msiv2::emulator
