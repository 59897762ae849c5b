// Texts that a phone has cut and whose parts come in webhooks of their own (the SMS API of Vonage):
// each part's webhook stays unanswered until the last one has come, then one message is made
// durable and all are answered. What waits is in memory, and nothing is lost with it: who was not
// answered, or was told to come again, brings its part again. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/shared/message_part.h"
#include "gateway/core/command.h"

namespace postern::ingress {

class LongTexts final {
  public:
    /// After it a part's webhook is answered «come again»; the part itself is kept.
    static constexpr std::chrono::seconds hold{4};
    /// After it a text is taken with what has come of it, and "[…]" for what has not.
    static constexpr std::chrono::minutes patience{10};
    static constexpr std::size_t texts_max = 10'000;
    static constexpr std::size_t parts_max = 50'000;  // of all texts together

    /// Whoever brought a part and has no answer yet.
    using Waiting = std::shared_ptr<void>;

    /// To be made durable together: the message, and a notice for each further part, so that a part
    /// that comes again is known as one that had come.
    struct Joined {
        std::vector<core::Command> commands;
        std::vector<Waiting> waiting;
        std::vector<std::string> ids;  // see forget()
    };
    struct Added {
        bool taken = false;  // `message` was moved from: `waiting` is answered with its text
        bool waits = false;  // … which is not whole yet: see to withdraw() after `hold`
        bool first = false;  // … and is its first part: see to expire() after `patience`
        std::string key;     // of its text
        std::uint64_t text = 0;
        std::vector<Joined> done;
    };
    /// Not taken: a whole message, a part of a text that was joined already, or there is no room.
    [[nodiscard]] Added add(core::ReceiveMessage& message, const Waiting& waiting);

    /// True: it waited, and is answered by the caller now.
    [[nodiscard]] bool withdraw(const std::string& key, const Waiting& waiting);

    /// That much time has passed, by whoever's timer: no clock can be set back under it. Nothing:
    /// the text was joined meanwhile, whatever has come under its key since.
    [[nodiscard]] std::optional<Joined> expire(const std::string& key, std::uint64_t text);

    /// It did not become durable: all of its parts come again.
    void forget(const std::vector<std::string>& ids);

  private:
    struct Part {
        core::ReceiveMessage message;
        std::vector<Waiting> waiting;
    };
    struct Text {
        std::string key;
        adapters::shared::MessagePart of;
        std::uint64_t number = 0;
        std::map<unsigned, Part> parts;
    };
    using Texts = std::list<Text>;
    [[nodiscard]] Joined take(Texts::iterator at);

    std::mutex mutex_;
    Texts texts_;
    std::map<std::string, Texts::iterator> by_key_;
    std::size_t parts_ = 0;
    std::uint64_t numbers_ = 0;
    std::set<std::string> done_;  // parts of joined texts
};

}  // namespace postern::ingress
