// Calls over gateway/net's client.
#include "gateway/cli/api.h"

#include <algorithm>
#include <cstdio>
#include <future>
#include <utility>

#include <fmt/format.h>

#include "gateway/cli/document.h"

namespace postern::cli {
namespace {

/// Lists and timelines may be long; an answer beyond it is a wrong address.
constexpr std::size_t body_bytes_max = 64u * 1024 * 1024;
constexpr std::size_t refusal_bytes_max = 16 * 1024;

Answer answer_of(const std::string& address, net::ClientResponse response) {
    Answer answer;
    if (response.error) {
        // The client's words often begin with the address; say it once.
        std::string_view why = response.problem;
        if (why.starts_with(address)) why.remove_prefix(std::min(why.size(), address.size() + 2));
        answer.problem = fmt::format("no answer from {}: {}", address,
                                     why.empty() ? response.error.message() : std::string(why));
        return answer;
    }
    answer.status = response.status;
    answer.body = std::move(response.body);
    if (answer.status < 200 || answer.status > 299) {
        answer.problem = problem_text(answer.status, answer.body);
    }
    return answer;
}

}  // namespace

std::string problem_text(int status, std::string_view body) {
    Document document;
    if (document.parse(body)) {
        std::string text = text_at(document.root(), "/detail");
        if (text.empty()) text = text_at(document.root(), "/title");
        for_each_at(document.root(), "/errors", [&text](Element error) {
            text += fmt::format("\n  {}: {}", text_at(error, "/field"), text_at(error, "/detail"));
        });
        if (!text.empty()) return text;
    }
    if (status == 401) return "the key is missing or wrong: use --key or POSTERN_KEY";
    return fmt::format("the daemon answered {}", status);
}

std::string percent_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

bool accepted(const Answer& answer, Context& context) {
    if (answer.ok()) return true;
    fmt::print(stderr, "postern: {}\n", answer.problem);
    context.exit_code = exit_failed;
    return false;
}

Api::Api(std::string address, std::string key)
    : address_(std::move(address)), key_(std::move(key)), pool_(net::make_io_pool(1)) {
    while (!address_.empty() && address_.back() == '/') address_.pop_back();
    if (address_.find("://") == std::string::npos) address_ = "http://" + address_;
    if (pool_) client_ = net::make_client(pool_->at(0));
}

Api::~Api() {
    if (!pool_) return;
    std::promise<void> gone;
    pool_->at(0).post([this, &gone] {
        client_.reset();
        gone.set_value();
    });
    gone.get_future().wait();
    pool_->stop();
}

net::ClientRequest Api::request(const std::string& method, const std::string& path) {
    net::ClientRequest request;
    request.method = method;
    request.url = address_ + path;
    request.headers.emplace_back("Accept", "application/json");
    if (!key_.empty()) request.headers.emplace_back("Authorization", "Bearer " + key_);
    request.total_timeout = std::chrono::seconds(60);
    request.body_bytes_max = body_bytes_max;
    return request;
}

Answer Api::call(net::ClientRequest request) {
    if (!pool_) return {0, {}, "the event loop cannot start"};
    return answer_of(address_, net::fetch(pool_->at(0), *client_, std::move(request)));
}

Answer Api::get(const std::string& path) {
    return call(request("GET", path));
}

Answer Api::remove(const std::string& path) {
    return call(request("DELETE", path));
}

Answer Api::post(const std::string& path, std::string body, const Headers& headers) {
    net::ClientRequest posted = request("POST", path);
    posted.headers.insert(posted.headers.end(), headers.begin(), headers.end());
    const auto is_type = [](const auto& header) { return header.first == "Content-Type"; };
    if (std::none_of(headers.begin(), headers.end(), is_type))
        posted.headers.emplace_back("Content-Type", "application/json");
    posted.body = std::move(body);
    posted.total_timeout = std::chrono::minutes(10);  // a backup copies what it cannot link
    return call(std::move(posted));
}

Answer Api::patch(const std::string& path, std::string body) {
    net::ClientRequest patched = request("PATCH", path);
    patched.headers.emplace_back("Content-Type", "application/json");
    patched.body = std::move(body);
    return call(std::move(patched));
}

Answer Api::follow(const std::string& path, const std::string& last_event_id,
                   const std::function<bool(std::string_view)>& piece) {
    if (!pool_) return {0, {}, "the event loop cannot start"};
    net::ClientRequest followed = request("GET", path);
    followed.headers.front().second = "text/event-stream";
    if (!last_event_id.empty()) followed.headers.emplace_back("Last-Event-ID", last_event_id);
    // A refusal comes by the same way as the events, and is short: its words are kept.
    std::string beginning;
    const auto take = [&](std::string_view bytes) {
        if (beginning.size() < refusal_bytes_max) beginning.append(bytes);
        return piece(bytes);
    };
    std::promise<net::ClientResponse> ended;
    pool_->at(0).post([&] {
        client_->stream(std::move(followed), take, [&ended](net::ClientResponse response) {
            ended.set_value(std::move(response));
        });
    });
    net::ClientResponse response = ended.get_future().get();
    if (response.status >= 400) response.body = std::move(beginning);
    return answer_of(address_, std::move(response));
}

}  // namespace postern::cli
