// Media as JSON, and the names of attachments (private). Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/problem.h"
#include "gateway/media/fetcher.h"
#include "gateway/model/records.h"

namespace postern::api {

/// "att_<ulid>.<place>": which attachment of which event.
struct AttachmentName {
    model::AttachmentId event;
    std::uint32_t place = 0;
};
[[nodiscard]] bool parse_attachment(std::string_view text, AttachmentName& out);

/// Whether the row is the one that the id was made of, not another of the same number.
[[nodiscard]] bool is_event(const model::RecordPtr& record, const model::AttachmentId& id);

/// Why the row has no such attachment.
[[nodiscard]] Problem missing_attachment(const model::RecordPtr& record,
                                         const AttachmentName& name);

/// `uses`: messages that need it.
[[nodiscard]] std::string upload_json(const model::MediaRow& row, std::size_t uses,
                                      std::chrono::hours retention);
/// `row`: once it was fetched.
[[nodiscard]] std::string attachment_json(std::string_view id, const media::FetchJob& job,
                                          const std::optional<model::MediaRow>& row,
                                          std::chrono::hours retention);

}  // namespace postern::api
