#include "gateway/webchat/history.h"

#include <algorithm>

#include "adapters/webchat/shown.h"
#include "gateway/api/chain.h"
#include "gateway/model/channel.h"
#include "gateway/model/media_name.h"
#include "gateway/model/outbound_content.h"

namespace postern::webchat {
namespace {

using adapters::webchat::Shown;
using model::MessageState;

bool has_left(MessageState state) {
    switch (state) {
        case MessageState::sending:
        case MessageState::unknown:
        case MessageState::sent:
        case MessageState::delivered:
        case MessageState::read:
            return true;
        default:
            return false;
    }
}

std::string upload_url(const HistoryAsk& ask, const std::string& id) {
    model::UploadId upload;
    return model::parse_id(id, upload) ? ask.media_url(upload) : std::string{};
}

std::string id_of(const model::SeqHead& head, model::Sequence at) {
    return to_string(model::MessageId{model::make_ulid(head.created, head.epoch, at)});
}

std::string theirs(const model::MessageRow& row, model::Sequence at, const HistoryAsk& ask) {
    const std::string id = id_of(row.head, at);
    std::vector<std::string> urls;
    for (const adapters::Attachment& file : row.message.attachments)
        urls.push_back(upload_url(ask, file.media_id));
    return show(row.message, Shown{id, row.head.created}, urls);
}

/// Empty: it went another way, or has not left.
std::string ours(runtime::Reader& reader, const model::OutboundRow& row, model::Sequence at,
                 const HistoryAsk& ask) {
    const auto record = reader.get(storage::keys::state(at));
    if (!record || *record == nullptr) return {};
    const auto* state = model::get_if<model::StateRow>(record->get());
    if (state == nullptr || state->route >= row.routes.size() || !has_left(state->state)) return {};
    const model::Route& route = row.routes[state->route];
    if (route.account != ask.account || route.address != ask.visitor) return {};
    adapters::OutboundContent content;
    adapters::FieldProblem problem;
    if (!model::parse_content(row.content_json, content, problem)) return {};
    if (!route.words.empty()) {
        content = {};
        content.text = route.words;
    }
    if (!content.upload.empty())
        content.url = upload_url(ask, content.upload) + "/" + model::url_name(content);
    const std::string id = id_of(row.head, at);
    const bool read = state->state == MessageState::read;
    const bool received = read || state->state == MessageState::delivered;
    return show(content, Shown{id, std::max(row.head.created, row.send_at), received, read});
}

}  // namespace

History read_history(runtime::Reader& reader, const HistoryAsk& ask) {
    History history;
    const auto identity = reader.get(storage::keys::identity(
        model::account_scope(ask.account), reader.blind("identity", ask.visitor)));
    if (!identity) return {.readable = false};
    const auto* known =
        *identity != nullptr ? model::get_if<model::IdentityRow>(identity->get()) : nullptr;
    if (known == nullptr) return history;
    history.known = true;
    const auto head = api::chain_head(reader, known->part);
    if (!head) return {.readable = false};
    std::size_t rows = 0, bytes = 0;
    const auto walked =
        api::walk_chain(reader, known->part, *head, [&](auto at, const model::RecordPtr& record) {
            const bool far_enough = rows >= history_rows_min && (ask.after == 0 || at < ask.after);
            if (far_enough || ++rows > history_rows_max) return false;
            Past past;
            const auto* in = model::get_if<model::MessageRow>(record.get());
            if (in != nullptr && in->head.account == ask.account) past.frame = theirs(*in, at, ask);
            if (const auto* out = model::get_if<model::OutboundRow>(record.get())) {
                past.frame = ours(reader, *out, at, ask);
                past.message = at;
            }
            bytes += past.frame.size();
            if (bytes > history_bytes_max) return false;
            if (!past.frame.empty()) history.messages.push_back(std::move(past));
            return true;
        });
    if (!walked) return {.readable = false};
    std::reverse(history.messages.begin(), history.messages.end());
    return history;
}

}  // namespace postern::webchat
