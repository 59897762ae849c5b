#include "gateway/net/http.h"

#include "gateway/net/ascii.h"
#include "gateway/net/io_thread.h"
#include "gateway/net/reply.h"
#include "gateway/net/websocket.h"

namespace postern::net {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Form decoding: '+' is a space; a '%' without two hex digits stands for itself.
std::string decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high >= 0 && low >= 0) {
                out.push_back(static_cast<char>(high * 16 + low));
                i += 2;
                continue;
            }
        }
        out.push_back(text[i] == '+' ? ' ' : text[i]);
    }
    return out;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
    for (const auto& field : headers) {
        if (ascii_iequals(field.name, name)) return field.value;
    }
    return {};
}

std::string Request::query_value(std::string_view name, bool* found) const {
    if (found != nullptr) *found = false;
    std::string_view rest = query;
    while (!rest.empty()) {
        const auto end = rest.find('&');
        const auto pair = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        const auto equals = pair.find('=');
        if (decode(pair.substr(0, equals)) != name) continue;
        if (found != nullptr) *found = true;
        return equals == std::string_view::npos ? std::string{} : decode(pair.substr(equals + 1));
    }
    return {};
}

std::string format_fixed(int status, std::string_view content_type, std::string_view body) {
    Response response;
    response.status = status;
    response.content_type = content_type;
    response.body = body;
    std::string out;
    append_head(out, response, BodyKind::length, false);
    if (!is_bodiless(status)) out.append(body);
    return out;
}

Responder::~Responder() {
    if (!session_) return;
    auto answer = [session = session_] {
        session->respond(refusal(500, "internal_error", "The request was not answered."));
    };
    auto& thread = session_->io_thread();
    if (thread.is_current()) {
        answer();
    } else {
        thread.post(std::move(answer));
    }
}

void Responder::Session::respond_upgrade(Upgrade upgrade) {
    upgrade.handler->on_close();
    respond(refusal(500, "internal_error", "The request was not answered."));
}

void Responder::Session::reset() {
    respond(refusal(500, "internal_error", "The request was not answered."));
}

void Responder::reset() {
    if (!session_) return;
    const auto session = std::move(session_);
    session->reset();
}

void Responder::upgrade(Upgrade upgrade) {
    if (!session_) return;
    const auto session = std::move(session_);
    session->respond_upgrade(std::move(upgrade));
}

void Responder::send(Response response) {
    if (!session_) return;
    const auto session = std::move(session_);
    session->respond(std::move(response));
}

std::shared_ptr<BodyStream> Responder::stream(Response head) {
    if (!session_) return nullptr;
    const auto session = std::move(session_);
    return session->respond_stream(std::move(head));
}

}  // namespace postern::net
