#include "gateway/api/preview_requests.h"

#include <algorithm>

#include <fmt/format.h>

#include "adapters/shared/outcome.h"
#include "adapters/token_grant.h"
#include "gateway/net/masked.h"

namespace postern::api {
namespace {

using adapters::ProviderCall;
using adapters::SendRequest;
using adapters::SendStep;

/// As in egress: no provider needs more.
constexpr std::size_t steps_max = 8;

/// What steps that only prepare are answered with: the name of an upload.
constexpr std::string_view answer_body =
    R"({"id":"1","attachment_id":"1","media_id":"preview","errcode":0})";
constexpr std::size_t padding_bytes = 64;

/// Whoever has the link of a mail may unsubscribe its reader, and who checks a message is not its
/// reader: the token is left out of the header (RFC 8058), whose end is a line that begins anew.
std::string without_token(std::string mail) {
    constexpr std::string_view field = "List-Unsubscribe:";
    constexpr std::string_view parameter = "unsubscribe=";
    const std::size_t begin = mail.starts_with(field) ? 0 : mail.find("\r\n" + std::string(field));
    if (begin == std::string::npos) return mail;
    std::size_t end = mail.find("\r\n", begin + 2);
    while (end != std::string::npos && end + 2 < mail.size() &&
           (mail[end + 2] == ' ' || mail[end + 2] == '\t'))
        end = mail.find("\r\n", end + 2);
    const std::size_t token = mail.find(parameter, begin + field.size());
    if (token == std::string::npos || token > end) return mail;
    const std::size_t value = token + parameter.size();
    const std::size_t closes = mail.find_first_of("&>\r", value);
    const std::size_t end_of_value = closes == std::string::npos ? mail.size() : closes;
    return mail.replace(value, end_of_value - value, net::mask);
}

/// Where the path begins; URLs without one, and those that are no URL, are all host.
std::size_t path_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return url.size();
    return std::min(url.find('/', scheme + 3), url.size());
}

std::string body_of(const ProviderCall& call, const adapters::SendFile* file) {
    if (!call.file_at || file == nullptr || *call.file_at > call.body.size()) return call.body;
    std::string out = call.body;
    out.insert(*call.file_at, fmt::format("[{} bytes of {}]", file->size, file->mime));
    return out;
}

}  // namespace

std::optional<std::vector<ProviderCall>> requests_of(const adapters::SendingAdapter& adapter,
                                                     const SendRequest& request) {
    const auto rendered = adapter.rendered(request);
    if (!rendered) return std::nullopt;
    if (!rendered->handed.empty()) return rendered->handed;
    auto first = adapter.first_step(request);
    if (!first) return std::nullopt;
    std::string padded(answer_body);
    padded.append(padding_bytes, '\0');
    adapters::ProviderAnswer answer;
    answer.status = 200;
    answer.body = std::string_view(padded).substr(0, answer_body.size());
    std::vector<ProviderCall> calls;
    SendStep step = std::move(*first);
    for (std::size_t number = 0; number < steps_max; ++number) {
        calls.push_back(std::move(step.call));
        if (step.irrevocable) return calls;
        const std::string carried = std::move(step.carry);
        SendRequest next = request;
        next.carried = carried;
        auto answered = adapter.answered(next, number, answer);
        auto* more = std::get_if<SendStep>(&answered);
        if (more == nullptr) return calls;
        step = std::move(*more);
    }
    return calls;
}

void write_requests(model::JsonWriter& json, std::span<const ProviderCall> calls,
                    const adapters::SendFile* file, std::span<const adapters::Secret> credentials) {
    const auto shown = [&](std::string text) {
        return adapters::shared::without_credentials(std::move(text), credentials, 1);
    };
    json.begin_array();
    for (ProviderCall call : calls) {
        adapters::bear(call, adapters::Secret(std::string(net::mask)));
        const std::size_t path = path_of(call.url);
        json.begin_object().member("method", call.method);
        json.member("host", shown(call.url.substr(0, path)));
        // A configuration may have written a secret into the URL itself.
        const std::string_view target = std::string_view(call.url).substr(path);
        json.member("path", shown(net::masked_target(target)));
        if (call.method == "DATA") {
            json.key("envelope").begin_object();
            for (const auto& [name, value] : call.headers) json.member(name, shown(value));
            json.end_object();
        }
        std::string body = body_of(call, file);
        if (call.method == "DATA") body = without_token(std::move(body));
        json.member("body", shown(std::move(body))).end_object();
    }
    json.end_array();
}

}  // namespace postern::api
