// Uploads whose bytes are sent, over real sockets: whole, once for many messages, and never by
// halves.
#include <algorithm>
#include <future>
#include <mutex>

#include <sys/socket.h>

#include "gateway/egress/held_files.h"
#include "gateway/egress/upload_files.h"
#include "gateway/model/media.h"
#include "tests/egress/egress_rig.h"

namespace postern::egress {
namespace {

using adapters::SendOutcome;
using adapters::SendResult;
using net::test::TestServer;

/// "upload" with the file between << and >>, then "send" with the provider's name for it; where the
/// provider holds nothing, "send" alone has the bytes.
class UploadingAdapter final : public adapters::SendingAdapter {
  public:
    std::string base;
    adapters::SendTraits traits{.uploads = adapters::Uploads::always, .holds_uploads = true};

    [[nodiscard]] const adapters::SendTraits& send_traits() const override { return traits; }
    [[nodiscard]] std::optional<adapters::FieldProblem> check(
        const adapters::OutboundContent&) const override {
        return std::nullopt;
    }
    [[nodiscard]] adapters::Result<adapters::SendStep> first_step(
        const adapters::SendRequest& request) const override {
        if (request.file == nullptr) return send(request.content.url);
        if (!request.file->held_id.empty()) return send(std::string(request.file->held_id));
        adapters::SendStep step;
        step.call.url = base + (traits.holds_uploads ? "/upload" : "/send");
        step.call.headers.emplace_back("X-Name", std::string(request.file->filename));
        step.call.headers.emplace_back("X-Hash", std::string(request.file->sha256));
        step.call.body = "<<>>";
        step.call.file_at = 2;
        step.irrevocable = !traits.holds_uploads;
        step.carry = traits.holds_uploads ? "uploading" : "";
        return step;
    }
    [[nodiscard]] std::variant<adapters::SendStep, SendOutcome> answered(
        const adapters::SendRequest& request, std::size_t,
        const adapters::ProviderAnswer& answer) const override {
        if (request.carried == "uploading" && answer.status == 200) {
            adapters::SendStep step = send(std::string(answer.body));
            step.held =
                adapters::HeldFile{std::string(answer.body), request.now + std::chrono::hours(1)};
            return step;
        }
        SendOutcome outcome;
        outcome.result = answer.status == 200 ? SendResult::accepted : SendResult::transient;
        outcome.external_id = answer.body;
        return outcome;
    }
    [[nodiscard]] std::optional<adapters::ProviderCall> typing(std::string_view,
                                                               std::string_view) const override {
        return std::nullopt;
    }
    [[nodiscard]] std::optional<adapters::ProviderCall> mark_read(
        std::string_view, const adapters::LastMessage&) const override {
        return std::nullopt;
    }

  private:
    [[nodiscard]] adapters::SendStep send(std::string body) const {
        adapters::SendStep step;
        step.call.url = base + "/send";
        step.call.body = std::move(body);
        return step;
    }
};

/// One file, given in uneven pieces; breaks off after `readable` bytes.
class OneFile final : public UploadFiles {
  public:
    std::string bytes;
    std::size_t readable = std::string::npos;
    UploadTrouble found = UploadTrouble::none;
    UploadTrouble opened = UploadTrouble::none;
    std::atomic<int> opens{0};

    void find(const model::UploadId&, net::IoThread& thread,
              std::function<void(std::optional<UploadFile>, UploadTrouble)> done) override {
        std::optional<UploadFile> file;
        if (found == UploadTrouble::none)
            file = UploadFile{{7}, bytes.size(), "image/png", "ñ.png"};
        thread.post([done, file, trouble = found] { done(file, trouble); });
    }
    void open(const UploadFile&, net::IoThread& thread,
              std::function<void(std::shared_ptr<net::BodySource>, UploadTrouble)> done) override {
        ++opens;
        std::shared_ptr<net::BodySource> source;
        if (opened == UploadTrouble::none) source = std::make_shared<Source>(*this);
        thread.post([done, source, trouble = opened] { done(source, trouble); });
    }

  private:
    class Source final : public net::BodySource {
      public:
        explicit Source(const OneFile& file) : file_(file) {}
        void read(net::IoThread& thread, std::function<void(std::string)> done) override {
            const std::size_t end = std::min(file_.bytes.size(), file_.readable);
            const std::size_t count = std::min(end - at_, 1 + at_ % 60'000);
            const std::string piece = file_.bytes.substr(at_, count);
            at_ += count;
            thread.post([done, piece] { done(piece); });
        }

      private:
        const OneFile& file_;
        std::size_t at_ = 0;
    };
};

class UploadTest : public EgressRig {
  protected:
    UploadTest() {
        provider_.handler.body_bytes_max = 8 << 20;
        provider_.handler.on_request = [this](const net::Request& request,
                                              net::Responder responder) {
            const std::lock_guard lock(mutex_);
            paths_.emplace_back(request.path);
            bodies_.emplace_back(request.body);
            name_ = request.header("x-name").empty() ? name_ : request.header("x-name");
            const bool refused = refusals_ > 0 && request.path == "/upload";
            if (refused) --refusals_;
            responder.send({.status = refused ? 503 : 200, .body = "media-1"});
        };
        for (int i = 0; i < 600'000; ++i) file_.bytes += static_cast<char>(i * 31 % 251);
        uploads_ = &file_;
        other_adapter_ = uploading_;
    }
    void begin() {
        uploading_->base = provider_.url("");
        connect(provider_.url(""));
    }
    static core::Dispatch medium(model::Sequence message) {
        model::OutboundRow out = row();
        out.content_json = R"({"type":"media","kind":"image","upload":")" +
                           model::to_string(model::UploadId{model::make_ulid(start, 3, 9)}) +
                           R"("})";
        return dispatch_of(message, std::move(out));
    }
    SendOutcome send_medium(model::Sequence message) {
        const std::size_t before = inbox_.count();
        egress_->dispatch({medium(message)});
        return inbox_.wait_for(before + 1).back().outcome;
    }
    std::size_t asked(std::string_view path) {
        const std::lock_guard lock(mutex_);
        return static_cast<std::size_t>(std::ranges::count(paths_, path));
    }

