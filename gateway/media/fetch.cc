#include "gateway/media/fetch.h"

#include <fmt/format.h>

#include "adapters/token_grant.h"
#include "gateway/core/command.h"
#include "gateway/media/public_url.h"
#include "gateway/net/errc.h"

namespace postern::media {
namespace {

constexpr std::size_t padding_bytes = 64;  // what a JSON parser may read behind its text
constexpr std::size_t said_bytes_max = 200;

/// The provider's words, as far as they are one line of text.
std::string said(const std::string& body) {
    std::string out;
    for (const char c : body.substr(0, said_bytes_max)) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < 0x20 ? ' ' : c;
    }
    return out;
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

net::HttpClient& FetchSurroundings::client(const FetchAccount& account, bool guarded) {
    const net::ProxyOptions& proxy = account.proxy;
    const std::string way = account.ca_file + "\n" + proxy.url + "\n" + proxy.credentials;
    auto& client = clients[{way, guarded}];
    if (client == nullptr) {
        net::ClientOptions options;
        options.ca_file = account.ca_file;
        options.proxy = proxy;
        options.connections_per_origin_max = 16;
        if (guarded) options.allow_address = guard.allows;
        client = net::make_client(thread, std::move(options));
    }
    return *client;
}

void Fetch::begin() {
    go(account_.source->first_step(job_.ref));
}

void Fetch::go(adapters::MediaStep step) {
    if (!step.mime.empty()) mime_ = step.mime;
    text_is_error_ = step.text_is_error;
    switch (step.kind) {
        case adapters::MediaStep::Kind::none:
            return fail(409, "media_unavailable", "Nothing can be fetched: " + step.problem + ".");
        case adapters::MediaStep::Kind::lookup:
            return look_up(std::move(step.call));
        case adapters::MediaStep::Kind::download:
            if (step.call.token_in.empty()) return download(std::move(step.call));
            bearing_ = std::move(step.call);
            return ask_token();
    }
}

void Fetch::ask_token() {
    if (!account_.tokens)
        return fail(409, "media_unavailable", "The account has no credentials to fetch it with.");
    account_.tokens->ask(around_->thread, [self = shared_from_this()](const tokens::Token& token) {
        self->on_token(token);
    });
}

void Fetch::on_token(const tokens::Token& token) {
    if (around_->stopped) return;
    if (token.secret.empty()) {
        return fail(502, "media_fetch_failed",
                    "The provider gave no access token: " + token.refusal.detail);
    }
    token_ = token.secret;
    adapters::ProviderCall call = bearing_;
    adapters::bear(call, token_);
    download(std::move(call));
}

/// True: the download is on its way again, with another token.
bool Fetch::renews_token() {
    if (token_.empty() || renewed_) return false;
    const std::string_view said = sink_->first_bytes();
    std::string padded(said);
    padded.append(padding_bytes, '\0');
    adapters::ProviderAnswer answer;
    answer.status = 200;
    answer.body = std::string_view(padded).substr(0, said.size());
    if (!account_.source->token_refused(answer)) return false;
    renewed_ = true;
    account_.tokens->spoil(token_);
    ask_token();
    return true;
}

net::ClientRequest Fetch::request_of(const adapters::ProviderCall& call) const {
    net::ClientRequest request;
    request.method = call.method;
    request.url = call.url;
    request.headers = call.headers;
    request.body = call.body;
    request.connect_timeout = around_->limits.connect_timeout;
    request.total_timeout = around_->limits.total_timeout;
    request.body_bytes_max = 64 * 1024;
    return request;
}

void Fetch::look_up(adapters::ProviderCall call) {
    around_->client(account_, false)
        .send(request_of(call), [self = shared_from_this()](const net::ClientResponse& response) {
            if (response.error || response.status / 100 != 2) return self->fail_of(response);
            std::string padded = response.body;
            padded.append(padding_bytes, '\0');
            adapters::ProviderAnswer answer;
            answer.status = response.status;
            answer.body = std::string_view(padded).substr(0, response.body.size());
            self->go(self->account_.source->located(self->job_.ref, answer));
        });
}

void Fetch::download(adapters::ProviderCall call) {
    const std::string origin = origin_of(call.url);
    const bool own = !origin.empty() && origin == origin_of(account_.source->origin() + "/");
    if (!own) {
        const std::string problem = around_->guard.problem_of(call.url);
        if (!problem.empty())
            return fail(502, "address_refused", "The media's address is not allowed: " + problem);
    }
    sink_ = std::make_shared<MediaSink>(around_->disk, around_->store,
                                        Claim{job_.ref.mime, job_.filename, {}},
                                        around_->limits.bytes_max, false);
    around_->client(account_, !own)
        .download(request_of(call), sink_,
                  [self = shared_from_this(), call](const net::ClientResponse& response) {
                      self->on_downloaded(call, response);
                  });
}

void Fetch::on_downloaded(const adapters::ProviderCall& call, const net::ClientResponse& response) {
    if (!response.error && is_redirect(response.status)) return follow(call, response);
    if (sink_->trouble()) {
        // Too large for us is the provider's medium, not the caller's request.
        const Trouble& why = sink_->trouble();
        const bool large = why.status == 413;
        return fail(large ? 502 : why.status, large ? "media_too_large" : why.code, why.detail);
    }
    if (response.error || response.status / 100 != 2) return fail_of(response);
    const std::string_view answered = response.header("content-type");
    const bool text = answered.starts_with("application/json") || answered.starts_with("text/");
    if (text_is_error_ && text && renews_token()) return;
    if (text_is_error_ && text)
        return fail(410, "media_gone", "The provider answered with words instead of a medium.");
    // What the event said, else the look-up, else the answer.
    std::string type = job_.ref.mime.empty() ? mime_ : job_.ref.mime;
    if (type.empty()) type = response.header("content-type");
    sink_->claim_type(std::move(type));
    sink_->finish(around_->thread,
                  [self = shared_from_this()](const Taken& taken, const Trouble& trouble) {
                      if (!trouble) return self->on_taken(taken);
                      const bool empty = trouble.code == "empty";
                      self->fail(empty ? 502 : trouble.status, empty ? "media_empty" : trouble.code,
                                 trouble.detail);
                  });
}

/// Each one is judged like the first URL; credentials stay with the origin that they are for.
void Fetch::follow(adapters::ProviderCall call, const net::ClientResponse& response) {
    if (++redirects_ > around_->limits.redirects_max)
        return fail(502, "media_fetch_failed", "The provider redirects too often.");
    const std::string before = origin_of(call.url);
    const std::string_view location = response.header("location");
    const bool absolute = location.starts_with("http://") || location.starts_with("https://");
    if (absolute)
        call.url = std::string(location);
    else if (location.starts_with("/") && !location.starts_with("//"))
        call.url = before + std::string(location);
    else
        return fail(502, "media_fetch_failed", "The provider redirects to something unreadable.");
    call.url = call.url.substr(0, call.url.find('#'));
    if (origin_of(call.url) != before) call.headers.clear();
    download(std::move(call));
}

void Fetch::on_taken(const Taken& taken) {
    model::MediaRow row;
    row.created = around_->now();
    row.event = job_.event;
    row.place = job_.place;
    row.sha256 = taken.content.sha256;
    row.size = taken.content.size;
    row.mime = taken.mime;
    row.filename = taken.filename;
    std::vector<core::Command> commands;
    commands.push_back({core::KeepMedia{row}, {}});
    const bool posted = around_->core.post(
        std::move(commands), runtime::Admit::first_shed, around_->thread,
        [self = shared_from_this(), row](const std::vector<core::Reply>& replies) {
            if (replies.size() != 1 || replies[0].code != core::ReplyCode::done)
                return self->fail(503, "overload", "Try again in a moment.");
            self->done_(row, {});
        });
    if (!posted) fail(503, "overload", "Try again in a moment.");
}

void Fetch::fail(int status, std::string code, std::string detail) {
    done_({}, {status, std::move(code), std::move(detail)});
}

void Fetch::fail_of(const net::ClientResponse& response) {
    if (response.error == net::Errc::address_refused) {
        return fail(502, "address_refused",
                    "The media's host leads to an address that is not allowed.");
    }
    if (response.error == net::Errc::timed_out || response.error == net::Errc::connect_timed_out)
        return fail(504, "media_fetch_timeout", "The provider took too long.");
    if (response.error) {
        return fail(502, "media_fetch_failed",
                    "The provider could not be reached: " + response.error.message() + ".");
    }
    const bool gone = response.status == 404 || response.status == 410;
    fail(gone ? 410 : 502, gone ? "media_gone" : "media_fetch_failed",
         fmt::format("The provider answered {}: {}", response.status, said(response.body)));
}

}  // namespace postern::media
