// The module, a program or a shared library, that this code is linked into.
#pragma once

namespace msiv2 {

/// StayLoaded ensures that threads of this module never run code that is no longer in the process.
void StayLoaded() noexcept;

/// ThreadsLiveAtExit returns true if the threads of this module still run, and can be joined, when its static
/// objects are destroyed. In a Windows DLL they cannot. At the end of the process, the other threads are
/// gone, and locks that they held stay locked. While a DLL is unloaded, no thread can end, because it would
/// need the loader lock.
bool ThreadsLiveAtExit() noexcept;

}  // namespace msiv2
