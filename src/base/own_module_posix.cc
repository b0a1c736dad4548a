#include "base/own_module.h"

namespace msiv2 {

// Unloading a library destroys its static objects first, and these join the threads.
void StayLoaded() noexcept {}

bool ThreadsLiveAtExit() noexcept { return true; }

}  // namespace msiv2
