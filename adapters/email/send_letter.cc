// One message as the letter that goes to the relay.
#include "adapters/email/send.h"

#include <algorithm>

#include "adapters/email/unsubscribe.h"
#include "adapters/email/verp.h"
#include "adapters/errc.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t subject_characters = 70;
/// Of a mail with a file: headers, signatures, the parts' own.
constexpr std::uint64_t headers_bytes_max = 16 * 1024;

/// The first line of the text, cut between characters, where nobody named a subject.
std::string first_line(std::string_view text) {
    while (!text.empty() && (text.front() == '\n' || text.front() == '\r' || text.front() == ' ')) {
        text.remove_prefix(1);
    }
    std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    std::size_t characters = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if ((static_cast<unsigned char>(line[i]) & 0xc0U) == 0x80U) continue;
        if (++characters > subject_characters) return std::string(line.substr(0, i)) + "…";
    }
    return std::string(line);
}

std::string subject_of(const SmtpAccount& account, const OutboundContent& content) {
    if (!content.subject.empty()) return content.subject;
    if (!account.subject.empty()) return account.subject;
    std::string line = first_line(content.text);
    return line.empty() ? content.filename : line;
}

std::string text_of(const OutboundContent& content, bool with_file) {
    if (content.type != ContentType::media || with_file) return content.text;
    std::string out = content.text;
    if (!out.empty()) out += "\n\n";
    out += content.filename.empty() ? std::string(to_string(content.media)) : content.filename;
    return out + ": " + content.url;
}

/// Bulk mail says how to leave (RFC 8058); an answer to somebody and a code that he asked for do
/// not.
void add_unsubscribe(const SmtpAccount& account, const SendRequest& request, MailDraft& draft) {
    if (!request.proactive || request.category == "authentication") return;
    if (account.link_secrets.empty()) return;
    const Unsubscription what{account.account, std::string(request.to),
                              std::string(request.category)};
    const std::string url = unsubscribe_url(request.status_url, what, account.link_secrets.front());
    // Mailbox providers post to https alone.
    if (!url.starts_with("https://")) return;
    draft.fields.emplace_back("List-Unsubscribe", "<" + url + ">");
    draft.fields.emplace_back("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
}

/// Our name of the mail where the relay repeats it in its events: most give a mail another
/// Message-ID, and do not tell the first one. Relays take these fields off.
void add_event_name(const SmtpAccount& account, std::string_view echo, MailDraft& draft) {
    const std::string name(echo);
    if (account.inbound == "postmark") {
        draft.fields.emplace_back("X-PM-Metadata-postern", name);
    } else if (account.inbound == "mailgun") {
        draft.fields.emplace_back("X-Mailgun-Variables", R"({"postern":")" + name + R"("})");
    } else if (account.inbound == "sendgrid") {
        draft.fields.emplace_back("X-SMTPAPI", R"({"unique_args":{"postern":")" + name + R"("}})");
    } else if (account.inbound == "ses") {
        // Letters, digits, dashes and underscores alone: read back in ses_events.cc.
        std::string tag = name;
        std::ranges::replace(tag, '.', '-');
        draft.fields.emplace_back("X-SES-MESSAGE-TAGS", "postern=" + tag);
    }
}

std::int64_t unix_time(Instant at) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

/// What a mail is made of, and its envelope without the content.
struct Made {
    MailDraft draft;
    SmtpLetter letter;
};

Result<Made> begin_mail(const SmtpAccount& account, const SendRequest& request,
                        const SmtpExtensions& server, bool with_file) {
    auto to = mail_address(request.to);
    if (!to || check(request.content)) return make_error_code(Errc::unsendable);
    Made made;
    made.letter.recipient = to->text();
    made.letter.sender = account.from.address.text();
    made.letter.envelope_id = request.echo;
    if (account.bounces) {
        const Secret key = account.link_secrets.empty() ? Secret{} : account.link_secrets.front();
        made.letter.sender = verp_address(*account.bounces, request.echo, key);
    }
    MailDraft& draft = made.draft;
    draft.from = account.from;
    draft.to = std::move(*to);
    draft.reply_to = account.reply_to;
    draft.message_id = message_id(account, request.echo);
    draft.answers = request.reply_to;
    draft.thread = request.thread;
    draft.subject = subject_of(account, request.content);
    draft.text = text_of(request.content, with_file);
    draft.html = request.content.html;
    draft.date = request.now;
    draft.eight_bit = server.eight_bit && account.signers.empty();
    // A machine wrote it, and no machine is to answer (RFC 3834).
    if (request.category == alarm_category)
        draft.fields.emplace_back("Auto-Submitted", "auto-generated");
    add_unsubscribe(account, request, draft);
    add_event_name(account, request.echo, draft);
    return made;
}

}  // namespace

