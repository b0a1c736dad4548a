// How tokens and errors are printed.
#pragma once

#include <iosfwd>
#include <string>

#include "cli/run.h"
#include "msiv2/error.h"
#include "msiv2/token.h"

namespace msiv2::cli {

/// TokenFormat is the value of `token --output`.
enum class TokenFormat {
  kText,    ///< a human-readable summary, without the token
  kJson,    ///< everything, with the token
  kHeader,  ///< the Authorization header, with the token
};

/// ParseTokenFormat returns the format called `word`; kText for an unknown word.
TokenFormat ParseTokenFormat(const std::string& word);

/// PrintToken prints an acquired token. Only kJson and kHeader contain the token itself.
void PrintToken(std::ostream& out, const TokenResult& result, TokenFormat format);

/// PrintError prints the failing step, its cause and its cure in human-readable form.
void PrintError(std::ostream& err, const Error& error);

/// PrintErrorJson prints `{"error": {...}}` with every field of the error.
void PrintErrorJson(std::ostream& out, const Error& error);

/// EndWithError prints `error` as JSON on the output, or in human-readable form on the error stream. Returns
/// the exit code of `error`.
int EndWithError(const Error& error, const Console& console, bool json = false);

}  // namespace msiv2::cli
