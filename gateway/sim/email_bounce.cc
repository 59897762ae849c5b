// Spelled as Postfix spells its own.
#include "gateway/sim/email_bounce.h"

#include <fmt/format.h>

#include "gateway/sim/email.h"
#include "gateway/sim/provider.h"

namespace postern::sim {
namespace {

constexpr std::string_view edge = "=_report_of_the_simulator";

/// The enhanced status and what the other side is supposed to have said.
struct Reason {
    std::string_view status;
    std::string_view words;
};

Reason reason_of(SendFault cause) {
    switch (cause) {
        case SendFault::blocked:
            return {"5.7.1", "550 5.7.1 not wanted here"};
        case SendFault::closed_window:
            return {"5.2.2", "552 5.2.2 mailbox full"};
        default:
            return {"5.1.1", "550 5.1.1 no such mailbox"};
    }
}

std::string report(const Receipt& receipt) {
    const Reason reason = reason_of(receipt.cause);
    std::string out = fmt::format(
        "From: Mail Delivery System <MAILER-DAEMON@simulator.postern.example>\r\n"
        "To: {}\r\nSubject: Undelivered Mail Returned to Sender\r\nDate: {}\r\n"
        "Message-ID: <bounce.{}.{}@simulator.postern.example>\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n"
        " boundary=\"{}\"\r\n\r\n",
        receipt.from, mail_date(receipt.time_s), receipt.provider_id, receipt.time_ms, edge);
    out += fmt::format(
        "--{}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
        "I'm sorry to have to inform you that your message could not be delivered.\r\n\r\n"
        "<{}>: {}\r\n\r\n",
        edge, receipt.to, reason.words);
    out += fmt::format(
        "--{}\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; simulator.postern.example\r\n",
        edge);
    if (!receipt.envelope_id.empty())
        out += fmt::format("Original-Envelope-Id: {}\r\n", receipt.envelope_id);
    out += fmt::format(
        "\r\nOriginal-Recipient: rfc822; {}\r\nFinal-Recipient: rfc822; {}\r\nAction: failed\r\n"
        "Status: {}\r\nRemote-MTA: dns; mx.people.example\r\nDiagnostic-Code: smtp; {}\r\n\r\n",
        receipt.to, receipt.to, reason.status, reason.words);
    out += fmt::format("--{}\r\nContent-Type: text/rfc822-headers\r\n\r\n{}\r\n\r\n--{}--\r\n",
                       edge, receipt.text, edge);
    return out;
}

}  // namespace

bool bounce_webhook(const Receipt& receipt, Webhook& webhook) {
    const Endpoint& endpoint = *receipt.endpoint;
    if (endpoint.url.empty() || endpoint.secret.empty() || receipt.state != "failed") return false;
    webhook.endpoint = endpoint;
    webhook.body = report(receipt);
    webhook.headers = {{"Content-Type", "message/rfc822"},
                       {"X-Envelope-From", ""},  // the null sender, as of every report
                       {"X-Envelope-To", receipt.from}};
    email_provider.sign(webhook, endpoint.secret, receipt.time_s);
    return true;
}

}  // namespace postern::sim
