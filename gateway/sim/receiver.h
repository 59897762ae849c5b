// The receiving side of one simulated provider: what it takes, what it refuses and in which words,
// and which receipts it sends. One .cc a provider, written from the provider's documents; shares
// nothing with the adapters that it judges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/net/http.h"
#include "gateway/sim/accounts.h"
#include "gateway/sim/scenario.h"
#include "gateway/sim/send_faults.h"

namespace postern::sim {

/// What getUpdates of Telegram asks for.
struct UpdatesWanted {
    std::int64_t offset = 0;  // the first id that is not confirmed; negative: the last so many
    std::int64_t limit = 100;
    std::int64_t timeout_s = 0;
    /// Also of setWebhook; nothing: as it was.
    std::optional<std::vector<std::string>> allowed;
};

/// A request to a provider, judged by its shape and credentials alone.
struct Call {
    enum class Kind : unsigned char {
        refused,  // `answer` is the provider's error
        other,    // taken, but nothing that a person gets: `answer` is the success
        send,     // everything below counts
    };
    Kind kind = Kind::refused;
    net::Response answer;
    SimAccount* account = nullptr;
    std::string to;             // as written
    std::string from;           // twilio: the sender of this message
    std::string text;           // text, caption, body; of a template its name and parameters
    std::string echo;           // comes back in receipts
    std::string status_url;     // twilio: StatusCallback
    std::string secret;         // twilio: signs callbacks where nobody named the account
    std::string template_name;  // whatsapp
    std::string retry_key;      // line
    std::string reply_token;    // line: a reply, which no quota counts
    /// What was taken that is no message: "token", "typing", "read"; counted by these words.
    std::string_view what{};
    /// telegram; wechat: "template"; vonage: the type, or "messages:" and the channel. That of
    /// whatsapp's "message_templates" and telegram's "getUpdates" others answer.
    std::string method;
    std::int64_t window_s = 0;  // PersonSend::window_s
    std::string envelope_id;    // email: ENVID
    UpdatesWanted updates;      // telegram
};

/// What became of an accepted send, for the one webhook that says so.
struct Receipt {
    const SimAccount* account = nullptr;
    const Endpoint* endpoint = nullptr;
    std::string_view state;  // sent delivered read failed
    SendFault cause = SendFault::none;
    std::string provider_id;
    std::string to;
    std::string from;
    std::string echo;
    std::string status_url;
    std::string secret;
    std::string text;  // of the send, for who tells it again
    std::string method;
    std::string envelope_id;  // email: ENVID
    int form = 0;             // SmppReceiptForm
    std::int64_t time_s = 0;
    std::int64_t time_ms = 0;  // the same, finer
};

struct Receiver {
    std::string_view channel;
    /// `path` is what follows "/{channel}/".
    Call (*read)(const net::Request& request, std::string_view path, Accounts& accounts);
    /// The provider's id of the `number`-th send of this run.
    std::string (*provider_id)(const Call& call, std::uint64_t number, std::uint64_t run);
    net::Response (*accept)(const Call& call, std::string_view provider_id, std::int64_t now_s);
    /// One of the faults up to SendFault::revoked.
    net::Response (*refuse)(const Call& call, SendFault fault, std::int64_t retry_after_s);
    /// What the provider only finds out after it accepted: closed_window, blocked, unreachable.
    bool (*refuses_later)(const Call& call, SendFault fault);
    /// False if this provider says nothing of it, or nobody said where to.
    bool (*receipt)(const Receipt& receipt, Webhook& webhook);
};

/// A Receiver's refuses_later and receipt where there is nothing of the kind.
[[nodiscard]] bool refuses_at_once(const Call&, SendFault);
[[nodiscard]] bool tells_nothing(const Receipt&, Webhook&);
/// Somebody said where the account's webhooks go, and what signs them.
[[nodiscard]] bool is_addressed(const Endpoint& endpoint);

extern const Receiver whatsapp_receiver;
extern const Receiver telegram_receiver;
extern const Receiver twilio_receiver;
extern const Receiver http_receiver;
extern const Receiver messenger_receiver;
extern const Receiver instagram_receiver;
extern const Receiver line_receiver;
extern const Receiver viber_receiver;
extern const Receiver wechat_receiver;
extern const Receiver vonage_receiver;

/// Null for a channel that the simulator does not speak.
[[nodiscard]] const Receiver* find_receiver(std::string_view channel);

/// The next segment of `path`, which loses it and its slash.
[[nodiscard]] std::string_view take_segment(std::string_view& path);
[[nodiscard]] net::Response json_answer(int status, std::string body);
/// The value behind "Bearer ", or empty.
[[nodiscard]] std::string_view bearer_of(const net::Request& request);
/// Optional '+', then 7 to 15 digits.
[[nodiscard]] bool is_phone(std::string_view text);
[[nodiscard]] bool is_http_url(std::string_view text);
[[nodiscard]] bool is_media_type(const net::Request& request, std::string_view type);

}  // namespace postern::sim
