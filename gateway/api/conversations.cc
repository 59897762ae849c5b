// «Typing …» and read marks: straight to the provider through the account's connections, never
// through the queue, never a message. What the person sees depends on the channel.
#include "gateway/api/body.h"
#include "gateway/api/call.h"
#include "gateway/api/provider_answer.h"
#include "gateway/api/resources.h"
#include "gateway/events/render.h"

namespace postern::api {
namespace {

/// Rows of a person that are looked at for what was last written here.
constexpr std::size_t rows_looked_at_max = 200;
/// Of theirs, which are tried one after the other.
constexpr std::size_t written_max = 5;

/// Of a message of theirs, what its provider knows it by.
struct Written {
    std::string external_id;
    std::string details_json;
};

struct Talk {
    Problem problem{.status = 0};
    model::AccountNumber account = 0;
    std::string address;           // of the person, or of the group
    std::vector<Written> written;  // what the person wrote here, the latest first
};

Written written_of(const model::MessageRow& row) {
    return {row.message.external_id, row.message.content.details_json};
}

template <class Row>
bool opened(const Row& row, const model::ConversationId& id) {
    return id.ulid ==
           model::make_ulid(row.conversation_created, row.conversation_epoch, row.conversation);
}

/// Where a conversation leads, from the row that opened it: its number is that row's.
bool read_opening(const model::Record& record, const model::ConversationId& id, Talk& talk) {
    if (const auto* in = model::get_if<model::MessageRow>(&record)) {
        if (!opened(*in, id)) return false;
        talk.account = in->head.account;
        if (!in->message.sender.aliases.empty())
            talk.address = in->message.sender.aliases.front().address;
        if (!in->message.group.empty()) talk.address = in->message.group;
        talk.written.push_back(written_of(*in));
        return true;
    }
    const auto* out = model::get_if<model::OutboundRow>(&record);
    if (out == nullptr || !opened(*out, id)) return false;
    talk.account = out->head.account;
    for (const model::Route& route : out->routes) {
        if (route.account == talk.account) talk.address = route.address;
    }
    return true;
}

/// The latest of theirs in this conversation, back along the person's chain. The one that opened it
/// may be out of reach, and stays behind them.
storage::Result<void> read_latest(runtime::Reader& reader, model::Part part,
                                  const model::ConversationId& id, Talk& talk) {
    const auto hot = reader.get(storage::keys::hot(part));
    if (!hot) return hot.error();
    const auto* row = *hot != nullptr ? model::get_if<model::HotRow>(hot->get()) : nullptr;
    model::Sequence at = row != nullptr ? row->last : 0;
    std::vector<Written> latest;
    for (std::size_t n = 0; at != 0 && n < rows_looked_at_max; ++n) {
        const auto record = reader.get(storage::keys::seq_row(at));
        if (!record) return record.error();
        const model::SeqHead* head = events::head_of(*record);
        if (head == nullptr) break;
        const auto* in = model::get_if<model::MessageRow>(record->get());
        if (in != nullptr && opened(*in, id)) {
            latest.push_back(written_of(*in));
            if (latest.size() == written_max) break;
        }
        at = head->previous;
    }
    talk.written.insert(talk.written.begin(), latest.begin(), latest.end());
    return {};
}

Talk find_talk(runtime::Reader& reader, const model::ConversationId& id) {
    Talk talk;
    const auto record = reader.get(storage::keys::seq_row(id.sequence()));
    if (!record) {
        talk.problem = storage_unreadable();
        return talk;
    }
    if (*record == nullptr || !read_opening(**record, id, talk)) {
        talk.problem = not_found("conversation");
        return talk;
    }
    const auto latest = read_latest(reader, events::head_of(*record)->part, id, talk);
    if (latest.has_error()) talk.problem = storage_unreadable();
    return talk;
}

enum class Sign : std::uint8_t { typing, read };

Problem refusal(int status, std::string_view code, std::string detail) {
    return {status, code, std::move(detail), {}, {}, {}};
}

/// Why the account may not be used now; status 0: it may.
Problem account_refusal(const CallPtr& call, const model::AccountRow& account,
                        const model::Route& route) {
    const auto& context = call->context();
    const std::string mode = context.workspace.load()->mode;
    const bool active = (mode.empty() ? context.options.mode : mode) == "active";
    if (!active && !route.test_recipient) {
        return refusal(409, "mode_inactive",
                       "The workspace is inactive: nothing leaves but to test recipients.");
    }
    if (account.paused) return refusal(409, "account_paused", account.name + " is paused.");
    if (account.broken) {
        return refusal(409, "account_not_connected",
                       account.name + ": the provider refuses its credentials.");
    }
    return {.status = 0};
}

std::optional<adapters::ProviderCall> make_call(Sign sign, const SendAccount& account,
                                                const Talk& talk, Problem& problem) {
    const adapters::SendTraits& traits = account.adapter->send_traits();
    const bool has = sign == Sign::typing ? traits.typing : traits.mark_read;
    if (!has) {
        problem = refusal(422, "not_supported",
                          std::string(sign == Sign::typing ? "Postern shows no typing on "
                                                           : "Postern sends no read marks on ") +
                              account.channel + ".");
        return std::nullopt;
    }
    std::optional<adapters::ProviderCall> call;
    if (sign == Sign::typing) {
        call = account.adapter->typing(talk.address, talk.written.empty()
                                                         ? std::string_view{}
                                                         : talk.written.front().external_id);
    }
    // A tap cannot be marked everywhere: then what was written before it.
    for (const Written& one : talk.written) {
        if (call || sign != Sign::read) break;
        call = account.adapter->mark_read(talk.address, {one.external_id, one.details_json});
    }
    if (!call) {
        problem = refusal(409, "nothing_to_mark",
                          "The person has written nothing here that this could be about.");
    }
    return call;
}

void answer(const CallPtr& call, const SendAccount& account, const ProviderCalls::Answer& got) {
    if (got.status == 0) return call->fail(provider_unreachable(got));
    const ProviderHeaders headers(got);
    if (const auto why = account.adapter->sign_refused(headers.answer(), call->now().wall))
        return call->fail(provider_refused(got, *why));
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("conversation", call->parameter()).member("done", true);
    json.end_object();
    call->ok(std::move(out));
}

void send(const CallPtr& call, Sign sign, const model::ConversationId& id, const Talk& talk) {
    if (talk.problem.status != 0) return call->fail(talk.problem);
    const SendDesk& desk = *call->context().services.desk;
    const auto accounts = call->context().accounts.load();
    const model::AccountRow* row = accounts->find(talk.account);
    const auto account = row != nullptr ? desk.send_account(row->name) : nullptr;
    if (account == nullptr || account->adapter == nullptr) {
        return call->fail(refusal(409, "cannot_send", "The account is gone, or it only receives."));
    }
    const auto why = account_refusal(call, *row, desk.route_to(*account, talk.address));
    if (why.status != 0) return call->fail(why);
    Problem problem{.status = 0};
    auto request = make_call(sign, *account, talk, problem);
    if (!request) return call->fail(problem);
    // Whoever opens a conversation reads it and begins to write: each has a pace of its own.
    const std::uint64_t paced = id.sequence() * 2 + (sign == Sign::typing ? 1 : 0);
    if (!call->context().pace.take(paced, call->now().steady)) {
        Problem slower = refusal(429, "rate_limited", "Once a second a conversation is enough.");
        slower.retry_after = ConversationPace::every;
        return call->fail(slower);
    }
    call->context().services.calls->call(
        talk.account, std::move(*request), call->thread(),
        [call, account](const ProviderCalls::Answer& got) { answer(call, *account, got); });
}

void show(const CallPtr& call, Sign sign) {
    if (call->desk() == nullptr) return;
    Body body(call->request().body);
    if (const auto problem = body.problem()) return call->fail(*problem);
    if (call->context().services.calls == nullptr) return call->fail(no_provider_calls());
    model::ConversationId id;
    if (!model::parse_id(call->parameter(), id)) return call->fail(not_found("conversation"));
    call->read<Talk>([id](runtime::Reader& reader) { return find_talk(reader, id); },
                     [call, sign, id](Talk& talk) { send(call, sign, id, talk); });
}

}  // namespace

void show_typing(const CallPtr& call) {
    show(call, Sign::typing);
}

void mark_read(const CallPtr& call) {
    show(call, Sign::read);
}

}  // namespace postern::api
