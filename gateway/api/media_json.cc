#include "gateway/api/media_json.h"

#include <charconv>

#include "gateway/events/render.h"
#include "gateway/media/eager.h"
#include "gateway/media/serve.h"
#include "gateway/model/json.h"

namespace postern::api {
namespace {

constexpr std::size_t ulid_id_bytes = 30;  // a prefix, '_' and 26 characters

void write_row(model::JsonWriter& json, const model::MediaRow& row, std::chrono::hours retention) {
    json.member("sha256", media::hex(row.sha256)).member("size", row.size);
    json.member("mime", row.mime).member_or_null("filename", row.filename);
    json.member("created_at", row.created).member("expires_at", row.created + retention);
}

}  // namespace

bool parse_attachment(std::string_view text, AttachmentName& out) {
    if (text.size() < ulid_id_bytes + 2 || text[ulid_id_bytes] != '.') return false;
    const std::string_view place = text.substr(ulid_id_bytes + 1);
    const auto [end, error] = std::from_chars(place.data(), place.data() + place.size(), out.place);
    return error == std::errc{} && end == place.data() + place.size() &&
           model::parse_id(text.substr(0, ulid_id_bytes), out.event);
}

bool is_event(const model::RecordPtr& record, const model::AttachmentId& id) {
    const model::SeqHead* head = events::head_of(record);
    return head != nullptr &&
           model::make_ulid(head->created, head->epoch, id.sequence()) == id.ulid;
}

Problem missing_attachment(const model::RecordPtr& record, const AttachmentName& name) {
    if (!is_event(record, name.event) || !media::is_taken_back(*record))
        return not_found("attachment");
    return {410,
            "message_deleted",
            "The sender took the message back: what it held is erased.",
            {},
            {}};
}

std::string upload_json(const model::MediaRow& row, std::size_t uses,
                        std::chrono::hours retention) {
    std::string out;
    model::JsonWriter json(out);
    const model::UploadId id{model::make_ulid(row.created, row.epoch, row.id)};
    json.begin_object().member("id", model::to_string(id));
    write_row(json, row, retention);
    json.member("references", uses).end_object();
    return out;
}

std::string attachment_json(std::string_view id, const media::FetchJob& job,
                            const std::optional<model::MediaRow>& row,
                            std::chrono::hours retention) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("id", id).member("fetched", row.has_value());
    if (row) {
        write_row(json, *row, retention);
    } else {
        json.key("sha256").null().key("size").null();
        json.member_or_null("mime", job.ref.mime).member_or_null("filename", job.filename);
        json.key("created_at").null().key("expires_at").null();
    }
    json.end_object();
    return out;
}

}  // namespace postern::api