std::string message_id(const SmtpAccount& account, std::string_view echo) {
    return std::string(echo) + "@" + account.from.address.domain;
}

std::optional<std::string> echo_of_message_id(std::string_view id, std::string_view domain) {
    if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
    const std::size_t at = id.rfind('@');
    if (at == std::string_view::npos || id.substr(at + 1) != domain || !id.starts_with("msg_")) {
        return std::nullopt;
    }
    return std::string(id.substr(0, at));
}

Result<SmtpLetter> make_letter(const SmtpAccount& account, const SendRequest& request,
                               const SmtpExtensions& server) {
    auto made = begin_mail(account, request, server, false);
    if (!made) return made.error();
    SmtpLetter letter = std::move(made->letter);
    letter.content = dkim_signed(account.signers, compose(made->draft), unix_time(request.now));
    if (letter.content.empty()) return make_error_code(Errc::unsendable);
    return letter;
}

Result<Rendering> render_mail(const SmtpAccount& account, const SendRequest& request) {
    const SmtpExtensions server;
    const SendFile* file = request.file;
    const bool within = file != nullptr && takes_file(account, request, server, file->size);
    auto made = begin_mail(account, request, server, within);
    if (!made) return made.error();
    Rendering out;
    out.subject = made->draft.subject;
    out.text = made->draft.text;
    ProviderCall& call = out.handed.emplace_back();
    call.method = "DATA";
    call.url = "smtp://" + account.host + ":" + std::to_string(account.port);
    call.headers = {{"MAIL FROM", made->letter.sender}, {"RCPT TO", made->letter.recipient}};
    if (within) {
        MailAround around = compose_around(
            std::move(made->draft), {std::string(file->filename), std::string(file->mime), {}});
        call.file_at = around.before.size();
        call.body = around.before + around.behind;
    } else {
        call.body = dkim_signed(account.signers, compose(made->draft), unix_time(request.now));
    }
    if (call.body.empty()) return make_error_code(Errc::unsendable);
    return out;
}

bool takes_file(const SmtpAccount& account, const SendRequest& request,
                const SmtpExtensions& server, std::uint64_t file_bytes) {
    const std::uint64_t encoded = base64_lines_bytes(file_bytes);
    if (encoded == 0 || encoded > account.attach_limit) return false;
    // No way to write a text is longer than three bytes for one and the ends of its lines.
    const std::uint64_t words = headers_bytes_max + 4 * request.content.text.size();
    return !server.size_max || encoded + words <= *server.size_max;
}

Result<std::unique_ptr<AttachedLetter>> attach_file(const SmtpAccount& account,
                                                    const SendRequest& request,
                                                    const SmtpExtensions& server,
                                                    const LetterFile& file) {
    auto made = begin_mail(account, request, server, true);
    if (!made) return made.error();
    MailAround around = compose_around(std::move(made->draft), {file.filename, file.mime, {}});
    if (around.before.empty()) return make_error_code(Errc::unsendable);
    return std::make_unique<AttachedLetter>(std::move(made->letter), std::move(around),
                                            account.signers, unix_time(request.now), file.size);
}

}  // namespace postern::adapters::email
