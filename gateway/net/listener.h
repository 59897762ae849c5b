// One server on one I/O thread: accepts, applies the connection caps, keeps the sessions and their
// deadlines (private header).
#pragma once

#include <future>
#include <memory>
#include <optional>

#include "gateway/net/loop.h"
#include "gateway/net/server_state.h"
#include "gateway/net/task.h"
#include "gateway/net/task_group.h"
#include "gateway/net/tls.h"

namespace postern::net {

class HttpSession;

/// Life: made by listen(), shared by the server and the sessions. All on the loop's thread.
class Listener final : public std::enable_shared_from_this<Listener> {
  public:
    /// Takes over `fd`, which listens already.
    Listener(Loop& loop, std::shared_ptr<ServerState> state, std::shared_ptr<ServerTls> tls, int fd,
             bool v6);

    void start();
    /// Step 1 of a drain. `emptied` is set once the last session has ended.
    void finish(std::shared_ptr<std::promise<void>> emptied);
    /// Step 2.
    void abort() { sessions_.abort_all(); }

    void set_tls(std::shared_ptr<ServerTls> tls) { tls_ = std::move(tls); }
    [[nodiscard]] const std::shared_ptr<ServerTls>& tls() const { return tls_; }
    [[nodiscard]] Loop& loop() { return loop_; }
    [[nodiscard]] ServerState& state() { return *state_; }

    void on_end(HttpSession& session);

  private:
    [[nodiscard]] static Task<> accept_loop(std::shared_ptr<Listener> self);
    void admit(TcpSocket socket);
    void refuse(TcpSocket& socket);

    Loop& loop_;
    const std::shared_ptr<ServerState> state_;
    std::shared_ptr<ServerTls> tls_;
    std::optional<TcpAcceptor> acceptor_;  // until accept_loop ends
    TaskGroup sessions_;
    bool draining_ = false;
    std::shared_ptr<std::promise<void>> emptied_;
};

}  // namespace postern::net
