// The contract's events, one function each.
#include "gateway/events/render.h"

#include "gateway/events/message_json.h"
#include "gateway/events/outbound_json.h"
#include "gateway/model/channel.h"
#include "gateway/model/json.h"

namespace postern::events {
namespace {

using model::JsonWriter;

constexpr std::uint64_t lane_of_nobody = 1ull << 63;  // parts have 56 bits

/// One row on its way to events: opens and closes the envelope around each `data`.
class Renderer final {
  public:
    Renderer(const model::SeqHead& head, model::Sequence sequence, const AccountTable& accounts,
             const EventFilter& filter, std::vector<Event>& out)
        : head_(head), sequence_(sequence), accounts_(accounts), filter_(filter), out_(out) {}

    template <class Write>
    void add(unsigned sub, std::string_view type, Write write_data) {
        if (!filter_.wants_type(type)) return;
        Event event{make_cursor(head_.created, head_.epoch, sequence_, sub), std::string(type), {}};
        event.lane = head_.part != 0 ? head_.part : lane_of_nobody | head_.account;
        JsonWriter json(event.json);
        json.begin_object().member("id", format_cursor(event.cursor)).member("type", type);
        json.member("time", head_.created);
        write_account(json, head_.account, accounts_);
        json.key("data");
        write_data(json);
        json.end_object();
        out_.push_back(std::move(event));
    }

    /// contact.created and contact.updated say the same of a contact: what the message taught us.
    void add_contact(unsigned sub, std::string_view type, const adapters::Sender& sender,
                     model::Instant created, std::uint32_t epoch) {
        add(sub, type, [&](JsonWriter& json) {
            json.begin_object().key("contact").begin_object();
            json.member("id", contact_id(created, epoch, head_.part));
            json.key("name").begin_object().key("first").null().key("last").null();
            json.member_or_null("display", sender.name).end_object();
            json.member_or_null("username", sender.username);
            json.member_or_null("language", sender.language);
            json.key("identities").begin_array();
            for (const adapters::Alias& alias : sender.aliases) write_identity(json, alias, sender);
            json.end_array();
            write_told(json, "phones", adapters::PersonKey::phone, sender);
            write_told(json, "emails", adapters::PersonKey::email, sender);
            json.member("created_at", created).end_object().end_object();
        });
    }

    template <class Row>
    void add_conversation(const Row& row, std::string_view group) {
        add(2, "conversation.opened", [&](JsonWriter& json) {
            json.begin_object().key("conversation").begin_object();
            json.member_or_null("id", conversation_id(row));
            json.member_or_null("contact",
                                contact_id(row.part_created, row.part_epoch, head_.part));
            write_account(json, head_.account, accounts_);
            json.member_or_null("group", group).member("state", "open");
            json.member("opened_at", row.conversation_created).end_object().end_object();
        });
    }

  private:
    /// No member at all where nothing was told: what a contact has stands in the contact.
    static void write_told(JsonWriter& json, std::string_view name, adapters::PersonKey kind,
                           const adapters::Sender& sender) {
        bool any = false;
        for (const adapters::ToldKey& told : sender.told) {
            if (told.kind != kind) continue;
            if (!any) json.key(name).begin_array();
            any = true;
            json.begin_object().member("value", told.value).member("verified", told.verified);
            json.end_object();
        }
        if (any) json.end_array();
    }

    void write_identity(JsonWriter& json, const adapters::Alias& alias,
                        const adapters::Sender& sender) {
        json.begin_object();
        write_account(json, head_.account, accounts_);
        json.member("address", alias.address).member_or_null("display", sender.name).end_object();
    }

