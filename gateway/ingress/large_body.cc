#include "gateway/ingress/large_body.h"

#include "gateway/net/reply.h"

namespace postern::ingress {
namespace {

constexpr std::size_t padding_bytes = 64;

}  // namespace

void LargeBody::write(std::string bytes, net::IoThread& thread, std::function<void(bool)> done) {
    const std::size_t before = budget_->fetch_add(bytes.size());
    taken_ += bytes.size();
    const bool room = before + bytes.size() <= large_bodies_bytes_max;
    if (room) bytes_.append(bytes);
    // Not from within: the connection's next read would come on top of this one's stack.
    thread.post([done = std::move(done), room] { done(room); });
}

net::Response LargeBody::refusal() {
    net::Response response =
        net::refusal(503, "overloaded", "Too many large bodies at once; send it again.");
    response.headers.emplace_back("Retry-After", "10");
    return response;
}

std::string_view LargeBody::text() {
    if (!padded_) {
        size_ = bytes_.size();
        bytes_.append(padding_bytes, '\0');
        padded_ = true;
    }
    return std::string_view(bytes_).substr(0, size_);
}

}  // namespace postern::ingress
