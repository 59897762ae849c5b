// What the simulated world consists of: people who write, accounts that are written to, and the
// webhooks that come of it. Plain values, independent of any provider's format.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::sim {

/// Something that happened on a provider's side. Not every channel knows every kind.
enum class Kind : unsigned char {
    text,
    image,
    voice,
    document,
    location,
    contacts,
    reaction,
    button,
    status,
    edit,
    opt_out,
    group_text,
    opt_in,
    echo,
    opened,  // a chat, without having written; on request alone
};

[[nodiscard]] std::string_view to_string(Kind kind);
/// False if `name` is no kind.
[[nodiscard]] bool kind_from(std::string_view name, Kind& kind);

/// An account as the provider sees it: where its webhooks go and what signs them.
struct Endpoint {
    std::string channel;
    std::string account;
    std::string url;         // where the webhook is posted; "poll:…": it waits to be asked for
    std::string secret;      // app_secret, secret_token, channel_secret, auth_token …, by channel
    std::string signed_url;  // twilio: the URL that is signed (public_url); empty: `url`
    std::string own_id;      // phone_number_id, account_sid
    std::string own_address;  // the account's number, where the channel has one
    std::string media_base;   // origin of media URLs in webhooks; empty: nobody serves them
    /// What a send must show: access token, bot token, password of the account. Empty: any.
    std::string token;
    std::string aes_key;  // wechat: EncodingAESKey; empty: webhooks go in the clear
    /// vonage: the id of the application; given, the account is one of the Messages API.
    std::string application;
    /// vonage: a file with the PEM of the application's public key. Empty: any token that is whole.
    std::string public_key;
};

/// The channels of `postern demo`, which are simulated where nobody asks for others.
[[nodiscard]] std::span<const std::string_view> demo_channels();

/// The account of a channel that the demo configures: `base` is ".../webhooks".
[[nodiscard]] Endpoint demo_endpoint(std::string_view channel, std::string_view base);

/// "channel=whatsapp,id=wa-main,secret=…": also own_id, own_address, signed_url, url. What is
/// absent comes from demo_endpoint. On an error `problem` says what is wrong with which part.
[[nodiscard]] bool parse_endpoint(std::string_view text, std::string_view base, Endpoint& endpoint,
                                  std::string& problem);

struct Person {
    std::uint64_t number = 0;  // index in the population; a provider derives its own ids from it
    std::string address;  // E.164 digits without the plus, or what the caller of /_sim/inbound said
    std::string name;
};

/// One thing that one person did.
struct Item {
    Kind kind = Kind::text;
    std::uint64_t number = 0;  // unique in a run; external ids derive from it
    std::string external_id;   // the provider's id, unique in the run
    Person person;
    std::string text;
    std::string state;   // Kind::status: sent delivered read failed
    std::string target;  // reaction, edit: external id of an earlier message
    std::int64_t time_s = 0;
};

/// What is wrong with a webhook on purpose.
enum class Defect : unsigned char { none, bad_signature, truncated, wrong_shape, unknown_kind };

[[nodiscard]] std::string_view to_string(Defect defect);

/// One HTTP request to the gateway, complete.
struct Webhook {
    std::uint64_t seq = 0;
    Endpoint endpoint;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::vector<Item> items;  // empty where nothing of it may become an event by id
    Defect defect = Defect::none;
    bool duplicate = false;  // the same bytes were sent before

    /// A forged one must be refused; whatever is properly signed must be acknowledged.
    [[nodiscard]] int expected_status() const {
        return defect == Defect::bad_signature ? 401 : 200;
    }
};

}  // namespace postern::sim