    const model::SeqHead& head_;
    const model::Sequence sequence_;
    const AccountTable& accounts_;
    const EventFilter& filter_;
    std::vector<Event>& out_;
};

void render_row(Renderer& to, const model::MessageRow& row, model::Sequence sequence,
                const AccountTable& accounts) {
    const adapters::Sender& sender = row.message.sender;
    if (row.contact_created) {
        to.add_contact(0, "contact.created", sender, row.part_created, row.part_epoch);
    }
    if (row.contact_updated) {
        to.add_contact(1, "contact.updated", sender, row.part_created, row.part_epoch);
    }
    if (row.conversation_opened) to.add_conversation(row, row.message.group);
    to.add(3, "message.received", [&](JsonWriter& json) {
        json.begin_object().key("message");
        write_message(json, row, sequence, accounts);
        json.member_if("raw", row.raw).end_object();
    });
}

/// What the provider took or has handed on is `sent` in the contract's words.
std::string_view contract_state(adapters::ReceiptState state) {
    return to_string(state == adapters::ReceiptState::accepted ? adapters::ReceiptState::sent
                                                               : state);
}

void write_error(JsonWriter& json, const adapters::ProviderError& error) {
    std::string detail = error.title;
    if (!detail.empty() && !error.detail.empty()) detail += ": ";
    detail += error.detail;
    const std::string_view word = error.word;
    json.begin_object().member("class", to_string(error.result));
    json.member("code", word.empty() ? "provider_failed" : word);
    json.member_or_null("provider_code", error.code).member_or_null("detail", detail).end_object();
}

void render_row(Renderer& to, const model::StatusRow& row, model::Sequence /*sequence*/,
                const AccountTable& /*accounts*/) {
    const adapters::InboundStatus& status = row.status;
    to.add(3, "message.status", [&](JsonWriter& json) {
        // Of a message that somebody else sent on this account: a receipt of ours is an
        // OutboundEventRow.
        json.begin_object().key("message_id").null();
        json.member("external_id", status.external_id);
        json.member("state", contract_state(status.state)).key("error");
        if (status.error)
            write_error(json, *status.error);
        else
            json.null();
        json.member_or_null("recipient", status.recipient).member_if("echo", status.echo);
        json.member("provider_time", status.provider_time);
        json.member_object("details", status.details_json).end_object();
    });
}

/// Whether the business wrote it, in another tool than Postern: an echo, or what somebody there
/// changed of their own message (Telegram).
bool is_by_business(const adapters::InboundSignal& signal) {
    return signal.kind == adapters::SignalKind::message_echoed ||
           (signal.kind == adapters::SignalKind::message_edited &&
            signal.details_json.find(R"("by_business":true)") != std::string::npos);
}

/// The one who writes for the account: no provider says more of them than the account.
void write_business(JsonWriter& json, model::AccountNumber number, const AccountTable& accounts) {
    const model::AccountRow* account = accounts.find(number);
    json.begin_object().key("address").null();
    json.member_or_null("name", account != nullptr ? std::string_view(account->name) : "");
    json.key("username").null().end_object();
}

void write_customer(JsonWriter& json, const adapters::InboundSignal& signal) {
    if (signal.sender)
        write_sender(json, *signal.sender);
    else
        json.null();
}

bool is_wish(const adapters::InboundSignal& signal) {
    return signal.kind == adapters::SignalKind::opted_out ||
           signal.kind == adapters::SignalKind::opted_in;
}

/// What only «stop» and «start» say.
void write_wish(JsonWriter& json, const model::SignalRow& row) {
    const model::Categories categories = model::categories_named(row.signal.category);
    json.key("address");
    if (row.signal.sender && !row.signal.sender->aliases.empty())
        json.value(row.signal.sender->aliases.front().address);
    else
        json.null();
    json.key("categories").begin_array();
    for (std::size_t i = 0; i < model::category_count; ++i) {
        const auto category = static_cast<model::Category>(i);
        if (categories & model::only(category)) json.value(to_string(category));
    }
    json.end_array().member("source", row.keyword.empty() ? "provider" : "keyword");
    json.member_or_null("keyword", row.keyword);
    if (!row.keyword.empty()) json.member("certainty", row.probable ? "probable" : "definite");
    json.member_or_null("message_id",
                        row.keyword.empty() ? "" : message_id(row.head, row.head.previous));
}

void render_row(Renderer& to, const model::SignalRow& row, model::Sequence sequence,
                const AccountTable& accounts) {
    const adapters::InboundSignal& signal = row.signal;
    if (row.contact_created && signal.sender) {
        to.add_contact(0, "contact.created", *signal.sender, row.part_created, row.part_epoch);
    }
    if (row.contact_updated && signal.sender) {
        to.add_contact(1, "contact.updated", *signal.sender, row.part_created, row.part_epoch);
    }
    if (row.told_before) return;
    to.add(3, to_string(signal.kind), [&](JsonWriter& json) {
        json.begin_object();
        json.member_or_null("contact", contact_id(row.part_created, row.part_epoch, row.head.part));
        if (is_wish(signal)) write_wish(json, row);
        json.member_or_null("external_id", signal.target).member_or_null("group", signal.group);
        json.key("from");
        if (is_by_business(signal)) {
            write_business(json, row.head.account, accounts);
            json.key("to");
        }
        write_customer(json, signal);
        if (signal.content) {
            json.key("content");
            write_content(json, *signal.content);
            json.key("attachments");
            write_attachments(json, signal.attachments, row.head, sequence);
        }
        json.member_if("category", signal.category);
        json.member_or_null("provider_type", signal.provider_type);
        json.member("provider_time", signal.provider_time);
        if (row.deleted != model::Instant{}) json.member("deleted_at", row.deleted);
        json.member_object("details", signal.details_json).member_if("raw", row.raw).end_object();
    });
}

void render_row(Renderer& to, const model::OutboundRow& row,
                const std::function<void(JsonWriter&)>& write_data) {
    if (row.contact_created && !row.routes.empty()) {
        adapters::Sender person;
        const bool everywhere = row.routes[0].scope != model::account_scope(row.routes[0].account);
        person.aliases.push_back({row.routes[0].address, everywhere
                                                             ? adapters::IdentityScope::channel
                                                             : adapters::IdentityScope::account});
        to.add_contact(0, "contact.created", person, row.part_created, row.part_epoch);
    }
    if (row.conversation_opened) to.add_conversation(row, {});
    to.add(3, "message.status", write_data);
}

/// Accepted: `queued`, or `waiting` where the verdict says so.
void render_row(Renderer& to, const model::OutboundRow& row, model::Sequence sequence,
                const AccountTable& accounts) {
    if (row.routes.empty()) return;
    const OutboundStanding standing = accepted_standing(row);
    render_row(to, row, [&](JsonWriter& json) {
        json.begin_object().member("message_id", message_id(row.head, sequence));
        json.key("external_id").null().member("state", to_string(standing.state));
        json.key("error").null().member("cause", "accepted").member("attempt", 0);
        json.member("until", standing.not_before).member("possible_duplicate", false);
        json.key("provider_time").null().key("message");
        write_message(json, row, sequence, standing, accounts);
        json.end_object();
    });
}

void render_row(Renderer& to, const model::OutboundEventRow& row, model::Sequence /*sequence*/,
                const AccountTable& /*accounts*/) {
    to.add(3, "message.status", [&](JsonWriter& json) { write_change(json, row); });
}

void render_row(Renderer& to, const model::NoticeRow& row, model::Sequence /*sequence*/,
                const AccountTable& /*accounts*/) {
    to.add(3, row.type, [&](JsonWriter& json) {
        std::string data;
        if (!model::minify_object(row.data_json, data)) data = "{}";
        json.raw(data);
    });
}

}  // namespace

void render_outbound(const model::OutboundRow& row, model::Sequence sequence,
                     const AccountTable& accounts, const EventFilter& filter,
                     const std::function<void(JsonWriter&)>& write_data, std::vector<Event>& out) {
    if (!filter.wants_account(row.head.account)) return;
    Renderer to(row.head, sequence, accounts, filter, out);
    render_row(to, row, write_data);
}

const model::SeqHead* head_of(const model::RecordPtr& record) {
    if (record == nullptr) return nullptr;
    return model::visit(
        []<class Row>(const Row& row) -> const model::SeqHead* {
            if constexpr (requires { row.head; })
                return &row.head;
            else
                return nullptr;
        },
        *record);
}

void render(const model::RecordPtr& record, model::Sequence sequence, const AccountTable& accounts,
            const EventFilter& filter, std::vector<Event>& out) {
    if (record == nullptr) return;
    model::visit(
        [&]<class Row>(const Row& row) {
            if constexpr (requires { row.head; }) {
                if (!filter.wants_account(row.head.account)) return;
                Renderer to(row.head, sequence, accounts, filter, out);
                render_row(to, row, sequence, accounts);
            }
        },
        *record);
}

}  // namespace postern::events
