// The side of Messenger's and Instagram's Send API that takes messages: both read one shape of
// request; what they differ in is in their own files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/sim/receiver.h"

namespace postern::sim {

struct MetaSendError {
    int status = 400;
    int code = 0;
    int subcode = 0;  // 0: none
    std::string message;
};

/// What one of the two channels takes.
struct MetaSendRules {
    std::string_view channel;
    std::size_t text_max = 2'000;
    bool text_in_bytes = false;  // else characters
    bool metadata = true;
    bool types = true;  // "messaging_type" is told, and has to be
    std::size_t images_max = 30;
    /// Types of attachments beside image, audio, video, file and template; a space behind each.
    std::string_view more_types;
    bool shares = false;  // what was uploaded goes as a MEDIA_SHARE, and as its own type nowhere
    /// Of uploads: whose they are, where that is to be said; and what is a picture, in bytes.
    std::string_view platform;
    std::size_t image_bytes_max = 25U << 20U;
    // Subcodes and words of refusals.
    int rate_subcode = 0;
    int window_subcode = 2018278;
    int unknown_subcode = 2018001;
    std::string_view unknown_words = "(#100) No matching user found";
};

[[nodiscard]] net::Response meta_send_error(const MetaSendError& error);
/// POST /[v25.0/]{own id or me}/messages, and …/message_attachments.
[[nodiscard]] Call read_meta_send(const net::Request& request, std::string_view path,
                                  Accounts& accounts, const MetaSendRules& rules);
/// In the words that both channels share.
[[nodiscard]] MetaSendError meta_error_of(SendFault fault, const MetaSendRules& rules);
[[nodiscard]] net::Response accept_meta_send(const Call& call, std::string_view provider_id);
/// Graph's way to say when: minutes in X-Business-Use-Case-Usage, of a limit of the account.
[[nodiscard]] net::Response refuse_meta_send(const Call& call, SendFault fault,
                                             std::int64_t retry_after_s,
                                             const MetaSendRules& rules);

}  // namespace postern::sim
