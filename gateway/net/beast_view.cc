#include "gateway/net/beast_view.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace postern::net {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

std::string_view to_std(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

/// Compares what Beast finds, field by field, with the gate's list. Keeps nothing.
class Comparer final : public http::basic_parser<true> {
  public:
    explicit Comparer(const Head& head) : head_(head) {}

    [[nodiscard]] bool agrees() const { return same_ && fields_ == head_.fields.size(); }

  private:
    void on_request_impl(http::verb, boost::beast::string_view method,
                         boost::beast::string_view target, int version, error_code&) override {
        same_ = same_ && to_std(method) == head_.method && to_std(target) == head_.target &&
                (version == 10) == head_.http_1_0;
    }
    void on_field_impl(http::field, boost::beast::string_view name, boost::beast::string_view value,
                       error_code&) override {
        same_ = same_ && fields_ < head_.fields.size() &&
                to_std(name) == head_.fields[fields_].name &&
                to_std(value) == head_.fields[fields_].value;
        ++fields_;
    }
    void on_response_impl(int, boost::beast::string_view, int, error_code&) override {}
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(boost::beast::string_view body, error_code&) override {
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view body,
                                   error_code&) override {
        return body.size();
    }
    void on_finish_impl(error_code&) override {}

    const Head& head_;
    std::size_t fields_ = 0;
    bool same_ = true;
};

}  // namespace

bool beast_agrees(std::string_view bytes, const Head& head) {
    Comparer parser(head);
    parser.header_limit(static_cast<std::uint32_t>(bytes.size() + 1));
    parser.body_limit(boost::none);
    error_code error;
    const auto used = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    if (error && error != http::error::need_more) return false;
    if (!parser.is_header_done() || used != bytes.size() || !parser.agrees()) return false;
    if (parser.chunked() != (head.framing == Framing::chunked)) return false;
    return head.framing != Framing::length || parser.content_length() == head.content_length;
}

}  // namespace postern::net
