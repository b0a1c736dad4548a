// Caller-supplied observers and logs, and the event that they receive.
#include "msiv2/observer.h"

#include <array>
#include <string>
#include <utility>

#include "bindings/c/handles.h"
#include "bindings/c/option_words.h"
#include "bindings/c/tables.h"
#include "msiv2/observers/log.h"

struct msiv2_event {
  std::array<std::int64_t, MSIV2_EVENT_KEY_ORIGIN - MSIV2_EVENT_STEP + 1> numbers{};
  std::array<std::string, MSIV2_EVENT_OUTCOME - MSIV2_EVENT_NAME + 1> texts{};
  msiv2::c::Failure error{};

  // Only for fields that exist: the numbers of callers are checked before.
  std::int64_t& Number(msiv2_event_number_field field) {
    return numbers.at(static_cast<std::size_t>(field - MSIV2_EVENT_STEP));
  }
  std::string& Text(msiv2_event_text_field field) {
    return texts.at(static_cast<std::size_t>(field - MSIV2_EVENT_NAME));
  }
};

namespace msiv2::c {
namespace {

void SetStep(msiv2_event& event, Step step) {
  event.Number(MSIV2_EVENT_STEP) = static_cast<std::int64_t>(step);
  event.Text(MSIV2_EVENT_STEP_NAME) = Name(step);
}

msiv2_event EventOf(const Event& event) {
  msiv2_event made;
  SetStep(made, event.step);
  made.Number(MSIV2_EVENT_ELAPSED_NS) = event.elapsed.count();
  made.Number(MSIV2_EVENT_ATTEMPT) = event.attempt;
  made.Number(MSIV2_EVENT_DELAY_NS) = event.delay.count();
  made.Number(MSIV2_EVENT_HTTP_STATUS) = event.http_status;
  made.Number(MSIV2_EVENT_TOKENS) = static_cast<std::int64_t>(event.tokens);
  made.Text(MSIV2_EVENT_NAME) = Name(event.kind);
  made.Text(MSIV2_EVENT_WHERE) = event.where;
  made.Text(MSIV2_EVENT_DETAIL) = event.detail;
  made.Text(MSIV2_EVENT_IDENTIFIERS) = event.identifiers;
  made.Text(MSIV2_EVENT_CORRELATION_ID) = event.correlation_id;
  if (event.failure) made.Text(MSIV2_EVENT_FAILURE) = Name(*event.failure);
  const bool is_miss = event.kind == Event::Kind::kCacheMiss;
  if (is_miss || event.kind == Event::Kind::kCacheHit) made.Text(MSIV2_EVENT_CACHE) = Name(event.cache);
  if (is_miss) made.Text(MSIV2_EVENT_MISS) = Name(event.miss);
  if (event.kind == Event::Kind::kRenewalEnded) made.Text(MSIV2_EVENT_RENEWAL) = Name(event.renewal);
  if (event.error != nullptr) made.error = Fail(*event.error);
  return made;
}

msiv2_event EventOf(const MsiCount& count) {
  msiv2_event made;
  SetStep(made, count.error != nullptr ? count.error->step : Step::kToken);
  made.Number(MSIV2_EVENT_ELAPSED_NS) = count.elapsed.count();
  made.Number(MSIV2_EVENT_BYPASS_CACHE) = count.bypass_cache ? 1 : 0;
  made.Number(MSIV2_EVENT_KEY_STRENGTH) = static_cast<std::int64_t>(count.key_strength);
  made.Number(MSIV2_EVENT_KEY_ORIGIN) = static_cast<std::int64_t>(count.key_origin);
  made.Text(MSIV2_EVENT_NAME) = "msi_count";
  made.Text(MSIV2_EVENT_CORRELATION_ID) = count.correlation_id;
  made.Text(MSIV2_EVENT_SOURCE) = count.source;
  made.Text(MSIV2_EVENT_TOKEN_TYPE) = Name(count.token_type);
  made.Text(MSIV2_EVENT_KEY_TYPE) = KeyTypeTag(count);
  made.Text(MSIV2_EVENT_OUTCOME) = Name(count.outcome);
  if (count.error != nullptr) made.error = Fail(*count.error);
  return made;
}

class TableObserver final : public Observer {
 public:
  TableObserver(const msiv2_observer_table& table, void* context)
      : on_event_(table.on_event), owned_(context, table.release) {}
  void Arm() { owned_.Arm(); }
  void OnEvent(const Event& event) noexcept override { Notify(event); }
  void OnMsiCount(const MsiCount& count) noexcept override { Notify(count); }

 private:
  template <typename What>
  void Notify(const What& what) noexcept {
    try {
      const msiv2_event event = EventOf(what);
      on_event_(owned_.context(), &event);
    } catch (...) {  // no memory for an event: the event is lost, the acquisition goes on
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

std::int64_t msiv2_event_number(const msiv2_event* event, msiv2_event_number_field field) {
  if (event == nullptr || field < MSIV2_EVENT_STEP || field > MSIV2_EVENT_KEY_ORIGIN) return 0;
  return event->numbers[static_cast<std::size_t>(field - MSIV2_EVENT_STEP)];
}

const char* msiv2_event_text(const msiv2_event* event, msiv2_event_text_field field) {
  if (event == nullptr || field < MSIV2_EVENT_NAME || field > MSIV2_EVENT_OUTCOME) return "";
  return event->texts[static_cast<std::size_t>(field - MSIV2_EVENT_NAME)].c_str();
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
    form.words = msiv2::c::FieldOf;
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
