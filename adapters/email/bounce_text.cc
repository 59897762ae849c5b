// Bounces in prose: each recipient stands at the beginning of a line of its own, with the reason
// behind it or below, as qmail, Postfix, Exim and most others write it.
#include <algorithm>

#include "adapters/email/bounce_form.h"
#include "adapters/email/bounce_words.h"
#include "adapters/email/email_auto.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mime_header.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t recipients_max = 50;
constexpr std::size_t looked_through = 16 * 1024;
constexpr std::size_t words_max = 2000;
constexpr std::size_t line_max = 400;

/// The report without the copy of our mail below it, whose numbers and addresses say nothing.
std::string_view report_of(std::string_view text) {
    text = cut(text, looked_through);
    static const std::vector<std::string_view> copies = {
        "received: from",       "return-path: <",           "mime-version: 1.0",
        "below this line is",   "original message follows", "this is a copy of",
        "original message ---", "--- original message",     "returned message",
        "message header follow"};
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (at > 0 && contains_any(text.substr(at, std::min(end - at, line_max)), copies)) break;
        at = end + 1;
    }
    return text.substr(0, std::min(at, text.size()));
}

/// The address that a line begins with: alone, or with a colon and words behind it.
std::string leading_address(std::string_view line) {
    line = trim(line.substr(0, line_max));
    while (line.starts_with('-') || line.starts_with('*')) line = trim(line.substr(1));
    for (const std::string_view label :
         {"recipient:", "recipient address:", "failed recipient:", "original-recipient:", "to:"}) {
        if (begins(line, label)) line = trim(line.substr(label.size()));
    }
    const std::size_t blank_at = line.find_first_of(" \t");
    std::string_view first = line.substr(0, blank_at);
    const bool alone = first.size() == line.size();
    const bool opens = first.ends_with(':') || first.ends_with(">...") || first.ends_with(">,");
    // «<ana@example.com> (reason: …)», «<ana@example.com>, delay=…»
    const bool bracketed = first.starts_with('<') && first.find('>') != first.npos;
    if (!alone && !opens && !bracketed) return {};
    while (!first.empty() && std::string_view(":.,;").find(first.back()) != std::string_view::npos)
        first.remove_suffix(1);
    if (first.size() > 2 && first.front() == '"' && first.back() == '"')
        first = first.substr(1, first.size() - 2);
    if (first.starts_with("smtp;") || first.starts_with("SMTP:")) first.remove_prefix(5);
    return first.find('@') == first.npos ? std::string{} : plain_address(first);
}

struct Section {
    std::string recipient;
    std::string words;
};

std::vector<Section> sections_of(std::string_view report, const std::vector<Mailbox>& not_these) {
    std::vector<Section> out;
    for (const std::string_view line : lines_of(report)) {
        std::string address = leading_address(line);
        const bool other = std::ranges::any_of(
            not_these, [&](const Mailbox& box) { return box.address == address; });
        if (!address.empty() && !other && our_name_in(address).empty()) {
            const auto known = std::ranges::find(out, address, &Section::recipient);
            if (known != out.end()) {
                std::rotate(known, known + 1, out.end());
            } else if (out.size() < recipients_max) {
                out.push_back({std::move(address), {}});
            }
        }
        if (out.empty() || blank(line) || out.back().words.size() > words_max) continue;
        out.back().words.append(trim(line)).append("\n");
    }
    return out;
}

bool says_something(std::string_view words) {
    return !enhanced_status_in(words).empty() || smtp_code_in(words) != 0 ||
           names_unknown_user(words) || names_full_mailbox(words);
}

/// What tells most of why, and the line after it.
std::string telling(std::string_view words) {
    const std::string status = enhanced_status_in(words);
    const int code = smtp_code_in(words);
    const std::vector<std::string_view> lines = lines_of(words);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool says = (!status.empty() && lines[i].find(status) != lines[i].npos) ||
                          (code != 0 && smtp_code_in(lines[i]) == code) ||
                          (status.empty() && code == 0 && names_unknown_user(lines[i]));
        if (!says) continue;
        std::string out(trim(lines[i]));
        for (std::size_t next = i + 1; next < std::min(lines.size(), i + 3); ++next) {
            if (!leading_address(lines[next]).empty() || blank(lines[next])) break;
            out.append(" ").append(trim(lines[next]));
        }
        return out;
    }
    std::string all;
    for (const std::string_view line : lines) {
        if (blank(line)) continue;
        all.append(all.empty() ? "" : " ").append(trim(line));
    }
    return all;
}

