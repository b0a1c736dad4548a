#include "http/curl/curl_response.h"

#include "base/ascii.h"
#include "base/wiped_text.h"
#include "http/curl/curl_options.h"
#include "model/find_header.h"
#include "msiv2/secret.h"

namespace msiv2::curl {
namespace {

constexpr std::size_t kMaxHeadBytes = std::size_t{64} * 1024;

// Returns true for "HTTP/1.1 1xx ...".
bool IsInterimStatusLine(std::string_view line) {
  const auto space = line.find(' ');
  return space != std::string_view::npos && line.substr(space + 1).starts_with('1');
}

void WipeHeaders(HttpHeaders& headers) {
  for (auto& [name, value] : headers) SecureWipe(value);
  headers.clear();
}

}  // namespace

ResponseReader::~ResponseReader() {
  WipeHeaders(headers_);
  SecureWipe(body_);
}

bool ResponseReader::AttachTo(CURL* easy) {
  OptionSetter set(easy);
  set(CURLOPT_HEADERFUNCTION, &ResponseReader::OnHeader);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &ResponseReader::OnBody);
  set(CURLOPT_WRITEDATA, this);
  return set.ok();
}

// If the callback returns a count other than the one that libcurl gave, libcurl ends the transfer.
std::size_t ResponseReader::OnHeader(char* data, std::size_t size, std::size_t count, void* reader) noexcept {
  try {
    return static_cast<ResponseReader*>(reader)->AddHeaderLine({data, size * count}) ? size * count : 0;
  } catch (...) {
    return 0;
  }
}

std::size_t ResponseReader::OnBody(char* data, std::size_t size, std::size_t count, void* reader) noexcept {
  try {
    const bool taken = static_cast<ResponseReader*>(reader)->AddBody({data, size * count});
    // This is libcurl's own buffer, which libcurl frees without wiping. It does not look at these bytes
    // again.
    WipeBytes(data, size * count);
    return taken ? size * count : 0;
  } catch (...) {
    return 0;
  }
}

bool ResponseReader::AddHeaderLine(std::string_view line) {
  head_bytes_ += line.size();
  head_too_large_ = head_bytes_ > kMaxHeadBytes;
  if (head_too_large_) return false;
  if (head_complete_) return true;  // a trailer after a chunked body: it must not add to the head
  if (head_begins_ && line.starts_with("HTTP/")) {
    head_begins_ = false;
    WipeHeaders(headers_);
    framed_ = false;
    interim_ = IsInterimStatusLine(line);
    return true;
  }
  const std::string_view text = Trim(line);
  if (line.starts_with(' ') || line.starts_with('\t')) return Unfold(text);
  if (text.empty()) {
    head_complete_ = !interim_;
    head_begins_ = interim_;
    return true;
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return true;  // not a header, so it is ignored
  const std::string_view name = Trim(text.substr(0, colon));
  if (EqualsIgnoreCase(name, "Content-Length") || EqualsIgnoreCase(name, "Transfer-Encoding")) framed_ = true;
  headers_.emplace_back(name, Trim(text.substr(colon + 1)));
  return true;
}

// RFC 9112 section 5.2: a line that begins with white space continues the previous header.
bool ResponseReader::Unfold(std::string_view text) {
  head_malformed_ = headers_.empty();
  if (head_malformed_) return false;
  std::string& value = headers_.back().second;
  if (!text.empty()) AppendWiped(value, " ");
  AppendWiped(value, text);
  return true;
}

bool ResponseReader::AddBody(std::string_view part) {
  body_too_large_ = part.size() > max_body_bytes_ - body_.size();
  if (body_too_large_) return false;
  AppendWiped(body_, part);
  return true;
}

std::string ResponseReader::Server() const {
  return std::string(interim_ ? std::string_view() : FindHeader(headers_, "Server").value_or(""));
}

HttpResponse ResponseReader::Take(int status) { return {status, std::move(headers_), std::move(body_)}; }

}  // namespace msiv2::curl
