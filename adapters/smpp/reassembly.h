// Parts of long messages that wait for each other: by header (8 and 16 bit references are different
// names) or by SAR parameters, in any order. Bounded in number, octets and time; what it gives up
// is handed out with what came. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "adapters/smpp/messages.h"

namespace postern::adapters::smpp {

enum class JoinKind : unsigned char { udh8, udh16, sar };

/// What joins a part to others.
struct Join {
    JoinKind kind = JoinKind::udh8;
    std::uint16_t reference = 0;
    std::uint8_t total = 0;
    std::uint8_t part = 0;  // from 1
    bool operator==(const Join&) const = default;
};

/// The octets of the text, and what the part is one of; without it, it is whole.
struct Piece {
    std::string_view octets;
    std::optional<Join> join;
    bool broken = false;  // its user data header claims to be longer than the message
};
[[nodiscard]] Piece piece_of(const ShortMessage& message);

/// A PDU that came, with its bytes.
struct Arrived {
    ShortMessage message;
    std::string raw;
    std::uint64_t token = 0;  // the caller's
};

/// All of a message that came: in the order of its parts.
struct Assembled {
    std::vector<Arrived> parts;
    std::size_t total = 1;
    [[nodiscard]] bool whole() const { return parts.size() == total; }
};

class Reassembly final {
  public:
    using Moment = std::chrono::microseconds;  // steady
    struct Limits {
        std::chrono::seconds patience{600};
        std::size_t messages_max = 10'000;
        std::size_t bytes_max = 32u << 20;
    };
    Reassembly() : Reassembly(Limits{}) {}
    explicit Reassembly(Limits limits) : limits_(limits) {}

    struct Added {
        /// The message; what had to go to make room; what had the same name before, incomplete.
        std::vector<Assembled> done;
        bool waits = false;  // the part itself is not in `done`
        /// It had come before; its first copy stays. The caller answers it as that one.
        bool repeated = false;
    };
    /// A part (`piece_of(…).join` is set). References come round: other octets at a place that is
    /// taken begin another message, and the one before is given up.
    [[nodiscard]] Added add(Arrived part, const Join& join, Moment now);

    /// What waited too long.
    [[nodiscard]] std::vector<Assembled> expire(Moment now);
    /// All of it: for an end.
    [[nodiscard]] std::vector<Assembled> take_all();

    [[nodiscard]] std::optional<Moment> deadline() const;
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  private:
    using Key = std::tuple<std::string, std::string, JoinKind, std::uint16_t, std::uint8_t>;
    struct Waiting {
        Key key;
        std::map<std::uint8_t, Arrived> parts;
        Moment since{};
    };
    [[nodiscard]] Assembled take(std::list<Waiting>::iterator at);

    const Limits limits_;
    std::list<Waiting> waiting_;  // oldest first
    std::map<Key, std::list<Waiting>::iterator> by_key_;
    std::size_t bytes_ = 0;
};

}  // namespace postern::adapters::smpp
