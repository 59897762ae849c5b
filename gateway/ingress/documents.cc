#include "gateway/ingress/documents.h"

#include <future>
#include <utility>

#include "gateway/net/url.h"

namespace postern::ingress {
namespace {

constexpr std::chrono::milliseconds patience{8'000};  // SNS waits fifteen seconds for us

bool same_origin(std::string_view url, std::string_view own) {
    const auto there = net::parse_url(url);
    const auto here = net::parse_url(own);
    return there && here && there->origin() == here->origin();
}

}  // namespace

/// One thread's. Only it touches it.
struct Documents::Bench {
    struct Kept {
        std::string text;
        model::Instant until;
    };
    std::unique_ptr<net::HttpClient> guarded;
    std::unique_ptr<net::HttpClient> own;
    std::map<std::string, Kept> kept;
    std::size_t under_way = 0;

    void keep(const std::string& url, std::string text, model::Instant now) {
        std::erase_if(kept, [now](const auto& one) { return one.second.until < now; });
        if (kept.size() >= kept_max) kept.erase(kept.begin());
        kept[url] = {std::move(text), now + kept_for};
    }
};

Documents::Documents(net::IoPool& pool, DocumentGuard guard, std::function<model::Instant()> now)
    : pool_(pool), guard_(std::move(guard)), now_(std::move(now)) {
    for (std::size_t i = 0; i < pool_.size(); ++i) benches_.push_back(std::make_shared<Bench>());
}

Documents::~Documents() {
    stop();
}

void Documents::get(const std::string& url, std::string_view own, net::IoThread& thread, Got got) {
    const auto bench = benches_[thread.index()];
    const auto known = bench->kept.find(url);
    if (known != bench->kept.end() && known->second.until >= now_())
        return got(&known->second.text, {});
    ask(url, own, thread,
        [this, weak = std::weak_ptr<Bench>(bench), url, got = std::move(got)](
            const std::string* document, std::string problem) {
            const auto held = weak.lock();
            if (held && document != nullptr) held->keep(url, *document, now_());
            got(document, std::move(problem));
        });
}

void Documents::ask(const std::string& url, std::string_view own, net::IoThread& thread, Got got) {
    const auto bench = benches_[thread.index()];
    const bool ours = !own.empty() && same_origin(url, own);
    if (!ours) {
        std::string problem = guard_.problem_of(url);
        if (!problem.empty()) return got(nullptr, "its address is not allowed: " + problem);
    }
    if (bench->under_way >= under_way_max) return got(nullptr, "too many are being fetched");
    auto& client = ours ? bench->own : bench->guarded;
    if (client == nullptr) {
        net::ClientOptions options;
        options.connections_per_origin_max = 4;
        if (!ours) options.allow_address = guard_.allows;
        client = net::make_client(thread, std::move(options));
    }
    net::ClientRequest request;
    request.url = url;
    request.total_timeout = patience;
    request.body_bytes_max = bytes_max;
    ++bench->under_way;
    client->send(std::move(request), [weak = std::weak_ptr<Bench>(bench),
                                      got = std::move(got)](const net::ClientResponse& response) {
        if (const auto held = weak.lock()) --held->under_way;
        if (response.error) return got(nullptr, response.error.message());
        if (response.status / 100 != 2)
            return got(nullptr, "the answer was " + std::to_string(response.status));
        got(&response.body, {});
    });
}

void Documents::stop() {
    if (std::exchange(stopped_, true)) return;
    for (std::size_t i = 0; i < pool_.size(); ++i) {
        std::promise<void> gone;
        auto waiting = gone.get_future();
        pool_.at(i).post([bench = benches_[i], &gone] {
            bench->guarded.reset();
            bench->own.reset();
            gone.set_value();
        });
        waiting.wait();
    }
}

}  // namespace postern::ingress
