#include "tests/egress/egress_rig.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adapters/errc.h"

namespace postern::egress {

using adapters::SendOutcome;
using adapters::SendResult;

void RecordingInbox::post_always(core::Command command) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::get<core::AnswerAttempt>(std::move(command.payload)));
    more_.notify_all();
}

std::vector<core::AnswerAttempt> RecordingInbox::wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    const bool came =
        more_.wait_for(lock, std::chrono::seconds(60), [&] { return answers_.size() >= count; });
    EXPECT_TRUE(came) << answers_.size() << " of " << count;
    return answers_;
}

std::size_t RecordingInbox::count() {
    const std::lock_guard lock(mutex_);
    return answers_.size();
}

adapters::SendStep StepAdapter::step(const adapters::SendRequest& request,
                                     std::size_t index) const {
    adapters::ProviderCall call;
    call.method = method;
    call.url = base + "/" + std::to_string(index);
    call.headers = {{"X-Echo", std::string(request.echo)}, {"X-To", std::string(request.to)}};
    call.headers.emplace_back("X-Writer", request.human_agent ? "person" : "machine");
    call.headers.emplace_back("X-Occasion", request.proactive ? "news" : "answer");
    if (!request.content.url.empty()) call.headers.emplace_back("X-Url", request.content.url);
    if (!request.reply_to.empty()) call.headers.emplace_back("X-Reply-To", request.reply_to);
    call.body = request.content.text;
    adapters::SendStep out{std::move(call), irrevocable[index]};
    out.nothing_sent_yet = nothing_sent_yet && index > 0;
    return out;
}

std::vector<adapters::OutboundContent> StepAdapter::parts(
    const adapters::OutboundContent& content) const {
    std::vector<adapters::OutboundContent> out;
    if (part_bytes == 0 || content.text.size() <= part_bytes) return out;
    if (one_part) return {content};
    for (std::size_t at = 0; at < content.text.size(); at += part_bytes) {
        out.push_back(content);
        out.back().text = content.text.substr(at, part_bytes);
    }
    return out;
}

adapters::Result<adapters::SendStep> StepAdapter::first_step(
    const adapters::SendRequest& request) const {
    if (request.content.text == "unsendable") {
        return adapters::make_error_code(adapters::Errc::unsendable);
    }
    return step(request, 0);
}

std::variant<adapters::SendStep, SendOutcome> StepAdapter::answered(
    const adapters::SendRequest& request, std::size_t index,
    const adapters::ProviderAnswer& answer) const {
    if (answer.status == 200 && index + 1 < irrevocable.size()) return step(request, index + 1);
    SendOutcome outcome;
    outcome.detail = answer.body;
    outcome.result = SendResult::transient;
    if (answer.status == 200) outcome.result = SendResult::accepted;
    if (answer.status == 200) outcome.external_id = answer.body;
    if (answer.status == 400) outcome.result = SendResult::permanent;
    if (answer.status == 401) outcome.result = SendResult::credential;
    if (answer.status == 429) outcome.result = SendResult::rate_limited;
    return outcome;
}

EgressRig::~EgressRig() {
    egress_.reset();
    if (pool_) pool_->stop();
}

void EgressRig::connect(std::string base) {
    adapter_->base = std::move(base);
    const auto clock = [this] {
        const std::chrono::microseconds later{later_us_.load()};
        return model::Now{start + later, std::chrono::hours(1) + later};
    };
    if (!egress_) {
        pool_ = net::make_io_pool(threads_);
        egress_ = std::make_unique<Egress>(
            *pool_, inbox_, master_, clock, [] { return std::uint64_t{42}; }, options_);
        if (uploads_ != nullptr) egress_->set_uploads(*uploads_);
    }
    std::vector<Account> accounts(1);
    accounts[0].name = "test";
    accounts[0].number = number;
    accounts[0].sending = adapter_;
    if (other_adapter_) accounts[0].sending = other_adapter_;
    accounts[0].ca_file = ca_file_;
    accounts[0].proxy = proxy_;
    accounts[0].courier = courier_;
    accounts[0].health = health_;
    if (with_token_)
        accounts[0].tokens =
            tokens::make_token_source(pool_->at(0), std::move(with_token_), {}, clock);
    egress_->reload(std::make_shared<const AccountTable>(std::move(accounts)));
}

SendOutcome EgressRig::send(model::Sequence message) {
    const std::size_t before = inbox_.count();
    egress_->dispatch({dispatch_of(message)});
    return inbox_.wait_for(before + 1).back().outcome;
}

model::OutboundRow EgressRig::row() {
    model::OutboundRow out;
    out.head.created = start;
    out.head.epoch = 3;
    out.routes.resize(1);
    out.routes[0].account = number;
    out.routes[0].address = "+573001234567";
    out.content_json = R"({"type":"text","text":"hola"})";
    return out;
}

core::Dispatch EgressRig::dispatch_of(model::Sequence message, model::OutboundRow row) {
    core::Dispatch out;
    out.message = message;
    out.attempt = 1;
    out.slot = static_cast<std::uint32_t>(message) + 100;
    out.account = number;
    out.part = 11;
    out.row = std::make_shared<const model::Record>(std::move(row));
    return out;
}

core::Dispatch EgressRig::dispatch_of(model::Sequence message, std::uint16_t attempt) {
    core::Dispatch out = dispatch_of(message, row());
    out.attempt = attempt;
    return out;
}

ClosedPort::ClosedPort() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port_ = ntohs(at.sin_port);
}

ClosedPort::~ClosedPort() {
    ::close(fd_);
}

std::string ClosedPort::url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

}  // namespace postern::egress