Bounce bounce_of(Section section, std::string_view report, std::string_view action) {
    // A transcript below all of them names each again, with the answer it got.
    std::string about = words_about(report, section.recipient);
    const std::string& words = says_something(about) ? about : section.words;
    Bounce bounce{std::move(section.recipient), std::string(action), enhanced_status_in(words), {}};
    bounce.diagnostic = telling(words);
    return bounce;
}

/// The first address in the report that is neither the daemon's nor ours.
std::string any_recipient(std::string_view report, const std::vector<Mailbox>& not_these) {
    for (const std::string_view line : lines_of(report)) {
        if (line.find('@') == line.npos) continue;
        for (const Mailbox& box : mailboxes(line.substr(0, line_max))) {
            const bool other = std::ranges::any_of(
                not_these, [&](const Mailbox& one) { return one.address == box.address; });
            if (!other && our_name_in(box.address).empty()) return box.address;
        }
    }
    return {};
}

bool tells_delay(const Mail& mail, std::string_view report) {
    static const std::vector<std::string_view> delays = {"delayed",
                                                         "retrasad",
                                                         "verzögert",
                                                         "will be retried",
                                                         "will retry",
                                                         "being retried",
                                                         "temporarily deferred",
                                                         "still trying",
                                                         "se seguirá intentando",
                                                         "delivery incomplete",
                                                         "could not send mail for past",
                                                         "do not need to re-send",
                                                         "no action is required"};
    if (contains_any(mail.words("Subject"), delays)) return true;
    return enhanced_status_in(report).empty() && smtp_code_in(report) == 0 &&
           contains_any(report, delays);
}

}  // namespace

std::string words_about(std::string_view text, std::string_view recipient) {
    std::string out;
    if (recipient.empty()) return out;
    bool goes_on = false;
    for (const std::string_view line : lines_of(text)) {
        const bool names = contains(line.substr(0, line_max), recipient);
        // The next recipient's line begins the next one's words.
        if (blank(line) || (goes_on && !names && !leading_address(line).empty())) goes_on = false;
        goes_on = goes_on || names;
        if (!goes_on || out.size() > words_max) continue;
        out.append(trim(line)).append("\n");
    }
    return out;
}

std::optional<DeliveryReport> read_free_bounce(const Mail& mail) {
    const std::vector<Mailbox> named = mailboxes(mail.header("X-Failed-Recipients"));
    if (named.empty() && !mail.has("X-Failed-Recipients") &&
        !(is_mail_daemon(mail) && speaks_of_failure(mail)))
        return std::nullopt;
    const std::string_view report = report_of(mail.text);
    std::vector<Mailbox> others = mailboxes(mail.header("From"));
    if (named.empty()) {
        for (Mailbox& to : mailboxes(mail.header("To"))) others.push_back(std::move(to));
    }
    std::vector<Section> sections = sections_of(report, others);
    if (!named.empty()) {
        std::erase_if(sections, [&](const Section& one) {
            return std::ranges::find(named, one.recipient, &Mailbox::address) == named.end();
        });
        for (const Mailbox& one : named) {
            if (std::ranges::find(sections, one.address, &Section::recipient) == sections.end())
                sections.push_back({one.address, std::string(report)});
        }
    }
    // A list of recipients, and then what holds of all.
    if (sections.empty()) sections.push_back({any_recipient(report, others), std::string(report)});
    const std::string_view action = tells_delay(mail, report) ? "delayed" : "failed";
    DeliveryReport out;
    for (Section& one : sections) {
        if (!says_something(one.words)) one.words = cut(report, words_max);
        out.recipients.push_back(bounce_of(std::move(one), report, action));
    }
    // Where it is about one, all numbers are.
    if (out.recipients.size() == 1 && out.recipients.front().status.empty())
        out.recipients.front().status = enhanced_status_in(report);
    return out;
}

}  // namespace postern::adapters::email
