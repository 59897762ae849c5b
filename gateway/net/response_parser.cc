#include "gateway/net/response_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "gateway/net/ascii.h"
#include "gateway/net/errc.h"

namespace postern::net {
namespace {

namespace http = boost::beast::http;

constexpr std::uint32_t header_bytes_max = 64 * 1024;

std::string_view to_std(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

bool is_interim(int status) {
    return status >= 100 && status < 200 && status != 101;
}

}  // namespace

ResponseParser::ResponseParser(ClientResponse& out,
                               const std::function<bool(std::string_view)>* piece,
                               bool answers_head, std::size_t body_bytes_max)
    : out_(out), piece_(piece), answers_head_(answers_head), body_bytes_max_(body_bytes_max) {
    start();
}

void ResponseParser::start() {
    out_.status = 0;
    out_.headers.clear();
    in_body_ = false;
    parser_.emplace(*this);
    parser_->eager(true);
    parser_->skip(answers_head_);
    parser_->header_limit(header_bytes_max);
    if (piece_ == nullptr) {
        parser_->body_limit(body_bytes_max_);
    } else {
        parser_->body_limit(boost::none);
    }
}

ResponseParser::State ResponseParser::feed(std::string& buffer) {
    std::size_t used = 0;
    while (true) {
        boost::system::error_code error;
        const boost::asio::const_buffer rest(buffer.data() + used, buffer.size() - used);
        const auto taken = parser_->put(rest, error);
        used += taken;
        if (stopped_) return State::stopped;
        if (error && error != http::error::need_more) return fail(error);
        if (parser_->is_done() && is_interim(out_.status)) {
            start();
            continue;
        }
        has_head_ = parser_->is_header_done();
        if (parser_->is_done()) break;
        if (error || taken == 0) break;
    }
    buffer.erase(0, used);
    return parser_->is_done() ? State::done : State::more;
}

ResponseParser::State ResponseParser::feed_end() {
    boost::system::error_code error;
    parser_->put_eof(error);
    if (error || !parser_->is_done()) return fail(Errc::closed_early);
    return State::done;
}

bool ResponseParser::take(std::string_view body) {
    if (piece_ == nullptr) {
        out_.body.append(body);
        return true;
    }
    stopped_ = !(*piece_)(body);
    return !stopped_;
}

ResponseParser::State ResponseParser::fail(const boost::system::error_code& error) {
    if (error == http::error::body_limit || error == http::error::buffer_overflow) {
        error_ = Errc::body_too_large;
    } else if (error == http::error::header_limit) {
        error_ = Errc::header_too_large;
    } else if (error.category() == net_category()) {
        error_ = error;
    } else {
        error_ = Errc::bad_response;
    }
    return State::failed;
}

void ResponseParser::Parser::on_response_impl(int status, View, int, Error&) {
    owner_.out_.status = status;
}

void ResponseParser::Parser::on_field_impl(http::field name, View text, View value, Error& error) {
    if (owner_.in_body_) return;  // a trailer must not look like a header
    // Anything but one plain `chunked` could be framed in two ways.
    if (name == http::field::transfer_encoding && !ascii_iequals(to_std(value), "chunked")) {
        error = http::error::bad_transfer_encoding;
        return;
    }
    owner_.out_.headers.emplace_back(to_std(text), to_std(value));
}

std::size_t ResponseParser::Parser::on_body_impl(View body, Error& error) {
    if (!owner_.take(to_std(body))) error = http::error::end_of_stream;
    return body.size();
}

std::size_t ResponseParser::Parser::on_chunk_body_impl(std::uint64_t, View body, Error& error) {
    return on_body_impl(body, error);
}

}  // namespace postern::net
