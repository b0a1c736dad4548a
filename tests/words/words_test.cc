// Options in the words of each language: C++, the flags of the command, C and Java.
#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>

#include "attestation/attestation_service.h"
#include "bindings/c/option_words.h"
#include "bindings/java/src/main/cpp/option_words.h"
#include "cli/option_words.h"
#include "entra/resource.h"
#include "flow/gate.h"
#include "imds/base_url.h"
#include "keys/key_chain.h"
#include "keys/provider_description.h"
#include "keys/provider_state.h"
#include "model/option_text.h"
#include "msiv2/client.h"
#include "msiv2/tools/diagnostics.h"

namespace msiv2 {
namespace {

std::string_view InJava(Option option) { return msiv2_jni::JavaWordOf(c::AboutOf(option)); }

struct Language {
  const char* name;
  OptionWords words;
};

const std::array<Language, 4>& Languages() {
  static const std::array<Language, 4> languages = {{
      {"C++", [](Option option) { return Name(option); }},
      {"the command", cli::FlagOf},
      {"C", c::FieldOf},
      {"Java", InJava},
  }};
  return languages;
}

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

bool HasWord(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !IsWordCharacter(text[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == text.size() || !IsWordCharacter(text[end]))) return true;
  }
  return false;
}

// Plain words of English, such as "claims", are not told apart from a name.
bool IsDistinct(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) {
    return c == '_' || c == '-' || std::isupper(static_cast<unsigned char>(c)) != 0;
  });
}

// Expects that `text`, which is in the words of `own`, has no word of another language.
void ExpectOnlyWordsOf(const Language& own, const std::string& text) {
  for (const Language& other : Languages()) {
    for (const Option option : AllOptions()) {
      const std::string word(other.words(option));
      if (word.empty() || !IsDistinct(word) || word == own.words(option)) continue;
      EXPECT_FALSE(HasWord(text, word)) << own.name << " says " << word << ": " << text;
    }
  }
  EXPECT_EQ(text.find_first_of("{}[]"), std::string::npos) << text;
}

void ExpectEachInItsWords(const OptionText& text) {
  for (const Language& language : Languages()) {
    ExpectOnlyWordsOf(language, Reword(text.text, text.named, language.words));
  }
}

std::vector<TokenRequest> WrongRequests() {
  std::vector<TokenRequest> requests(8, TokenRequest::Bearer("https://vault.azure.net"));
  requests[0].with_attestation_support = true;
  requests[1].allow_unattested = true;
  requests[2].minimum_strength = KeyStrength::kSoftware;
  requests[3].mtls_proof_of_possession = true;
  requests[4].mtls_proof_of_possession = requests[4].request_over_mtls = true;
  requests[5].rejected_token_sha256 = "x";
  requests[6].request_over_mtls = true;
  requests[7].minimum_strength = static_cast<KeyStrength>(7);
  return requests;
}

Error CreationError(ClientOptions options) {
  options.environment = [](const char*) { return std::nullopt; };
  const auto client = ManagedIdentityClient::Create(std::move(options));
  return client ? Error(ErrorCode::kMsiV2Error, "there is a client") : client.error();
}

Error AcquisitionError(const TokenRequest& request) {
  ClientOptions options;
  options.environment = [](const char*) { return std::nullopt; };
  options.imds_base_url = "http://127.0.0.1:1";
  options.key_providers = {BuiltInKeyProviders().back()};
  auto client = ManagedIdentityClient::Create(std::move(options));
  const auto token = client->AcquireToken(request);
  return token ? Error(ErrorCode::kMsiV2Error, "there is a token") : token.error();
}

// Every error that an option of a request or of a client can be the cause of.
std::vector<Error> ErrorsOfOptions() {
  std::vector<Error> errors;
  for (const TokenRequest& request : WrongRequests()) errors.push_back(flow::RefuseFlags(request).value());
  errors.push_back(entra::CheckResource("").error());
  errors.push_back(entra::CheckResource("a b").error());
  const EnvironmentReader nothing = [](const char*) { return std::nullopt; };
  errors.push_back(imds::ResolveImdsBase("no url", nothing, false).error());
  errors.push_back(imds::ResolveImdsBase("http://10.0.0.1", nothing, false).error());
  errors.push_back(attestation::NoAttestorError());
  errors.push_back(NoKeyError({}, {.minimum = KeyStrength::kHardware}));
  TokenRequest request = TokenRequest::UnattestedPop("https://vault.azure.net", KeyStrength::kKeyGuard);
  errors.push_back(AcquisitionError(request));
  request.claims = "{";
  errors.push_back(AcquisitionError(request));
  ClientOptions none_pending;
  none_pending.max_pending_calls = 0;
  errors.push_back(CreationError(std::move(none_pending)));
  ClientOptions no_file;
  no_file.tls.trust_anchors_file = "/does/not/exist";
  errors.push_back(CreationError(std::move(no_file)));
  ClientOptions no_pem;
  no_pem.tls.trust_anchors_pem = "no PEM";
  errors.push_back(CreationError(std::move(no_pem)));
  return errors;
}

// Answers each request as an IMDS that refuses, with words that look like a template of the library.
class Refusing final : public HttpTransport {
 public:
  Result<HttpResponse, HttpFailure> Send(const HttpRequest&, const CallContext&) override {
    return HttpResponse{400,
                        {{"Server", "IMDS/150"}, {"Content-Type", "application/json"}},
                        std::string(R"({"error":"invalid_request","error_description":")") + kWords + "\"}"};
  }
  static constexpr char kWords[] = "set {allow_unattested}[, or allow_unattested] --mtls-pop";
};

