// A window's life: greeting, history, pushes, end.
#include "gateway/webchat/chat_session.h"

#include "gateway/webchat/frames.h"

namespace postern::webchat {
namespace {

using namespace std::chrono_literals;
using adapters::webchat::TokenState;

constexpr std::chrono::milliseconds hello_timeout = 5s;
constexpr std::size_t held_max = 200;
/// Messages that one window may acknowledge; the oldest are forgotten.
constexpr std::size_t shown_max = 4000;
constexpr std::uint16_t close_limited = 4029;
constexpr std::uint16_t close_idle = 4008;

model::Sequence sequence_of(std::string_view id) {
    model::MessageId message;
    return model::parse_id(id, message) ? message.sequence() : 0;
}

}  // namespace

ChatSession::ChatSession(Ground& ground, std::shared_ptr<const Site> site, std::string peer,
                         std::string agent)
    : ground_(ground),
      site_(std::move(site)),
      limits_(ground.limits),
      peer_(std::move(peer)),
      agent_(std::move(agent)) {}

ChatSession::~ChatSession() {
    limits_->leave(peer_);
}

void ChatSession::on_open(std::shared_ptr<net::WebSocket> socket) {
    socket_ = std::move(socket);
    cancel_hello_ = socket_->thread().after(hello_timeout, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self && !self->greeted_) self->refuse(close_idle, "no hello");
    });
}

void ChatSession::on_text(std::string_view text) {
    const auto pace = ratelimit::Pace::of(10, 1s, 40);
    if (!frames_.take(pace, ground_.clock().steady)) return refuse(close_limited, "too fast");
    const Frame frame = adapters::webchat::read_frame(text);
    if (frame.type == Frame::Type::bad) return tell(frames::error(frame.problem, frame.c, 0ms));
    if (frame.type == Frame::Type::ping) return pong();
    if (greeted_ == (frame.type == Frame::Type::hello))
        return refuse(net::close_code::policy, "hello comes first, and once");
    if (frame.type == Frame::Type::hello) return hello(frame);
    take(frame);
}

void ChatSession::hello(const Frame& frame) {
    greeted_ = true;
    const model::Instant now = ground_.clock().wall;
    const TokenState state =
        adapters::webchat::read_token(site_->secrets, site_->name, frame.resume, now, visitor_);
    const bool fresh = state != TokenState::valid;
    if (fresh) {
        visitor_ = {};
        visitor_.id = random_id();
    }
    locale_ = frame.locale;
    page_url_ = frame.page_url;
    page_referrer_ = frame.page_referrer;
    // First in the table, then the store: what leaves in between comes twice, and never not at all.
    joined_ = ground_.hub.join(socket_->thread(), site_->number, visitor_.id, *this);
    if (!joined_) return refuse(close_limited, "too many windows");
    const std::string token = fresh_token();
    frames::Welcome welcome;
    welcome.resume = token;
    welcome.fresh = fresh;
    welcome.prechat = !site_->form.empty() && !visitor_.form_done;
    welcome.form = &site_->form;
    welcome.now = now;
    tell(frames::welcome(welcome));
    if (fresh) return loaded({});
    load(frame);
}

/// A browser asks every half minute of silence, so a window that stays open for days stays its
/// visitor's after the next loss of the network, too.
void ChatSession::pong() {
    tell(R"({"t":"pong"})");
    if (greeted_ && is_renewal_due(visitor_, ground_.clock().wall))
        tell(frames::renewed(fresh_token()));
}

std::string ChatSession::fresh_token() {
    visitor_.expires = ground_.clock().wall + adapters::webchat::token_lifetime;
    return write_token(site_->secrets.front(), site_->name, visitor_);
}

void ChatSession::load(const Frame& frame) {
    HistoryAsk ask;
    ask.account = site_->number;
    ask.visitor = visitor_.id;
    ask.after = sequence_of(frame.after);
    ask.media_url = [&ground = ground_](const model::UploadId& id) {
        return media_path(ground, id);
    };
    net::IoThread& thread = socket_->thread();
    const bool asked =
        ground_.queries.post([self = shared_from_this(), &thread, ask](runtime::Reader& reader) {
            auto history = std::make_shared<History>(read_history(reader, ask));
            thread.post([self, history] { self->loaded(std::move(*history)); });
        });
    if (!asked) refuse(net::close_code::try_later, "busy");
}

void ChatSession::loaded(History history) {
    if (!socket_) return;
    if (!history.readable) return refuse(net::close_code::try_later, "busy");
    spoken_ = history.known;
    for (const Past& past : history.messages) {
        if (past.message != 0) shown_.insert(past.message);
    }
    for (std::string& piece : frames::history(history.messages)) tell(std::move(piece));
    loaded_ = true;
    for (const Push& held : std::exchange(held_, {})) push(held);
}

void ChatSession::push(const Push& push) {
    if (!socket_) return;
    if (!loaded_) {
        // The history that is being read has them, too: the browser draws each once.
        if (held_.size() < held_max) return held_.push_back(push);
        return refuse(net::close_code::try_later, "busy");
    }
    if (push.message != 0) {
        shown_.insert(push.message);
        if (shown_.size() > shown_max) shown_.erase(shown_.begin());
    }
    tell(push.frame);
}

/// What cannot be told now the browser reads when it comes back.
void ChatSession::tell(std::string frame) {
    if (!socket_) return;
    const bool sent = socket_->send(std::move(frame));
    if (!sent) refuse(net::close_code::try_later, "too slow");
}

void ChatSession::refuse(std::uint16_t code, std::string_view reason) {
    if (socket_) socket_->close(code, reason);
}

void ChatSession::on_drain() {
    // Spread over some seconds by the browsers themselves, each by its own chance.
    tell(frames::reconnect(2s));
}

void ChatSession::on_close() {
    if (joined_) ground_.hub.leave(socket_->thread(), site_->number, visitor_.id, *this);
    joined_ = false;
    if (cancel_hello_) cancel_hello_();
    cancel_hello_ = nullptr;
    held_.clear();
    socket_ = nullptr;
}

}  // namespace postern::webchat
