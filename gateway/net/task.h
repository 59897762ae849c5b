// The coroutine vocabulary of this folder (private to it). A thread is the strand: sockets and
// timers carry the concrete executor of their io_context, so a foreign object does not compile into
// place, and awaiting gives {error, …} as values: nothing throws.
//
// Hygiene for GCC 12: no capturing lambda as a coroutine, no lambda or braced temporary inside a
// co_await expression; parameters by value or owned by an object that the task keeps alive.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace postern::net {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

using Executor = asio::io_context::executor_type;
using Await = asio::use_awaitable_t<Executor>;
using AwaitTuple = asio::as_tuple_t<Await>;

template <class T = void>
using Task = asio::awaitable<T, Executor>;

using SteadyClock = std::chrono::steady_clock;
using TcpSocket = AwaitTuple::as_default_on_t<asio::basic_stream_socket<tcp, Executor>>;
using TcpAcceptor = AwaitTuple::as_default_on_t<asio::basic_socket_acceptor<tcp, Executor>>;
using Timer = AwaitTuple::as_default_on_t<
    asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>>;

using IoResult = std::tuple<error_code, std::size_t>;

/// One task parks, another code path of the same thread wakes it, at once and in its own stack.
/// Costs no timer and no trip through the loop.
class Parking final {
  public:
    /// At most one at a time; check first whether there is still something to wait for.
    [[nodiscard]] Task<> park() {
        return asio::async_initiate<const Await&, void()>(Store{this}, Await{});
    }
    void wake() {
        const auto parked = std::exchange(parked_, nullptr);
        if (parked) parked->resume();
    }

  private:
    struct Parked {
        virtual ~Parked() = default;
        virtual void resume() = 0;
    };
    template <class Handler>
    struct ParkedHandler final : Parked {
        explicit ParkedHandler(Handler held) : handler(std::move(held)) {}
        void resume() override { std::move(handler)(); }
        Handler handler;
    };
    struct Store {
        Parking* parking;
        // Boost 1.81's any_completion_handler recurses without end around a move-only awaitable
        // handler, hence an erasure of our own.
        template <class Handler>
        void operator()(Handler&& handler) {
            using Held = ParkedHandler<std::decay_t<Handler>>;
            parking->parked_ = std::make_unique<Held>(std::forward<Handler>(handler));
        }
    };

    std::unique_ptr<Parked> parked_;
};

}  // namespace postern::net
