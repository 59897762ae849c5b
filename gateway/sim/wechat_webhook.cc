// Official Account documents: "Receiving standard messages", "Message encryption and decryption".
#include "gateway/sim/wechat_webhook.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "gateway/sim/base64.h"
#include "gateway/sim/signatures.h"

namespace postern::sim {
namespace {

constexpr std::size_t block_bytes = 32;  // of the padding; the cipher's own is 16

void append_element(std::string& xml, std::string_view name, std::string_view text) {
    xml += fmt::format("<{}><![CDATA[", name);
    for (std::size_t i = 0; i < text.size(); ++i) {
        // What would end the section is cut between two of them.
        if (text.substr(i).starts_with("]]>")) {
            xml += "]]]]><![CDATA[>";
            i += 2;
        } else {
            xml += text[i];
        }
    }
    xml += fmt::format("]]></{}>", name);
}

std::string padded(std::string_view app_id, std::string_view xml, std::string_view seed) {
    std::string plain = sha1_hex(seed).substr(0, 16);
    const auto length = static_cast<std::uint32_t>(xml.size());
    for (int shift = 24; shift >= 0; shift -= 8) plain += static_cast<char>(length >> shift & 0xff);
    plain.append(xml).append(app_id);
    const std::size_t pad = block_bytes - plain.size() % block_bytes;
    plain.append(pad, static_cast<char>(pad));
    return plain;
}

std::string base64_of(const std::string& bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

}  // namespace

WechatXml::WechatXml(const Endpoint& endpoint, std::string_view openid, std::int64_t time_s,
                     std::string_view type)
    : xml_("<xml>") {
    text("ToUserName", endpoint.own_address).text("FromUserName", openid);
    number("CreateTime", std::to_string(time_s)).text("MsgType", type);
}

WechatXml& WechatXml::text(std::string_view name, std::string_view text) {
    append_element(xml_, name, text);
    return *this;
}

WechatXml& WechatXml::number(std::string_view name, std::string_view digits) {
    xml_ += fmt::format("<{0}>{1}</{0}>", name, digits);
    return *this;
}

std::string WechatXml::end() {
    xml_ += "</xml>";
    return std::move(xml_);
}

std::string wechat_encrypted(std::string_view aes_key, std::string_view app_id,
                             std::string_view xml, std::string_view seed) {
    std::string key;
    if (!base64_decode(std::string(aes_key) + "=", key) || key.size() != 32) return {};
    const std::string plain = padded(app_id, xml, seed);
    std::string cipher(plain.size() + 16, '\0');
    const auto bytes = [](auto& text) {
        return reinterpret_cast<const unsigned char*>(text.data());
    };
    auto* out = reinterpret_cast<unsigned char*>(cipher.data());
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int length = 0;
    int rest = 0;
    const bool good =
        context &&
        EVP_EncryptInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, bytes(key), bytes(key)) &&
        EVP_CIPHER_CTX_set_padding(context.get(), 0) &&
        EVP_EncryptUpdate(context.get(), out, &length, bytes(plain),
                          static_cast<int>(plain.size())) &&
        EVP_EncryptFinal_ex(context.get(), out + length, &rest);
    if (!good) return {};
    cipher.resize(static_cast<std::size_t>(length + rest));
    return base64_of(cipher);
}

std::string wechat_signature(std::vector<std::string> parts) {
    std::sort(parts.begin(), parts.end());
    std::string all;
    for (const std::string& part : parts) all += part;
    return sha1_hex(all);
}

void sign_as_wechat(Webhook& webhook, std::string_view token, std::int64_t now_s) {
    const Endpoint& endpoint = webhook.endpoint;
    const std::string timestamp = std::to_string(now_s);
    const std::string nonce = sha1_hex(webhook.body).substr(0, 10);
    std::string query =
        fmt::format("signature={}&timestamp={}&nonce={}",
                    wechat_signature({std::string(token), timestamp, nonce}), timestamp, nonce);
    const std::string cipher =
        wechat_encrypted(endpoint.aes_key, endpoint.own_id, webhook.body, webhook.body);
    if (!cipher.empty()) {
        query += "&encrypt_type=aes&msg_signature=";
        query += wechat_signature({std::string(token), timestamp, nonce, cipher});
        std::string xml = "<xml>";
        append_element(xml, "ToUserName", endpoint.own_address);
        append_element(xml, "Encrypt", cipher);
        webhook.body = xml + "</xml>";
    }
    const bool more = webhook.endpoint.url.find('?') != std::string::npos;
    webhook.endpoint.url += (more ? '&' : '?') + query;
    webhook.headers.emplace_back("User-Agent", "Mozilla/4.0");
}

}  // namespace postern::sim
