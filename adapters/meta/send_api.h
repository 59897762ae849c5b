// The way out through the Send API (POST …/messages, v25.0), which Messenger and Instagram share:
// the object, and the parts of bodies that are the same. Internal to meta/, messenger/ and
// instagram/. Thread: any.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"
#include "adapters/shared/content_check.h"
#include "adapters/shared/json_build.h"

namespace postern::adapters::meta {

/// What a channel makes of it.
struct SendChannel {
    SendTraits traits;
    std::optional<FieldProblem> (*check)(const OutboundContent& content);
    /// Content passed `check`. `attachment`: Meta's name of its file, which was uploaded before.
    std::string (*body)(const SendRequest& request, std::string_view attachment);
    std::string_view token_from;  // whose token it is: "Page access token"
    std::string_view platform{};  // that an upload is for, where Meta wants it said
};

struct SendAddresses {
    std::string messages;
    std::string templates;    // the list of them; empty: there is none
    std::string attachments;  // where files go, if `traits.uploads` takes them
};

/// Null and no problem: no `access_token`, the account only receives.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_send_api(const AdapterConfig& config,
                                                            const SendChannel& channel,
                                                            SendAddresses addresses,
                                                            std::string& problem);

/// Before the token of a person's permission for marketing messages, where an address stands.
inline constexpr std::string_view token_prefix = "token:";

/// Before the reference of a guest, whom a plugin of the site let in and who has no page-scoped id.
inline constexpr std::string_view user_ref_prefix = "user_ref:";

/// `"recipient":{"id":…}`, or the token of a permission, or a guest's reference.
void add_recipient(json::Builder& out, std::string_view to);
/// The body of a reaction: sender_action react with `reaction`, or unreact if that is empty.
[[nodiscard]] std::string reaction_body(std::string_view to, std::string_view message,
                                        std::string_view reaction);
/// typing_on, mark_seen: what shows without being a message.
[[nodiscard]] std::string action_body(std::string_view to, std::string_view action);

/// `"attachment":{"type":…,"payload":{"url":…}}`, under that name.
void add_attachment(json::Builder& out, std::string_view name, MediaKind kind,
                    std::string_view url);
/// What such a file is to Meta: "image", "audio", "video", "file".
[[nodiscard]] std::string_view media_word(MediaKind kind);
/// Buttons or a list. Up to three buttons are a template, below a picture another one; more of
/// them, and a list, are quick replies.
void add_choices(json::Builder& out, const OutboundContent& content);
[[nodiscard]] bool as_quick_replies(const OutboundContent& content);
[[nodiscard]] bool has_picture(const OutboundContent& content);
/// Header, text, descriptions of rows, and footer: templates and quick replies have one text.
[[nodiscard]] std::string composed_text(const OutboundContent& content);

// send_limits.cc: their limits; `check` speaks as the channel.
/// How long a text may be; 0: not limited so.
struct WordsLimit {
    std::size_t characters_max = 0;
    std::size_t bytes_max = 0;
};
void check_words(std::string_view field, std::string_view words, const WordsLimit& limit,
                 shared::ContentCheck& check);
void check_buttons(const OutboundContent& content, const WordsLimit& limit, bool phone,
                   shared::ContentCheck& check);
void check_list(const OutboundContent& content, const WordsLimit& limit,
                shared::ContentCheck& check);

// send_check.cc: what differs between the channels of this API, and the check of a whole content.
struct MessageLimits {
    std::string_view channel;  // as people call it
    WordsLimit words;
    bool phone_buttons = false;
    /// Null: the channel has no templates.
    void (*check_template)(const OutboundContent& content, shared::ContentCheck& check) = nullptr;
};
[[nodiscard]] std::optional<FieldProblem> check_message(const OutboundContent& content,
                                                        const MessageLimits& limits);

}  // namespace postern::adapters::meta
