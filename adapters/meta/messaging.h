// Webhooks of the Messenger Platform, which Messenger and Instagram share: `entry[]` with events in
// `messaging[]` and `standby[]`, and fields of the Graph object in `changes[]`. One .cc a kind of
// event; internal to meta/, but for decode_messaging. Reads views into the request's body and the
// thread's parsed value. Thread: any; no state.
#pragma once

#include <string>
#include <string_view>

#include "adapters/adapter.h"
#include "adapters/shared/json.h"

namespace postern::adapters::meta {

/// What tells the two channels apart.
struct Dialect {
    std::string_view object;  // "page" or "instagram"
    std::string_view own_id;  // the account's page_id or instagram_id; may be empty
};

/// Errors: not JSON, or the envelope of another `object`.
[[nodiscard]] Result<InboundBatch> decode_messaging(std::string_view body, Instant now,
                                                    const Dialect& dialect);

/// Before our name of an attempt in `metadata`, so that the echo of a send of ours is told from
/// what the business sends elsewhere.
inline constexpr std::string_view metadata_prefix = "postern/";

/// One event with what it needs from around it.
struct Event {
    json::Object object;
    std::string_view raw;
    std::string person;     // page- or Instagram-scoped id; empty where the event names nobody
    std::string routing;    // the page or the professional account
    bool outgoing = false;  // the business did it
    bool standby = false;   // another app has the conversation
    Instant time;           // the event's, else the entry's, else `now`
    std::string stamp;      // its time as digits, else a fingerprint: a redelivery repeats it
};

/// Where the decoded items of one event go.
class Sink final {
  public:
    Sink(InboundBatch& batch, const Event& event) : batch_(batch), event_(event) {}

    void item(InboundMessage message);
    void item(InboundStatus status);
    void item(InboundSignal signal);
    void undecoded(std::string reason);

  private:
    InboundBatch& batch_;
    const Event& event_;
};

/// The person as a sender; page-scoped ids mean nobody on another page.
[[nodiscard]] Sender sender_of(const Event& event);
/// A signal about that person, if there is one.
[[nodiscard]] InboundSignal signal_of(const Event& event, SignalKind kind, std::string dedupe_id);

// message_content.cc: what a message says
struct Said {
    Content content;
    std::vector<Attachment> attachments;
};
/// Never fails: what is not understood is `unsupported` under the provider's own word.
[[nodiscard]] Said read_said(json::Object message);

// message_attachments.cc: `attachments[]`
struct Pieces {
    std::vector<Attachment> files;
    std::optional<GeoPoint> point;
    std::string place;    // the point's name
    std::string words;    // of a shared link, a heart, a template: if the person wrote none
    std::string unknown;  // the first kind that is none of these
    bool plain = true;    // nothing but images, audio, videos and files
};
[[nodiscard]] Pieces read_attachments(json::Array attachments);

// event.cc: finds the reader by the member that the event has
void read_event(const Event& event, Sink& sink);

// message.cc
void read_message(const Event& event, json::Object message, Sink& sink);
void read_edit(const Event& event, json::Object edit, Sink& sink);

// actions.cc: taps, reactions, permissions, and everything else
void read_postback(const Event& event, json::Object postback, Sink& sink);
void read_reaction(const Event& event, json::Object reaction, Sink& sink);
void read_optin(const Event& event, json::Object optin, Sink& sink);
void read_enforcement(const Event& event, json::Object enforcement, Sink& sink);
void read_other(const Event& event, std::string_view name, json::Value value, Sink& sink);

// receipts.cc
void read_delivery(const Event& event, json::Object delivery, Sink& sink);
void read_read(const Event& event, json::Object read, Sink& sink);

}  // namespace postern::adapters::meta
