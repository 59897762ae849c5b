#include "gateway/api/mail_thread.h"

#include "adapters/shared/json.h"

namespace postern::api {
namespace {

constexpr std::size_t thread_bytes_max = 4'096;

/// Ids of mails alone: other channels' are no use to a mail.
void append(std::string& thread, std::string_view id) {
    if (id.find('@') == id.npos || id.find(' ') != id.npos) return;
    if (thread.size() + id.size() > thread_bytes_max) return;
    if (!thread.empty()) thread += ' ';
    thread += id;
}

}  // namespace

std::string mail_thread(const model::Record& answered) {
    namespace json = adapters::json;
    std::string thread;
    if (const auto* ours = model::get_if<model::OutboundRow>(&answered)) {
        thread = ours->thread;
        append(thread, ours->reply_to);
    } else if (const auto* theirs = model::get_if<model::MessageRow>(&answered)) {
        std::string padded = theirs->message.content.details_json;
        padded.reserve(padded.size() + simdjson::SIMDJSON_PADDING);
        const auto details = json::parse(padded);
        const auto object = details ? json::as_object(*details) : std::nullopt;
        const auto before = object ? json::array(*object, "references") : std::nullopt;
        if (!before) return thread;
        for (const json::Value id : *before) {
            std::string_view text;
            if (id.get(text) == simdjson::SUCCESS) append(thread, text);
        }
    }
    return thread;
}

}  // namespace postern::api
