#include "gateway/net/client_request.h"

#include <algorithm>

#include "gateway/net/ascii.h"
#include "gateway/net/errc.h"

namespace postern::net {
namespace {

constexpr std::string_view user_agent = "Postern";

bool has_header(const ClientRequest& request, std::string_view name) {
    return std::any_of(request.headers.begin(), request.headers.end(),
                       [&](const auto& header) { return ascii_iequals(header.first, name); });
}

bool is_framing(std::string_view name) {
    return ascii_iequals(name, "content-length") || ascii_iequals(name, "transfer-encoding") ||
           ascii_iequals(name, "connection");
}

bool format_head(const ClientRequest& request, const Url& url, std::string& head) {
    if (request.method.empty() || !all_in(request.method, token_bytes)) return false;
    head.append(request.method).append(" ").append(url.target).append(" HTTP/1.1\r\n");
    if (!has_header(request, "host")) head.append("Host: ").append(url.authority).append("\r\n");
    if (!has_header(request, "user-agent")) {
        head.append("User-Agent: ").append(user_agent).append("\r\n");
    }
    if (!has_header(request, "accept")) head.append("Accept: */*\r\n");
    for (const auto& [name, value] : request.headers) {
        if (name.empty() || !all_in(name, token_bytes) || !all_in(value, value_bytes)) return false;
        if (is_framing(name)) continue;  // ours to say
        head.append(name).append(": ").append(value).append("\r\n");
    }
    const bool may_omit = request.method == "GET" || request.method == "HEAD";
    const std::uint64_t bytes =
        request.body.size() + (request.source ? request.source_bytes : std::uint64_t{0});
    if (bytes > 0 || !may_omit) {
        head.append("Content-Length: ").append(std::to_string(bytes)).append("\r\n");
    }
    head.append("\r\n");
    return true;
}

}  // namespace

void Exchange::complete(ClientResponse response) {
    const auto callback = std::exchange(done, nullptr);
    if (callback) callback(std::move(response));
}

std::shared_ptr<Exchange> make_exchange(ClientRequest request, error_code& error) {
    const auto url = parse_url(request.url);
    if (!url) {
        error = Errc::bad_url;
        return nullptr;
    }
    auto exchange = std::make_shared<Exchange>();
    if (!format_head(request, *url, exchange->head)) {
        error = Errc::bad_request;
        return nullptr;
    }
    const auto now = SteadyClock::now();
    exchange->url = *url;
    exchange->deadline = now + request.total_timeout;
    exchange->request = std::move(request);
    return exchange;
}

bool is_idempotent(std::string_view method) {
    constexpr std::string_view safe[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
    return std::find(std::begin(safe), std::end(safe), method) != std::end(safe);
}

ClientResponse failed_response(error_code error, Progress progress, std::string problem) {
    ClientResponse response;
    response.error = error;
    response.progress = progress;
    response.problem = problem.empty() ? error.message() : std::move(problem);
    return response;
}

}  // namespace postern::net