    std::shared_ptr<UploadingAdapter> uploading_ = std::make_shared<UploadingAdapter>();
    OneFile file_;
    TestServer provider_;
    std::mutex mutex_;
    std::vector<std::string> paths_;
    std::vector<std::string> bodies_;
    std::string name_;
    int refusals_ = 0;
};

TEST_F(UploadTest, IsSentToTheByteWithinItsFrameAndOnceForManyMessages) {
    begin();
    EXPECT_EQ(send_medium(1).result, SendResult::accepted);
    EXPECT_EQ(send_medium(2).external_id, "media-1");
    const std::lock_guard lock(mutex_);
    ASSERT_EQ(paths_, (std::vector<std::string>{"/upload", "/send", "/send"}));
    EXPECT_TRUE(bodies_[0] == "<<" + file_.bytes + ">>") << bodies_[0].size();
    EXPECT_EQ(bodies_[1], "media-1");
    EXPECT_EQ(bodies_[2], "media-1");
    EXPECT_EQ(name_, "file.png");
}

TEST_F(UploadTest, IsWaitedForWhileAnotherMessageUploadsIt) {
    threads_ = 2;
    refusals_ = 3;  // those messages fail, and each time another one tries
    begin();
    std::vector<core::Dispatch> many;
    for (model::Sequence i = 1; i <= 40; ++i) many.push_back(medium(i));
    egress_->dispatch(std::move(many));
    std::size_t accepted = 0;
    for (const core::AnswerAttempt& answer : inbox_.wait_for(40))
        accepted += answer.outcome.result == SendResult::accepted ? 1 : 0;
    EXPECT_EQ(accepted, 37U);
    EXPECT_EQ(asked("/upload"), 4U);
    EXPECT_EQ(asked("/send"), 37U);
}

TEST_F(UploadTest, IsMadeAgainWhenTheProviderHasForgottenItOrAReloadMayHaveChangedTheAccount) {
    begin();
    EXPECT_EQ(send_medium(1).result, SendResult::accepted);
    later_us_ = 3'600'000'001;
    EXPECT_EQ(send_medium(2).result, SendResult::accepted);
    EXPECT_EQ(asked("/upload"), 2U);
    begin();
    EXPECT_EQ(send_medium(3).result, SendResult::accepted);
    EXPECT_EQ(asked("/upload"), 3U);
}

TEST_F(UploadTest, IsNeverSentByHalves) {
    file_.readable = 200'000;
    begin();
    const SendOutcome prepared = send_medium(1);
    EXPECT_EQ(prepared.result, SendResult::transient);
    EXPECT_EQ(prepared.code, "upload_unreadable");
    // Also where the message itself has it: a request that never ended is none.
    uploading_->traits.holds_uploads = false;
    const SendOutcome whole = send_medium(2);
    EXPECT_EQ(whole.result, SendResult::transient);
    EXPECT_EQ(whole.code, "upload_unreadable");
    EXPECT_EQ(asked("/upload") + asked("/send"), 0U);
    file_.readable = std::string::npos;
    EXPECT_EQ(send_medium(3).result, SendResult::accepted);
}

TEST_F(UploadTest, EndsTheMessageIfItIsGoneAndWaitsIfItCannotBeRead) {
    begin();
    file_.opened = UploadTrouble::unreadable;
    EXPECT_EQ(send_medium(1).code, "upload_unreadable");
    file_.opened = UploadTrouble::gone;
    EXPECT_EQ(send_medium(2).code, "upload_gone");
    file_.found = UploadTrouble::unreadable;
    EXPECT_EQ(send_medium(3).result, SendResult::transient);
    file_.found = UploadTrouble::gone;
    EXPECT_EQ(send_medium(4).result, SendResult::permanent);
    EXPECT_EQ(asked("/upload"), 0U);
}

TEST_F(UploadTest, TellsWhoWaitedForItThatNothingWasSentWhenAllIsStopped) {
    std::mutex mutex;
    std::vector<net::Responder> held;
    std::promise<void> uploading;
    provider_.handler.on_request = [&](const net::Request&, net::Responder responder) {
        const std::lock_guard lock(mutex);
        held.push_back(std::move(responder));
        uploading.set_value();
    };
    begin();
    egress_->dispatch({medium(1), medium(2), medium(3)});
    uploading.get_future().wait();
    EXPECT_FALSE(egress_->stop(std::chrono::milliseconds{0}));
    // Also whoever uploads: a file that no message names is nothing to anybody.
    for (const core::AnswerAttempt& answer : inbox_.wait_for(3)) {
        EXPECT_EQ(answer.outcome.result, SendResult::transient);
        EXPECT_EQ(answer.outcome.code, "stopping");
    }
    EXPECT_EQ(inbox_.count(), 3U);
    EXPECT_EQ(file_.opens, 1);
    const std::lock_guard lock(mutex);
    for (net::Responder& responder : held) {
        net::IoThread& thread = responder.thread();
        auto last = std::make_shared<net::Responder>(std::move(responder));
        thread.post([last] { last->send({.body = "late"}); });
    }
}

TEST_F(UploadTest, LeavesInDoubtWhatMayHaveBeenTakenWhenAllIsStopped) {
    uploading_->traits.holds_uploads = false;
    std::promise<void> taken;
    std::mutex mutex;
    std::vector<net::Responder> held;
    provider_.handler.on_request = [&](const net::Request&, net::Responder responder) {
        const std::lock_guard lock(mutex);
        held.push_back(std::move(responder));
        taken.set_value();
    };
    begin();
    egress_->dispatch({medium(1)});
    taken.get_future().wait();
    EXPECT_FALSE(egress_->stop(std::chrono::milliseconds{0}));
    EXPECT_EQ(inbox_.count(), 0U);
    const std::lock_guard lock(mutex);
    net::IoThread& thread = held.front().thread();
    auto last = std::make_shared<net::Responder>(std::move(held.front()));
    thread.post([last] { last->send({.body = "late"}); });
}

/// More than the sockets hold, and a provider that goes away in the middle of it.
TEST_F(UploadTest, IsNotInDoubtWhereItsBytesWereCertainlyNotAllSent) {
    uploading_->traits.holds_uploads = false;
    file_.bytes.assign(24u << 20, 'x');
    net::test::ScriptedServer gone([](int fd, int) {
        char bytes[4096];
        (void)!::recv(fd, bytes, sizeof bytes, 0);
    });
    uploading_->base = gone.url("");
    connect(gone.url(""));
    const SendOutcome outcome = send_medium(1);
    EXPECT_EQ(outcome.result, SendResult::transient);
    EXPECT_EQ(outcome.code, "connection_lost");
}

TEST_F(UploadTest, IsInDoubtWhereAllItsBytesMayHaveBeenTaken) {
    uploading_->traits.holds_uploads = false;
    net::test::ScriptedServer gone([](int fd, int) {
        std::string request;
        (void)net::test::read_request(fd, request);
    });
    uploading_->base = gone.url("");
    connect(gone.url(""));
    EXPECT_EQ(send_medium(1).result, SendResult::unknown);
}

TEST_F(UploadTest, GoesByUrlWhereTheProviderTakesBothAndCanFetchIt) {
    uploading_->traits.uploads = adapters::Uploads::without_url;
    begin();
    EXPECT_EQ(send_medium(1).result, SendResult::accepted);
    EXPECT_EQ(asked("/upload"), 1U);
    egress_->set_media_url([](std::string_view, const model::UploadId&) { return "https://gw/m"; });
    EXPECT_EQ(send_medium(2).result, SendResult::accepted);
    EXPECT_EQ(asked("/upload"), 1U);
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(bodies_.back(), "https://gw/m/file.jpg");
}

TEST(HeldFilesTest, ForgetsWhatEndsFirstWhenThereAreTooMany) {
    HeldFiles held;
    const model::Instant now = model::Instant{} + std::chrono::hours(1);
    const auto key = [](std::size_t i) {
        HeldFiles::Key out{1, {}};
        out.sha256[0] = static_cast<std::uint8_t>(i);
        out.sha256[1] = static_cast<std::uint8_t>(i >> 8U);
        return out;
    };
    for (std::size_t i = 0; i <= HeldFiles::files_max; ++i) {
        const auto until = now + std::chrono::seconds(i == 5 ? 1 : 10 + static_cast<int>(i));
        held.keep(key(i), {"id" + std::to_string(i), until});
    }
    std::string id;
    EXPECT_EQ(held.ask(key(5), now, id, {}), HeldFiles::Asked::yours);
    EXPECT_EQ(held.ask(key(0), now, id, {}), HeldFiles::Asked::known);
    EXPECT_EQ(id, "id0");
    EXPECT_EQ(held.ask({2, key(0).sha256}, now, id, {}), HeldFiles::Asked::yours);
    EXPECT_EQ(held.ask({1, key(0).sha256, adapters::MediaKind::document}, now, id, {}),
              HeldFiles::Asked::yours);
    EXPECT_EQ(held.ask(key(0), now + std::chrono::seconds(10), id, {}), HeldFiles::Asked::yours);
}

}  // namespace
}  // namespace postern::egress
