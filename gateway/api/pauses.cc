// What operators hold back: messages of an account, a category, a priority or a key, all of what is
// named together; nothing named is sending as a whole, which a restore leaves paused.
#include "gateway/core/pauses.h"
#include "gateway/api/body.h"
#include "gateway/api/call.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"
#include "gateway/model/json.h"

namespace postern::api {
namespace {

void write_pause(model::JsonWriter& json, const model::SendingPause& pause,
                 const Context& context) {
    const model::AccountRow* account = context.accounts.load()->find(pause.account);
    const KeyPtr key = pause.caller != 0 ? context.keys.find(pause.caller) : nullptr;
    json.begin_object();
    json.member_or_null("account", account != nullptr ? std::string_view(account->name) : "");
    json.member_or_null("category", pause.category ? to_string(*pause.category) : "");
    json.member_or_null("priority", pause.priority ? to_string(*pause.priority) : "");
    json.member_or_null("key", key != nullptr ? key_id(key->row) : "");
    json.member_or_null("key_name", key != nullptr ? std::string_view(key->row.name) : "");
    json.member_or_null("reason", pause.reason).member("since", pause.since).end_object();
}

constexpr char list_letter = 'h';

std::string pauses_json(const Context& context, const model::WorkspaceRow& workspace,
                        const PageQuery& page) {
    ListWriter list(list_letter);
    const auto& pauses = workspace.pauses;
    std::size_t at = page.after;
    for (; at < pauses.size() && list.count() < page.limit; ++at)
        write_pause(list.item(), pauses[at], context);
    return list.finish(at < pauses.size() ? at : 0);
}

/// An empty name must not be taken for none: that would hold, or release, everything.
std::string name_in(Body& body, std::string_view field) {
    std::string name = body.text(field, 64, false);
    if (name.empty() && body.has(field))
        body.fault(field, "invalid", "This must not be empty; leave it out to mean all.");
    return name;
}

/// The account and the key that are named; a fault where there is none.
void read_names(Body& body, const Context& context, model::SendingPause& out) {
    const std::string account = name_in(body, "account");
    const std::string key = name_in(body, "key");
    if (!account.empty()) {
        const model::AccountRow* row = context.accounts.load()->find(account);
        if (row == nullptr) return body.fault("account", "not_found", "There is no such account.");
        out.account = row->number;
    }
    if (key.empty()) return;
    model::KeyId id;
    const KeyPtr found = model::parse_id(key, id) ? context.keys.find(id.sequence()) : nullptr;
    if (found == nullptr || key_id(found->row) != key)
        return body.fault("key", "not_found",
                          "There is no such key; GET /v1/keys lists their ids.");
    out.caller = found->row.id;
}

void set_paused(const CallPtr& call, bool paused) {
    Body body(call->request().body);
    core::PauseSending command;
    command.paused = paused;
    read_names(body, call->context(), command.what);
    const std::string category = name_in(body, "category");
    const std::string priority = name_in(body, "priority");
    if (!category.empty() && !model::parse_category(category, command.what.category.emplace())) {
        body.fault("category", "invalid",
                   "One of reply, transactional, authentication, marketing, collections.");
    }
    if (!priority.empty() && !model::parse_priority(priority, command.what.priority.emplace()))
        body.fault("priority", "invalid", "One of high, normal, low.");
    if (paused) command.what.reason = body.text("reason", 500, false);
    if (const auto problem = body.problem()) return call->fail(*problem);
    call->change(std::move(command), "pause", [call](const core::Reply& reply) {
        if (reply.code == core::ReplyCode::conflict) {
            return call->fail(
                {409, "too_many_pauses", "There are 64 already: resume some.", {}, {}});
        }
        const auto* now = reply.record != nullptr
                              ? model::get_if<model::WorkspaceRow>(reply.record.get())
                              : nullptr;
        call->ok(pauses_json(call->context(),
                             now != nullptr ? *now : *call->context().workspace.load(),
                             {.limit = core::pauses_max}));
    });
}

}  // namespace

void list_pauses(const CallPtr& call) {
    PageQuery page;
    if (const auto problem = read_page_query(call->request(), list_letter, page))
        return call->fail(*problem);
    call->ok(pauses_json(call->context(), *call->context().workspace.load(), page));
}
void pause_sending(const CallPtr& call) {
    set_paused(call, true);
}
void resume_sending(const CallPtr& call) {
    set_paused(call, false);
}

}  // namespace postern::api
