// Lists of words; what is looked through is folded to lower case first.
#include "adapters/email/bounce_words.h"

#include <string>
#include <vector>

#include "adapters/email/bounce_form.h"
#include "adapters/email/email_text.h"
#include "adapters/email/mime_header.h"

namespace postern::adapters::email {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t looked_through = 4 * 1024;
constexpr std::size_t line_max = 300;

bool has_null_sender(const Mail& mail) {
    return (mail.envelope_from && blank(*mail.envelope_from)) || mail.header("Return-Path") == "<>";
}

/// No person's program writes these.
bool is_marked_report(const Mail& mail) {
    return mail.has("X-Failed-Recipients") || mail.file("message/delivery-status") != nullptr ||
           mail.file("message/global-delivery-status") != nullptr;
}

bool is_called_daemon(const Mail& mail) {
    static const Words daemons = {"mailer-daemon",
                                  "postmaster@",
                                  "post_master@",
                                  "mail-daemon",
                                  "mailerdaemon",
                                  "mail.daemon",
                                  "maildaemon",
                                  "microsoftexchange",
                                  "mail delivery sub",
                                  "mail deliver",
                                  "mail.delivery.system",
                                  "system administrator",
                                  "mdaemon@",
                                  "mail_service@",
                                  "anti_virus",
                                  "imss@",
                                  "<>"};
    return contains_any(mail.words("From").substr(0, line_max), daemons);
}

bool was_sent_by_daemon(const Mail& mail) {
    return has_null_sender(mail) ||
           contains(mail.header("Return-Path").substr(0, line_max), "mailer-daemon");
}

/// A postmaster is a person too, and parcels are not delivered either: a report of a mail has the
/// mail with it, or a server's answer; or a daemon by both names says what is wrong with a mailbox.
bool has_evidence(const Mail& mail) {
    for (const std::string_view mime : {"message/rfc822", "text/rfc822-headers"}) {
        if (mail.file(mime) != nullptr) return true;
    }
    if (has_null_sender(mail) && is_marked_report(mail)) return true;
    const std::string_view text = cut(mail.text, looked_through);
    if (was_sent_by_daemon(mail) && is_called_daemon(mail) &&
        (names_unknown_user(text) || names_full_mailbox(text)))
        return true;
    return contains(text, "message-id:") || contains(text, "received: from") ||
           !enhanced_status_in(text).empty() || smtp_code_in(text) != 0;
}

bool is_failure_subject(std::string_view subject) {
    static const Words subjects = {"undeliver",
                                   "delivery status notification",
                                   "failure notice",
                                   "failure delivery",
                                   "failed delivery",
                                   "delivery failure",
                                   "delivery failed",
                                   "delivery error",
                                   "delivery problem",
                                   "mail delivery failed",
                                   "mail delivery problem",
                                   "mail failed",
                                   "mail failure",
                                   "mail error",
                                   "error sending your mail",
                                   "returned mail",
                                   "returning to sender",
                                   "returned to sender",
                                   "returning message to sender",
                                   "delivery has failed",
                                   "could not be delivered",
                                   "could not send mail",
                                   "delivery notification",
                                   "notification of undelivered",
                                   "non delivery",
                                   "nondeliverable",
                                   "no se puede entregar",
                                   "no entregad",
                                   "no se pudo entregar",
                                   "non recapitabile",
                                   "mancato recapito",
                                   "consegna non riuscita",
                                   "unzustellbar",
                                   "nicht zugestellt",
                                   "não entregue",
                                   "não foi entregue",
                                   "falha na entrega",
                                   "non remis",
                                   "non distribu",
                                   "échec de la remise",
                                   "delivery delayed",
                                   "delayed mail",
                                   "delayed 24 hours",
                                   "delivery incomplete",
                                   "entrega fallida",
                                   "nicht zustellbar",
                                   "недоставлен",
                                   "error during delivery",
                                   "mail delivery warning",
                                   "non-delivery",
                                   "failed mail to",
                                   "processing error",
                                   "配信不能",
                                   "送信できませんでした"};
    return contains_any(subject, subjects);
}

bool names_unknown_host(std::string_view words) {
    static const Words unknown = {"no such domain",
                                  "host or domain name not found",
                                  "host unknown",
                                  "unknown host",
                                  "domain not found",
                                  "domain is not reachable",
                                  "couldn't find any host named",
                                  "domain isn't in my list of allowed",
                                  "no mx found for domain",
                                  "no mx record found for domain",
                                  "couldn't find a mail exchanger",
                                  "illegal host/domain",
                                  "indicated no smtp service",
                                  "domain may not exist",
                                  "does not accept mail",
                                  "all relevant mx records point to non-existent hosts"};
    return contains_any(words, unknown);
}

bool names_unknown_abroad(std::string_view words) {
    static const Words unknown = {"no existe",
                                  "inexistente",
                                  "não existe",
                                  "nicht gefunden",
                                  "unbekannter benutzer",
                                  "unbekannter empfänger",
                                  "utente sconosciuto",
                                  "usuario desconocido",
                                  "utilisateur inconnu",
                                  "adresse destinataire invalide"};
    return contains_any(words, unknown);
}

bool names_unknown_mailbox(std::string_view words) {
    static const Words unknown = {"user unknown",
                                  "unknown user",
                                  "user is unknown",
                                  "no such user",
                                  "no such local user",
                                  "no such person",
                                  "no such account",
                                  "no such mailbox",
                                  "no such address",
                                  "no such recipient",
                                  "does not exist",
                                  "doesn't exist",
                                  "user not exist",
                                  "not exist in our system",
                                  "user doesn't have a",
                                  "mailbox not found",
                                  "mailbox unavailable",
                                  "recipient not found",
                                  "recipientnotfound",
                                  "recipnotfound",
                                  "unknown recipient",
                                  "recipient unknown",
                                  "address unknown",
                                  "unknown address",
                                  "unknown local part",
                                  "unknown mailbox",
                                  "no mailbox here",
                                  "no account by that name",
                                  "user not found",
                                  "user doesn't exist",
                                  "not listed in domino directory",
                                  "not listed in public",
                                  "recipient name is not recognized",
                                  "invalid recipient",
                                  "invalid mailbox",
                                  "invalid final delivery userid",
                                  "not a valid mailbox",
                                  "not a valid recipient",
                                  "not a known user",
                                  "is not our customer",
                                  "address not found",
                                  "address couldn't be found",
                                  "address could not be found",
                                  "email address wasn't found",
                                  "unrouteable address",
                                  "unroutable address",
                                  "bad destination mailbox",
                                  "no longer available",
                                  "no longer on server",
                                  "account has been disabled",
                                  "mailbox is disabled",
                                  "not our customer",
                                  "recipient address rejected: unknown"};
    return contains_any(words, unknown);
}

}  // namespace

