// One connection to a message centre, from its opening to its end, without sockets: events in,
// actions out. Binds, keeps the link awake, matches answers to submissions, hands out what the
// centre delivers and never lets a bad PDU end the bind while the stream can be followed (SMPP 3.4,
// chapters 2 and 4). One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/smpp/messages.h"
#include "adapters/smpp/pdu.h"

namespace postern::adapters::smpp {

struct SessionOptions {
    Bind bind;
    std::size_t window = 10;
    std::chrono::seconds bind_timeout{10};
    std::chrono::seconds response_timeout{15};
    std::chrono::seconds enquire_after{30};  // without anything from the centre
    std::chrono::seconds enquire_timeout{10};
    unsigned enquiries_missed_max = 2;
};

/// What became of a submission. `answered` false: nobody knows whether the centre has it.
struct Submitted {
    std::uint64_t token = 0;
    bool answered = false;
    bool late = false;  // after it had been given up as unanswered
    std::uint32_t status = 0;
    std::string message_id;
};

/// What the centre brought; to be answered by Session::answer().
struct Delivered {
    std::uint32_t command = 0;
    std::uint32_t sequence = 0;
    std::optional<ShortMessage> message;  // nothing: it cannot be read
    std::string raw;
};

enum class EndReason : unsigned char {
    refused,       // the bind: `status` says why
    bind_timeout,  // no answer to it
    silent,        // no answers to enquiries
    lost,          // the stream cannot be followed any more
    unbound,       // the centre said goodbye
    done,          // we did
};
[[nodiscard]] std::string_view to_string(EndReason reason);

struct SessionEnd {
    EndReason reason = EndReason::done;
    std::uint32_t status = 0;
};

struct Actions {
    std::string write;
    std::vector<Submitted> submitted;
    std::vector<Delivered> delivered;
    bool bound = false;             // from now on
    std::size_t malformed = 0;      // PDUs that were refused or passed over
    std::optional<SessionEnd> end;  // write what is to be written, then close
};

class Session final {
  public:
    using Moment = std::chrono::microseconds;  // steady
    enum class State : unsigned char { closed, binding, bound, unbinding };

    explicit Session(SessionOptions options) : options_(std::move(options)) {}

    void on_open(Moment now, Actions& out);
    void on_bytes(std::string_view bytes, Moment now, Actions& out);
    void on_deadline(Moment now, Actions& out);
    [[nodiscard]] std::optional<Moment> deadline() const;

    /// How many submissions it takes now: 0 unless bound for sending.
    [[nodiscard]] std::size_t room() const;
    /// With room. The answer comes under `token`.
    void submit(std::uint64_t token, const ShortMessage& message, Moment now, Actions& out);
    /// Of what was delivered; `status` 0: it is ours now.
    void answer(std::uint32_t command, std::uint32_t sequence, std::uint32_t status, Actions& out);
    /// No submissions any more; says goodbye when the last one is answered, or at once with `now`.
    void unbind(Moment now, Actions& out);

    /// The connection is gone: submissions that were not answered.
    [[nodiscard]] std::vector<std::uint64_t> close();

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] std::size_t outstanding() const { return waiting_.size(); }

  private:
    struct Waiting {
        std::uint64_t token = 0;
        Moment until{};
        bool given_up = false;
    };

    void on_pdu(const Header& header, std::string_view body, std::string_view raw, Moment now,
                Actions& out);
    void on_response(const Header& header, std::string_view body, Moment now, Actions& out);
    void on_bind_response(const Header& header, Moment now, Actions& out);
    void on_request(const Header& header, std::string_view body, std::string_view raw,
                    Actions& out);
    void on_nack(const Header& header, Actions& out);
    bool settle(std::uint32_t sequence, std::uint32_t status, std::string id, Actions& out);
    void give_up_overdue(Moment now, Actions& out);
    void enquire(Moment now, Actions& out);
    void end(EndReason reason, std::uint32_t status, Actions& out);
    [[nodiscard]] std::uint32_t next_sequence();

    const SessionOptions options_;
    State state_ = State::closed;
    Framer framer_;
    std::uint32_t sequence_ = 0;
    std::uint32_t bind_sequence_ = 0;
    std::uint32_t unbind_sequence_ = 0;
    std::map<std::uint32_t, Waiting> waiting_;  // by sequence
    std::size_t in_window_ = 0;                 // of them, not given up
    Moment heard_{};                            // the centre's last sign of life
    std::optional<Moment> enquired_;            // an enquiry that is not answered
    unsigned missed_ = 0;
    Moment until_{};  // of the bind's or the goodbye's answer
};

}  // namespace postern::adapters::smpp
