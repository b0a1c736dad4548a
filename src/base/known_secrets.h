// The secrets that foreign text must not show.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/mapped_text.h"
#include "msiv2/secret.h"

namespace msiv2 {

/// KnownSecrets holds the secrets of one call: the credentials that it uses, and the secrets in its
/// environment. A secret of fewer than four characters is ignored, because hiding it would damage ordinary
/// words.
///
/// Each secret is found as it is, and in the forms that programs convert it to. These are: other case, base64
/// and base64url at any offset, hex, percent-encoding, `+` for a space, and JSON or XML escapes. It is also
/// found if spaces, line breaks or control characters split it.
class KnownSecrets {
 public:
  /// Add adds a secret. In a long secret, each piece of twelve characters is hidden too.
  void Add(std::string_view secret);
  /// AddWhole adds a secret that is hidden only as a whole.
  void AddWhole(std::string_view secret);
  /// AddWord adds a name, which is hidden only where it is a word of its own. Case is ignored, but its
  /// encoded forms are not found.
  void AddWord(std::string_view name);

  bool empty() const noexcept { return secrets_.empty() && words_.empty(); }

  /// MarkIn marks the secrets in each of `readings`, which all derive from one text.
  void MarkIn(const std::vector<MappedText>& readings, HiddenMarks& hidden) const;

  /// AreIn returns true if MarkIn would mark a part of `text` as it is, with no escapes undone.
  bool AreIn(std::string_view text) const;

 private:
  struct Secret {
    SecretString text;
    bool in_pieces = true;
  };
  void Add(std::string_view secret, bool in_pieces);

  std::vector<Secret> secrets_;
  std::vector<SecretString> words_;
};

}  // namespace msiv2
