// Files that Meta is given before a message names them (POST …/message_attachments, "Attachment
// Upload API", v25.0), for Messenger and for Instagram through a page. Internal to meta/. Pure
// functions. Thread: any.
#pragma once

#include <optional>
#include <string_view>

#include "adapters/sending_adapter.h"

namespace postern::adapters::meta {

/// Body, file_at and Content-Type of the upload of the request's file, which may be used again.
/// `platform`: whose messages it is for, or empty for Messenger's.
void fill_upload(const SendRequest& request, std::string_view platform, ProviderCall& call);

/// What an upload was answered with; nullopt if it brought no attachment. `id` says besides, of a
/// document, under which name it was uploaded: people see that name.
[[nodiscard]] std::optional<HeldFile> taken_attachment(const SendRequest& request,
                                                       const ProviderAnswer& answer);
/// Meta's part of a HeldFile's id.
[[nodiscard]] std::string_view attachment_of(std::string_view held);
/// The attachment that serves this request without an upload; empty: there is none.
[[nodiscard]] std::string_view held_attachment(const SendRequest& request);

/// Whether a refusal may mean that Meta does not know the attachment (any more).
[[nodiscard]] bool may_be_forgotten(const SendOutcome& outcome);

}  // namespace postern::adapters::meta
