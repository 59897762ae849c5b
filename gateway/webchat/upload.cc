#include "gateway/webchat/upload.h"

#include <algorithm>
#include <array>

#include "adapters/webchat/token.h"
#include "gateway/model/json.h"
#include "gateway/webchat/problem.h"

namespace postern::webchat {
namespace {

/// Of what people send in a chat; a program and a web page are not among it.
constexpr std::array<std::string_view, 24> types = {
    "application/msword",
    "application/pdf",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/zip",
    "audio/aac",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "audio/webm",
    "image/gif",
    "image/heic",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/csv",
    "text/plain",
    "video/mp4",
    "video/webm",
};
static_assert(std::is_sorted(types.begin(), types.end()));

bool is_taken(std::string_view mime) {
    return std::binary_search(types.begin(), types.end(), mime);
}

/// Which site may read the answer: one that may open the chat.
net::Response for_site(net::Response response, const Site& site, std::string_view origin) {
    response.headers.emplace_back("Vary", "Origin");
    if (site.origins.allow(origin))
        response.headers.emplace_back("Access-Control-Allow-Origin", std::string(origin));
    return response;
}

net::Response preflight() {
    net::Response response = problem(204, {});
    response.headers.emplace_back("Access-Control-Allow-Methods", "POST");
    response.headers.emplace_back("Access-Control-Allow-Headers", "authorization, content-type");
    response.headers.emplace_back("Access-Control-Max-Age", "600");
    return response;
}

bool read_visitor(const Ground& ground, const Site& site, const net::Request& request,
                  adapters::webchat::Visitor& visitor) {
    constexpr std::string_view scheme = "Bearer ";
    std::string_view token = request.header("authorization");
    if (!token.starts_with(scheme)) return false;
    token.remove_prefix(scheme.size());
    return read_token(site.secrets, site.name, token, ground.clock().wall, visitor) ==
           adapters::webchat::TokenState::valid;
}

net::Response uploaded(const Ground& ground, const Site& site, const std::string& visitor,
                       const model::MediaRow& row) {
    const model::UploadId id{model::make_ulid(row.created, row.epoch, row.id)};
    net::Response response = problem(201, {});
    model::JsonWriter json(response.body);
    json.begin_object();
    json.member("file",
                adapters::webchat::write_file_token(site.secrets.front(), visitor, to_string(id)));
    json.member("mime", row.mime).member("filename", row.filename);
    json.member("url", media_path(ground, id)).end_object();
    return response;
}

}  // namespace

net::Admission admit_upload(Ground& ground, const Site& site, const net::Request& head) {
    const std::string_view origin = head.header("origin");
    const auto refuse = [&](int status, std::string_view code) {
        return net::Admission{false, 0, for_site(problem(status, code), site, origin)};
    };
    if (!site.origins.allow(origin)) return refuse(403, "origin_not_allowed");
    if (head.method == "OPTIONS") return {false, 0, for_site(preflight(), site, origin)};
    if (head.method != "POST") return refuse(405, "method_not_allowed");
    adapters::webchat::Visitor visitor;
    if (!read_visitor(ground, site, head, visitor)) return refuse(401, "unauthorized");
    if (!site.form.empty() && !visitor.form_done) return refuse(403, "form_first");
    if (!ground.limits->may(AddressLimits::Act::upload, head.peer, ground.clock().steady))
        return refuse(429, "rate_limited");
    if (!ground.gate.api_writes.load(std::memory_order_relaxed) ||
        ground.core.overloaded(runtime::Admit::first_shed))
        return refuse(503, "overloaded");
    return {true, file_bytes_max, {}, ground.media.take_upload(head)};
}

void take_upload(Ground& ground, const std::shared_ptr<const Site>& site,
                 const net::Request& request, net::Responder responder) {
    adapters::webchat::Visitor visitor;
    const std::string origin(request.header("origin"));
    const auto sink = std::static_pointer_cast<media::MediaSink>(request.sink);
    if (sink == nullptr || !read_visitor(ground, *site, request, visitor))
        return responder.send(for_site(problem(401, "unauthorized"), *site, origin));
    net::IoThread& thread = responder.thread();
    auto answer = [site, origin, held = std::make_shared<net::Responder>(std::move(responder))](
                      net::Response response) {
        held->send(for_site(std::move(response), *site, origin));
    };
    sink->finish(thread, [&ground, site, &thread, answer, id = visitor.id](
                             const media::Taken& taken, const media::Trouble& trouble) {
        if (trouble) return answer(problem(trouble.status, trouble.code));
        if (!is_taken(taken.mime)) return answer(problem(415, "type_not_allowed"));
        core::KeepMedia keep;
        keep.row.sha256 = taken.content.sha256;
        keep.row.size = taken.content.size;
        keep.row.mime = taken.mime;
        keep.row.filename = taken.filename;
        std::vector<core::Command> commands;
        commands.push_back({std::move(keep), {}});
        const bool posted = ground.core.post(
            std::move(commands), runtime::Admit::first_shed, thread,
            [&ground, site, answer, id](const std::vector<core::Reply>& replies) {
                const model::RecordPtr& record = replies.front().record;
                const auto* row =
                    record != nullptr ? model::get_if<model::MediaRow>(record.get()) : nullptr;
                if (row == nullptr) return answer(problem(503, "overloaded"));
                answer(uploaded(ground, *site, id, *row));
            });
        if (!posted) answer(problem(503, "overloaded"));
    });
}

}  // namespace postern::webchat
