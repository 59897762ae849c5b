// Every route of the API in one table: what it is called, who may, who answers, how much it reads.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace postern::api {

class Call;
using CallPtr = std::shared_ptr<Call>;
using Handler = void (*)(const CallPtr&);

struct Route {
    std::string_view method;
    std::string_view pattern;  // "/v1/keys/{id}/rotate": at most one parameter
    std::string_view scope;    // empty: answers without a key
    Handler handler;
    std::size_t body_bytes_max = 0;
    bool etag = false;           // a single resource: If-None-Match is answered with 304
    bool remembers_key = false;  // what it makes remembers its Idempotency-Key (idempotency.h)
    bool takes_medium = false;   // the body goes to a file while it comes (gateway/media)
    bool remembers_parts =
        false;  // its messages remember key and place: the whole is in memory only
};

/// CONTRACT: body limit of the API.
inline constexpr std::size_t api_body_bytes_max = 256 * 1024;
inline constexpr std::size_t batch_body_bytes_max = 8 << 20;
inline constexpr std::size_t medium_body_bytes_max = 50 << 20;

[[nodiscard]] std::span<const Route> routes();

struct Match {
    const Route* route = nullptr;  // null: see `allowed`
    std::string_view parameter;
    std::string allowed;  // methods of the path; empty: there is no such path
};
/// HEAD is answered like GET.
[[nodiscard]] Match find_route(std::string_view method, std::string_view path);

}  // namespace postern::api
