// WeChat's pushes: XML, signed in the query, and encrypted where the account has an EncodingAESKey.
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sim/scenario.h"

namespace postern::sim {

/// One <xml> element with the members that every push has.
class WechatXml final {
  public:
    WechatXml(const Endpoint& endpoint, std::string_view openid, std::int64_t time_s,
              std::string_view type);
    /// <name><![CDATA[text]]></name>
    WechatXml& text(std::string_view name, std::string_view text);
    WechatXml& number(std::string_view name, std::string_view digits);
    [[nodiscard]] std::string end();

  private:
    std::string xml_;
};

/// base64(AES-256-CBC(16 random bytes | length | xml | AppID)); the random bytes come from `seed`.
/// Empty if the key has not 43 characters of base64.
[[nodiscard]] std::string wechat_encrypted(std::string_view aes_key, std::string_view app_id,
                                           std::string_view xml, std::string_view seed);

/// SHA-1 of the sorted strings, one after the other.
[[nodiscard]] std::string wechat_signature(std::vector<std::string> parts);

/// Puts the signature (and with a key also the body's encryption) into the webhook.
void sign_as_wechat(Webhook& webhook, std::string_view token, std::int64_t now_s);

}  // namespace postern::sim
