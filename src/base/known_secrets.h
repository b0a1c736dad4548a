// The secrets that a text of another program must not show.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/mapped_text.h"
#include "msiv2/secret.h"

namespace msiv2 {

/// KnownSecrets are the secrets of one call: what it proves itself with, and what its surroundings hold. A
/// secret of less than four characters is none: to hide it would make holes in ordinary words.
///
/// Each is found as it is and in the disguises that programs give it: other case, base64 and base64url
/// wherever it begins, hex, percent-encoded, with `+` for a blank, as a string of JSON or XML, and split by
/// blanks, line breaks or control characters.
class KnownSecrets {
 public:
  /// Add adds a secret. Of a long one, each piece of twelve characters counts.
  void Add(std::string_view secret);
  /// AddWhole adds a secret of which no piece counts.
  void AddWhole(std::string_view secret);
  /// AddWord adds a name, which counts where it stands as a word of its own. It has no disguises but case.
  void AddWord(std::string_view name);

  bool empty() const noexcept { return secrets_.empty() && words_.empty(); }

  /// MarkIn marks the secrets that each of `readings` of one text holds.
  void MarkIn(const std::vector<MappedText>& readings, HiddenMarks& hidden) const;

 private:
  struct Secret {
    SecretString text;
    bool in_pieces = true;
  };
  std::vector<Secret> secrets_;
  std::vector<SecretString> words_;
};

}  // namespace msiv2
