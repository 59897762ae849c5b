// Reading ahead, and what is told of it. Callbacks hold the runner weakly: one that was replaced
// or stopped is not kept alive by what it waits for.
#include "gateway/subscriptions/runner.h"

#include <algorithm>

#include "gateway/model/json.h"

namespace postern::subscriptions {
namespace {

constexpr std::size_t page_events_max = 100;
/// A page is asked for once this many would fit: no query for every single delivery.
constexpr std::size_t room_wanted = 64;
constexpr std::chrono::milliseconds pause_length{500};

events::Cursor cursor_of(const model::Ulid& id) {
    return {id.milliseconds, id.epoch, id.sequence / events::subs_per_row,
            static_cast<unsigned>(id.sequence % events::subs_per_row)};
}

model::Instant moment_of(const events::Cursor& cursor) {
    return model::Instant{std::chrono::milliseconds{cursor.milliseconds}};
}

}  // namespace

Runner::Runner(Workshop& shop, model::SubscriptionRow row, std::shared_ptr<HealthBox> health)
    : shop_(shop),
      row_(std::move(row)),
      window_(cursor_of(row_.progress.cursor)),
      noted_(row_.progress),
      inherited_(row_.progress),
      health_box_(std::move(health)) {}

void Runner::start() {
    read();
    show();
}

void Runner::update(const model::SubscriptionRow& row) {
    row_ = row;
}

void Runner::stop() {
    stopped_ = true;
    for (auto* cancel : {&cancel_signal_, &cancel_pause_, &cancel_timer_}) {
        if (*cancel) std::exchange(*cancel, nullptr)();
    }
}

events::PageRequest Runner::next_page() const {
    events::PageRequest request;
    request.after = window_.read_to();
    request.filter.types = row_.types;
    request.limit = std::min(window_.room(), page_events_max);
    // What is still there is delivered, however old it is; a caller of the stream may be told to
    // begin again, a subscription has nobody to tell.
    request.from = from_oldest_ ? events::From::oldest : events::From::cursor;
    if (from_oldest_) request.kept_since = shop_.now().wall - shop_.retention;
    return request;
}

void Runner::read() {
    if (stopped_ || reading_) return;
    if (window_.room() < room_wanted) return;
    reading_ = true;
    const bool asked = shop_.queries.post([request = next_page(), accounts = shop_.accounts,
                                           &thread = shop_.thread,
                                           weak = weak_from_this()](runtime::Reader& reader) {
        auto page = std::make_shared<events::Page>(events::read_page(reader, request, *accounts));
        thread.post([weak, page] {
            if (const auto self = weak.lock()) self->on_page(std::move(*page));
        });
    });
    if (!asked) pause();
}

void Runner::on_page(events::Page page) {
    if (stopped_) return;
    if (page.state == events::PageState::failed) return pause();
    if (page.state == events::PageState::expired) return on_lost_cursor();
    from_oldest_ = from_oldest_ && page.events.empty() && page.next.sequence == 0;
    window_.add(std::move(page.events), page.next);
    take_over(page.next);
    pump();  // reads nothing yet: whether there is more is known from this page
    reading_ = false;
    if (page.more)
        read();
    else
        sleep(page.applied);
    show();
}

/// The history that the cursor is from is not here any more: goes on with the oldest that is, and
/// says so, since something may never be delivered.
void Runner::on_lost_cursor() {
    std::string data;
    model::JsonWriter json(data);
    json.begin_object().member("subscription", id_of(row_));
    json.member("after", events::format_cursor(window_.read_to())).end_object();
    (void)shop_.core.post({core::Announce{0, "subscription.skipped", std::move(data)}, {}});
    from_oldest_ = true;
    reading_ = false;
    read();
}

/// What failed before this start keeps the time since when it does, and its place in the schedule.
void Runner::take_over(const events::Cursor& read_to) {
    if (inherited_.failing_since == model::Instant{}) return;
    if (read_to.place() < inherited_.failing_place) return;
    const auto elapsed =
        std::max(shop_.now().wall - inherited_.failing_since, std::chrono::microseconds{0});
    window_.inherit(
        inherited_.failing_place, inherited_.failing_since,
        failures_within(shop_.schedule, std::chrono::floor<std::chrono::milliseconds>(elapsed)));
    inherited_.failing_since = {};
}

void Runner::sleep(model::Sequence applied) {
    if (reading_ || stopped_) return;
    reading_ = true;
    cancel_signal_ = shop_.signal.wait(shop_.thread, applied, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || self->stopped_) return;
        self->reading_ = false;
        self->read();
    });
}

void Runner::pause() {
    cancel_pause_ = shop_.thread.after(pause_length, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || self->stopped_) return;
        self->reading_ = false;
        self->read();
    });
}

model::DeliveryProgress Runner::progress() const {
    model::DeliveryProgress progress;
    const events::Cursor& cursor = window_.cursor();
    progress.cursor = {cursor.milliseconds, cursor.epoch, cursor.place()};
    progress.last_error = health_.last_error.empty() ? noted_.last_error : health_.last_error;
    progress.failing_since = inherited_.failing_since;
    progress.failing_place = inherited_.failing_place;
    const Window::Item* item = window_.failing_longest();
    const bool older = item != nullptr && (progress.failing_since == model::Instant{} ||
                                           item->failing_since < progress.failing_since);
    if (older) {
        progress.failing_since = item->failing_since;
        progress.failing_place = item->event.cursor.place();
    }
    if (progress.failing_since == model::Instant{}) progress.failing_place = 0;
    return progress;
}

/// The core judges by time when it is told; so it is told when the time has come.
bool Runner::is_due_for_judgement(const model::DeliveryProgress& progress) const {
    if (progress.failing_since == model::Instant{}) return false;
    const auto failing = shop_.now().wall - progress.failing_since;
    return failing >= model::subscription_disabled_after ||
           (!row_.warned && failing >= model::subscription_warned_after);
}

void Runner::note() {
    const model::DeliveryProgress now = progress();
    if (now == noted_ && !is_due_for_judgement(now)) return;
    if (shop_.core.post({core::NoteSubscription{row_.id, row_.run, now}, {}})) noted_ = now;
}

void Runner::show() {
    health_.cursor = window_.cursor();
    const Window::Item* oldest = window_.oldest();
    health_.oldest_waiting = oldest != nullptr ? moment_of(oldest->event.cursor) : model::Instant{};
    health_.waiting = window_.size();
    health_.retrying = window_.failing();
    health_.next_retry = {};
    const model::Now now = shop_.now();
    const auto due = window_.next_due();
    if (due && *due > now.steady) health_.next_retry = now.wall + (*due - now.steady);
    health_box_->write(health_);
}

}  // namespace postern::subscriptions
