// The pieces of WeChat's way out, one .cc each; the registry knows make_sending(). Pure functions.
// Thread: any.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/sending_adapter.h"
#include "adapters/shared/outcome.h"
#include "adapters/token_grant.h"

namespace postern::adapters::wechat {

inline constexpr std::string_view usual_base = "https://api.weixin.qq.com";

/// Null without a problem: no `app_secret`, so the account only receives.
[[nodiscard]] std::unique_ptr<SendingAdapter> make_sending(const AdapterConfig& config,
                                                           std::string& problem);

// check.cc: WeChat's limits
[[nodiscard]] std::optional<FieldProblem> check(const OutboundContent& content);

// token.cc
/// The request for the account's access token.
[[nodiscard]] ProviderCall token_call(const AdapterConfig& config);
/// Null: the account only receives.
[[nodiscard]] std::unique_ptr<TokenGrant> make_token_grant(const AdapterConfig& config);

// build.cc
/// The body of a request for an access token, and of a customer service or template message.
[[nodiscard]] std::string token_body(std::string_view app_id, std::string_view app_secret);
/// `media_id`: WeChat's name of the request's file, which was uploaded before.
[[nodiscard]] std::string message_body(const SendRequest& request, std::string_view media_id = {});
/// «Typing …» for that person, up to 15 seconds.
[[nodiscard]] std::string typing_body(std::string_view to);
/// WeChat's word for the kind of a medium: image, voice or video.
[[nodiscard]] std::string_view media_word(MediaKind kind);
/// Header, text and footer of buttons and lists as WeChat's menu shows them.
[[nodiscard]] std::string menu_head(const OutboundContent& content);
/// What stands on a list's row.
[[nodiscard]] std::string row_words(const ListRow& row);
/// A medium that somebody else has uploaded is named by a URL whose query has media_id (of a video
/// thumb_media_id, too): WeChat fetches nothing.
struct UploadedMedia {
    std::string id;  // empty: the URL names none
    std::string thumb;
};
[[nodiscard]] UploadedMedia media_of(std::string_view url);

// classify.cc, codes.cc
/// The access token of the answer to `token_body`, or empty.
[[nodiscard]] std::string token_of(const ProviderAnswer& answer);
/// Whether the token was refused, which another one may cure.
[[nodiscard]] bool is_stale(const ProviderAnswer& answer);
/// The media_id of the answer to an upload, or empty.
[[nodiscard]] std::string media_id_of(const ProviderAnswer& answer);
/// Whether WeChat does not know a media_id (any more).
[[nodiscard]] bool is_media_gone(const ProviderAnswer& answer);
/// Whether WeChat did what was asked.
[[nodiscard]] bool is_done(const ProviderAnswer& answer);
/// Whether the person is shown «typing …» already.
[[nodiscard]] bool is_typing(const ProviderAnswer& answer);
/// Of a request that is no message: nothing was sent.
[[nodiscard]] SendOutcome classify_before(const ProviderAnswer& answer, Instant now,
                                          std::span<const Secret> credentials);
[[nodiscard]] SendOutcome classify(const SendRequest& request, const ProviderAnswer& answer,
                                   std::span<const Secret> credentials);
/// WeChat's return codes, sorted.
[[nodiscard]] std::span<const shared::CodeRule> code_rules();

}  // namespace postern::adapters::wechat
