// When a renewal is due. Pure: every time is an argument.
#pragma once

#include <chrono>
#include <string_view>

namespace msiv2::rotation {

/// RenewAt returns when a certificate that is current from `now` on is to be renewed: at half of its life,
/// give or take 10 %. `seed` selects the moment in this range; the certificate's thumbprint will do. Each
/// host has another moment, so that a fleet does not renew in one minute. A host has the same one after a
/// restart. A life of more than 90 days counts as 90.
///
/// It may be past half of its life already, where this host's clock is ahead or the issuer backdates. So the
/// answer never comes sooner than an hour from now, or a quarter of what is left where that is less. Without
/// this floor each renewal would be due at once.
std::chrono::system_clock::time_point RenewAt(std::chrono::system_clock::time_point not_before,
                                              std::chrono::system_clock::time_point not_after,
                                              std::chrono::system_clock::time_point now,
                                              std::string_view seed);

/// RefreshAt returns when a token that came at `now` and ends at `expires_on` is to be refreshed. This is
/// `refresh_on`, but never sooner than five minutes from now, or a quarter of what is left where that is
/// less. A service may ask for a refresh after a second, and does so again in each answer.
std::chrono::system_clock::time_point RefreshAt(std::chrono::system_clock::time_point refresh_on,
                                                std::chrono::system_clock::time_point expires_on,
                                                std::chrono::system_clock::time_point now);

/// BackoffAfter returns how long a renewal backs off after its `failures`th failure in a row. It is 30 s,
/// then twice as long each time, at most ten minutes.
std::chrono::seconds BackoffAfter(int failures);

/// kBackoffWhenTooEarly is how long a renewal waits when the service still issues the old one.
inline constexpr std::chrono::hours kBackoffWhenTooEarly{1};

/// kBackoffWhenUnused is how long the renewal of an unused entry waits before it is checked again. The check
/// also removes the renewal of what has expired.
inline constexpr std::chrono::hours kBackoffWhenUnused{1};

/// kLongestIdle is how long the rotator sleeps at most: the wall clock, by which certificates end, may be
/// set.
inline constexpr std::chrono::hours kLongestIdle{1};

}  // namespace msiv2::rotation
