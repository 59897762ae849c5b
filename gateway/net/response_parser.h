// Reads one response with Beast's incremental parser into a ClientResponse, or hands the body on
// piece by piece (private header). Trailers are dropped; interim 1xx answers are skipped.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/beast/http/basic_parser.hpp>

#include "gateway/net/client.h"

namespace postern::net {

/// Sans-I/O: bytes in, state out. Made for each exchange.
class ResponseParser final {
  public:
    enum class State : unsigned char { more, done, stopped, failed };

    /// `piece` may be null. `out` outlives this.
    ResponseParser(ClientResponse& out, const std::function<bool(std::string_view)>* piece,
                   bool answers_head, std::size_t body_bytes_max);

    /// Takes from the front of `buffer` what it can use.
    [[nodiscard]] State feed(std::string& buffer);
    /// The peer has closed its side.
    [[nodiscard]] State feed_end();

    [[nodiscard]] bool has_head() const { return has_head_; }
    [[nodiscard]] bool keep_alive() const { return parser_->keep_alive(); }
    [[nodiscard]] boost::system::error_code error() const { return error_; }

  private:
    class Parser final : public boost::beast::http::basic_parser<false> {
      public:
        explicit Parser(ResponseParser& owner) : owner_(owner) {}

      private:
        using View = boost::beast::string_view;
        using Error = boost::beast::error_code;

        void on_request_impl(boost::beast::http::verb, View, View, int, Error&) override {}
        void on_response_impl(int status, View, int, Error&) override;
        void on_field_impl(boost::beast::http::field, View name, View value, Error& error) override;
        void on_header_impl(Error&) override { owner_.in_body_ = true; }
        void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
        std::size_t on_body_impl(View body, Error& error) override;
        void on_chunk_header_impl(std::uint64_t, View, Error&) override {}
        std::size_t on_chunk_body_impl(std::uint64_t, View body, Error& error) override;
        void on_finish_impl(Error&) override {}

        ResponseParser& owner_;
    };

    void start();
    [[nodiscard]] bool take(std::string_view body);
    [[nodiscard]] State fail(const boost::system::error_code& error);

    ClientResponse& out_;
    const std::function<bool(std::string_view)>* piece_;
    bool answers_head_;
    std::size_t body_bytes_max_;
    bool in_body_ = false;
    bool has_head_ = false;
    bool stopped_ = false;
    boost::system::error_code error_;
    std::optional<Parser> parser_;
};

}  // namespace postern::net
