#include "adapters/email/decode.h"

#include <algorithm>

#include "adapters/email/bounce.h"
#include "adapters/email/complaint.h"
#include "adapters/email/email_account.h"
#include "adapters/email/email_auto.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mime.h"
#include "adapters/email/mime_header.h"
#include "adapters/email/reply.h"
#include "adapters/email/reply_marks.h"
#include "adapters/shared/encoding.h"
#include "adapters/shared/hmac.h"
#include "adapters/shared/json_write.h"
#include "adapters/shared/mime.h"
#include "adapters/shared/utf8.h"

namespace postern::adapters::email {
namespace {

constexpr std::size_t line_max = 998;
constexpr std::size_t people_max = 50;
constexpr std::size_t id_digest_bytes = 16;
/// Nothing that arrives today was written before, whatever its clock says.
constexpr std::chrono::hours ahead_max{24};
constexpr std::size_t thread_max = 20;
constexpr std::size_t thread_id_max = 250;  // bytes

std::string list_json(const std::vector<Mailbox>& people) {
    if (people.empty()) return {};
    std::string out = "[";
    for (std::size_t i = 0; i < std::min(people.size(), people_max); ++i) {
        if (i > 0) out += ',';
        json::append_quoted(out, people[i].address);
    }
    return out + "]";
}

Instant time_of(const Mail& mail, Instant now) {
    const auto told = mail_date(mail.header("Date"));
    const bool absurd =
        !told || *told < Instant(std::chrono::hours(24 * 365 * 39)) || *told > now + ahead_max;
    return absurd ? now : *told;
}

std::string id_of(const Mail& mail, std::string_view raw, std::string_view fallback) {
    const std::vector<std::string> ids = message_ids(mail.header("Message-ID"));
    if (!ids.empty()) return std::string(cut(ids.front(), line_max));
    if (!fallback.empty()) return std::string(fallback);
    // The same mail again has the same words; a provider's envelope around it may differ.
    std::string words;
    for (const char* name : {"From", "Date", "Subject", "To"})
        words.append(mail.header(name)).append("\n");
    words.append(mail.text);
    for (const MailFile& file : mail.files) words.append(file.name).append(file.bytes);
    return "sha256:" + shared::fingerprint(words.empty() ? raw : words, id_digest_bytes);
}

/// The one that names a message of ours, else the last one that it answers.
std::string reply_to_of(const Mail& mail) {
    std::vector<std::string> ids = message_ids(mail.header("References"));
    const std::vector<std::string> parents = message_ids(mail.header("In-Reply-To"));
    ids.insert(ids.end(), parents.begin(), parents.end());
    const auto ours = std::find_if(ids.rbegin(), ids.rend(),
                                   [](const std::string& id) { return !our_name_in(id).empty(); });
    if (ours != ids.rend()) return *ours;
    if (!parents.empty()) return parents.front();
    return ids.empty() ? std::string{} : ids.back();
}

/// The mails before this one, the oldest first: of a long thread the first and the newest.
std::string thread_json(const Mail& mail) {
    std::vector<std::string> ids = message_ids(mail.header("References"));
    if (ids.empty()) ids = message_ids(mail.header("In-Reply-To"));
    std::erase_if(ids, [](const std::string& id) { return id.size() > thread_id_max; });
    if (ids.empty()) return {};
    if (ids.size() > thread_max)
        ids.erase(ids.begin() + 1, ids.end() - static_cast<std::ptrdiff_t>(thread_max - 1));
    std::string out = "[";
    for (const std::string& id : ids) {
        if (out.size() > 1) out += ',';
        json::append_quoted(out, id);
    }
    return out + "]";
}

/// A site's contact form writes from our own address to our own address, for somebody who is named
/// where the answer shall go. Empty: it is none.
std::vector<Mailbox> form_writer(const Mail& mail, std::string_view own) {
    const auto ours = [own](const Mailbox& one) { return one.address == own; };
    const std::vector<Mailbox> from = mailboxes(mail.header("From"));
    if (own.empty() || from.empty() || !ours(from.front())) return {};
    const std::vector<Mailbox> to = mailboxes(mail.header("To"));
    if (to.empty() || !std::ranges::all_of(to, ours) ||
        !std::ranges::all_of(mailboxes(mail.header("Cc")), ours))
        return {};
    std::vector<Mailbox> writer = mailboxes(mail.header("Reply-To"));
    return writer.empty() || ours(writer.front()) ? std::vector<Mailbox>{} : writer;
}

Sender sender_of(const Mail& mail, std::string_view own) {
    Sender sender;
    std::vector<Mailbox> from = form_writer(mail, own);
    if (from.empty()) from = mailboxes(mail.header("From"));
    if (from.empty()) from = mailboxes(mail.header("Sender"));
    if (from.empty() && mail.envelope_from) from = mailboxes(*mail.envelope_from);
    if (from.empty()) from = mailboxes(mail.header("Return-Path"));
    if (from.empty()) from = mailboxes(mail.header("Reply-To"));
    if (from.empty()) {
        // A word without a domain (a device, an old server) still says who; nothing can be
        // answered.
        const std::string word = lower(mail.words("From"));
        if (blank(word)) return sender;
        sender.aliases.push_back({std::string(cut(trim(word), 254)), IdentityScope::account});
        return sender;
    }
    sender.aliases.push_back({from.front().address, IdentityScope::channel});
    sender.name = cut(from.front().name, line_max);
    const std::string_view languages = mail.header("Content-Language");
    sender.language = languages.substr(0, std::min<std::size_t>(languages.find_first_of(", "), 35));
    return sender;
}

/// Takes the files' bytes, as many as a message may have.
void add_files(Mail& mail, InboundMessage& message, std::vector<InboundFile>& files) {
    for (MailFile& from : mail.files) {
        Attachment to;
        to.mime = shared::valid_utf8(from.mime);
        to.kind = shared::kind_of_mime(from.mime);
        to.filename =
            cut(shared::valid_utf8(from.name.substr(from.name.find_last_of("/\\") + 1)), 255);
        to.url = std::move(from.url);
        if (!from.bytes.empty() && files.size() < files_max) {
            to.sha256 = shared::fingerprint(from.bytes, 32);
            to.media_id = to.sha256.substr(0, 32);
            files.push_back({message.attachments.size(), std::move(from.bytes)});
        }
        if (message.attachments.size() == 4 * files_max) break;
        message.attachments.push_back(std::move(to));
    }
}

std::string details_of(const Mail& mail, const InboundMessage& message,
                       std::string_view automatic) {
    json::ObjectWriter writer;
    writer.text_if("subject", cut(mail.words("Subject"), line_max));
    const std::string to = list_json(mailboxes(mail.header("To")));
    if (!to.empty()) writer.raw("to", to);
    const std::string cc = list_json(mailboxes(mail.header("Cc")));
    if (!cc.empty()) writer.raw("cc", cc);
    const std::vector<Mailbox> reply_to = mailboxes(mail.header("Reply-To"));
    if (!reply_to.empty() && reply_to.front().address != message.sender.aliases.front().address)
        writer.text("reply_to", reply_to.front().address);
    // What was left out: quotations, signature.
    const std::string_view whole = trim(mail.text);
    if (whole != message.content.text && !whole.empty()) writer.text("whole_text", whole);
    writer.text_if("automatic", automatic);
    if (const std::string thread = thread_json(mail); !thread.empty())
        writer.raw("references", thread);
    const std::string subject_id = mail.words("Thread-Topic");
    writer.text_if("topic", cut(subject_id, line_max));
    const std::size_t named = message.attachments.size();
    if (named > files_max)
        writer.integer("files_without_bytes", static_cast<int>(named - files_max));
    writer.flag_if("damaged", mail.damaged);
    return std::move(writer).finish();
}

InboundMessage message_of(Mail& mail, const MailContext& context, std::vector<InboundFile>& files) {
    InboundMessage message;
    message.external_id = context.id;
    message.sender = sender_of(mail, context.own_address);
    const std::string subject = mail.words("Subject");
    message.forwarded = is_forward_subject(subject);
    message.content.text = message.forwarded || blank(mail.reply)
                               ? reply_text(mail.text, message.forwarded)
                               : std::string(trim(mail.reply));
    message.reply_to = cut(reply_to_of(mail), line_max);
    message.provider_time = context.time;
    add_files(mail, message, files);
    if (!message.attachments.empty()) {
        message.content.type = ContentType::media;
    } else if (message.content.text.empty()) {
        message.content.text = subject;
    }
    if (message.content.type == ContentType::text && message.content.text.empty()) {
        // Not a word and not a file: somebody wrote all the same.
        message.content.type = ContentType::unsupported;
        message.content.provider_type = "empty";
    }
    const std::string_view automatic = automatic_reason(mail);
    message.automatic = !automatic.empty();
    message.content.details_json = details_of(mail, message, automatic);
    return message;
}

/// What the business wrote from its own mailbox, beside us: to the first who got it.
InboundSignal echo_of(InboundMessage message, const Mail& mail, std::string_view own) {
    InboundSignal signal;
    signal.kind = SignalKind::message_echoed;
    signal.dedupe_id = message.external_id;
    signal.target = message.external_id;
    for (const Mailbox& to : mailboxes(mail.header("To"))) {
        if (to.address == own) continue;
        signal.sender = Sender{{{to.address, IdentityScope::channel}}, to.name, {}, {}};
        break;
    }
    signal.content = std::move(message.content);
    signal.attachments = std::move(message.attachments);
    for (Attachment& one : signal.attachments) one.media_id.clear();  // its bytes are not kept
    signal.provider_type = "own_address";
    signal.provider_time = message.provider_time;
    return signal;
}

InboundSignal loop_of(const MailContext& context) {
    InboundSignal signal;
    signal.dedupe_id = context.id + ":loop";
    signal.target = context.id;
    signal.provider_type = "loop";
    signal.provider_time = context.time;
    return signal;
}

}  // namespace

void decode_mail(Mail mail, std::string_view raw, const MailAccount& account,
                 std::string_view fallback_id, Instant now, InboundBatch& batch) {
    const std::string_view own_address = account.own_address;
    const MailContext context{raw,
                              now,
                              time_of(mail, now),
                              id_of(mail, raw, fallback_id),
                              own_address,
                              account.bounce_keys};
    if (decode_complaint(mail, context, batch) || decode_bounce(mail, context, batch)) return;
    if (is_loop(mail)) {
        batch.items.push_back({loop_of(context), {}, raw});
        return;
    }
    std::vector<InboundFile> files;
    InboundMessage message = message_of(mail, context, files);
    if (message.sender.aliases.empty()) {
        batch.undecoded.push_back({raw, "a mail that names nobody as its sender", {}});
        return;
    }
    if (!own_address.empty() && message.sender.aliases.front().address == own_address) {
        InboundSignal echo = echo_of(std::move(message), mail, own_address);
        batch.items.push_back({std::move(echo), {}, raw});
        return;
    }
    batch.items.push_back({std::move(message), {}, raw, std::move(files)});
}

}  // namespace postern::adapters::email
