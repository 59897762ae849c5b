// What the tests of the courier share: a relay's end of a connection, line by line, and a courier
// with the answers that it gave.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/smtp/mail_courier.h"
#include "tests/net/support.h"

namespace postern::smtp::test {

using adapters::SendResult;
using net::test::eventually;
using net::test::ScriptedServer;

/// The server's end of one connection.
class Line {
  public:
    explicit Line(int fd) : fd_(fd) {}
    /// Nothing of what comes is taken but what is read: the kernel would hold megabytes.
    void hold_little() const {
        const int bytes = 64 * 1024;
        (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
    void say(std::string_view text) { net::test::send_all(fd_, std::string(text) + "\r\n"); }
    /// The next line without its end; empty once the client is gone.
    std::string hear() {
        while (heard_.find("\r\n") == std::string::npos) {
            char bytes[4096];
            const ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
            if (got <= 0) {
                gone_ = true;
                return {};
            }
            heard_.append(bytes, static_cast<std::size_t>(got));
        }
        const std::size_t end = heard_.find("\r\n");
        std::string line = heard_.substr(0, end);
        heard_.erase(0, end + 2);
        return line;
    }
    void greet() {
        say("220 relay");
        (void)hear();
        say("250 relay");
    }
    /// MAIL and RCPT, up to the 354.
    bool open_letter() {
        if (!hear().starts_with("MAIL")) return false;
        say("250 ok");
        (void)hear();
        say("250 ok");
        (void)hear();
        say("354 go");
        return true;
    }
    /// Its lines, up to the dot or to the end of the connection.
    std::string read_letter() {
        std::string letter;
        for (std::string line = hear(); line != "." && !gone_; line = hear())
            letter.append(line).append("\r\n");
        return letter;
    }
    /// As read_letter(), for one that nobody looks at.
    void skip_letter() {
        constexpr std::string_view end = "\r\n.\r\n";
        std::vector<char> bytes(64 * 1024);
        while (!heard_.ends_with(end)) {
            if (heard_.size() > end.size()) heard_.erase(0, heard_.size() - end.size());
            const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
            if (got <= 0) return;
            heard_.append(bytes.data(), static_cast<std::size_t>(got));
        }
        heard_.clear();
    }
    [[nodiscard]] bool gone() const { return gone_; }

  private:
    int fd_;
    bool gone_ = false;
    std::string heard_;
};

struct Post {
    explicit Post(const ScriptedServer& server,
                  std::map<std::string, std::string, std::less<>> more = {},
                  egress::UploadFiles* files = nullptr)
        : pool(net::make_io_pool(1)) {
        const std::string url = server.url("/");
        const auto colon = url.rfind(':');
        adapters::AdapterConfig config;
        config.account = "mail";
        config.channel = "email";
        config.settings = std::move(more);
        config.settings["smtp_host"] = "127.0.0.1";
        config.settings["smtp_port"] = url.substr(colon + 1, url.find('/', colon) - colon - 1);
        config.settings["smtp_tls"] = "none";
        config.settings["from"] = "a@example.net";
        std::string problem;
        courier = make_mail_courier(
            *pool, config, {{}, files, {}},
            [ahead = ahead] {
                const auto steady = std::chrono::steady_clock::now().time_since_epoch();
                const auto now = std::chrono::floor<std::chrono::microseconds>(steady);
                return model::Now{model::Instant{std::chrono::seconds(1'768'473'000)},
                                  now + std::chrono::seconds(ahead->load())};
            },
            problem);
        EXPECT_TRUE(courier) << problem;
    }
    ~Post() {
        stop();
        pool->stop();
    }

    void stop(std::chrono::milliseconds grace = std::chrono::seconds(2)) {
        if (!courier) return;
        std::atomic<bool> stopped{false};
        courier->stop(grace, [&] { stopped = true; });
        EXPECT_TRUE(eventually([&] { return stopped.load(); }));
        courier.reset();
    }
    /// Until the courier's thread has done all that it gave itself to do.
    void settle() {
        for (int turn = 0; turn < 4; ++turn) {
            std::promise<void> done;
            pool->at(0).post([&] { done.set_value(); });
            done.get_future().wait();
        }
    }
    /// Until every timer of the courier's thread that was due at once has been heard.
    void let_timers_run() {
        std::promise<void> heard;
        pool->at(0).post([&] {
            (void)pool->at(0).after(std::chrono::milliseconds(50), [&] { heard.set_value(); });
        });
        heard.get_future().wait();
    }
    /// `then` runs on the courier's thread right behind it.
    void send(std::string to, std::string echo, const std::function<void()>& then = {},
              const adapters::OutboundContent* content = nullptr) {
        egress::Parcel made;
        if (content != nullptr) made.content = *content;
        made.to = std::move(to);
        if (made.content.text.empty()) made.content.text = "Hola";
        made.echo = echo;
        pool->at(0).post([this, parcel = std::move(made), echo = std::move(echo), then] {
            courier->send(parcel, pool->at(0), [this, echo](egress::Handed handed) {
                const std::lock_guard lock(mutex);
                answers[echo].push_back(std::move(handed));
            });
            if (then) then();
        });
    }
    /// As send(), with a login alone.
    void try_login(std::string echo) {
        pool->at(0).post([this, echo = std::move(echo)] {
            EXPECT_TRUE(courier->try_login(pool->at(0), [this, echo](egress::Handed handed) {
                const std::lock_guard lock(mutex);
                answers[echo].push_back(std::move(handed));
            }));
        });
    }
    /// The one answer of that parcel.
    egress::Handed answer(const std::string& echo) {
        EXPECT_TRUE(eventually([&] {
            const std::lock_guard lock(mutex);
            return !answers[echo].empty();
        })) << echo;
        const std::lock_guard lock(mutex);
        EXPECT_EQ(answers[echo].size(), 1u);
        return answers[echo].empty() ? egress::Handed{} : answers[echo].front();
    }
    std::string brief(const std::string& echo) {
        const egress::Handed handed = answer(echo);
        return std::string(to_string(handed.outcome.result)) + " " + handed.outcome.code;
    }

    /// Seconds by which the courier's clock is ahead of the steady one; timers know nothing of it.
    std::shared_ptr<std::atomic<int>> ahead = std::make_shared<std::atomic<int>>(0);
    std::unique_ptr<net::IoPool> pool;
    std::shared_ptr<egress::Courier> courier;
    std::mutex mutex;
    std::map<std::string, std::vector<egress::Handed>> answers;
};

}  // namespace postern::smtp::test
