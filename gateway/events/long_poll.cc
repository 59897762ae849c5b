// Ask; if there is nothing, sleep until there is more or the wait is over; ask again.
#include <algorithm>

#include "gateway/events/watch.h"
#include "gateway/model/json.h"

namespace postern::events {
namespace {

/// A sleeping poll looks up this often whether the server drains.
constexpr std::chrono::microseconds nap_max = std::chrono::seconds{1};

/// So long it looks on, page after page, for what the reader wants, also if it may not wait: an
/// empty answer says that there was nothing more, unless the history is longer than that.
constexpr std::chrono::microseconds looking_max = std::chrono::seconds{10};

}  // namespace

LongPoll::LongPoll(EventStream& stream, net::Responder responder, Headers headers,
                   PageRequest request, std::chrono::seconds wait)
    : stream_(stream),
      slot_(stream.open_),
      responder_(std::move(responder)),
      thread_(responder_.thread()),
      headers_(std::move(headers)),
      request_(std::move(request)),
      deadline_(stream.services_.now().steady + wait),
      looking_until_(std::max(deadline_, deadline_ - wait + looking_max)) {}

void LongPoll::start() {
    query();
}

void LongPoll::query() {
    const bool asked =
        ask(stream_.services_, thread_, request_,
            [self = shared_from_this()](Page page) { self->on_page(std::move(page)); });
    if (!asked) refuse({503, "overloaded", "Too many queries wait.", {}});
}

void LongPoll::on_page(Page page) {
    if (page.state == PageState::expired) {
        return refuse({410, "cursor_expired",
                       "The events after this cursor are no longer kept, or it is from before a "
                       "restore. Begin again without a cursor, or with after=latest.",
                       "after"});
    }
    if (page.state == PageState::failed) {
        return refuse({500, "storage_unreadable", "The events could not be read.", {}});
    }
    const auto now = stream_.services_.now().steady;
    const auto until = page.more ? looking_until_ : deadline_;
    if (!page.events.empty() || now >= until || stream_.draining_) return answer(page);
    request_.from = From::cursor;
    request_.after = page.next;
    if (page.more) return query();
    sleep(page.applied);
}

// The callbacks below hold this object, and it holds their cancel functions: each is dropped as
// soon as it has done its work, or nothing would ever be destroyed. `kept` outlives the lambda that
// is dropped.
void LongPoll::sleep(model::Sequence applied) {
    sleeping_ = true;
    cancel_signal_ = stream_.services_.signal.wait(thread_, applied, [self = shared_from_this()] {
        const auto kept = self;
        kept->on_signal();
    });
    if (sleeping_)
        nap();
    else
        cancel_signal_ = nullptr;
}

void LongPoll::nap() {
    const auto left = deadline_ - stream_.services_.now().steady;
    const auto delay = std::clamp(left, std::chrono::microseconds{0}, nap_max);
    cancel_timer_ = thread_.after(std::chrono::ceil<std::chrono::milliseconds>(delay),
                                  [self = shared_from_this()] {
                                      const auto kept = self;
                                      kept->on_nap_over();
                                  });
}

void LongPoll::on_signal() {
    if (!std::exchange(sleeping_, false)) return;
    stop_waiting();
    query();
}

void LongPoll::on_nap_over() {
    cancel_timer_ = nullptr;
    if (!sleeping_) return;
    const bool over = stream_.services_.now().steady >= deadline_ || stream_.draining_;
    if (!over) return nap();
    sleeping_ = false;
    stop_waiting();
    Page nothing;
    nothing.next = request_.after;
    answer(nothing);
}

void LongPoll::stop_waiting() {
    for (auto* cancel : {&cancel_signal_, &cancel_timer_}) {
        if (*cancel) std::exchange(*cancel, nullptr)();
    }
}

void LongPoll::answer(const Page& page) {
    net::Response response;
    model::JsonWriter json(response.body);
    json.begin_object().key("data").begin_array();
    for (const Event& event : page.events) json.raw(event.json);
    json.end_array().member("next_cursor", format_cursor(page.next)).end_object();
    response.headers = std::move(headers_);
    responder_.send(std::move(response));
}

void LongPoll::refuse(const Refusal& refusal) {
    net::Response response = stream_.services_.refuse(refusal);
    for (auto& header : headers_) response.headers.push_back(std::move(header));
    responder_.send(std::move(response));
}

}  // namespace postern::events