bool names_unknown_user(std::string_view words) {
    return names_unknown_mailbox(words) || names_unknown_host(words) || names_unknown_abroad(words);
}

bool names_full_mailbox(std::string_view words) {
    static const Words full = {"mailbox full",      "mailbox is full",   "over quota",
                               "quota exceeded",    "exceeded quota",    "overquota",
                               "exceeds the quota", "out of disk space", "buzón lleno",
                               "postfach voll",     "boîte pleine",      "casella piena",
                               "storage quota",     "inbox is full",     "mailfolder is full",
                               "mailbox quota",     "exceeded storage",  "over the allowed quota"};
    return contains_any(words, full);
}

bool names_busy_mailbox(std::string_view words) {
    // Lines are broken anywhere, and each begins with the code.
    static const Words busy = {"mail at a rate", "mail too quickly",
                               "prevents additional messages"};
    return contains_any(words, busy);
}

bool blames_sender(std::string_view words) {
    static const Words blames = {"blacklist",
                                 "blocklist",
                                 "block list",
                                 "spamhaus",
                                 "reputation",
                                 "looks like spam",
                                 "detected as spam",
                                 "spam content",
                                 "rdns",
                                 "reverse dns",
                                 "reverse lookup",
                                 "ptr record",
                                 "unauthenticated email",
                                 "sender policy framework",
                                 "dmarc policy",
                                 "black list",
                                 "dnsbl",
                                 "blocked using",
                                 "banned",
                                 "too many invalid recipients",
                                 "allowed rcpthosts",
                                 "rate limit",
                                 "too many connections",
                                 "client host rejected",
                                 "relay access denied",
                                 "relaying denied",
                                 "sender address rejected",
                                 "sender verify fail",
                                 "sender domain",
                                 "sender rejected",
                                 "envelope sender",
                                 "spf record",
                                 "spf check"};
    return contains_any(words, blames);
}

bool is_mail_daemon(const Mail& mail) {
    return was_sent_by_daemon(mail) || is_called_daemon(mail);
}

bool speaks_of_failure(const Mail& mail) {
    // People write of deliveries that failed, and some are called System Administrator.
    if (!has_evidence(mail)) return false;
    const std::string subject = mail.words("Subject");
    if (is_failure_subject(subject) || names_unknown_user(subject)) return true;
    static const Words words = {"could not be delivered",
                                "could not deliver",
                                "couldn't be delivered",
                                "was not delivered",
                                "wasn't able to deliver",
                                "unable to deliver",
                                "undeliverable",
                                "failed to deliver",
                                "delivery to the following",
                                "delivery failed",
                                "did not reach the following",
                                "had permanent fatal errors",
                                "had permanent delivery errors",
                                "permanent error",
                                "has not been delivered",
                                "unable to send",
                                "has not yet been delivered",
                                "error while attempting to deliver",
                                "there was an error delivering",
                                "failure reasons",
                                "final delivery userid",
                                "malformed recipient address",
                                "delivery attempts will continue",
                                "the following message to",
                                "no se pudo entregar",
                                "konnte nicht zugestellt",
                                "n'a pas pu être",
                                "non è stato possibile recapitare",
                                "não pôde ser entregue"};
    return contains_any(cut(mail.text, looked_through), words);
}

}  // namespace postern::adapters::email
