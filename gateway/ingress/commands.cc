// From an adapter's facts to the core's commands.
#include "gateway/ingress/commands.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <openssl/rand.h>

#include "gateway/ingress/refused_requests.h"
#include "gateway/ingress/wish.h"
#include "gateway/model/channel.h"
#include "gateway/net/masked.h"
#include "gateway/runtime/check.h"

namespace postern::ingress {
namespace {

std::uint32_t scope_of(const Account& account, adapters::IdentityScope scope) {
    return scope == adapters::IdentityScope::account ? model::account_scope(account.number)
                                                     : model::channel_scope(account.channel_number);
}

/// What one row of quarantine may hold.
/// Kept with an event, whose readers get it whole: enough for any provider's JSON, not for a mail.
constexpr std::size_t raw_bytes_max = std::size_t{64} << 10;
constexpr std::size_t quarantined_bytes_max = std::size_t{4} << 20;

/// Names of one sender that are kept: each may cost a row (core::rows_per_apply_max).
constexpr std::size_t aliases_max = 16;

/// Numbers and mail addresses of one item that its sender told beside their address.
constexpr std::size_t told_max = 4;

/// What the adapter was told of a template, for the accounts that have it; nothing if it is neither
/// about its status nor about its category.
std::optional<core::TemplateNews> news_of(const adapters::TemplateTold& told,
                                          const AccountTable& table, const Account& url_account) {
    core::TemplateNews news;
    if (told.what.name.empty() || told.what.language.empty()) return std::nullopt;
    model::Category category{};
    if (model::parse_category(told.what.category, category)) news.category = category;
    if (!model::parse_template_status(told.what.status, news.status) && !news.category)
        return std::nullopt;
    for (const Account* account : table.sharing(url_account, told.setting, told.owner)) {
        if (news.accounts.size() == core::template_accounts_max) break;
        news.accounts.push_back(account->number);
    }
    news.name = told.what.name;
    news.language = told.what.language;
    news.provider_id = told.what.id;
    news.reason = told.what.reason;
    return news;
}

void carry_files(adapters::InboundItem& item, std::size_t command,
                 std::vector<CarriedFile>& files) {
    const auto* message = std::get_if<adapters::InboundMessage>(&item.what);
    if (message == nullptr) return;
    std::size_t kept = 0;
    for (adapters::InboundFile& file : item.files) {
        if (file.place >= message->attachments.size() || kept++ == core::ReceiveMessage::files_max)
            continue;
        const adapters::Attachment& attachment = message->attachments[file.place];
        files.push_back(
            {command, file.place, attachment.mime, attachment.filename, std::move(file.bytes)});
    }
}

}  // namespace

void CommandMaker::fresh_key(model::PartKey& key) {
    if (random_left_ < key.size()) {
        const int filled = RAND_bytes(random_.data(), static_cast<int>(random_.size()));
        POSTERN_CHECK(filled == 1, "the system gives no random bytes");
        random_left_ = random_.size();
    }
    random_left_ -= key.size();
    std::memcpy(key.data(), random_.data() + random_left_, key.size());
    std::memset(random_.data() + random_left_, 0, key.size());
}

core::Inbound CommandMaker::inbound(const Account& account, const Facts& facts,
                                    model::Instant now) {
    const adapters::Traits& traits = account.adapter->traits();
    core::Inbound in;
    in.account = account.number;
    if (facts.sender) {
        for (const adapters::Alias& alias : facts.sender->aliases) {
            if (in.identities.size() == aliases_max) break;
            in.identities.push_back(
                {scope_of(account, alias.scope), sealer_.blind("identity", alias.address)});
        }
        for (const adapters::ToldKey& told : facts.sender->told)
            in.told.push_back(sealer_.blind("identity", told.value));
    }
    if (!facts.group.empty()) in.group = sealer_.blind("group", facts.group);
    in.dedupe_hash = sealer_.blind(facts.dedupe_domain, facts.dedupe_id).low();
    in.horizon_s = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(traits.dedupe_horizon).count());
    // An adapter that was told no time says `now`: a redelivery would then have another one.
    in.timestamps = traits.timestamps && facts.provider_time != now;
    fresh_key(in.fresh_key);
    return in;
}

