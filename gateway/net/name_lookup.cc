#include "gateway/net/name_lookup.h"

#include <memory>

#include <pthread.h>

#include "gateway/net/loop.h"

namespace postern::net {

/// Keeps who waits until there is an answer. No lambda: see task.h.
struct NameLookup::Start {
    NameLookup* lookup;
    Question question;

    template <class Handler>
    void operator()(Handler&& handler) {
        auto held = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        question.answer = [held = std::move(held)](error_code error, Endpoints endpoints) {
            std::move (*held)(error, std::move(endpoints));
        };
        lookup->ask(std::move(question));
    }
};

void NameLookup::stop() {
    {
        const std::lock_guard hold(lock_);
        ended_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
    questions_.clear();
}

Task<std::tuple<error_code, NameLookup::Endpoints>> NameLookup::find(std::string host,
                                                                     std::string port) {
    Start start{this, {std::move(host), std::move(port), nullptr}};
    return asio::async_initiate<const AwaitTuple&, void(error_code, Endpoints)>(std::move(start),
                                                                                AwaitTuple{});
}

void NameLookup::ask(Question question) {
    if (!thread_.joinable()) {
        thread_ = std::thread(&NameLookup::run, this);
        const std::string name = "names-" + std::to_string(loop_.index());
        ::pthread_setname_np(thread_.native_handle(), name.c_str());
    }
    {
        const std::lock_guard hold(lock_);
        questions_.push_back(std::move(question));
    }
    changed_.notify_one();
}

/// All that ask for this, so that a name which takes its time is looked up once for all of them.
std::vector<NameLookup::Question> NameLookup::take(const std::string& host,
                                                   const std::string& port) {
    std::vector<Question> taken;
    std::erase_if(questions_, [&](Question& question) {
        if (question.host != host || question.port != port) return false;
        taken.push_back(std::move(question));
        return true;
    });
    return taken;
}

void NameLookup::run() {
    asio::io_context nobody;  // runs nothing: a resolver has to belong to one
    asio::ip::tcp::resolver resolver(nobody);
    for (;;) {
        std::unique_lock hold(lock_);
        changed_.wait(hold, [this] { return ended_ || !questions_.empty(); });
        if (ended_) return;
        const std::string host = questions_.front().host;
        const std::string port = questions_.front().port;
        hold.unlock();
        error_code error;
        const auto found = resolver.resolve(host, port, error);
        Endpoints endpoints;
        for (const auto& entry : found) endpoints.push_back(entry.endpoint());
        hold.lock();
        auto asked = std::make_shared<std::vector<Question>>(take(host, port));
        hold.unlock();
        loop_.post([asked = std::move(asked), error, endpoints = std::move(endpoints)] {
            for (const Question& one : *asked) one.answer(error, endpoints);
        });
    }
}

}  // namespace postern::net
