// Which submission a receipt is about: centres spell an id differently in the two places, and a
// message of several parts has several. Remembers what was submitted lately, so that a receipt
// finds its message whatever its spelling, and says of a long message what its parts say together.
// What is forgotten (a restart, three days, too many) is found by its spelling alone. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/model/inbound.h"
#include "adapters/smpp/options.h"
#include "adapters/smpp/receipt.h"

namespace postern::adapters::smpp {

/// Steady time.
using Moment = std::chrono::microseconds;

class ReceiptIds final {
  public:
    explicit ReceiptIds(ReceiptId spelling, std::size_t messages_max = 200'000)
        : spelling_(spelling), messages_max_(messages_max) {}

    /// How a submission's id is told to the rest of Postern.
    [[nodiscard]] std::string canonical(std::string_view id) const;

    /// Part `part` of `parts` of the message that goes by `echo` was taken under `id`.
    void submitted(std::string_view echo, std::string_view to, std::string_view id,
                   std::size_t part, std::size_t parts, Moment now);

    /// What a receipt says of a message: its id here and, where it is remembered, its echo.
    struct Told {
        std::string external_id;
        std::string echo;
        ReceiptState state = ReceiptState::sent;
    };
    /// `person` is the receipt's address of the handset. Nothing: other parts are to tell yet.
    [[nodiscard]] std::optional<Told> told(const Receipt& receipt, std::string_view person,
                                           Moment now);

    [[nodiscard]] std::size_t size() const { return messages_.size(); }

  private:
    struct Message {
        std::string echo;
        std::string to;  // digits
        std::string first_id;
        std::vector<std::string> ids;  // as the centre told them
        std::vector<bool> delivered;   // by part
        std::size_t left = 0;          // parts that are not
        bool failed = false;
        Moment since{};
    };
    using Place = std::list<Message>::iterator;
    struct Part {
        Place message;
        std::size_t number = 0;
    };

    [[nodiscard]] const Part* find(std::string_view id, std::string_view person) const;
    [[nodiscard]] const Part* find_number(std::string_view id, std::string_view person) const;
    void forget_oldest();

    const ReceiptId spelling_;
    const std::size_t messages_max_;
    std::list<Message> messages_;  // oldest first
    std::map<std::string, Place, std::less<>> by_echo_;
    std::map<std::string, Part, std::less<>> by_id_;  // trimmed
};

}  // namespace postern::adapters::smpp
