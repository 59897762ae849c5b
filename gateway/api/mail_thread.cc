#include "gateway/api/mail_thread.h"

#include <algorithm>

#include "adapters/shared/json.h"

namespace postern::api {
namespace {

constexpr std::size_t thread_bytes_max = 4'096;
constexpr std::size_t subject_bytes_max = 240;  // adapters/email/send_check.cc has 250

using adapters::json::Object;

/// Ids of mails alone: other channels' are no use to a mail.
bool is_mail_id(std::string_view id) {
    return id.find('@') != id.npos && id.find(' ') == id.npos;
}

void append(std::string& ids, std::string_view id) {
    if (!is_mail_id(id) || id.size() > thread_bytes_max / 2) return;
    // The first names the thread, the last ones are what it is found by.
    while (ids.size() + id.size() >= thread_bytes_max) {
        const std::size_t second = std::min(ids.find(' '), ids.size());
        ids.erase(second, std::min(ids.find(' ', second + 1), ids.size()) - second);
        if (second == ids.size()) break;
    }
    if (!ids.empty()) ids += ' ';
    ids += id;
}

std::string answering(std::string_view subject) {
    const auto same = [](char a, char b) { return a == b || a == b - 'a' + 'A'; };
    const bool answers = std::ranges::equal(subject.substr(0, 3), std::string_view("re:"), same);
    std::string out = subject.empty() || answers ? "" : "Re: ";
    for (const char c : subject) {
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
    }
    if (out.size() <= subject_bytes_max) return out;
    std::size_t end = subject_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
    out.resize(end);
    return out;
}

/// Calls `use` with `json` if that is an object.
template <class Use>
void with_object(std::string_view json, Use use) {
    std::string padded;
    padded.reserve(json.size() + simdjson::SIMDJSON_PADDING);
    padded = json;
    const auto value = adapters::json::parse(padded);
    if (const auto object = value ? adapters::json::as_object(*value) : std::nullopt) use(*object);
}

}  // namespace

MailThread mail_thread(const model::Record& answered) {
    MailThread out;
    if (const auto* ours = model::get_if<model::OutboundRow>(&answered)) {
        out.ids = ours->thread;
        append(out.ids, ours->reply_to);
        with_object(ours->content_json, [&out](Object content) {
            out.subject = answering(adapters::json::text(content, "subject"));
        });
    } else if (const auto* theirs = model::get_if<model::MessageRow>(&answered)) {
        if (!is_mail_id(theirs->message.external_id)) return out;
        with_object(theirs->message.content.details_json, [&out](Object details) {
            out.subject = answering(adapters::json::text(details, "subject"));
            const auto ids = adapters::json::array(details, "references");
            if (!ids) return;
            for (const auto id : *ids) {
                std::string_view text;
                if (id.get(text) == simdjson::SUCCESS) append(out.ids, text);
            }
        });
    }
    return out;
}

}  // namespace postern::api
