// Reads an answer as it arrives, within limits.
#pragma once

#include <curl/curl.h>

#include <string_view>

#include "msiv2/http.h"

namespace msiv2::curl {

/// ResponseReader collects one answer from libcurl's callbacks. Threads: one.
class ResponseReader {
 public:
  explicit ResponseReader(std::size_t max_body_bytes) : max_body_bytes_(max_body_bytes) {}
  ResponseReader(const ResponseReader&) = delete;
  ResponseReader& operator=(const ResponseReader&) = delete;
  ~ResponseReader();  ///< wipes an answer that was not taken

  /// AttachTo makes `easy` deliver to this object, which must outlive the transfer. It returns false if
  /// libcurl refuses an option.
  bool AttachTo(CURL* easy);

  bool head_complete() const { return head_complete_; }   ///< the final head is complete, so a body follows
  bool ends_with_connection() const { return !framed_; }  ///< neither a length nor chunks mark the body's end
  /// head_malformed returns true if a malformed head ended the transfer. Its first line after the status line
  /// begins with white space. Such a line does not continue any header. Newer versions of libcurl would take
  /// it for a header.
  bool head_malformed() const { return head_malformed_; }
  bool head_too_large() const { return head_too_large_; }  ///< the transfer was ended for that reason
  bool body_too_large() const { return body_too_large_; }  ///< the transfer was ended for that reason

  /// Server returns the Server header of the final head, also of one that is cut off after it; else an empty
  /// text.
  std::string Server() const;

  /// Take returns the answer; the reader is then empty.
  HttpResponse Take(int status);

 private:
  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* reader) noexcept;
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* reader) noexcept;
  bool AddHeaderLine(std::string_view line);
  bool Unfold(std::string_view text);
  bool AddBody(std::string_view part);

  const std::size_t max_body_bytes_;
  std::size_t head_bytes_ = 0;
  bool head_begins_ = true;  // the next line is a status line
  bool interim_ = false;     // this head has a 1xx status: another head follows
  bool framed_ = false;
  bool head_complete_ = false;
  bool head_malformed_ = false;
  bool head_too_large_ = false;
  bool body_too_large_ = false;
  HttpHeaders headers_;
  std::string body_;
};

}  // namespace msiv2::curl
