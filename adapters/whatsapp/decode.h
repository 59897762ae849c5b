// The pieces that decoding a WhatsApp webhook falls into, one .cc each. Internal to the folder.
// Everything here reads views into the request's body and the thread's parsed value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/adapter.h"
#include "adapters/shared/json.h"

namespace postern::adapters::whatsapp {

/// One `changes[]` element: what its messages, statuses and signals need from around them.
struct Change {
    std::string_view field;
    std::string_view waba_id;  // entry.id
    std::optional<json::Array> contacts;
    std::string routing;   // metadata.phone_number_id
    bool standby = false;  // another sender of the number has the conversation
    Instant entry_time;    // entry.time, or now
    Instant now;
};

/// Where the decoded items of one body go, with the change that they come from.
class Sink final {
  public:
    Sink(InboundBatch& batch, const Change& change) : batch_(batch), change_(change) {}

    void item(InboundMessage message, std::string_view raw);
    void item(InboundStatus status, std::string_view raw);
    void item(InboundSignal signal, std::string_view raw);
    void undecoded(std::string_view raw, std::string reason);

  private:
    InboundBatch& batch_;
    const Change& change_;
};

// decode.cc
[[nodiscard]] Result<InboundBatch> decode(std::string_view body, Instant now);

// sender.cc
/// "+digits" for a wa_id; what is no phone number stays as it came.
[[nodiscard]] std::string phone_address(std::string_view wa_id);
/// The person of these ids, with what `contacts[]` adds: name, user name, the id that was left out.
[[nodiscard]] Sender find_sender(const Change& change, std::string_view user_id,
                                 std::string_view wa_id);
/// A further name of that person, if there is one and it is new.
void add_alias(Sender& sender, std::string address);

// message.cc
/// Appends the members of one JSON object to those of another, either of which may be empty.
void add_details(std::string& details, std::string_view more);

// content.cc: what a message says
struct Said {
    Content content;
    std::vector<Attachment> attachments;
};
/// Never fails: what is not understood is `unsupported` under the provider's own word.
[[nodiscard]] Said read_content(json::Object message);
// contacts.cc: its cards; false if it has none
[[nodiscard]] bool read_contacts(json::Object message, Said& said);

// message.cc: elements of messages[] and message_echoes[]
void read_message(const Change& change, json::Object message, std::string_view raw, Sink& sink);
void read_echo(const Change& change, json::Object echo, std::string_view raw, Sink& sink);

// status.cc: elements of statuses[]
void read_status(const Change& change, json::Object status, std::string_view raw, Sink& sink);

// notices.cc: opt-outs, channel errors, health, templates, and fields we do not know
void read_preference(const Change& change, json::Object preference, std::string_view raw,
                     Sink& sink);
void read_user_id_update(const Change& change, json::Object update, std::string_view raw,
                         Sink& sink);
void read_error(const Change& change, json::Object error, std::string_view raw, Sink& sink);
void read_field(const Change& change, json::Value value, std::string_view raw, Sink& sink);

}  // namespace postern::adapters::whatsapp
