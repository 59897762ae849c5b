// A link under test and what it told, for tests of links against raw peers.
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "gateway/net/stream_link.h"
#include "tests/net/support.h"

namespace postern::net::test {

/// What a peer's thread heard.
class Heard final {
  public:
    void put(std::string bytes) {
        const std::lock_guard lock(mutex_);
        bytes_ = std::move(bytes);
    }
    [[nodiscard]] std::string get() {
        const std::lock_guard lock(mutex_);
        return bytes_;
    }

  private:
    std::mutex mutex_;
    std::string bytes_;
};

inline std::string read_bytes(int fd, std::size_t bytes) {
    std::string out(bytes, '\0');
    std::size_t have = 0;
    while (have < bytes) {
        const ssize_t got = ::recv(fd, out.data() + have, bytes - have, 0);
        if (got <= 0) break;
        have += static_cast<std::size_t>(got);
    }
    out.resize(have);
    return out;
}

/// A link and what it told. What a test adds to the events runs on the I/O thread.
struct Linked {
    Linked() : pool(make_io_pool(1)) {}
    ~Linked() {
        link.reset();
        pool->stop();
    }

    /// What the I/O thread did up to now has happened for the test, too.
    void settle() {
        std::promise<void> done;
        pool->at(0).post([&done] { done.set_value(); });
        done.get_future().wait();
    }

    void open(const std::string& url, LinkOptions options = {}) {
        const auto colon = url.rfind(':');
        if (options.host.empty()) options.host = "localhost";
        options.port = url.substr(colon + 1, url.find('/', colon) - colon - 1);
        LinkEvents events;
        events.on_open = [this] {
            opened = true;
            if (then_open) then_open();
        };
        events.on_bytes = [this](std::string_view bytes) {
            {
                const std::lock_guard lock(mutex);
                got.append(bytes);
            }
            if (then_bytes) then_bytes(bytes);
        };
        events.on_secure = [this] {
            secured = true;
            if (then_secure) then_secure();
        };
        events.on_drained = [this] { drained = true; };
        events.on_closed = [this](const LinkEnd& how) {
            const std::lock_guard lock(mutex);
            end = how;
            ++ends;
        };
        run([&] { link = open_link(pool->at(0), std::move(options), std::move(events)); });
    }
    /// On the link's thread, and waits for it.
    void run(const std::function<void()>& task) {
        std::atomic<bool> done{false};
        pool->at(0).post([&] {
            task();
            done = true;
        });
        ASSERT_TRUE(eventually([&] { return done.load(); }));
    }
    [[nodiscard]] std::string bytes() {
        const std::lock_guard lock(mutex);
        return got;
    }
    [[nodiscard]] bool ended() {
        return eventually([this] {
            const std::lock_guard lock(mutex);
            return ends > 0;
        });
    }

    std::unique_ptr<IoPool> pool;
    std::unique_ptr<StreamLink> link;
    std::function<void()> then_open;
    std::function<void(std::string_view)> then_bytes;
    std::function<void()> then_secure;
    std::atomic<bool> opened{false};
    std::atomic<bool> secured{false};
    std::atomic<bool> drained{false};
    std::mutex mutex;
    std::string got;
    LinkEnd end;
    int ends = 0;
};

}  // namespace postern::net::test
