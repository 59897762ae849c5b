// The Bot API's side of long polling, as its documents describe it: an update is brought again
// until a poll asks for a later one, and a poll without updates waits. Behind a real HTTP server.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "tests/net/support.h"

namespace postern::polling {

class BotApi final {
  public:
    BotApi();
    ~BotApi();

    [[nodiscard]] std::string url() const { return server_.url(""); }

    /// The rest of an update, behind its id: `"message":{…}`.
    void add(std::int64_t id, const std::string& payload);
    void add_text(std::int64_t id, const std::string& text);
    void set_webhook();
    /// Taps are answered by nobody.
    void hold_taps();
    /// Answers the next polls with this, one each: an error with its code and description.
    void refuse(int code, const std::string& description, const std::string& parameters = {});

    /// Methods that were called, and with what parameters.
    struct Call {
        std::string method;
        std::string body;
        std::int64_t offset = 0;
    };
    [[nodiscard]] std::vector<Call> calls();
    [[nodiscard]] std::size_t polls();
    /// Updates that nobody has confirmed.
    [[nodiscard]] std::size_t unconfirmed();
    [[nodiscard]] bool has_webhook();

  private:
    void on_request(const net::Request& request, net::Responder responder);
    void answer_poll(net::Responder responder);
    [[nodiscard]] std::string pending_updates() const;

    struct Update {
        std::int64_t id = 0;
        std::string text;
    };
    std::mutex mutex_;
    std::vector<Update> updates_;
    std::vector<Call> calls_;
    std::deque<net::Response> refusals_;
    std::vector<net::Responder> waiting_;
    std::vector<net::Responder> taps_;
    bool webhook_ = false;
    bool hold_taps_ = false;
    net::test::TestServer server_;
};

}  // namespace postern::polling
