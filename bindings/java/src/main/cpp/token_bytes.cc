#include "bindings/java/src/main/cpp/token_bytes.h"

#include <cstdint>
#include <string>

#include "bindings/java/src/main/cpp/jni_support.h"

namespace msiv2_jni {
namespace {

// In the order of io.github.msiv2.TokenDetails.
constexpr msiv2_token_number_field kNumbers[] = {
    MSIV2_TOKEN_TYPE,      MSIV2_TOKEN_EXPIRES_ON,       MSIV2_TOKEN_REFRESH_ON,
    MSIV2_TOKEN_ATTESTED,  MSIV2_TOKEN_BINDING_VERIFIED, MSIV2_TOKEN_KEY_STRENGTH,
    MSIV2_TOKEN_KEY_ORIGIN};
constexpr msiv2_token_text_field kTexts[] = {MSIV2_TOKEN_RESOURCE, MSIV2_TOKEN_CLIENT_ID,
                                             MSIV2_TOKEN_TENANT_ID, MSIV2_TOKEN_MSI_SOURCE};

// Reads bytes from front to back, and nothing behind them.
class Reader {
 public:
  Reader(JNIEnv* env, jbyteArray bytes) : env_(env), bytes_(Text(env, bytes)) {}

  int Byte() {
    if (at_ == bytes_.size()) Refuse();
    return static_cast<unsigned char>(bytes_[at_++]);
  }
  // Returns a text that ends with NUL. It lives as long as the reader.
  const char* TextWithNul() {
    const std::size_t end = bytes_.find('\0', at_);
    if (end == std::string::npos) Refuse();
    const char* const text = bytes_.data() + at_;
    at_ = end + 1;
    return text;
  }

 private:
  [[noreturn]] void Refuse() {
    ThrowNew(env_, "java/lang/IllegalArgumentException", "these bytes are not a request");
  }

  JNIEnv* env_;
  const std::string bytes_;
  std::size_t at_ = 0;
};

// Java's DataInput reads numbers with their highest byte first.
void Append(std::string& bytes, std::uint64_t value, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
}

void AppendNumber(JNIEnv* env, std::string& bytes, const msiv2_token* token, msiv2_token_number_field field) {
  const jlong value = Number(env, [&](std::int64_t* number, msiv2_error** error) {
    return msiv2_token_number(token, field, number, error);
  });
  Append(bytes, static_cast<std::uint64_t>(value), 8);
}

void AppendText(JNIEnv* env, std::string& bytes, const msiv2_token* token, msiv2_token_text_field field) {
  const msiv2_view view = [](void* to, const std::uint8_t* data, std::size_t size) -> std::int32_t {
    auto& all = *static_cast<std::string*>(to);
    Append(all, size, 4);
    all.append(reinterpret_cast<const char*>(data), size);
    return MSIV2_OK;
  };
  Check(env, [&](msiv2_error** error) { return msiv2_token_view(token, field, view, &bytes, error); });
}

}  // namespace

RequestPtr RequestOf(JNIEnv* env, jbyteArray bytes) {
  Reader reader(env, bytes);
  msiv2_request* made = nullptr;
  const char* const resource = reader.TextWithNul();
  Check(env, [&](msiv2_error** error) { return msiv2_request_new(resource, &made, error); });
  RequestPtr request(made, msiv2_request_free);
  for (const auto field : {MSIV2_REQUEST_CLAIMS, MSIV2_REQUEST_REJECTED_TOKEN_SHA256}) {
    const char* const text = reader.TextWithNul();
    if (*text == '\0') continue;
    Check(env, [&](msiv2_error** error) { return msiv2_request_set_text(made, field, text, error); });
  }
  for (int count = reader.Byte(); count > 0; --count) {
    const auto field = static_cast<msiv2_request_number_field>(reader.Byte());
    const int value = reader.Byte();
    Check(env, [&](msiv2_error** error) { return msiv2_request_set_number(made, field, value, error); });
  }
  return request;
}

jbyteArray GiveToken(JNIEnv* env, msiv2_token* token) {
  std::unique_ptr<msiv2_token, void (*)(msiv2_token*)> owned(token, msiv2_token_free);
  std::string bytes(8, '\0');  // the number comes first, and is known last
  bytes.reserve(512);
  AppendNumber(env, bytes, token, MSIV2_TOKEN_FROM_CACHE);
  for (const auto field : kNumbers) AppendNumber(env, bytes, token, field);
  for (const auto field : kTexts) AppendText(env, bytes, token, field);
  const jbyteArray array = env->NewByteArray(static_cast<jsize>(bytes.size()));
  if (array == nullptr) throw JavaException();
  const jlong number = Handles().Add(owned.release(), msiv2_token_free);
  std::string head;
  Append(head, static_cast<std::uint64_t>(number), 8);
  bytes.replace(0, head.size(), head);
  env->SetByteArrayRegion(array, 0, static_cast<jsize>(bytes.size()),
                          reinterpret_cast<const jbyte*>(bytes.data()));
  return array;
}

}  // namespace msiv2_jni
