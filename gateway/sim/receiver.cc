// The list of receivers, and the small checks that all of them share.
#include "gateway/sim/receiver.h"

#include <algorithm>
#include <array>

namespace postern::sim {
namespace {

constexpr std::array<const Receiver*, 10> receivers = {
    &whatsapp_receiver,  &telegram_receiver,  &twilio_receiver, &http_receiver,
    &messenger_receiver, &instagram_receiver, &line_receiver,   &viber_receiver,
    &wechat_receiver,    &vonage_receiver,
};

}  // namespace

bool refuses_at_once(const Call&, SendFault) {
    return false;
}

bool tells_nothing(const Receipt&, Webhook&) {
    return false;
}

bool is_addressed(const Endpoint& endpoint) {
    return !endpoint.url.empty() && !endpoint.secret.empty();
}

const Receiver* find_receiver(std::string_view channel) {
    for (const Receiver* receiver : receivers) {
        if (receiver->channel == channel) return receiver;
    }
    return nullptr;
}

std::string_view take_segment(std::string_view& path) {
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
    return segment;
}

net::Response json_answer(int status, std::string body) {
    net::Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

std::string_view bearer_of(const net::Request& request) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view value = request.header("authorization");
    return value.starts_with(scheme) ? value.substr(scheme.size()) : std::string_view();
}

bool is_phone(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    return text.size() >= 7 && text.size() <= 15 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_http_url(std::string_view text) {
    const std::size_t scheme = text.starts_with("https://")  ? 8
                               : text.starts_with("http://") ? 7
                                                             : 0;
    if (scheme == 0) return false;
    const std::string_view host = text.substr(scheme, text.find_first_of("/?#", scheme) - scheme);
    return !host.empty() && text.find_first_of(" \t\r\n") == std::string_view::npos;
}

bool is_media_type(const net::Request& request, std::string_view type) {
    const std::string_view value = request.header("content-type");
    const std::string_view essence = value.substr(0, value.find_first_of("; "));
    return std::equal(essence.begin(), essence.end(), type.begin(), type.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

}  // namespace postern::sim
