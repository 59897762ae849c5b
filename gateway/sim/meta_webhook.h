// The envelope that Messenger's and Instagram's webhooks share, in Meta's spelling. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "gateway/sim/json_text.h"
#include "gateway/sim/provider.h"
#include "gateway/sim/receiver.h"

namespace postern::sim {

/// What one `messaging` element says beside who spoke when.
using WriteEvent = std::function<void(JsonText& json)>;

/// One entry a body part: begin, then any number of events, then end.
class MetaBody final {
  public:
    /// `object`: "page" or "instagram"; `time_ms` is that of the delivery.
    MetaBody(std::string_view object, const Endpoint& endpoint, std::int64_t time_ms);
    /// `by_business`: an echo, of what the account itself sent to `person`.
    void event(std::string_view person, std::int64_t time_ms, bool by_business,
               const WriteEvent& write);
    [[nodiscard]] std::string end();

  private:
    std::string own_id_;
    JsonText json_{JsonSpelling::ascii};
};

/// The distinctive member of what a person did: message, reaction, postback, message_edit.
void write_meta_item(JsonText& json, const Endpoint& endpoint, const Item& item);
[[nodiscard]] std::string meta_wrong_body(std::string_view object, const Endpoint& endpoint,
                                          Prng& prng);
/// One event of what became of a send, signed. False, and no webhook, where nobody said where to.
[[nodiscard]] bool meta_receipt(std::string_view object, const Receipt& receipt,
                                const WriteEvent& write, Webhook& webhook);
/// X-Hub-Signature-256 over the bytes, and the older header beside it.
void sign_as_meta(Webhook& webhook, std::string_view secret, std::int64_t now_s);

}  // namespace postern::sim