// N5. A sibling: what a service says is shown as it is.
TEST(Words, WhatAServiceSaysIsInNobodysWords) {
  ClientOptions options;
  options.environment = [](const char*) { return std::nullopt; };
  options.http = std::make_shared<Refusing>();
  options.source = IdentitySource::kImds;
  options.retries = false;
  auto client = ManagedIdentityClient::Create(std::move(options));
  ASSERT_TRUE(client);
  const auto token = client->AcquireToken(TokenRequest::Bearer("https://vault.azure.net"));
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().http_status, 400);
  for (const Language& language : Languages()) {
    EXPECT_NE(token.error().MessageIn(language.words).find(Refusing::kWords), std::string::npos)
        << token.error().MessageIn(language.words);
    EXPECT_NE(token.error().ToString(language.words).find(Refusing::kWords), std::string::npos);
  }
}

TEST(Words, EachOptionHasOneInEachLanguageOrIsKnownToHaveNone) {
  const std::set<std::pair<std::string_view, Option>> missing = {
      {"the command", Option::kRejectedTokenSha256}, {"the command", Option::kAllowInsecureImdsBase},
      {"the command", Option::kTrustAnchorsPem},     {"the command", Option::kMaxPendingCalls},
      {"the command", Option::kAttestationLibrary},  {"Java", Option::kMaxPendingCalls},
  };
  for (const Language& language : Languages()) {
    std::set<std::string_view> words;
    for (const Option option : AllOptions()) {
      const std::string_view word = language.words(option);
      EXPECT_EQ(word.empty(), missing.count({language.name, option}) == 1)
          << language.name << ": " << Name(option);
      EXPECT_TRUE(word.empty() || words.insert(word).second)
          << language.name << ": " << word << " is there twice";
    }
  }
}

TEST(Words, NumbersOfCAreOfOneOptionEach) {
  std::set<std::int32_t> numbers = {MSIV2_ABOUT_NONE, MSIV2_ABOUT_OTHER};
  for (const Option option : AllOptions()) {
    EXPECT_TRUE(numbers.insert(c::AboutOf(option)).second) << Name(option);
    EXPECT_EQ(msiv2_about_name(static_cast<msiv2_about>(c::AboutOf(option))), c::FieldOf(option));
  }
  EXPECT_EQ(c::AboutOf(std::nullopt), MSIV2_ABOUT_NONE);
}

// N5.
TEST(Words, NoCureNamesTheWordOfAnotherLanguage) {
  for (const ErrorInfo& row : ErrorTable()) ExpectEachInItsWords(CureText(row.code));
  ExpectEachInItsWords(AttestorCure());
}

// N5.
TEST(Words, NoErrorOfAnOptionNamesTheWordOfAnotherLanguage) {
  for (const Error& error : ErrorsOfOptions()) {
    const bool has_option = error.option.has_value() || error.code == ErrorCode::kAttestationFailed;
    EXPECT_TRUE(has_option) << error.ToString();
    for (const Language& language : Languages()) {
      // An error about an option that a language cannot set does not occur there.
      if (error.option && language.words(*error.option).empty()) continue;
      ExpectOnlyWordsOf(language, error.MessageIn(language.words));
      ExpectOnlyWordsOf(language, error.ToString(language.words));
    }
  }
}

// N5.
TEST(Words, NoSourceNamesTheWordOfAnotherLanguage) {
  ClientOptions options;
  options.environment = [](const char*) { return std::nullopt; };
  bool named = false;
  for (const SourceFinding& finding : ManagedIdentityClient::FindSources(options)) {
    named = named || !finding.named_in_why.empty();
    ExpectEachInItsWords({finding.why, finding.named_in_why});
  }
  EXPECT_TRUE(named) << "a workload identity is not allowed";
}

// Returns the literals of a line, without those of an #include and what follows "//" outside of one.
std::vector<std::string> LiteralsOf(const std::string& line) {
  std::vector<std::string> literals;
  if (line.starts_with("#include")) return literals;
  bool inside = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!inside && line.compare(i, 2, "//") == 0) break;
    if (line[i] == '"') {
      inside = !inside;
      if (inside) literals.emplace_back();
    } else if (inside) {
      if (line[i] == '\\') ++i;
      literals.back() += i < line.size() ? line[i] : ' ';
    }
  }
  return literals;
}

bool IsInBraces(const std::string& literal, const std::string& name) {
  return literal.find("{" + name + "}") != std::string::npos;
}

// N5. A text that names an option without a template would be in the words of C++ everywhere.
TEST(Words, NoLiteralOfTheLibraryNamesAnOptionOutsideOfATemplate) {
  const std::filesystem::path root(MSIV2_SOURCE_DIR);
  int templates = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "src")) {
    const std::string file = entry.path().filename().string();
    const bool is_test = file.find("_test") != std::string::npos;
    // The word is the name of a row of the self-test as well.
    if (entry.path().extension() != ".cc" || is_test || file == "run_rows.cc") continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      for (const std::string& literal : LiteralsOf(line)) {
        for (const Option option : AllOptions()) {
          const std::string name(Name(option));
          if (IsInBraces(literal, name)) ++templates;
          if (!IsDistinct(name) || IsInBraces(literal, name)) continue;
          EXPECT_FALSE(HasWord(literal, name)) << file << ": " << line;
        }
      }
    }
  }
  EXPECT_GT(templates, 10);
}

}  // namespace
}  // namespace msiv2
