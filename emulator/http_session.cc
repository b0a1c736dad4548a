#include "emulator/http_session.h"

#include <cstdio>
#include <ctime>
#include <exception>
#include <utility>

namespace msiv2::emulator {
namespace {

constexpr std::size_t kOversizedBody = std::size_t{2} << 20;
/// kLongestPath limits the recursion of std::regex, which recurses once per letter of the path.
constexpr std::size_t kLongestPath = 1024;

std::string QueryOf(const httplib::Request& request) {
  const auto mark = request.target.find('?');
  return mark == std::string::npos ? std::string() : request.target.substr(mark + 1);
}

/// HttpDate returns an IMF-fixdate (RFC 9110 section 5.6.7); strftime would use the locale's names.
std::string HttpDate(std::chrono::system_clock::time_point when) {
  using namespace std::chrono;
  const auto midnight = floor<days>(when);
  const year_month_day date(midnight);
  const hh_mm_ss time(floor<seconds>(when - midnight));
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[weekday(midnight).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

/// NoBodyWithoutLength stops httplib from reading to the end of the connection. A request without a length
/// has no body (RFC 9112 section 6.3), and its sender (`curl -X POST`) waits for the answer.
void NoBodyWithoutLength(httplib::Request& request) {
  if (request.has_header("Content-Length") || request.has_header("Transfer-Encoding")) return;
  request.set_header("Content-Length", "0");
}

/// EachMemberTwice returns a JSON object with its members written twice; other text unchanged.
std::string EachMemberTwice(const std::string& body) {
  const auto end = body.rfind('}');
  if (!body.starts_with('{') || end == std::string::npos) return body;
  const std::string members = body.substr(1, end - 1);
  return "{" + members + "," + members + "}";
}

}  // namespace

CertificateHandle Exchange::ClientCertificate() { return connection_.ClientCertificate(true); }

HttpSession::HttpSession(Connection& connection, const HttpServerOptions& options,
                         const std::vector<CompiledRoute>& routes)
    : connection_(connection), stream_(connection), options_(options), routes_(routes) {
  const Handler answer = [this](const httplib::Request& request, httplib::Response& response) {
    Answer(request, response);
  };
  constexpr const char* kAnyPath = R"([\s\S]*)";
  Get(kAnyPath, answer);  // HEAD as well
  Post(kAnyPath, answer);
  Put(kAnyPath, answer);
  Patch(kAnyPath, answer);
  Delete(kAnyPath, answer);
  Options(kAnyPath, answer);
  set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    return Refuse(request, response) ? HandlerResponse::Handled : HandlerResponse::Unhandled;
  });
  set_payload_max_length(options.largest_body);
  set_keep_alive_max_count(1000000);  // these two are only announced; a connection is kept until it ends
  set_keep_alive_timeout(3600);
  svr_sock_ = connection.socket();  // if it is not set, httplib believes that it has stopped
}

void HttpSession::Serve() {
  if (!connection_.Handshake()) {
    if (!connection_.fault_rule().empty()) {
      RequestLogEntry entry;
      entry.server = options_.name;
      entry.fault = connection_.fault_rule();
      Record(std::move(entry));
    }
    return;
  }
  bool close = false;
  while (!close && !refused_ && !connection_.IsBroken()) {
    if (!process_request(stream_, false, close, NoBodyWithoutLength)) return;
  }
}

/// Refuse answers a request before its body is read. The connection ends with the answer: the unread body
/// would otherwise be taken for the next request.
bool HttpSession::Refuse(const httplib::Request& request, httplib::Response& answer) {
  const std::string why = options_.refuse ? options_.refuse(request) : std::string();
  if (!why.empty()) {
    answer.status = 403;
    answer.set_content("emulator: the request is refused: " + why + "\n", "text/plain");
  } else if (request.path.size() > kLongestPath) {
    answer.status = 414;
  } else {
    return false;
  }
  answer.set_header("Connection", "close");
  refused_ = true;
  return true;
}

void HttpSession::Answer(const httplib::Request& request, httplib::Response& answer) {
  std::vector<std::string> captures;
  const auto* route = Find(request, captures);
  std::optional<Fault> fault;
  if (options_.faults != nullptr) {
    fault = options_.faults->Take(options_.name, route == nullptr ? "" : route->route.operation);
  }

  RequestLogEntry entry;
  entry.server = options_.name;
  entry.method = request.method;
  entry.path = request.path;
  entry.query = QueryOf(request);
  if (fault) entry.fault = fault->rule;
  if (fault && Strike(*fault, entry)) return;

  Exchange exchange(connection_, fault ? fault->answer : std::string(), Now());
  exchange.captures = std::move(captures);
  if (fault && fault->status != 0) {
    AnswerWithStatus(*fault, answer);
  } else if (route != nullptr) {
    RunHandler(*route, request, answer, exchange);
  } else {
    answer.status = 404;
  }
  answer.set_header("Date", HttpDate(Now()));
  if (fault) Spoil(*fault, answer);

  entry.status = connection_.IsBroken() ? 0 : answer.status;
  if (entry.fault.empty()) entry.fault = connection_.fault_rule();
  entry.client_certificate = connection_.ClientCertificate(false) != nullptr;
  entry.had_attestation_token = exchange.had_attestation_token;
  Record(std::move(entry));
}

const CompiledRoute* HttpSession::Find(const httplib::Request& request,
                                       std::vector<std::string>& captures) const {
  for (const auto& candidate : routes_) {
    std::smatch match;
    if (candidate.route.method != "*" && candidate.route.method != request.method) continue;
    if (!std::regex_match(request.path, match, candidate.path)) continue;
    captures.assign(match.begin(), match.end());
    return &candidate;
  }
  return nullptr;
}

/// Strike plays what happens before an answer; returns true if there is no answer. A request that is never
/// answered is logged first, so that a test can see it hang.
bool HttpSession::Strike(const Fault& fault, RequestLogEntry& entry) {
  const auto gone = [this] { return connection_.PeerIsGone(); };
  if (fault.delay.count() > 0) options_.faults->Wait(fault.delay, gone);
  if (fault.hang != Hang::kRequest && fault.reset != Reset::kRequest) return false;
  entry.client_certificate = connection_.ClientCertificate(false) != nullptr;
  Record(entry);
  if (fault.hang == Hang::kRequest) options_.faults->Wait(std::nullopt, gone);
  if (fault.reset == Reset::kRequest) {
    connection_.BreakWithReset();
  } else {
    connection_.Break();
  }
  return true;
}

void HttpSession::RunHandler(const CompiledRoute& route, const httplib::Request& request,
                             httplib::Response& answer, Exchange& exchange) {
  answer.status = 200;
  try {
    route.route.handler(request, answer, exchange);
  } catch (const std::exception& problem) {
    answer = {};
    answer.status = 500;
    answer.set_content(std::string("emulator: ") + problem.what(), "text/plain");
  }
}

void HttpSession::AnswerWithStatus(const Fault& fault, httplib::Response& answer) const {
  answer.status = fault.status;
  if (!options_.server_header.empty()) answer.set_header("Server", options_.server_header);
  constexpr char kOAuthError[] =
      R"({"error":"emulated_fault","error_description":"A fault rule of the emulator asked for this answer."})";
  answer.set_content(options_.fault_body.empty() ? kOAuthError : options_.fault_body,
                     "application/json; charset=utf-8");
}

void HttpSession::Spoil(const Fault& fault, httplib::Response& answer) {
  if (fault.retry_after) {
    answer.headers.erase("Retry-After");
    answer.set_header("Retry-After", fault.retry_after_as_date ? HttpDate(Now() + *fault.retry_after)
                                                               : std::to_string(fault.retry_after->count()));
  }
  if (!fault.first_line.empty()) stream_.InsertFirstLine(fault.first_line);
  if (!fault.dropped_header.empty()) answer.headers.erase(fault.dropped_header);
  switch (fault.body) {
    case BodyFault::kNone:
      break;
    case BodyFault::kMalformed:
      answer.body = "{\"this is\": not JSON";
      break;
    case BodyFault::kOversized:
      answer.body.append(kOversizedBody, ' ');
      break;
    case BodyFault::kTruncated:
      HalfABody(answer, false);
      break;
    case BodyFault::kEmpty:
      answer.body.clear();
      break;
    case BodyFault::kNul:
      answer.body.append("\0{}", 3);
      break;
    case BodyFault::kTwice:
      answer.body = EachMemberTwice(answer.body);
      break;
  }
  if (fault.hang == Hang::kBody) HalfABody(answer, true);
}

/// HalfABody announces the whole body and sends half of it. Then it closes, or waits until the peer or the
/// fault is gone.
void HttpSession::HalfABody(httplib::Response& answer, bool then_hang) {
  auto body = std::exchange(answer.body, {});
  if (body.empty()) body = "{}";
  const auto type = answer.get_header_value("Content-Type");
  answer.headers.erase("Content-Type");
  answer.set_content_provider(
      body.size(), type, [this, body, then_hang](std::size_t, std::size_t, httplib::DataSink& sink) {
        sink.write(body.data(), body.size() / 2);
        if (then_hang) options_.faults->Wait(std::nullopt, [this] { return connection_.PeerIsGone(); });
        connection_.Break();
        return false;
      });
}

void HttpSession::Record(RequestLogEntry entry) const {
  if (options_.record) options_.record(std::move(entry));
}

std::chrono::system_clock::time_point HttpSession::Now() const {
  return options_.now ? options_.now() : std::chrono::system_clock::now();
}

}  // namespace msiv2::emulator
