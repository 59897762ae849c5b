#include "gateway/net/link_listener.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "gateway/net/link.h"
#include "gateway/net/listen_socket.h"
#include "gateway/net/task.h"

namespace postern::net {
namespace {

constexpr std::chrono::milliseconds accept_pause{100};

/// Shared by its handle and the coroutine that accepts. On the loop's thread.
class Door final : public std::enable_shared_from_this<Door> {
  public:
    Door(Loop& loop, int fd, bool v6, std::function<void(AcceptLink)> arrived)
        : loop_(loop), arrived_(std::move(arrived)), acceptor_(loop.executor()) {
        error_code ignored;
        acceptor_.assign(v6 ? tcp::v6() : tcp::v4(), fd, ignored);
    }

    void open() {
        asio::co_spawn(loop_.executor(), accept_all(shared_from_this()), asio::detached);
    }
    void close() {
        open_ = false;
        arrived_ = nullptr;
        error_code ignored;
        acceptor_.close(ignored);
    }
    [[nodiscard]] Loop& loop() { return loop_; }

  private:
    [[nodiscard]] static Task<> accept_all(std::shared_ptr<Door> self) {
        while (self->open_) {
            TcpSocket socket(self->loop_.executor());
            const auto [error] = co_await self->acceptor_.async_accept(socket);
            if (!self->open_ || error == asio::error::operation_aborted) break;
            if (error) {
                // Out of descriptors, perhaps: trying again at once would only spin.
                Timer pause(self->loop_.executor(), accept_pause);
                co_await pause.async_wait();
                continue;
            }
            self->hand_over(std::move(socket));
        }
    }

    void hand_over(TcpSocket socket) {
        error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        // std::function copies what it holds, and a socket only moves.
        auto kept = std::make_shared<TcpSocket>(std::move(socket));
        arrived_([this, kept](LinkEvents events) {
            return make_link(loop_, std::move(*kept), std::move(events));
        });
    }

    Loop& loop_;
    std::function<void(AcceptLink)> arrived_;
    TcpAcceptor acceptor_;
    bool open_ = true;
};

class Handle final : public LinkListener {
  public:
    Handle(std::shared_ptr<Door> door, std::string address)
        : door_(std::move(door)), address_(std::move(address)) {}
    ~Handle() override {
        run_on(door_->loop(), [this] { door_->close(); });
    }
    [[nodiscard]] std::string address() const override { return address_; }

  private:
    const std::shared_ptr<Door> door_;
    const std::string address_;
};

}  // namespace

std::unique_ptr<LinkListener> listen_for_links(IoThread& thread, const std::string& address,
                                               std::function<void(AcceptLink)> arrived,
                                               std::string& problem) {
    const auto sockets = open_listeners(address, 1, problem);
    if (sockets.empty()) return nullptr;
    auto& loop = static_cast<Loop&>(thread);  // make_io_pool makes no other kind
    const int fd = sockets.front();
    std::shared_ptr<Door> door;
    run_on(loop, [&] {
        door = std::make_shared<Door>(loop, fd, is_v6_socket(fd), std::move(arrived));
        door->open();
    });
    return std::make_unique<Handle>(std::move(door), bound_address(fd));
}

}  // namespace postern::net
