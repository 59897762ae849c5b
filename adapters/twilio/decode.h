// Twilio's forms and event-stream bodies -> the model. Pure functions. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "adapters/adapter.h"
#include "adapters/shared/form.h"

namespace postern::adapters::twilio {

/// A form of either kind with what surrounds it.
struct Callback {
    shared::Form form;             // values are valid UTF-8
    std::string_view raw;          // the form's bytes as received
    std::string echo;              // our own id, from the query of the status callback's URL
    std::string_view account_sid;  // the account's setting; a form of another SID is routed by it
};

/// A person or a number of ours, as Twilio spells it in From and To.
[[nodiscard]] Alias address_of(std::string_view spelled);

[[nodiscard]] bool is_message(const shared::Form& form);
[[nodiscard]] bool is_status(const shared::Form& form);

/// Appends the message, and the opt-out or opt-in that Twilio read in it.
void decode_message(const Callback& callback, Instant now, InboundBatch& batch);
void decode_status(const Callback& callback, Instant now, InboundBatch& batch);

/// A form that is neither, such as a voice call's: an `other` signal, named by whatever SID it
/// carries. False if it has none: then it is not Twilio's.
[[nodiscard]] bool decode_other(const Callback& callback, Instant now, InboundBatch& batch);

/// A JSON body: one event or an array of CloudEvents (Twilio Event Streams), each an `other`
/// signal.
[[nodiscard]] Result<InboundBatch> decode_events(std::string_view body, Instant now);

/// Of another Twilio account than ours: its SID, for routing; empty otherwise.
[[nodiscard]] std::string foreign_sid(const Callback& callback);

}  // namespace postern::adapters::twilio
