// Which page sends, and what the core may rely on; the object is meta/'s.
#include "adapters/messenger/send.h"
#include "adapters/meta/graph_templates.h"
#include "adapters/meta/send_api.h"
#include "adapters/shared/endpoint.h"

namespace postern::adapters::messenger {
namespace {

constexpr std::string_view usual_base = "https://graph.facebook.com/v25.0";

/// `metadata` comes back in the echo of a message, if the page is subscribed to message_echoes.
constexpr meta::SendChannel channel{.traits = {.echo = true,
                                               .idempotent = false,
                                               .receipts = true,
                                               .typing = true,
                                               .mark_read = true,
                                               .templates = true,
                                               .uploads = Uploads::without_url,
                                               .holds_uploads = true},
                                    .check = &check,
                                    .body = &message_body,
                                    .token_from = "Page access token"};

}  // namespace

std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config, std::string& problem) {
    const std::string_view page = config.setting("page_id");
    const std::string base = shared::base_url(config, usual_base);
    meta::SendAddresses addresses;
    const std::string sender = base + "/" + std::string(page.empty() ? "me" : page);
    addresses.messages = sender + "/messages";
    addresses.attachments = sender + "/message_attachments";
    addresses.templates = meta::templates_url(base, page);
    return meta::make_send_api(config, channel, std::move(addresses), problem);
}

}  // namespace postern::adapters::messenger
