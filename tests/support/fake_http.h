// One HTTP exchange without a socket: a request from text, and what was answered.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/net/http.h"
#include "tests/support/fake_runtime.h"

namespace postern::testing {

/// A streamed answer that keeps what is written. `waiting` is set by the test.
class FakeBody final : public net::BodyStream {
  public:
    [[nodiscard]] bool write(std::string bytes) override {
        if (gone || finished) return false;
        text += bytes;
        return true;
    }
    void finish() override {
        finished = true;
        on_close_ = nullptr;
    }
    [[nodiscard]] std::size_t waiting_bytes() const override { return waiting; }
    void on_close(std::function<void()> callback) override { on_close_ = std::move(callback); }

    /// The client goes.
    void go() {
        gone = true;
        if (const auto callback = std::exchange(on_close_, nullptr)) callback();
    }

    std::string text;
    std::size_t waiting = 0;
    bool gone = false;
    bool finished = false;

  private:
    std::function<void()> on_close_;
};

/// Owns the bytes of the request and takes the answer.
class Exchange final {
  public:
    Exchange(FakeThread& thread, std::string method, std::string target, std::string body = {});

    /// The connection goes with it, and a stream's reader is told.
    ~Exchange() {
        if (session_->body != nullptr) session_->body->go();
    }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    void header(std::string name, std::string value);
    /// Valid for the life of this object.
    [[nodiscard]] const net::Request& request();
    /// Once.
    [[nodiscard]] net::Responder responder() { return net::Responder(session_); }

    [[nodiscard]] bool answered() const { return session_->response.has_value(); }
    [[nodiscard]] const net::Response& response() const { return *session_->response; }
    /// Of the answer; empty if absent.
    [[nodiscard]] std::string answer_header(std::string_view name) const;
    [[nodiscard]] FakeBody* body() const { return session_->body.get(); }

  private:
    struct Session final : net::Responder::Session {
        explicit Session(FakeThread& t) : thread(t) {}
        void respond(net::Response answer) override { response = std::move(answer); }
        std::shared_ptr<net::BodyStream> respond_stream(net::Response head) override {
            response = std::move(head);
            body = std::make_shared<FakeBody>();
            return body;
        }
        net::IoThread& io_thread() override { return thread; }

        FakeThread& thread;
        std::optional<net::Response> response;
        std::shared_ptr<FakeBody> body;
    };

    std::shared_ptr<Session> session_;
    std::string method_;
    std::string target_;
    std::string body_;  // followed by simdjson's padding
    std::size_t body_size_;
    std::vector<std::pair<std::string, std::string>> fields_;
    std::vector<net::Header> headers_;
    net::Request request_;
};

}  // namespace postern::testing
