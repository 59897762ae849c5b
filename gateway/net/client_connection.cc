#include "gateway/net/client_connection.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include <sys/socket.h>

#include "gateway/net/client_pool.h"
#include "gateway/net/errc.h"

namespace postern::net {
namespace {

/// Most answers fit into the first; each read that is filled doubles the next.
constexpr std::size_t read_bytes_first = 2 * 1024;
constexpr std::size_t read_bytes_max = 64 * 1024;
constexpr std::size_t one_write_max = 16 * 1024;
constexpr int proxy_wants_credentials = 407;
/// For the answer of a peer that takes no more of the request.
constexpr auto last_words_max = std::chrono::seconds(2);

}  // namespace

ClientConnection::ClientConnection(std::shared_ptr<ClientPool> pool, Origin& origin,
                                   std::shared_ptr<Exchange> first)
    : pool_(std::move(pool)),
      origin_(origin),
      stream_(TcpSocket(pool_->loop().executor())),
      exchange_(std::move(first)) {
    const auto connect_by = SteadyClock::now() + exchange_->request.connect_timeout;
    deadline_ = std::min(connect_by, exchange_->deadline);
}

Task<> ClientConnection::run(std::shared_ptr<ClientConnection> self) {
    try {
        co_await self->live();
    } catch (const std::exception& error) {
        self->fail(Errc::stopped, error.what());
    }
    self->close();
    self->deliver();
    self->pool_->on_closed(self);
}

Task<> ClientConnection::live() {
    const bool connected = co_await connect();
    if (!connected || closed_) co_return;
    connecting_ = false;
    while (exchange_ && !closed_) {
        const bool keep = co_await perform();
        if (!keep || closed_) co_return;
        // Free before the callback runs, so that what it sends next can use this connection.
        reused_ = true;
        deadline_ = SteadyClock::now() + pool_->options().idle_timeout;
        pool_->on_free(shared_from_this());
        deliver();
        if (!exchange_ && !closed_) co_await parking_.park();
    }
}

Task<bool> ClientConnection::perform() {
    deadline_ = exchange_->deadline;
    sent_ = heard_ = false;
    response_ = {};
    const auto held = exchange_;  // `piece` points into it
    aside_.clear();
    const PieceCallback aside = [this](std::string_view bytes) { return set_aside(bytes); };
    const auto* piece = held->piece ? &held->piece : nullptr;
    if (held->sink) piece = &aside;
    ResponseParser parser(response_, piece, held->request.method == "HEAD",
                          held->request.body_bytes_max);
    const bool sent = co_await send_request();
    if (!sent) {
        const error_code why = last_error_;
        const bool broken_off = begun_ && !closed_ && why != Errc::source_failed;
        if (broken_off && co_await hear_out(parser)) co_return false;
        fail(why);
        co_return false;
    }
    const auto state = co_await read_response(parser);
    co_return settle(state, parser);
}

Task<bool> ClientConnection::send_request() {
    const auto held = exchange_;
    const ClientRequest& request = held->request;
    const std::string_view body = request.body;
    const std::size_t cut = request.source ? std::min(request.source_at, body.size()) : body.size();
    std::string joined;
    std::string_view first = held->head;
    std::string_view second = body.substr(0, cut);
    if (first.size() + second.size() <= one_write_max) {
        joined.reserve(first.size() + second.size());
        joined.append(first).append(second);
        first = joined;
        second = {};
    }
    sent_ = true;  // from the first attempt on nobody can be sure, but for the case in write_all
    begun_ = false;
    bool written = co_await write_all(first);
    if (written && !second.empty()) written = co_await write_all(second);
    if (written && request.source) {
        written = co_await send_source();
        if (written) written = co_await write_all(body.substr(cut));
    }
    co_return written && !closed_;
}

/// Piece by piece, at the pace of the slower of the two. The deadline goes on meanwhile.
Task<bool> ClientConnection::send_source() {
    const auto held = exchange_;
    held->source_begun = true;
    std::uint64_t left = held->request.source_bytes;
    while (left > 0) {
        const auto piece = std::make_shared<std::optional<std::string>>();
        held->request.source->read(pool_->loop(),
                                   [self = shared_from_this(), piece](std::string bytes) {
                                       *piece = std::move(bytes);
                                       self->parking_.wake();
                                   });
        if (!piece->has_value()) co_await parking_.park();
        if (closed_) co_return false;
        if (!piece->has_value() || (*piece)->empty()) {
            last_error_ = Errc::source_failed;
            co_return false;
        }
        const std::string_view bytes = std::string_view(**piece).substr(0, left);
        left -= bytes.size();
        const bool written = co_await write_all(bytes);
        if (!written) co_return false;
    }
    co_return true;
}

/// `part` is held by the caller.
Task<bool> ClientConnection::write_all(std::string_view part) {
    while (!part.empty()) {
        const asio::const_buffer buffer(part.data(), part.size());
        const auto [error, bytes] = co_await stream_.write_some(buffer);
        begun_ = begun_ || bytes > 0;
        if (error) {
            last_error_ = error;
            const bool refused =
                error == asio::error::broken_pipe || error == asio::error::connection_reset;
            if (!begun_ && refused && !stream_.is_tls()) sent_ = false;
            co_return false;
        }
        part.remove_prefix(bytes);
    }
    co_return true;
}

/// Who refuses a large body says why, and closes the way for the rest of it. True: that is the end
/// of the exchange.
Task<bool> ClientConnection::hear_out(ResponseParser& parser) {
    deadline_ = std::min(deadline_, SteadyClock::now() + last_words_max);
    const auto state = co_await read_response(parser);
    if (closed_ || !exchange_) co_return true;
    // A refusal is one also where its last bytes went down with the connection.
    const bool refusal = parser.has_head() && !parser.error() && response_.status >= 400;
    if (state == ResponseParser::State::failed && !refusal) co_return false;
    (void)settle(ResponseParser::State::done, parser);
    co_return true;
}

Task<ResponseParser::State> ClientConnection::read_response(ResponseParser& parser) {
    auto state = ResponseParser::State::more;
    std::size_t room = read_bytes_first;
    while (state == ResponseParser::State::more) {
        const auto have = in_.size();
        in_.resize(have + room);
        const asio::mutable_buffer buffer(in_.data() + have, room);
        const auto [error, bytes] = co_await stream_.read_some(buffer);
        in_.resize(have + bytes);
        if (bytes == room) room = std::min(room * 2, read_bytes_max);
        if (closed_) co_return ResponseParser::State::failed;
        if (error == asio::error::eof && heard_) co_return parser.feed_end();
        if (error) {
            last_error_ = error;
            co_return ResponseParser::State::failed;
        }
        heard_ = true;
        state = parser.feed(in_);
        if (!aside_.empty()) {
            const bool wanted = co_await pass_on();
            if (closed_ || !exchange_) co_return ResponseParser::State::failed;
            if (!wanted) {
                last_error_ = Errc::body_too_large;
                fail(last_error_);
                co_return ResponseParser::State::failed;
            }
        }
        if (parser.has_head() && exchange_ && exchange_->piece) {
            deadline_ = SteadyClock::time_point::max();  // a stream may last
        }
    }
    co_return state;
}

/// Called by the parser, which cannot wait: what came with one read goes on after it.
bool ClientConnection::set_aside(std::string_view piece) {
    if (response_.status / 100 == 2) {
        aside_.append(piece);
    } else if (exchange_ && response_.body.size() < exchange_->request.body_bytes_max) {
        response_.body.append(piece);
    }
    return true;
}

/// False: the sink wants no more. The deadline goes on meanwhile: it is of the whole download.
Task<bool> ClientConnection::pass_on() {
    const auto taken = std::make_shared<std::optional<bool>>();
    exchange_->sink->write(std::exchange(aside_, {}), pool_->loop(),
                           [self = shared_from_this(), taken](bool wanted) {
                               *taken = wanted;
                               self->parking_.wake();
                           });
    if (!taken->has_value()) co_await parking_.park();
    co_return taken->value_or(false);
}

/// Turns the end of an exchange into its answer. True: the connection can carry another one.
bool ClientConnection::settle(ResponseParser::State state, const ResponseParser& parser) {
    if (!exchange_) return false;  // the deadline was faster
    if (state == ResponseParser::State::failed) {
        const auto error = parser.error() ? parser.error() : error_code(Errc::closed_early);
        fail(parser.error() || heard_ ? error : last_error_);
        return false;
    }
    const bool stopped_on_the_way = exchange_->via_proxy && !exchange_->url.secure &&
                                    response_.status == proxy_wants_credentials;
    if (stopped_on_the_way) {
        sent_ = false;  // to nobody but the proxy
        fail(Errc::proxy_refused, "proxy " + pool_->proxy().name() + ": status 407");
        return false;
    }
    response_.progress = Progress::answered;
    finished_ = std::exchange(exchange_, nullptr);
    // Bytes behind the answer belong to nothing that we asked.
    return state == ResponseParser::State::done && parser.keep_alive() && in_.empty();
}

bool ClientConnection::retry_elsewhere() {
    if (!reused_ || heard_ || closed_ || exchange_->retried || exchange_->source_begun)
        return false;
    const bool repeatable = is_idempotent(exchange_->request.method) && !exchange_->request.once;
    if (sent_ && !repeatable) return false;
    exchange_->retried = true;
    pool_->retry(origin_, std::exchange(exchange_, nullptr));
    return true;
}

void ClientConnection::fail(error_code error, std::string problem) {
    if (!exchange_ || retry_elsewhere()) return;
    const auto progress = sent_ ? Progress::sent_partly_or_whole : Progress::not_sent;
    response_ = failed_response(error, progress, std::move(problem));
    finished_ = std::exchange(exchange_, nullptr);
}

void ClientConnection::deliver() {
    const auto finished = std::exchange(finished_, nullptr);
    if (finished) finished->complete(std::move(response_));
}

void ClientConnection::assign(std::shared_ptr<Exchange> exchange) {
    exchange_ = std::move(exchange);
    parking_.wake();
}

bool ClientConnection::is_stale() {
    char byte = 0;
    const auto got = ::recv(stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got == 0) return true;
    if (got < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
    return !stream_.is_tls();  // TLS has records of its own, which need not be an answer
}

void ClientConnection::close() {
    closed_ = true;
    deadline_ = SteadyClock::time_point::max();
    stream_.close();
    parking_.wake();
}

void ClientConnection::abandon() {
    if (exchange_) exchange_->done = nullptr;
    if (finished_) finished_->done = nullptr;
    exchange_ = nullptr;
    close();
}

void ClientConnection::check_deadline(SteadyClock::time_point now) {
    if (now < deadline_ || closed_) return;
    const auto self = shared_from_this();
    const bool late_connect = connecting_ && exchange_ && now < exchange_->deadline;
    closed_ = true;  // no retry: the time is up
    fail(late_connect ? Errc::connect_timed_out : Errc::timed_out);
    // Told now: a resolver thread that hangs must not hold the answer back.
    deliver();
    close();
}

}  // namespace postern::net
