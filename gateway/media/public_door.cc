#include "gateway/media/public_door.h"

#include "gateway/net/reply.h"

namespace postern::media {
namespace {

net::Response nothing_here() {
    net::Response response =
        net::refusal(404, "not_found", "This URL has ended, or nothing was ever here.");
    response.close = false;
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

bool is_ours(std::string_view path) {
    return path.starts_with(public_path);
}

/// A request on its way through a query thread and the media thread.
struct Asked {
    net::Request request;  // its views live until the answer
    net::Responder responder;
    net::IoThread& thread;
};

}  // namespace

net::Admission PublicDoor::admit(const net::Request& head) {
    if (!is_ours(head.path)) return webhooks_.admit(head);
    const bool reads = head.method == "GET" || head.method == "HEAD";
    if (!reads) return {false, 0, nothing_here()};
    return {true, 0, {}};
}

void PublicDoor::handle(const net::Request& request, net::Responder responder) {
    if (!is_ours(request.path)) return webhooks_.handle(request, std::move(responder));
    // What stands behind the token is for those who look at a file's name only.
    const std::string_view rest = request.path.substr(public_path.size());
    const auto upload = signer_.open(rest.substr(0, rest.find('/')), now_());
    if (!upload) return responder.send(nothing_here());
    net::IoThread& thread = responder.thread();
    const auto asked = std::make_shared<Asked>(Asked{request, std::move(responder), thread});
    const bool taken = queries_.post([this, asked, upload](runtime::Reader& reader) {
        const auto record = reader.get(storage::keys::media_upload(upload->sequence()));
        const model::RecordPtr held = record ? *record : nullptr;
        asked->thread.post([this, asked, held] {
            const auto* row = held ? model::get_if<model::MediaRow>(held.get()) : nullptr;
            if (row == nullptr) return asked->responder.send(nothing_here());
            serve(disk_, store_, *row, asked->request, asked->thread,
                  [asked](std::optional<net::Response> response, Unserved) {
                      asked->responder.send(response ? std::move(*response) : nothing_here());
                  });
        });
    });
    if (!taken) asked->responder.send(nothing_here());
}

}  // namespace postern::media
