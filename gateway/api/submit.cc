// One message: accepted, refused, or only judged.
#include "adapters/shared/sms_segments.h"
#include "gateway/api/addressing.h"
#include "gateway/api/preview.h"
#include "gateway/api/resources.h"
#include "gateway/api/submitted.h"
#include "gateway/events/outbound_json.h"
#include "gateway/policy/content_hints.h"

namespace postern::api {
namespace {

using core::ReplyCode;

struct Made {
    core::SubmitMessage command;
    model::RecordPtr upload;  // of a check: what it would send
    Problem problem{.status = 0};
};

Made make(MessageAsk& ask, AskFor what, const SendDesk& desk, const templates::TemplateTable& table,
          runtime::Reader* reader) {
    Made made;
    made.command = make_submit(ask, desk, table, reader, made.problem);
    if (what == AskFor::send || made.command.upload == 0 || reader == nullptr) return made;
    const auto row = reader->get(storage::keys::media_upload(made.command.upload));
    if (row) made.upload = *row;
    return made;
}

/// Reads the body; `then` gets what was asked and the command that follows from it.
void take(const CallPtr& call, AskFor what,
          const std::function<void(const MessageAsk&, Made)>& then) {
    const SendDesk* desk = call->desk();
    if (desk == nullptr) return;
    const auto json = parse_json(call->request().body);
    if (!json || !json->is_object()) return call->fail(malformed_json());
    const auto ask = std::make_shared<MessageAsk>();
    std::vector<FieldError> errors;
    if (!read_ask(*json, what, *desk, *call->context().templates.load(), call->now().wall, *ask,
                  errors))
        return call->fail(fields_at_fault(std::move(errors)));
    const auto go_on = [call, ask, then](Made& made) {
        if (made.problem.status != 0) return call->fail(made.problem);
        made.command.row.caller = call->key()->row.id;
        then(*ask, std::move(made));
    };
    const auto table = call->context().templates.load();
    if (!needs_reading(*ask)) {
        Made made = make(*ask, what, *desk, *table, nullptr);
        return go_on(made);
    }
    call->read<Made>(
        [ask, what, desk, table](runtime::Reader& reader) {
            return make(*ask, what, *desk, *table, &reader);
        },
        go_on);
}

/// The first answer to this key again, from the row that it accepted.
void answer_again(const CallPtr& call, model::Sequence sequence) {
    const auto accounts = call->context().accounts.load();
    call->read<Answer>(
        [sequence, accounts](runtime::Reader& reader) -> Answer {
            const auto record = reader.get(storage::keys::seq_row(sequence));
            if (!record) return storage_unreadable();
            if (*record == nullptr || !model::holds<model::OutboundRow>(**record))
                return not_found("message");
            return accepted_json(**record, sequence, *accounts);
        },
        [call](Answer& found) {
            if (found.problem.status != 0) return call->fail(found.problem);
            call->replayed(std::move(found.body), 202);
        });
}

/// A check's answer is about one account: the one that the message takes, else the first.
struct Checked {
    const MessageAsk& ask;
    const model::OutboundRow& row;
    const model::Route& route;
    const SendAccount& account;
};

/// Null: the account has left the configuration meanwhile.
const SendAccount* account_of(const MessageAsk& ask, model::AccountNumber number) {
    for (const auto& account : ask.accounts) {
        if (account->number == number) return account.get();
    }
    return nullptr;
}

const model::Route& route_of(const model::OutboundRow& row) {
    for (const model::Route& route : row.routes) {
        if (route.account == row.head.account) return route;
    }
    return row.routes.front();
}

/// What an SMS of it would say.
const std::string& text_of(const Checked& checked) {
    return checked.route.words.empty() ? checked.ask.content.text : checked.route.words;
}

void write_hints(model::JsonWriter& json, const Checked& checked, std::size_t parts) {
    const adapters::OutboundContent& content = checked.ask.content;
    policy::Wording wording;
    wording.text = text_of(checked);
    wording.sms = checked.account.sms;
    wording.parts = parts;
    wording.marketing = checked.row.category == model::Category::marketing;
    wording.collections = checked.row.category == model::Category::collections;
    wording.can_answer = !content.buttons.empty() || !content.sections.empty() ||
                         content.type == adapters::ContentType::template_;
    // A mail says so in its header, and a template's buttons are the provider's.
    wording.has_way_out = checked.account.addresses == AddressKind::email;
    json.key("hints").begin_array();
    for (const policy::Hint& hint : policy::content_hints(wording)) {
        json.begin_object().member("code", hint.code).member("detail", hint.detail).end_object();
    }
    json.end_array();
}

/// Writes what it costs; the answer: how many parts.
std::size_t write_segments(model::JsonWriter& json, const Checked& checked) {
    if (!checked.account.sms) {
        json.key("segments").null().member("cost_units", checked.route.units);
        return 1;
    }
    const auto segments = adapters::shared::sms_segments(text_of(checked));
    json.key("segments").begin_object().member("encoding", to_string(segments.encoding));
    json.member("count", segments.count).member("units", segments.units).end_object();
    json.member("cost_units", checked.route.units);
    return segments.count;
}

/// The answer to a check of `row`.
std::string checked_json(const Call& call, const MessageAsk& ask, const model::OutboundRow& row,
                         const model::RecordPtr& upload) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().key("verdict");
    events::write_verdict(json, row, row.verdict);
    json.key("choice").raw(row.choice_json.empty() ? "null" : row.choice_json);
    const model::Route& route = route_of(row);
    if (const SendAccount* account = account_of(ask, route.account)) {
        const Checked checked{ask, row, route, *account};
        write_hints(json, checked, write_segments(json, checked));
        const auto words = call.context().templates.load()->find(account->number, row.template_name,
                                                                 row.template_language);
        const auto* file =
            upload != nullptr ? model::get_if<model::MediaRow>(upload.get()) : nullptr;
        json.key("preview");
        write_preview(json, {*account, row, route, file, words.get(), call.now().wall},
                      *call.context().services.desk);
    }
    json.end_object();
    return out;
}

}  // namespace

void submit_message(const CallPtr& call) {
    take(call, AskFor::send, [call](const MessageAsk&, Made made) {
        made.command.idempotency = call->idempotency(0);
        std::vector<core::Command> commands;
        commands.push_back({std::move(made.command), {}});
        call->change_all(std::move(commands), [call](const std::vector<core::Reply>& replies) {
            const core::Reply& reply = replies[0];
            if (reply.code == ReplyCode::replayed) return answer_again(call, reply.id.sequence);
            if (reply.code != ReplyCode::done || reply.record == nullptr)
                return call->fail(problem_of(reply));
            const auto accounts = call->context().accounts.load();
            call->ok(accepted_json(*reply.record, reply.id.sequence, *accounts), 202);
        });
    });
}

void check_message(const CallPtr& call) {
    take(call, AskFor::check, [call](const MessageAsk& asked, Made made) {
        made.command.check = true;
        std::vector<core::Command> commands;
        commands.push_back({std::move(made.command), {}});
        call->change_all(std::move(commands), [call, ask = asked, upload = made.upload](
                                                  const std::vector<core::Reply>& replies) {
            const core::Reply& reply = replies[0];
            const auto* row = reply.record != nullptr
                                  ? model::get_if<model::OutboundRow>(reply.record.get())
                                  : nullptr;
            if (reply.code != ReplyCode::done || row == nullptr)
                return call->fail(problem_of(reply));
            call->ok(checked_json(*call, ask, *row, upload));
        });
    });
}

}  // namespace postern::api
