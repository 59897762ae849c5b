// The loop of a stream: read a page, write it as fast as the client takes it, sleep, read on. The
// first page is read before the head is sent, so that a bad cursor is still a proper 410.
#include <algorithm>

#include "gateway/events/watch.h"

namespace postern::events {
namespace {

/// More than this in front of a slow client: wait, read nothing, hold nothing.
constexpr std::size_t waiting_bytes_max = 64 * 1024;
constexpr std::chrono::milliseconds slow_client_pause{50};
constexpr std::chrono::milliseconds busy_pause{250};
constexpr std::string_view retry_hint = "retry: 2000\n\n";

}  // namespace

ServerSent::ServerSent(EventStream& stream, net::Responder responder, Headers headers,
                       PageRequest request)
    : stream_(stream),
      slot_(stream.open_),
      responder_(std::move(responder)),
      thread_(responder_.thread()),
      headers_(std::move(headers)),
      request_(std::move(request)) {}

void ServerSent::start() {
    query();
}

void ServerSent::query() {
    if (closed_) return;
    const bool asked =
        ask(stream_.services_, thread_, request_,
            [self = shared_from_this()](Page page) { self->on_page(std::move(page)); });
    if (!asked) pause(busy_pause, &ServerSent::query);
}

void ServerSent::on_page(Page page) {
    if (closed_) return;
    page_ = std::move(page);
    sent_ = 0;
    if (body_ == nullptr && !open_stream()) return;
    // Expired under an open stream: the client reconnects with its last id and is told so with a
    // 410.
    if (page_.state != PageState::ok) return close();
    pump();
}

bool ServerSent::open_stream() {
    net::Response head;
    if (page_.state == PageState::expired) {
        head =
            stream_.services_.refuse({410, "cursor_expired",
                                      "The events after this cursor are no longer kept, or it is "
                                      "from before a restore.",
                                      "after"});
    } else if (page_.state == PageState::failed) {
        head = stream_.services_.refuse(
            {500, "storage_unreadable", "The events could not be read.", {}});
    } else {
        head.content_type = "text/event-stream";
        head.headers.emplace_back("Cache-Control", "no-store");
    }
    for (auto& header : headers_) head.headers.push_back(std::move(header));
    if (page_.state != PageState::ok) {
        responder_.send(std::move(head));
        return false;
    }
    body_ = responder_.stream(std::move(head));
    if (body_ == nullptr) return false;
    body_->on_close([self = shared_from_this()] { self->close(); });
    if (!closed_ && !body_->write(std::string(retry_hint))) close();
    if (!closed_) keep_alive();
    return !closed_;
}

void ServerSent::pump() {
    while (!closed_ && sent_ < page_.events.size()) {
        if (body_->waiting_bytes() > waiting_bytes_max)
            return pause(slow_client_pause, &ServerSent::pump);
        const Event& event = page_.events[sent_++];
        std::string text = "id: " + format_cursor(event.cursor);
        text.append("\nevent: ")
            .append(event.type)
            .append("\ndata: ")
            .append(event.json)
            .append("\n\n");
        if (!body_->write(std::move(text))) return close();
        wrote_ = true;
    }
    if (closed_) return;
    page_.events.clear();
    request_.from = From::cursor;
    request_.after = page_.next;
    if (page_.more) return query();
    sleep();
}

// As in a long poll: what is cancelled or done is dropped, and `kept` outlives the lambda.
void ServerSent::sleep() {
    sleeping_ = true;
    cancel_signal_ =
        stream_.services_.signal.wait(thread_, page_.applied, [self = shared_from_this()] {
            const auto kept = self;
            kept->on_signal();
        });
    if (!sleeping_) cancel_signal_ = nullptr;
}

void ServerSent::on_signal() {
    cancel_signal_ = nullptr;
    if (!std::exchange(sleeping_, false) || closed_) return;
    // What was written last may be older than what is kept by now: an idle stream does not expire.
    const model::Instant last{std::chrono::milliseconds{request_.after.milliseconds}};
    request_.kept_since = std::min(stream_.services_.now().wall - stream_.options_.retention, last);
    query();
}

void ServerSent::keep_alive() {
    cancel_keep_alive_ = thread_.after(stream_.options_.keep_alive, [self = shared_from_this()] {
        const auto kept = self;
        kept->on_keep_alive();
    });
}

void ServerSent::on_keep_alive() {
    cancel_keep_alive_ = nullptr;
    if (closed_) return;
    // The id moves the client's place over events that its filter left out, without an event.
    if (!wrote_ && body_->waiting_bytes() == 0) {
        std::string text = ": keep-alive\n";
        if (request_.from == From::cursor) text += "id: " + format_cursor(request_.after) + "\n";
        if (!body_->write(text + "\n")) return close();
    }
    wrote_ = false;
    keep_alive();
}

void ServerSent::pause(std::chrono::milliseconds delay, void (ServerSent::*then)()) {
    cancel_pause_ = thread_.after(delay, [self = shared_from_this(), then] {
        const auto kept = self;
        const auto next = then;
        kept->cancel_pause_ = nullptr;
        if (!kept->closed_) (kept.get()->*next)();
    });
}

void ServerSent::close() {
    if (closed_) return;
    closed_ = true;
    for (auto* cancel : {&cancel_signal_, &cancel_pause_, &cancel_keep_alive_}) {
        if (*cancel) std::exchange(*cancel, nullptr)();
    }
    // finish() drops on_close, which holds this object.
    if (body_ != nullptr) std::exchange(body_, nullptr)->finish();
}

}  // namespace postern::events
