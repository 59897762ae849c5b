#include "gateway/net/client.h"

#include <future>

#include "gateway/net/ascii.h"
#include "gateway/net/client_pool.h"
#include "gateway/net/errc.h"
#include "gateway/net/tls.h"

namespace postern::net {
namespace {

class Client final : public HttpClient {
  public:
    Client(Loop& loop, ClientOptions options)
        : pool_(std::make_shared<ClientPool>(loop, std::move(options))) {
        run_on(loop, [this] { pool_->start(); });
    }
    ~Client() override {
        run_on(pool_->loop(), [this] { pool_->shut_down(); });
    }

    void send(ClientRequest request, std::function<void(ClientResponse)> done) override {
        pool_->submit(std::move(request), {}, std::move(done));
    }
    void stream(ClientRequest request, std::function<bool(std::string_view)> piece,
                std::function<void(ClientResponse)> done) override {
        pool_->submit(std::move(request), {std::move(piece), nullptr}, std::move(done));
    }
    void download(ClientRequest request, std::shared_ptr<BodySink> sink,
                  std::function<void(ClientResponse)> done) override {
        pool_->submit(std::move(request), {nullptr, std::move(sink)}, std::move(done));
    }

    bool reload_trust(std::string& problem) override {
        const ClientOptions& options = pool_->options();
        auto tls = make_client_tls(options.ca_file, options.verify_tls, problem);
        if (!tls) return false;
        pool_->loop().post([pool = pool_, tls] { pool->trust(tls); });
        return true;
    }

  private:
    const std::shared_ptr<ClientPool> pool_;
};

}  // namespace

bool HttpClient::reload_trust(std::string& problem) {
    problem = "this client trusts what it trusts";
    return false;
}

void HttpClient::download(ClientRequest, std::shared_ptr<BodySink>,
                          std::function<void(ClientResponse)> done) {
    done(failed_response(Errc::stopped, Progress::not_sent));
}

std::string_view ClientResponse::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (ascii_iequals(key, name)) return value;
    }
    return {};
}

std::unique_ptr<HttpClient> make_client(IoThread& thread, ClientOptions options) {
    // make_io_pool makes no other kind.
    return std::make_unique<Client>(static_cast<Loop&>(thread), std::move(options));
}

ClientResponse fetch(IoThread& thread, HttpClient& client, ClientRequest request) {
    std::promise<ClientResponse> answered;
    auto answer = answered.get_future();
    thread.post([&] {
        client.send(std::move(request), [&answered](ClientResponse response) {
            answered.set_value(std::move(response));
        });
    });
    return answer.get();
}

}  // namespace postern::net
