// By which of the two ways the account sends; the object is meta/'s.
#include <algorithm>

#include "adapters/instagram/send.h"
#include "adapters/meta/send_api.h"
#include "adapters/shared/endpoint.h"

namespace postern::adapters::instagram {
namespace {

constexpr std::string_view usual_base = "https://graph.instagram.com/v25.0";
constexpr std::string_view linked_base = "https://graph.facebook.com/v25.0";

/// Instagram tells that a message was read, not that it arrived, and gives nothing of ours back.
constexpr SendTraits traits{
    .echo = false, .idempotent = false, .receipts = true, .typing = true, .mark_read = true};

/// Meta has a place for files at the page alone: graph.instagram.com documents none.
constexpr SendTraits linked_traits{.echo = false,
                                   .idempotent = false,
                                   .receipts = true,
                                   .typing = true,
                                   .mark_read = true,
                                   .uploads = Uploads::without_url,
                                   .holds_uploads = true};

constexpr meta::SendChannel own{.traits = traits,
                                .check = &check,
                                .body = &message_body,
                                .token_from = "Instagram user access token"};
constexpr meta::SendChannel linked{.traits = linked_traits,
                                   .check = &check,
                                   .body = &linked_message_body,
                                   .token_from = "Page access token",
                                   .platform = "instagram"};

}  // namespace

std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config, std::string& problem) {
    const std::string_view page = config.setting("page_id");
    const std::string_view account = config.setting("instagram_id");
    const std::string_view sender = !page.empty() ? page : !account.empty() ? account : "me";
    if (!std::ranges::all_of(page, [](char c) { return c >= '0' && c <= '9'; })) {
        problem = "page_id is Meta's id of the page, digits only, not its name";
        return nullptr;
    }
    std::string url = shared::base_url(config, page.empty() ? usual_base : linked_base);
    url.append("/").append(sender);
    meta::SendAddresses addresses;
    addresses.messages = url + "/messages";
    if (!page.empty()) addresses.attachments = url + "/message_attachments";
    return meta::make_send_api(config, page.empty() ? own : linked, std::move(addresses), problem);
}

}  // namespace postern::adapters::instagram