core::Command CommandMaker::command(const Account& account, adapters::InboundItem& item,
                                    model::Instant now) {
    if (auto* message = std::get_if<adapters::InboundMessage>(&item.what)) {
        const std::string& id =
            message->dedupe_id.empty() ? message->external_id : message->dedupe_id;
        // A sender with more names than this keeps the first ones.
        auto& aliases = message->sender.aliases;
        aliases.resize(std::min(aliases.size(), aliases_max));
        auto& told = message->sender.told;
        told.resize(std::min(told.size(), told_max));
        const Facts facts{&message->sender, message->group, "dedupe", id, message->provider_time};
        core::ReceiveMessage c{inbound(account, facts, now), {}, {}, {}};
        c.wish = wish_of(*message, account.channel);
        if (message->content.type == adapters::ContentType::unsupported)
            c.raw = item.raw.substr(0, raw_bytes_max);
        c.message = std::move(*message);
        return {std::move(c), {}};
    }
    if (auto* status = std::get_if<adapters::InboundStatus>(&item.what)) {
        core::ReceiveStatus c{account.number, sealer_.blind("external", status->external_id), {}};
        // A mail has many recipients under one id.
        const bool mail_failed = status->state == adapters::ReceiptState::failed &&
                                 status->recipient.find('@') != std::string::npos;
        if (mail_failed || (status->watermark && !status->recipient.empty())) {
            // Who tells by moments names people as the account alone knows them; who tells of a
            // mail means an address as everybody writes it.
            const auto scope =
                mail_failed ? adapters::IdentityScope::channel : adapters::IdentityScope::account;
            c.recipient = {scope_of(account, scope), sealer_.blind("identity", status->recipient)};
        }
        c.status = std::move(*status);
        return {std::move(c), {}};
    }
    auto& signal = std::get<adapters::InboundSignal>(item.what);
    if (signal.sender) {
        auto& aliases = signal.sender->aliases;
        aliases.resize(std::min(aliases.size(), aliases_max));
        auto& told = signal.sender->told;
        told.resize(std::min(told.size(), told_max));
    }
    const Facts facts{signal.sender ? &*signal.sender : nullptr, signal.group, "dedupe-signal",
                      signal.dedupe_id, signal.provider_time};
    core::ReceiveSignal c{inbound(account, facts, now), {}, {}};
    if (signal.kind == adapters::SignalKind::other) c.raw = item.raw.substr(0, raw_bytes_max);
    if (signal.kind == adapters::SignalKind::message_echoed && !signal.target.empty())
        c.target = sealer_.blind("external", signal.target);
    c.signal = std::move(signal);
    return {std::move(c), {}};
}

std::vector<core::Command> CommandMaker::make(const AccountTable& table, const Account& url_account,
                                              adapters::InboundBatch& batch, model::Instant now,
                                              std::string& orphans) {
    std::vector<CarriedFile> dropped;
    return make(table, url_account, batch, now, orphans, dropped);
}

std::vector<core::Command> CommandMaker::make(const AccountTable& table, const Account& url_account,
                                              adapters::InboundBatch& batch, model::Instant now,
                                              std::string& orphans,
                                              std::vector<CarriedFile>& files) {
    std::vector<core::Command> commands;
    commands.reserve(batch.items.size() + 1);
    for (adapters::InboundItem& item : batch.items) {
        const Account* account = table.owner(url_account, item.routing);
        if (!account) {
            orphans = fmt::format("an item is for {} \"{}\", which no account with this secret has",
                                  url_account.adapter->traits().routing_setting, item.routing);
            continue;
        }
        account->health->items.fetch_add(1, std::memory_order_relaxed);
        // One that only a sibling's URL brings anything is not silent.
        if (account != &url_account) {
            account->health->last_inbound_us.store(now.time_since_epoch().count(),
                                                   std::memory_order_relaxed);
        }
        std::optional<core::TemplateNews> news;
        if (const auto* signal = std::get_if<adapters::InboundSignal>(&item.what)) {
            if (signal->told) news = news_of(*signal->told, table, url_account);
        }
        carry_files(item, commands.size(), files);
        commands.push_back(command(*account, item, now));
        if (news) std::get<core::ReceiveSignal>(commands.back().payload).news = std::move(news);
    }
    return commands;
}

core::Command CommandMaker::quarantine(const Account& account,
                                       const adapters::WebhookRequest& request, std::string reason,
                                       std::vector<std::uint64_t> taken) {
    core::Quarantine c;
    c.row.account = account.number;
    c.row.reason = std::move(reason);
    c.row.method = request.method;
    // A replay reads the query again: what its names alone give away is masked when it is shown.
    c.row.target = without_secrets(request.target, account);
    for (const adapters::HeaderView& h : request.headers) {
        if (!net::names_proof(h.name))
            c.row.headers.emplace_back(h.name, without_secrets(h.value, account));
    }
    // A larger one is a mail; its first part tells a person what it was.
    c.row.body = request.body.substr(0, quarantined_bytes_max);
    if (c.row.body.size() < request.body.size()) c.row.reason += " (kept without its end)";
    c.row.taken = std::move(taken);
    return {std::move(c), {}};
}

std::uint64_t mark_of(const core::Command& command) {
    model::AccountNumber account = 0;
    if (const auto* c = std::get_if<core::ReceiveMessage>(&command.payload))
        account = c->inbound.account;
    if (const auto* c = std::get_if<core::ReceiveSignal>(&command.payload))
        account = c->inbound.account;
    if (const auto* c = std::get_if<core::ReceiveStatus>(&command.payload)) account = c->account;
    return core::fingerprint_of(command) ^ account * 0x9E37'79B9'7F4A'7C15;
}

}  // namespace postern::ingress
