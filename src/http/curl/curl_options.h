// Sets several libcurl options in a row.
#pragma once

#include <curl/curl.h>

#include <type_traits>

namespace msiv2::curl {

/// OptionSetter sets options on an easy handle and remembers whether one was refused.
class OptionSetter {
 public:
  explicit OptionSetter(CURL* easy) : easy_(easy) {}

  /// operator() sets one option. curl_easy_setopt is variadic, so a number must have exactly the type that
  /// the option is read as. Therefore int is not accepted.
  template <typename Value>
  void operator()(CURLoption option, Value value) {
    static_assert(std::is_same_v<Value, long> || std::is_same_v<Value, curl_off_t> ||
                  std::is_pointer_v<Value>);
    ok_ = curl_easy_setopt(easy_, option, value) == CURLE_OK && ok_;
  }

  bool ok() const { return ok_; }

 private:
  CURL* const easy_;
  bool ok_ = true;
};

}  // namespace msiv2::curl
