// The template and its signatures.
#include "bench/load/signed_requests.h"

#include <array>
#include <cstring>
#include <ctime>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace postern::load {
namespace {

constexpr std::string_view digits = "000000000";                           // a sender, after "573"
constexpr std::string_view id_field = "RRRRRRRRRRRRRRRRNNNNNNNNNNNNNNNN";  // run and index in hex
constexpr std::string_view hex = "0123456789abcdef";

std::string body_template() {
    return fmt::format(
        R"({{"object":"whatsapp_business_account","entry":[{{"id":"102290129340398","changes":[{{)"
        R"("value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":)"
        R"("15550783881","phone_number_id":"106540352242922"}},"contacts":[{{"profile":{{"name":)"
        R"("Sheena Nelson"}},"wa_id":"573{0}"}}],"messages":[{{"from":"573{0}","id":"wamid.{1}",)"
        R"("timestamp":"{2}","type":"text","text":{{"body":"Does it come in another color? I )"
        R"(would like to know before I order, and also whether the delivery date can be moved to )"
        R"(next week. Thanks! Also please send me a picture of it, and the price with the )"
        R"(discount code."}}}}]}},"field":"messages"}}]}}]}})",
        digits, id_field, std::time(nullptr));
}

void write_hex(std::uint64_t value, char* to) {
    for (int i = 15; i >= 0; --i, value >>= 4) to[i] = hex[value & 15];
}

void write_decimal(std::uint64_t value, char* to) {
    for (std::size_t i = digits.size(); i > 0; --i, value /= 10) {
        to[i - 1] = static_cast<char>('0' + value % 10);
    }
}

}  // namespace

SignedRequests::SignedRequests(const RequestOptions& options) : options_(options) {
    const std::string body = body_template();
    body_bytes_ = body.size();
    blank_ = fmt::format(
        "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: facebookexternalua\r\n"
        "Content-Type: application/json\r\nX-Hub-Signature-256: sha256=",
        options.path, options.host);
    signature_at_ = blank_.size();
    blank_ += std::string(signature_bytes, '0');
    blank_ += fmt::format("\r\nContent-Length: {}\r\n\r\n", body.size());
    const std::size_t body_at = blank_.size();
    blank_ += body;
    contact_at_ = blank_.find(digits, body_at);
    from_at_ = blank_.find(digits, contact_at_ + 1);
    id_at_ = blank_.find(id_field, body_at);

    std::string scratch = blank_;
    signatures_.resize(options.count * signature_bytes);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    for (std::size_t index = 0; index < options.count; ++index) {
        write_fields(index, scratch.data());
        unsigned int size = 0;
        (void)HMAC(EVP_sha256(), options.secret.data(), static_cast<int>(options.secret.size()),
                   reinterpret_cast<const unsigned char*>(scratch.data() + body_at), body.size(),
                   digest.data(), &size);
        char* to = signatures_.data() + index * signature_bytes;
        for (unsigned int i = 0; i < size; ++i) {
            to[2 * i] = hex[digest[i] >> 4];
            to[2 * i + 1] = hex[digest[i] & 15];
        }
    }
}

std::uint64_t SignedRequests::sender(std::size_t index) const {
    // A prime step visits all senders before it repeats one, and not in the order they came.
    constexpr std::uint64_t step = 1'000'003;
    if (options_.senders == 0) return options_.first_sender + index;
    return options_.first_sender + index * step % options_.senders;
}

void SignedRequests::write_fields(std::size_t index, char* buffer) const {
    const std::uint64_t from = sender(index);
    write_decimal(from, buffer + contact_at_);
    std::memcpy(buffer + from_at_, buffer + contact_at_, digits.size());
    write_hex(options_.run, buffer + id_at_);
    write_hex(index, buffer + id_at_ + 16);
}

void SignedRequests::write(std::size_t index, char* buffer) const {
    write_fields(index, buffer);
    std::memcpy(buffer + signature_at_, signatures_.data() + index * signature_bytes,
                signature_bytes);
}

}  // namespace postern::load
