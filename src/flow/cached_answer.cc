#include "flow/cached_answer.h"

#include <utility>

#include "flow/trace.h"

namespace msiv2::flow {

TokenResult CachedAnswer(const Ports& ports, cache::CachedTokenPtr cached, Observer* observer) {
  cached->NoteUse();
  if (observer != nullptr) {
    Trace(observer, ports.clock, "").Hit(CacheKind::kToken, "token from the cache");
  }
  const AccessToken* token = cached->token.get();
  return {std::shared_ptr<const AccessToken>(std::move(cached), token), TokenSource::kCache};
}

}  // namespace msiv2::flow
