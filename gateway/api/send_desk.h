// What sending needs to know that is neither in a request nor in a row: the configured accounts,
// what an address means on one, and keyed hashes. The daemon implements it. Any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sending_adapter.h"
#include "gateway/model/records.h"
#include "gateway/policy/choice.h"

namespace postern::api {

/// What an account's addresses are.
enum class AddressKind : std::uint8_t {
    phone,       // E.164; one person on every channel of that kind
    email,       // lower case
    channel_id,  // the provider's id, the same on every account of the channel
    account_id,  // the provider's id on this account only
};

struct SendAccount {
    model::AccountNumber number = 0;
    std::string name;
    std::string channel;
    AddressKind addresses = AddressKind::channel_id;
    bool sms = false;            // charged by the segment
    std::string public_url;      // where its webhooks arrive from outside, or empty
    std::string default_region;  // for numbers without a country code ("CO"), or empty
    std::optional<model::Category> default_category;
    std::shared_ptr<const adapters::SendingAdapter> adapter;  // null: it only receives
    std::vector<adapters::Secret> credentials;  // struck out of whatever people are shown
};

class SendDesk {
  public:
    virtual ~SendDesk() = default;

    /// Null: no such account in the configuration.
    [[nodiscard]] virtual std::shared_ptr<const SendAccount> send_account(
        std::string_view name) const = 0;

    /// All that send, by name.
    [[nodiscard]] virtual std::vector<std::shared_ptr<const SendAccount>> send_accounts() const = 0;

    /// The rules for messages that name no account; never null.
    [[nodiscard]] virtual std::shared_ptr<const std::vector<policy::RouteRule>> routes() const = 0;

    /// `typed` as an address of the account: canonical, with its scope, hash and whatever rules
    /// want to know. An address that cannot be one makes a recipient that is not valid.
    [[nodiscard]] virtual model::Route route_to(const SendAccount& account,
                                                std::string_view typed) const = 0;

    /// Whether there is such a time zone ("America/Bogota").
    [[nodiscard]] virtual bool knows_zone(std::string_view name) const = 0;

    /// Keyed hash of a caller's Idempotency-Key and the place in a batch.
    [[nodiscard]] virtual storage::Blind blind(std::string_view domain,
                                               std::string_view value) const = 0;

    /// 32 random bytes, the key of a contact that a message may make.
    [[nodiscard]] virtual model::PartKey fresh_key() const = 0;

    /// Where the account's provider could fetch an upload; empty: nobody has said how providers
    /// reach this gateway.
    [[nodiscard]] virtual std::string media_url(const SendAccount&, const model::UploadId&) const {
        return {};
    }
};

/// The scope of an account's addresses: where an identity and what is known of it are found.
[[nodiscard]] std::uint32_t scope_of(const SendAccount& account);

}  // namespace postern::api
