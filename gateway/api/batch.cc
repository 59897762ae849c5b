// Up to a thousand messages in one request, durable together; each has a result of its own, in the
// order in which they came. JSON ({"messages":[…]}) or one message a line.
#include "gateway/api/addressing.h"
#include "gateway/api/resources.h"
#include "gateway/api/submitted.h"

namespace postern::api {
namespace {

using core::ReplyCode;

constexpr std::size_t messages_max = 1000;

struct Item {
    MessageAsk ask;
    Problem problem{.status = 0};
    core::SubmitMessage command;
    std::string message;  // its result, once accepted
    model::Sequence replayed = 0;
};

struct Batch {
    bool lines = false;  // NDJSON in, NDJSON out
    bool any_accepted = false;
    bool any_replayed = false;
    std::vector<Item> items;
    std::vector<std::size_t> posted;  // items behind the commands
};
using BatchPtr = std::shared_ptr<Batch>;

bool is_lines(const net::Request& request) {
    const std::string_view type = request.header("content-type");
    return type.starts_with("application/x-ndjson") || type.starts_with("application/ndjson");
}

void read_item(simdjson::dom::element json, const CallPtr& call, Item& item) {
    std::vector<FieldError> errors;
    if (!read_ask(json, AskFor::send, *call->context().services.desk,
                  *call->context().templates.load(), call->now().wall, item.ask, errors))
        item.problem = fields_at_fault(std::move(errors));
}

Problem wrong_count() {
    return fields_at_fault({{"messages", "too_many", "From 1 to 1000 messages."}});
}

/// False if it was answered.
bool read_list(const CallPtr& call, Batch& batch) {
    const auto root = parse_json(call->request().body);
    simdjson::dom::object object;
    simdjson::dom::array messages;
    if (!root || root->get(object) != simdjson::SUCCESS) return call->fail(malformed_json()), false;
    for (const auto field : object) {
        if (field.key == "messages") continue;
        call->fail(fields_at_fault({{std::string(field.key), "unknown_field",
                                     "This field is not known here. Did you mean messages?"}}));
        return false;
    }
    if (object["messages"].get(messages) != simdjson::SUCCESS) {
        call->fail(fields_at_fault({{"messages", "required", "A list of messages."}}));
        return false;
    }
    if (messages.size() == 0 || messages.size() > messages_max)
        return call->fail(wrong_count()), false;
    for (const simdjson::dom::element json : messages)
        read_item(json, call, batch.items.emplace_back());
    return true;
}

bool read_lines(const CallPtr& call, Batch& batch) {
    std::string_view rest = call->request().body;
    simdjson::dom::parser parser;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        if (batch.items.size() == messages_max) return call->fail(wrong_count()), false;
        Item& item = batch.items.emplace_back();
        simdjson::dom::element json;
        if (parser.parse(line.data(), line.size()).get(json) != simdjson::SUCCESS)
            item.problem = malformed_json();
        else
            read_item(json, call, item);
    }
    if (batch.items.empty()) return call->fail(wrong_count()), false;
    return true;
}

void write_result(model::JsonWriter& json, const Item& item) {
    json.begin_object();
    if (item.problem.status != 0) {
        json.member("status", item.problem.status).key("error");
        write_problem(json, item.problem);
    } else {
        json.member("status", 202).key("message").raw(item.message);
    }
    json.end_object();
}

void answer(const CallPtr& call, const Batch& batch) {
    net::Response response;
    if (batch.lines) {
        response.content_type = "application/x-ndjson";
        for (const Item& item : batch.items) {
            model::JsonWriter json(response.body);
            write_result(json, item);
            response.body += '\n';
        }
    } else {
        model::JsonWriter json(response.body);
        json.begin_object().key("data").begin_array();
        for (const Item& item : batch.items) write_result(json, item);
        json.end_array().end_object();
    }
    if (batch.any_replayed && !batch.any_accepted)
        response.headers.emplace_back("Idempotent-Replayed", "true");
    call->send(std::move(response));
}

/// Messages that an earlier request of this key made are rendered from their rows.
void answer_with_rows(const CallPtr& call, const BatchPtr& batch) {
    if (!batch->any_replayed) return answer(call, *batch);
    const auto accounts = call->context().accounts.load();
    call->read<bool>(
        [batch, accounts](runtime::Reader& reader) {
            for (Item& item : batch->items) {
                if (item.replayed == 0) continue;
                const auto record = reader.get(storage::keys::seq_row(item.replayed));
                if (!record)
                    item.problem = storage_unreadable();
                else if (*record == nullptr || !model::holds<model::OutboundRow>(**record))
                    item.problem = not_found("message");
                else
                    item.message = accepted_json(**record, item.replayed, *accounts);
            }
            return true;
        },
        [call, batch](bool&) { answer(call, *batch); });
}

void take_replies(const CallPtr& call, const BatchPtr& batch,
                  const std::vector<core::Reply>& replies) {
    const auto accounts = call->context().accounts.load();
    for (std::size_t i = 0; i < replies.size(); ++i) {
        Item& item = batch->items[batch->posted[i]];
        const core::Reply& reply = replies[i];
        if (reply.code == ReplyCode::replayed) {
            item.replayed = reply.id.sequence;
            batch->any_replayed = true;
        } else if (reply.code == ReplyCode::done && reply.record != nullptr) {
            item.message = accepted_json(*reply.record, reply.id.sequence, *accounts);
            batch->any_accepted = true;
        } else {
            item.problem = problem_of(reply);
        }
    }
    answer_with_rows(call, batch);
}

void post(const CallPtr& call, const BatchPtr& batch) {
    std::vector<core::Command> commands;
    for (std::size_t i = 0; i < batch->items.size(); ++i) {
        Item& item = batch->items[i];
        if (item.problem.status != 0) continue;
        item.command.row.caller = call->key()->row.id;
        item.command.idempotency = call->idempotency(i + 1);
        commands.push_back({std::move(item.command), {}});
        batch->posted.push_back(i);
    }
    if (commands.empty()) return answer(call, *batch);
    call->change_all(std::move(commands), [call, batch](const std::vector<core::Reply>& replies) {
        take_replies(call, batch, replies);
    });
}

void resolve(Batch& batch, const SendDesk& desk, const templates::TemplateTable& table,
             runtime::Reader* reader) {
    for (Item& item : batch.items) {
        if (item.problem.status == 0)
            item.command = make_submit(item.ask, desk, table, reader, item.problem);
    }
}

}  // namespace

void submit_batch(const CallPtr& call) {
    const SendDesk* desk = call->desk();
    if (desk == nullptr) return;
    const auto batch = std::make_shared<Batch>();
    batch->lines = is_lines(call->request());
    if (batch->lines ? !read_lines(call, *batch) : !read_list(call, *batch)) return;
    bool reads = false;
    for (const Item& item : batch->items)
        reads = reads || (item.problem.status == 0 && needs_reading(item.ask));
    if (!reads) {
        resolve(*batch, *desk, *call->context().templates.load(), nullptr);
        return post(call, batch);
    }
    call->read<bool>(
        [batch, desk, table = call->context().templates.load()](runtime::Reader& reader) {
            resolve(*batch, *desk, *table, &reader);
            return true;
        },
        [call, batch](bool&) { post(call, batch); });
}

}  // namespace postern::api
