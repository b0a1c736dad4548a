// The certificate store around steps 3 to 6.
#pragma once

#include <memory>
#include <string>

#include "flow/steps.h"

namespace msiv2::flow {

/// StoreAlias returns the certificate store's alias of the plan: `<identity>#att=<0|1>`.
std::string StoreAlias(const BoundTokenPlan& plan);
/// RestoreBinding returns a binding from the certificate store that still passes every check of step 6
/// for this metadata and key, or null. Damaged and foreign entries are passed over; those that were made for
/// a key that `key` has taken the place of are removed. If `replaces` is not null, the binding expires later
/// than it and is not due for renewal itself.
BindingPtr RestoreBinding(const AcquisitionContext& acquisition, const PlatformMetadata& metadata,
                          const KeyPtr& key, const Binding* replaces);
/// LockMint takes the lock under which processes that share the certificate store mint for `key`. It
/// returns null without a store, if the store has no lock, or if no other process has this key. `waits`
/// false: it does not wait.
std::unique_ptr<MintLock> LockMint(const AcquisitionContext& acquisition, const SigningKey& key, bool waits);
/// StoreBinding keeps a fresh binding in the certificate store, if there is one.
void StoreBinding(const AcquisitionContext& acquisition, const Binding& binding);
/// RemoveBinding drops a refused binding from the certificate store, if there is one.
void RemoveBinding(const AcquisitionContext& acquisition, const Binding& binding);

}  // namespace msiv2::flow
