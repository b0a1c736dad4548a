// The module, a program or a shared library, that this code is linked into.
#pragma once

namespace msiv2 {

/// StayLoaded sees to it that threads of this module never run code that is no longer in the process.
void StayLoaded() noexcept;

/// ThreadsLiveAtExit tells whether the threads of this module still run, and can be joined, when its static
/// objects are destroyed. They cannot in a Windows DLL: at the end of the process the other threads are gone,
/// with whatever they had locked, and while a DLL is unloaded no thread can end, for it needs the loader's
/// lock.
bool ThreadsLiveAtExit() noexcept;

}  // namespace msiv2
