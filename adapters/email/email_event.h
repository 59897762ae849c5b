// What a provider's event about one recipient of one mail becomes. Pure. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "adapters/email/bounce.h"
#include "adapters/email/decode.h"

namespace postern::adapters::email {

struct MailEvent {
    std::string word;         // the provider's
    std::string id;           // what a redelivery repeats; may be empty
    std::string recipient;    // lower case
    std::string external_id;  // the provider's id of the mail, without brackets
    std::string echo;         // our own name of the attempt
    Instant time{};
};

/// Of all kinds; without any id of a mail they are notes.
void add_status(const MailEvent& event, ReceiptState state, std::string_view raw,
                InboundBatch& batch);
/// `verdict`: what the provider's own word says of the address, where the codes do not. Where the
/// address is dead the status has a watermark: that is so whether or not the mail is known here,
/// and no report that comes as a mail, which anybody can write, has one.
void add_failure(const MailEvent& event, const FailureFacts& facts, AddressVerdict verdict,
                 Instant now, std::string_view raw, InboundBatch& batch);
/// "complaint" or "unsubscribe".
void add_refused(const MailEvent& event, std::string_view word, std::string_view category,
                 std::string_view raw, InboundBatch& batch);
/// Takes back what the last one of the batch says of the address: the failure is the mail's.
void spare_address(InboundBatch& batch);
/// Known, and of no consequence: an event for people.
void add_note(const MailEvent& event, std::string details_json, std::string_view raw,
              InboundBatch& batch);

}  // namespace postern::adapters::email
