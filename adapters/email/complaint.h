// «This is spam»: feedback reports (ARF, RFC 5965). Pure. Thread: any.
#pragma once

#include <string_view>

#include "adapters/email/decode.h"
#include "adapters/email/email_message.h"

namespace postern::adapters::email {

/// Appends what the report says; false: it is none. Nothing is told of «not spam», and only the
/// address that the mail went to is judged, by a report that proves or names both.
[[nodiscard]] bool decode_complaint(const Mail& mail, const MailContext& context,
                                    InboundBatch& batch);

/// A provider says so: the person wants no mail of ours: who it is, and, where it is known, which
/// message it was about. `external_id` and `echo` may be empty, `recipient` too.
struct Refusal {
    std::string_view recipient;
    std::string_view external_id;
    std::string_view echo;
    std::string_view word;      // "complaint", "unsubscribe": our own
    std::string_view kind;      // the provider's: "abuse", "spamreport"
    std::string_view category;  // of an unsubscription; empty: all
};
void add_refusal(const Refusal& refusal, const MailContext& context, InboundBatch& batch);

}  // namespace postern::adapters::email
