// Templates: made, changed under a version, listed, deleted. The table of all of them is in memory
// (context.h), so reading needs no query.
#include "gateway/api/body.h"
#include "gateway/api/call.h"
#include "gateway/api/message_ask.h"
#include "gateway/api/paging.h"
#include "gateway/api/resources.h"
#include "gateway/api/submitted.h"
#include "gateway/api/templates_json.h"

namespace postern::api {
namespace {

using core::ReplyCode;
using model::TemplateRow;
using model::TemplateStatus;

constexpr char list_letter = 'p';

/// The template of the path; null after the call was answered.
templates::TemplatePtr find_template(const CallPtr& call) {
    model::TemplateId id;
    if (model::parse_id(call->parameter(), id)) {
        auto row = call->context().templates.load()->find(id.sequence());
        if (row != nullptr && id_of(*row) == call->parameter()) return row;
    }
    call->fail(not_found("template"));
    return nullptr;
}

/// False after the call was answered: the caller means another state of it.
bool is_meant(const CallPtr& call, const TemplateRow& row) {
    const auto accounts = call->context().accounts.load();
    if (call->fits_if_match(template_json(row, *accounts))) return true;
    call->fail(
        {412, "precondition_failed", "The template was changed since: read it again.", {}, {}, {}});
    return false;
}

void answer_row(const CallPtr& call, const core::Reply& reply, int status) {
    const auto* row =
        reply.record != nullptr ? model::get_if<TemplateRow>(reply.record.get()) : nullptr;
    if (row == nullptr) return call->fail(not_found("template"));
    call->ok(template_json(*row, *call->context().accounts.load()), status);
}

/// Taken name, other version, or too many: the record says which.
Problem conflict_of(const core::Reply& reply, const TemplateRow& wanted) {
    const auto* row =
        reply.record != nullptr ? model::get_if<TemplateRow>(reply.record.get()) : nullptr;
    if (row == nullptr)
        return {409, "too_many_templates", "There are as many templates as there may be.", {}, {},
                {}};
    if (row->id == wanted.id) {
        return {
            409, "version_conflict", "The template was changed meanwhile: read it again.", {}, {},
            {}};
    }
    return {409,
            "template_exists",
            "The account has a template of this name and language: " + id_of(*row) + ".",
            {},
            {},
            {}};
}

/// The body over `row`; false after the call was answered.
bool read_body(const CallPtr& call, bool whole, TemplateRow& row) {
    const SendDesk* desk = call->desk();
    if (desk == nullptr) return false;
    const auto json = parse_json(call->request().body);
    if (!json || !json->is_object()) return call->fail(malformed_json()), false;
    std::vector<FieldError> errors;
    (void)read_template(*json, whole, *desk, row, errors);
    const auto accounts = call->context().accounts.load();
    const model::AccountRow* account = accounts->find(row.account);
    const auto sends = account != nullptr ? desk->send_account(account->name) : nullptr;
    check_template(row, errors);
    if (errors.empty() && sends == nullptr)
        errors.push_back({"account", "not_found", "The account is not configured any more."});
    if (errors.empty()) return true;
    return call->fail(fields_at_fault(std::move(errors))), false;
}

void change(const CallPtr& call, bool whole) {
    const auto known = find_template(call);
    if (known == nullptr || !is_meant(call, *known)) return;
    TemplateRow row = *known;
    if (!read_body(call, whole, row)) return;
    core::ChangeTemplate command{row, known->version};
    call->change(std::move(command), "template", [call, row](const core::Reply& reply) {
        if (reply.code == ReplyCode::conflict) return call->fail(conflict_of(reply, row));
        answer_row(call, reply, 200);
    });
}

struct Filter {
    std::string name;
    std::string language;
    std::optional<model::AccountNumber> account;
    std::optional<TemplateStatus> status;

    [[nodiscard]] bool wants(const TemplateRow& row) const {
        return (name.empty() || row.name == name) &&
               (language.empty() || row.language == language) &&
               (!account || row.account == *account) && (!status || row.status == *status);
    }
};

std::optional<Problem> read_filter(const CallPtr& call, Filter& out) {
    const net::Request& request = call->request();
    out.name = request.query_value("name");
    out.language = request.query_value("language");
    const std::string account = request.query_value("account");
    if (!account.empty()) {
        const auto accounts = call->context().accounts.load();
        const model::AccountRow* row = accounts->find(account);
        if (row == nullptr) return invalid_parameter("account", "There is no such account.");
        out.account = row->number;
    }
    const std::string status = request.query_value("status");
    if (status.empty()) return std::nullopt;
    TemplateStatus wanted{};
    if (status != "unknown" && !model::parse_template_status(status, wanted)) {
        return invalid_parameter(
            "status", "This is approved, pending, rejected, paused, disabled or unknown.");
    }
    out.status = status == "unknown" ? TemplateStatus::unknown : wanted;
    return std::nullopt;
}

}  // namespace

void list_templates(const CallPtr& call) {
    PageQuery page;
    if (const auto problem = read_page_query(call->request(), list_letter, page))
        return call->fail(*problem);
    Filter filter;
    if (const auto problem = read_filter(call, filter)) return call->fail(*problem);
    const auto table = call->context().templates.load();
    const auto accounts = call->context().accounts.load();
    ListWriter list(list_letter);
    std::uint64_t next = 0, last = 0;
    for (std::size_t i = table->after(page.after); i < table->all().size(); ++i) {
        const TemplateRow& row = *table->all()[i];
        if (!filter.wants(row)) continue;
        if (list.count() == page.limit) {
            next = last;
            break;
        }
        write_template(list.item(), row, *accounts);
        last = row.id;
    }
    call->ok(list.finish(next));
}

void get_template(const CallPtr& call) {
    const auto row = find_template(call);
    if (row == nullptr) return;
    call->ok(template_json(*row, *call->context().accounts.load()));
}

void create_template(const CallPtr& call) {
    TemplateRow row;
    if (!read_body(call, true, row)) return;
    core::CreateTemplate command{row};
    call->change(std::move(command), "template", [call, row](const core::Reply& reply) {
        if (reply.code == ReplyCode::conflict) return call->fail(conflict_of(reply, row));
        answer_row(call, reply, 201);
    });
}

void replace_template(const CallPtr& call) {
    change(call, true);
}

void update_template(const CallPtr& call) {
    change(call, false);
}

void delete_template(const CallPtr& call) {
    const auto known = find_template(call);
    if (known == nullptr || !is_meant(call, *known)) return;
    const bool exact = !call->request().header("if-match").empty();
    core::DeleteTemplate command{known->id, exact ? known->version : 0};
    call->change(std::move(command), "template", [call, row = *known](const core::Reply& reply) {
        if (reply.code == ReplyCode::conflict) return call->fail(conflict_of(reply, row));
        answer_row(call, reply, 200);
    });
}

}  // namespace postern::api
