// One message: accepted, refused, or only judged.
#include "adapters/shared/sms_segments.h"
#include "gateway/api/addressing.h"
#include "gateway/api/resources.h"
#include "gateway/api/submitted.h"
#include "gateway/events/outbound_json.h"
#include "gateway/policy/content_hints.h"

namespace postern::api {
namespace {

using core::ReplyCode;

struct Made {
    core::SubmitMessage command;
    Problem problem{.status = 0};
};

Made make(const MessageAsk& ask, const SendDesk& desk, runtime::Reader* reader) {
    Made made;
    made.command = make_submit(ask, desk, reader, made.problem);
    return made;
}

/// Reads the body; `then` gets what was asked and the command that follows from it.
void take(const CallPtr& call, AskFor what,
          const std::function<void(const MessageAsk&, core::SubmitMessage)>& then) {
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
        then(*ask, std::move(made.command));
    };
    if (!needs_reading(*ask)) {
        Made made = make(*ask, *desk, nullptr);
        return go_on(made);
    }
    call->read<Made>([ask, desk](runtime::Reader& reader) { return make(*ask, *desk, &reader); },
                     go_on);
}

/// The first answer to this key again, from the row that it accepted.
void answer_again(const CallPtr& call, model::Sequence sequence) {
    const auto accounts = call->context().accounts.load();
    call->read<Answer>(
        [sequence, accounts](runtime::Reader& reader) -> Answer {
            const auto record = reader.get(storage::keys::seq_row(sequence));
            if (!record) return storage_unreadable();
            if (*record == nullptr || !std::holds_alternative<model::OutboundRow>(**record))
                return not_found("message");
            return accepted_json(**record, sequence, *accounts);
        },
        [call](Answer& found) {
            if (found.problem.status != 0) return call->fail(found.problem);
            call->replayed(std::move(found.body), 202);
        });
}

/// What an SMS of it would say.
const std::string& text_of(const MessageAsk& ask) {
    const bool words = !ask.words.empty() && !ask.words.front().empty();
    return words ? ask.words.front() : ask.content.text;
}

void write_hints(model::JsonWriter& json, const MessageAsk& ask, std::size_t parts) {
    const SendAccount& account = *ask.accounts.front();
    const adapters::OutboundContent& content = ask.content;
    policy::Wording wording;
    wording.text = text_of(ask);
    wording.sms = account.sms;
    wording.parts = parts;
    wording.marketing = ask.row.category == model::Category::marketing;
    wording.collections = ask.row.category == model::Category::collections;
    wording.can_answer = !content.buttons.empty() || !content.sections.empty() ||
                         content.type == adapters::ContentType::template_;
    // A mail says so in its header, and a template's buttons are the provider's.
    wording.has_way_out = account.addresses == AddressKind::email;
    json.key("hints").begin_array();
    for (const policy::Hint& hint : policy::content_hints(wording)) {
        json.begin_object().member("code", hint.code).member("detail", hint.detail).end_object();
    }
    json.end_array();
}

/// Writes what it costs; the answer: how many parts.
std::size_t write_segments(model::JsonWriter& json, const MessageAsk& ask) {
    if (!ask.accounts.front()->sms) {
        json.key("segments").null().member("cost_units", 1);
        return 1;
    }
    const auto segments = adapters::shared::sms_segments(text_of(ask));
    json.key("segments").begin_object().member("encoding", to_string(segments.encoding));
    json.member("count", segments.count).member("units", segments.units).end_object();
    json.member("cost_units", segments.count);
    return segments.count;
}

}  // namespace

void submit_message(const CallPtr& call) {
    take(call, AskFor::send, [call](const MessageAsk&, core::SubmitMessage command) {
        command.idempotency = call->idempotency(0);
        std::vector<core::Command> commands;
        commands.push_back({std::move(command), {}});
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
    take(call, AskFor::check, [call](const MessageAsk& ask, core::SubmitMessage command) {
        command.check = true;
        std::string tail;
        model::JsonWriter json(tail);
        json.begin_object();
        write_hints(json, ask, write_segments(json, ask));
        json.end_object();
        std::vector<core::Command> commands;
        commands.push_back({std::move(command), {}});
        call->change_all(
            std::move(commands), [call, tail](const std::vector<core::Reply>& replies) {
                const core::Reply& reply = replies[0];
                const auto* row = reply.record != nullptr
                                      ? std::get_if<model::OutboundRow>(reply.record.get())
                                      : nullptr;
                if (reply.code != ReplyCode::done || row == nullptr)
                    return call->fail(problem_of(reply));
                std::string out;
                model::JsonWriter body(out);
                body.begin_object().key("verdict");
                events::write_verdict(body, *row, row->verdict);
                out += "," + tail.substr(1);
                call->ok(std::move(out));
            });
    });
}

}  // namespace postern::api
