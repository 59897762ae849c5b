// Mail as a server forwards it to an account with inbound = "raw": the message as it is (RFC 5322),
// its envelope in two headers of the request, a bearer token as the proof.
#include "gateway/sim/email.h"

#include <array>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "gateway/sim/base64.h"
#include "gateway/sim/provider.h"

namespace postern::sim {
namespace {

constexpr std::array kinds = {Kind::text};
constexpr std::size_t line_max = 76;

/// "people.example" is nobody's domain: RFC 2606.
std::string address_of(const Person& person) {
    const bool whole = person.address.find('@') != std::string::npos;
    return whole ? person.address : person.address + "@people.example";
}

std::string encoded_word(std::string_view text) {
    return fmt::format("=?UTF-8?B?{}?=", base64_encode(text));
}

std::string external_id(const Item& item, std::uint64_t run) {
    return fmt::format("sim.{:x}.{:x}@people.example", run, item.number);
}

std::string lines_of(std::string_view base64) {
    std::string out;
    for (std::size_t at = 0; at < base64.size(); at += line_max)
        out.append(base64.substr(at, line_max)).append("\r\n");
    return out;
}

std::string letter(const Endpoint& endpoint, const Item& item, std::string_view type) {
    return fmt::format(
        "From: {} <{}>\r\nTo: {}\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: {}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        encoded_word(item.person.name), address_of(item.person), endpoint.own_address,
        encoded_word(fmt::format("Pedido {}", item.number)), mail_date(item.time_s),
        item.external_id, type, lines_of(base64_encode(item.text)));
}

std::string body(const Endpoint& endpoint, std::span<const Item> items) {
    return letter(endpoint, items.front(), "text/plain; charset=utf-8");
}

std::string unknown_body(const Endpoint& endpoint, const Item& item) {
    return letter(endpoint, item, "application/x-hologram; name=\"tomorrow\"");
}

/// No header of a mail.
std::string wrong_body(const Endpoint&, Prng& prng) {
    constexpr std::array<std::string_view, 3> shapes = {"\r\n\r\n", "no header at all\r\n",
                                                        R"({"from":7})"};
    return std::string(shapes[prng.below(shapes.size())]);
}

void sign(Webhook& webhook, std::string_view secret, std::int64_t) {
    webhook.headers.emplace_back("Authorization", fmt::format("Bearer {}", secret));
}

}  // namespace

std::string mail_date(std::int64_t time_s) {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000",
                       fmt::gmtime(static_cast<std::time_t>(time_s)));
}

const Provider email_provider = {
    .channel = "email",
    .kinds = kinds,
    .batch_max = 1,
    .content_type = "message/rfc822",
    .redelivery = {},
    .external_id = external_id,
    .body = body,
    .unknown_body = unknown_body,
    .wrong_body = wrong_body,
    .sign = sign,
};

}  // namespace postern::sim
