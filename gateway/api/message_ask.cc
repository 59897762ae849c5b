// The fields of POST /v1/messages.
#include "gateway/api/message_ask.h"

#include <algorithm>

#include "gateway/api/addressing.h"
#include "gateway/api/fields.h"
#include "gateway/api/media_use.h"
#include "gateway/api/templates_ask.h"
#include "gateway/model/channel.h"
#include "gateway/model/json.h"
#include "gateway/model/outbound_content.h"

namespace postern::api {
namespace {

using model::Instant;

constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t address_bytes_max = 320;  // a mail address
constexpr std::size_t id_bytes_max = 512;       // an external id

void read_recipient(Fields& in, const SendDesk& desk, MessageAsk& out,
                    std::vector<FieldError>& errors) {
    const auto value = in.object("to");
    if (!value) {
        if (!in.value("to")) in.required("to");
        return;
    }
    Fields to(*value, "to.", errors);
    const std::string contact = to.text("contact", name_bytes_max);
    out.channel = to.text("channel", name_bytes_max);
    out.address = to.text("address", address_bytes_max);
    out.timezone = to.text("timezone", name_bytes_max);
    if (!out.timezone.empty() && !desk.knows_zone(out.timezone)) {
        to.fault("timezone", "invalid", "There is no such zone; one is America/Bogota.");
    }
    if (!contact.empty() && (!out.address.empty() || !out.channel.empty())) {
        to.fault("contact", "invalid", "This stands instead of channel and address.");
    } else if (!contact.empty() && !model::parse_id(contact, out.contact)) {
        to.fault("contact", "invalid", "This must be the id of a contact, like con_….");
    } else if (contact.empty() && out.address.empty()) {
        to.fault("address", "required", "Give either contact, or channel and address.");
    }
    const bool known = out.channel == "sms" || model::channel_number(out.channel) != 0;
    if (!out.channel.empty() && !known) {
        std::vector<std::string_view> words(model::channel_names.begin(),
                                            model::channel_names.end());
        to.unknown_word("channel", out.channel, words);
    }
    to.finish();
}

std::shared_ptr<const SendAccount> find_account(Fields& in, const std::string& field,
                                                const std::string& name, const SendDesk& desk) {
    auto account = desk.send_account(name);
    if (account == nullptr) {
        in.fault(field, "not_found", "There is no account of this name.");
    } else if (account->adapter == nullptr) {
        in.fault(field, "cannot_send", "This account only receives.");
        return nullptr;
    }
    return account;
}

void read_accounts(Fields& in, const SendDesk& desk, MessageAsk& out) {
    const std::string first = in.text("account", name_bytes_max);
    const std::vector<std::string> fallback = in.texts("fallback", fallback_max);
    out.by_rule = first.empty();
    if (out.by_rule && out.contact.empty() && out.channel.empty()) {
        in.fault("account", "required",
                 "This field is required: without it, to.contact or to.channel says among which "
                 "accounts one is chosen.");
    } else if (out.by_rule) {
        if (in.value("fallback")) out.own_fallback = true;
    } else if (auto account = find_account(in, "account", first, desk)) {
        if (!out.channel.empty() && !same_channel(out.channel, *account)) {
            in.fault("to.channel", "invalid", "The account's channel is " + account->channel + ".");
        }
        out.accounts.push_back(std::move(account));
    }
    for (std::size_t i = 0; i < fallback.size(); ++i) {
        const std::string field = "fallback[" + std::to_string(i) + "]";
        auto account = find_account(in, field, fallback[i], desk);
        if (account == nullptr) continue;
        const bool twice = std::ranges::any_of(
            out.accounts, [&](const auto& other) { return other->number == account->number; });
        if (twice)
            in.fault(field, "duplicate", "This account is asked for already.");
        else
            out.accounts.push_back(std::move(account));
    }
}

/// The caller's word, the template's, the account's.
void read_category(Fields& in, const templates::TemplateTable& templates, MessageAsk& out) {
    const std::string word = in.text("category", name_bytes_max);
    if (!word.empty()) {
        if (!model::parse_category(word, out.row.category)) {
            in.unknown_word(
                "category", word,
                {"reply", "transactional", "authentication", "marketing", "collections"});
        }
        return;
    }
    if (out.by_rule) {
        in.fault("category", "required",
                 "This field is required: the rule that chooses the account goes by it.");
        return;
    }
    if (out.accounts.empty()) return;
    if (const auto known = template_of(out, templates)) {
        out.row.category = known->category;
        return;
    }
    if (!out.accounts.front()->default_category) {
        in.fault("category", "required",
                 "This field is required: the account has no default_category.");
        return;
    }
    out.row.category = *out.accounts.front()->default_category;
    out.row.category_default = true;
}

void read_times(Fields& in, AskFor what, Instant now, MessageAsk& out) {
    model::OutboundRow& row = out.row;
    row.send_at = in.time("send_at");
    row.expires = in.time("expires_at");
    if (what == AskFor::check) out.at = in.time("at");
    const Instant begin = std::max(now, row.send_at);
    if (row.send_at > now + send_at_max) {
        in.fault("send_at", "invalid", "At most a year from now.");
    }
    if (row.expires == Instant{}) {
        // Judged as if it were then, it is a message of that moment.
        row.expires = std::max(begin, out.at) + expires_default;
    } else if (row.expires <= begin) {
        in.fault("expires_at", "invalid", "This must be later than now and than send_at.");
    } else if (row.expires > begin + expires_max) {
        in.fault("expires_at", "invalid", "At most 30 days after the message may go.");
    }
}

void read_content(Fields& in, const SendDesk& desk, const templates::TemplateTable& templates,
                  MessageAsk& out) {
    const auto value = in.object("content");
    if (!value) {
        if (!in.value("content")) in.required("content");
        return;
    }
    adapters::FieldProblem problem;
    const std::string text = simdjson::minify(*value);
    if (!model::parse_content(text, out.content, problem)) {
        const std::string field = problem.field.empty() ? "content" : "content." + problem.field;
        return in.fault(field, problem.code, problem.detail);
    }
    // No provider takes it.
    if (out.content.type == adapters::ContentType::text &&
        out.content.text.find_first_not_of(" \t\r\n") == std::string::npos)
        return in.fault("content.text", "required", "This must not be blank.");
    if (!out.by_rule && !give_url(in, desk, out)) return;
    out.row.is_template = out.content.type == adapters::ContentType::template_;
    // The candidates are judged one by one when they are known (routing.h).
    if (out.by_rule) {
        if (!out.row.is_template) return;
        out.row.template_name = out.content.name;
        out.row.template_language = out.content.language;
        return;
    }
    if (out.row.is_template) {
        (void)fit_template(in, templates, out);
        return;
    }
    for (const auto& account : out.accounts) {
        const auto fault = fault_of(*account, out.content);
        if (!fault) continue;
        std::string field = fault->field.empty() ? "content" : "content." + fault->field;
        if (!out.content.upload.empty() && field == "content.url") field = "content.upload";
        return in.fault(field, fault->code, account->name + ": " + fault->detail);
    }
}

/// Flat: strings, numbers, booleans, so that it can be filtered by.
void read_metadata(Fields& in, MessageAsk& out) {
    const auto value = in.object("metadata");
    if (!value) return;
    simdjson::dom::object object;
    if (value->get(object) != simdjson::SUCCESS || object.size() == 0) return;
    for (const auto member : object) {
        const bool flat = !member.value.is_object() && !member.value.is_array();
        if (!flat) {
            in.fault("metadata." + std::string(member.key.substr(0, name_bytes_max)), "invalid",
                     "Metadata are flat: a string, a number, true or false.");
        }
    }
    out.row.metadata_json = simdjson::minify(*value);
    if (out.row.metadata_json.size() > metadata_bytes_max) {
        in.fault("metadata", "too_long", "At most 4096 bytes of JSON.");
    }
}

void read_priority(Fields& in, MessageAsk& out) {
    const std::string word = in.text("priority", name_bytes_max);
    out.row.priority = model::Priority::normal;
    if (!word.empty() && !model::parse_priority(word, out.row.priority)) {
        in.unknown_word("priority", word, {"high", "normal", "low"});
    }
}

}  // namespace

/// SMS is one channel whoever carries it.
bool same_channel(std::string_view wanted, const SendAccount& account) {
    if (wanted == account.channel) return true;
    if (wanted == "sms") return account.sms;
    const std::uint32_t number = model::channel_number(wanted);
    return number != 0 && model::channel_scope(number) ==
                              model::channel_scope(model::channel_number(account.channel));
}

bool read_ask(simdjson::dom::element json, AskFor what, const SendDesk& desk,
              const templates::TemplateTable& templates, Instant now, MessageAsk& out,
              std::vector<FieldError>& errors) {
    const std::size_t before = errors.size();
    Fields in(json, {}, errors);
    if (!json.is_object()) {
        in.fault("", "invalid", "A message is an object.");
        return false;
    }
    read_recipient(in, desk, out, errors);
    read_accounts(in, desk, out);
    read_content(in, desk, templates, out);
    read_category(in, templates, out);
    read_times(in, what, now, out);
    read_priority(in, out);
    read_metadata(in, out);
    out.reply_to = in.text("reply_to", id_bytes_max);
    out.row.test = in.flag("test");
    out.row.human_agent = in.flag("human_agent");
    in.finish();
    return errors.size() == before;
}

}  // namespace postern::api
