// Answers 200 to everything: the tests are about what is delivered again after a kill.
#include "tests/crash/hook.h"

#include <gtest/gtest.h>

namespace postern::crash {

Hook::Hook() : pool_(net::make_io_pool(1)) {
    net::ServerOptions options;
    options.name = "hook";
    options.address = "127.0.0.1:0";
    std::string problem;
    server_ = net::listen(*pool_, *this, std::move(options), problem);
    EXPECT_NE(server_, nullptr) << problem;
}

Hook::~Hook() {
    if (server_) server_->drain(std::chrono::seconds(1));
    server_.reset();
    pool_->stop();
}

std::string Hook::url() const {
    return "http://" + server_->address() + "/hook";
}

std::unordered_set<std::string> Hook::events() const {
    const std::lock_guard lock(mutex_);
    return events_;
}

net::Admission Hook::admit(const net::Request&) {
    net::Admission admission;
    admission.body_bytes_max = 1u << 20;
    return admission;
}

void Hook::handle(const net::Request& request, net::Responder responder) {
    {
        const std::lock_guard lock(mutex_);
        events_.emplace(request.header("webhook-id"));
    }
    responder.send({});
}

}  // namespace postern::crash
