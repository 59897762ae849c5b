// POST /v1/templates/sync: the provider's own list, page by page through the account's connections,
// against what is known. What the provider no longer lists is disabled, because sends would fail.
#include "gateway/api/body.h"
#include "gateway/api/call.h"
#include "gateway/api/provider_answer.h"
#include "gateway/api/resources.h"
#include "gateway/templates/provider.h"

namespace postern::api {
namespace {

using adapters::ListedTemplate;
using model::TemplateRow;
using model::TemplateStatus;

/// Of 100 templates each: no business account holds more.
constexpr std::size_t pages_max = 100;

struct Tally {
    std::size_t listed = 0;
    std::size_t created = 0;
    std::size_t updated = 0;
    std::size_t disabled = 0;
};

/// One synchronisation under way; on the call's thread.
struct Sync {
    CallPtr call;
    std::shared_ptr<const SendAccount> account;
    std::size_t pages = 0;
    std::vector<ListedTemplate> listed;
};
using SyncPtr = std::shared_ptr<Sync>;

/// The stored one that `listed` is about: by our name, or by the provider's.
templates::TemplatePtr known_of(const ListedTemplate& listed, model::AccountNumber account,
                                const templates::TemplateTable& table) {
    if (auto own = table.find(account, listed.name, listed.language)) return own;
    for (const auto& row : table.all()) {
        const bool here = row->account == account && row->language == listed.language;
        if (here && !row->provider_name.empty() && row->provider_name == listed.name) return row;
    }
    return nullptr;
}

TemplateRow row_of(const ListedTemplate& listed, model::AccountNumber account,
                   const TemplateRow* known) {
    TemplateRow row;
    if (known != nullptr) row = *known;
    row.account = account;
    if (known == nullptr) row.name = listed.name;
    row.language = listed.language;
    row.provider_name = row.name == listed.name ? std::string{} : listed.name;
    row.provider_id = listed.id;
    row.reason = listed.reason;
    model::Category told{};
    if (model::parse_category(listed.category, told))
        row.category = known != nullptr ? templates::category_after(row.category, told) : told;
    (void)model::parse_template_status(listed.status, row.status);
    row.body = listed.body;
    row.header = listed.header;
    row.footer = listed.footer;
    row.buttons = listed.buttons;
    return row;
}

/// An example of a medium that somebody gave is not the provider's to take away.
bool same_medium(const TemplateRow& a, const TemplateRow& b) {
    return a.header && b.header && a.header->media && a.header->media == b.header->media;
}

/// What the core has to change.
std::vector<TemplateRow> differences(const Sync& sync, const templates::TemplateTable& table,
                                     Tally& tally) {
    std::vector<TemplateRow> rows;
    std::vector<model::Sequence> seen;
    const model::AccountNumber account = sync.account->number;
    for (const ListedTemplate& listed : sync.listed) {
        if (listed.name.empty() || listed.language.empty()) continue;
        ++tally.listed;
        const auto known = known_of(listed, account, table);
        TemplateRow row = row_of(listed, account, known.get());
        if (known == nullptr) {
            ++tally.created;
            rows.push_back(std::move(row));
            continue;
        }
        seen.push_back(known->id);
        if (same_medium(row, *known)) row.header = known->header;
        if (row == *known) continue;
        ++tally.updated;
        rows.push_back(std::move(row));
    }
    for (const auto& row : table.all()) {
        const bool theirs = row->account == account && !row->provider_id.empty();
        if (!theirs || row->status == TemplateStatus::disabled ||
            std::ranges::find(seen, row->id) != seen.end())
            continue;
        ++tally.disabled;
        rows.push_back(*row);
        rows.back().status = TemplateStatus::disabled;
        rows.back().reason = "not_listed";
    }
    return rows;
}

void answer(const SyncPtr& sync, const Tally& tally) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("account", sync->account->name).member("listed", tally.listed);
    json.member("created", tally.created).member("updated", tally.updated);
    json.member("disabled", tally.disabled);
    json.member("unchanged", tally.listed - tally.created - tally.updated).end_object();
    sync->call->ok(std::move(out));
}

void apply(const SyncPtr& sync) {
    Tally tally;
    auto rows = differences(*sync, *sync->call->context().templates.load(), tally);
    if (rows.empty()) return answer(sync, tally);
    std::vector<core::Command> commands;
    for (std::size_t i = 0; i < rows.size(); i += core::sync_rows_max) {
        core::SyncTemplates part;
        const std::size_t end = std::min(rows.size(), i + core::sync_rows_max);
        for (std::size_t k = i; k < end; ++k) part.rows.push_back(std::move(rows[k]));
        commands.push_back({std::move(part), {}});
    }
    sync->call->change_all(
        std::move(commands), [sync, tally](const std::vector<core::Reply>& replies) {
            for (const core::Reply& reply : replies) {
                if (reply.code == core::ReplyCode::done) continue;
                return sync->call->fail({409,
                                         "too_many_templates",
                                         "There are as many templates as there may be.",
                                         {},
                                         {},
                                         {}});
            }
            answer(sync, tally);
        });
}

void ask(const SyncPtr& sync, std::string_view page);

void take(const SyncPtr& sync, const ProviderCalls::Answer& got) {
    if (got.status == 0) return sync->call->fail(provider_unreachable(got));
    const ProviderHeaders headers(got);
    auto read = sync->account->adapter->listed(headers.answer(), sync->call->now().wall);
    if (const auto* outcome = std::get_if<adapters::SendOutcome>(&read))
        return sync->call->fail(provider_refused(got, *outcome));
    auto& page = std::get<adapters::TemplatePage>(read);
    for (ListedTemplate& one : page.templates) sync->listed.push_back(std::move(one));
    if (page.next.empty()) return apply(sync);
    if (++sync->pages == pages_max)
        return sync->call->fail(
            {502, "provider_refused", "The provider's list has no end.", {}, {}, {}});
    ask(sync, page.next);
}

void ask(const SyncPtr& sync, std::string_view page) {
    auto call = sync->account->adapter->list_templates(page);
    if (!call) {
        return sync->call->fail(
            {422,
             "templates_not_listed",
             "The account's provider has no list of templates, or the account does not say whose: "
             "WhatsApp needs waba_id.",
             {},
             {},
             {}});
    }
    sync->call->context().services.calls->call(
        sync->account->number, std::move(*call), sync->call->thread(),
        [sync](const ProviderCalls::Answer& got) { take(sync, got); });
}

}  // namespace

void sync_templates(const CallPtr& call) {
    const SendDesk* desk = call->desk();
    if (desk == nullptr) return;
    Body body(call->request().body);
    std::string name = body.text("account", 64, false);
    if (name.empty()) name = call->request().query_value("account");
    auto account = desk->send_account(name);
    if (name.empty()) {
        body.fault("account", "required", "Whose templates? Give account.");
    } else if (account == nullptr) {
        body.fault("account", "not_found", "There is no account of this name.");
    } else if (account->adapter == nullptr) {
        body.fault("account", "cannot_send", "This account only receives.");
    }
    if (const auto problem = body.problem()) return call->fail(*problem);
    if (call->context().services.calls == nullptr) return call->fail(no_provider_calls());
    auto sync = std::make_shared<Sync>();
    sync->call = call;
    sync->account = std::move(account);
    ask(sync, {});
}

}  // namespace postern::api
