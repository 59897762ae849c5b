#include "gateway/api/media_use.h"

#include <fmt/format.h>

#include "adapters/media/media_limits.h"
#include "gateway/model/media.h"
#include "gateway/model/media_name.h"

namespace postern::api {
namespace {

Problem of_upload(std::string_view code, const std::string& detail) {
    return fields_at_fault({{"content.upload", std::string(code), detail}});
}

/// `url`: where providers could fetch it, or empty.
adapters::MediaCase case_of(const SendAccount& account, adapters::MediaKind kind,
                            const model::MediaRow& row, std::string_view url) {
    const adapters::SendTraits& traits = account.adapter->send_traits();
    const bool bytes = traits.uploads == adapters::Uploads::always ||
                       (traits.uploads == adapters::Uploads::without_url && url.empty());
    const std::string_view rules =
        traits.media_rules.empty() ? std::string_view(account.channel) : traits.media_rules;
    return {rules, kind, row.mime, bytes};
}

}  // namespace

bool give_url(Fields& in, const SendDesk& desk, MessageAsk& ask) {
    if (ask.content.upload.empty()) return true;
    model::UploadId upload;
    if (!model::parse_id(ask.content.upload, upload)) {
        in.fault("content.upload", "invalid", "This must be the id of an upload, like upl_….");
        return false;
    }
    for (const auto& account : ask.accounts) {
        const std::string url = desk.media_url(*account, upload);
        if (!url.empty()) {
            ask.content.url = url + "/" + model::url_name(ask.content);
            continue;
        }
        if (account->adapter->send_traits().uploads != adapters::Uploads::by_url) continue;
        in.fault("content.upload", "no_public_url",
                 "The provider of " + account->name +
                     " could not fetch it: set media.public_url to the URL at which the webhook "
                     "port is reached from outside.");
        return false;
    }
    return true;
}

void use_upload(const MessageAsk& ask, runtime::Reader* reader, adapters::OutboundContent& content,
                core::SubmitMessage& command, Problem& problem) {
    model::UploadId id;
    if (content.upload.empty() || reader == nullptr || !model::parse_id(content.upload, id)) return;
    content.url.clear();
    const auto record = reader->get(storage::keys::media_upload(id.sequence()));
    if (!record) {
        problem = storage_unreadable();
        return;
    }
    const auto* row = *record ? model::get_if<model::MediaRow>(record->get()) : nullptr;
    const bool there = row != nullptr && row->deleted == model::Instant{} &&
                       model::make_ulid(row->created, row->epoch, row->id) == id.ulid;
    if (!there) {
        problem = of_upload("not_found", "There is no such upload.");
        return;
    }
    if (!adapters::kind_takes(content.media, row->mime)) {
        problem = of_upload("wrong_type", fmt::format("A {} cannot be sent as {}.", row->mime,
                                                      to_string(content.media)));
        return;
    }
    for (const auto& account : ask.accounts) {
        const adapters::MediaCase medium = case_of(*account, content.media, *row, ask.content.url);
        const std::string_view types = adapters::media_types(medium);
        if (!types.empty()) {
            problem =
                of_upload("wrong_type", fmt::format("{}: {} takes {} as {}, this is {}.",
                                                    account->name, account->channel,
                                                    to_string(content.media), types, row->mime));
            return;
        }
        const std::uint64_t carried = account->adapter->send_traits().carried_bytes_max;
        if (carried != 0 && row->size > carried && ask.content.url.empty()) {
            problem = of_upload("too_large",
                                fmt::format("{}: {} takes along up to {} bytes, this has {}: set "
                                            "media.public_url, and it goes as a link.",
                                            account->name, account->channel, carried, row->size));
            return;
        }
        const std::uint64_t most = adapters::media_bytes_max(medium);
        if (most == 0 || row->size <= most) continue;
        problem = of_upload(
            "too_large", fmt::format("{}: {} takes {} up to {} bytes, this has {}.", account->name,
                                     account->channel, to_string(content.media), most, row->size));
        return;
    }
    if (content.mime.empty()) content.mime = row->mime;
    if (content.filename.empty()) content.filename = row->filename;
    command.upload = row->id;
}

}  // namespace postern::api
