// A deliverer over a real core, rows in a map and virtual time; the endpoint is a function of the
// test. Messages come from contacts by telephone number.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/core/core.h"
#include "gateway/subscriptions/deliverer.h"
#include "tests/support/fake_runtime.h"

namespace postern::subscriptions {

struct Taken {
    std::string text;     // of the message, or the type of another event
    std::string contact;  // its number
    net::ClientRequest request;
    model::Instant when{};
    int status = 0;  // that it was answered with; 0: not yet, or by no answer
    std::function<void(net::ClientResponse)> done;  // null: answered
};

[[nodiscard]] net::ClientResponse answer(int status);
[[nodiscard]] net::ClientResponse no_answer(boost::system::errc::errc_t why);

class FakeClient final : public net::HttpClient {
  public:
    explicit FakeClient(testing::FakeThread& thread) : thread_(thread) {}
    void send(net::ClientRequest request, std::function<void(net::ClientResponse)> done) override;
    void stream(net::ClientRequest, std::function<bool(std::string_view)>,
                std::function<void(net::ClientResponse)>) override {}

    /// What the endpoint says; none: the request waits until the test answers it.
    std::function<std::optional<net::ClientResponse>(const Taken&)> endpoint;
    std::vector<Taken> taken;

  private:
    testing::FakeThread& thread_;
};

class RigCore final : public runtime::CoreInbox {
  public:
    RigCore(testing::FakeThread& thread, testing::FakeReader& reader, core::SmallTables tables);
    core::Reply apply(core::Payload payload);
    [[nodiscard]] bool post(std::vector<core::Command> commands, runtime::Admit,
                            net::IoThread& thread,
                            std::function<void(const std::vector<core::Reply>&)> done) override;
    [[nodiscard]] bool post(core::Command command) override;
    [[nodiscard]] bool overloaded(runtime::Admit) const override { return full; }

    std::function<void(const model::RecordPtr&)> publish;
    std::vector<std::string> announced;  // types of Postern's own events
    std::size_t notes = 0;
    bool full = false;

  private:
    testing::FakeThread& thread_;
    testing::FakeReader& reader_;
    core::Core core_;
};

class Rig : public ::testing::Test {
  protected:
    Rig();
    ~Rig() override;

    /// A message of `text` from this number.
    void receive(const std::string& number, const std::string& text);
    [[nodiscard]] model::Sequence subscribe(std::vector<std::string> types = {"message.*"});
    void change(core::Payload payload);
    /// What is left of the process after a kill -9: the rows. Started anew.
    void crash();
    void stop_and_start();
    void advance(std::chrono::milliseconds by) { thread_.advance(by); }

    [[nodiscard]] const model::SubscriptionRow& row(model::Sequence id);
    [[nodiscard]] events::DeliveryHealth health(model::Sequence id) const;
    /// Texts that were answered 2xx, in the order of the answers.
    [[nodiscard]] std::vector<std::string> delivered(const std::string& number = {}) const;
    [[nodiscard]] std::size_t attempts(const std::string& text) const;

    testing::FakeThread thread_;
    testing::FakeReader reader_;
    testing::FakePool pool_{reader_};
    testing::FakeSignal signal_;
    std::unique_ptr<RigCore> core_;
    FakeClient* client_ = nullptr;
    std::function<std::optional<net::ClientResponse>(const Taken&)> endpoint_;
    std::vector<Taken> before_;  // taken before the last restart
    std::unique_ptr<Deliverer> deliverer_;

  private:
    void start(core::SmallTables tables);
    [[nodiscard]] core::SmallTables tables();
    model::RecordPtr held_;
    std::map<model::Sequence, bool> made_;
    std::uint32_t received_ = 0;
};

}  // namespace postern::subscriptions
