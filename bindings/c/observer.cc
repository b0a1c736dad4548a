// Observers and logs of the caller's, and the event that they are given.
#include "msiv2/observer.h"

#include <utility>

#include "bindings/c/handles.h"
#include "bindings/c/tables.h"
#include "msiv2/observers/log.h"

struct msiv2_event {
  std::int64_t numbers[MSIV2_EVENT_KEY_ORIGIN + 1] = {};
  std::string texts[MSIV2_EVENT_OUTCOME + 1] = {};
  msiv2::c::Failure error{};
};

namespace msiv2::c {
namespace {

void SetStep(msiv2_event& event, Step step) {
  event.numbers[MSIV2_EVENT_STEP] = static_cast<std::int64_t>(step);
  event.texts[MSIV2_EVENT_STEP_NAME] = Name(step);
}

msiv2_event EventOf(const Event& event) {
  msiv2_event made;
  SetStep(made, event.step);
  made.numbers[MSIV2_EVENT_ELAPSED_NS] = event.elapsed.count();
  made.numbers[MSIV2_EVENT_ATTEMPT] = event.attempt;
  made.numbers[MSIV2_EVENT_DELAY_NS] = event.delay.count();
  made.numbers[MSIV2_EVENT_HTTP_STATUS] = event.http_status;
  made.numbers[MSIV2_EVENT_TOKENS] = static_cast<std::int64_t>(event.tokens);
  made.texts[MSIV2_EVENT_NAME] = Name(event.kind);
  made.texts[MSIV2_EVENT_WHERE] = event.where;
  made.texts[MSIV2_EVENT_DETAIL] = event.detail;
  made.texts[MSIV2_EVENT_IDENTIFIERS] = event.identifiers;
  made.texts[MSIV2_EVENT_CORRELATION_ID] = event.correlation_id;
  if (event.failure) made.texts[MSIV2_EVENT_FAILURE] = Name(*event.failure);
  const bool is_miss = event.kind == Event::Kind::kCacheMiss;
  if (is_miss || event.kind == Event::Kind::kCacheHit) made.texts[MSIV2_EVENT_CACHE] = Name(event.cache);
  if (is_miss) made.texts[MSIV2_EVENT_MISS] = Name(event.miss);
  if (event.kind == Event::Kind::kRenewalEnded) made.texts[MSIV2_EVENT_RENEWAL] = Name(event.renewal);
  if (event.error != nullptr) made.error = Fail(*event.error);
  return made;
}

msiv2_event EventOf(const MsiCount& count) {
  msiv2_event made;
  SetStep(made, count.error != nullptr ? count.error->step : Step::kToken);
  made.numbers[MSIV2_EVENT_ELAPSED_NS] = count.elapsed.count();
  made.numbers[MSIV2_EVENT_BYPASS_CACHE] = count.bypass_cache ? 1 : 0;
  made.numbers[MSIV2_EVENT_KEY_STRENGTH] = static_cast<std::int64_t>(count.key_tier);
  made.numbers[MSIV2_EVENT_KEY_ORIGIN] = static_cast<std::int64_t>(count.key_origin);
  made.texts[MSIV2_EVENT_NAME] = "msi_count";
  made.texts[MSIV2_EVENT_CORRELATION_ID] = count.correlation_id;
  made.texts[MSIV2_EVENT_SOURCE] = count.source;
  made.texts[MSIV2_EVENT_TOKEN_TYPE] = Name(count.token_type);
  made.texts[MSIV2_EVENT_KEY_TYPE] = KeyTypeTag(count);
  made.texts[MSIV2_EVENT_OUTCOME] = Name(count.outcome);
  if (count.error != nullptr) made.error = Fail(*count.error);
  return made;
}

class TableObserver final : public Observer {
 public:
  TableObserver(const msiv2_observer_table& table, void* context)
      : on_event_(table.on_event), owned_(context, table.release) {}
  void Arm() { owned_.Arm(); }
  void OnEvent(const Event& event) noexcept override { Tell(event); }
  void OnMsiCount(const MsiCount& count) noexcept override { Tell(count); }

 private:
  template <typename What>
  void Tell(const What& what) noexcept {
    try {
      const msiv2_event event = EventOf(what);
      on_event_(owned_.context(), &event);
    } catch (...) {  // no memory for an event: it is lost, the acquisition is not
    }
  }

  void (*const on_event_)(void*, const msiv2_event*);
  Owned owned_;
};

}  // namespace
}  // namespace msiv2::c

using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;
using msiv2::c::OutOfRange;

extern "C" {

std::int64_t msiv2_event_number(const msiv2_event* event, std::int32_t field) {
  if (event == nullptr || field < MSIV2_EVENT_STEP || field > MSIV2_EVENT_KEY_ORIGIN) return 0;
  return event->numbers[field];
}

const char* msiv2_event_text(const msiv2_event* event, std::int32_t field) {
  if (event == nullptr || field < MSIV2_EVENT_NAME || field > MSIV2_EVENT_OUTCOME) return "";
  return event->texts[field].c_str();
}

const msiv2_error* msiv2_event_error(const msiv2_event* event) {
  return event == nullptr ? nullptr : event->error.get();
}

std::int32_t msiv2_options_add_observer(msiv2_options* options, const msiv2_observer_table* table,
                                        void* context, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("options", options)) return bad;
    if (table == nullptr) return IsNull("table");
    if (table->on_event == nullptr) return IsNull("on_event");
    auto observer = std::make_shared<msiv2::c::TableObserver>(*table, context);
    options->AddObserver(observer);
    observer->Arm();
    return nullptr;
  });
}

std::int32_t msiv2_options_add_log(msiv2_options* options, std::int32_t debug, std::int32_t json,
                                   const msiv2_log_table* table, void* context, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("options", options)) return bad;
    if (table == nullptr) return IsNull("table");
    if (table->write == nullptr) return IsNull("write");
    if (auto bad = OutOfRange("debug", debug, 0, 1)) return bad;
    if (auto bad = OutOfRange("json", json, 0, 1)) return bad;
    msiv2::LogOptions form;
    if (debug == 1) form.level = msiv2::LogLevel::kDebug;
    if (json == 1) form.format = msiv2::LogFormat::kJson;
    auto owned = std::make_shared<msiv2::c::Owned>(context, table->release);
    auto* const write = table->write;
    options->AddObserver(std::make_shared<msiv2::LogObserver>(
        [owned, write](std::string_view line) { write(owned->context(), std::string(line).c_str()); }, form));
    owned->Arm();
    return nullptr;
  });
}

}  // extern "C"
