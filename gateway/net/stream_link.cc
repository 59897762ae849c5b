// The owner's handle of a link, and the trust that links share.
#include "gateway/net/stream_link.h"

#include "gateway/net/link.h"
#include "gateway/net/tls.h"

namespace postern::net {
namespace {

class Handle final : public StreamLink {
  public:
    explicit Handle(std::shared_ptr<Link> link) : link_(std::move(link)) {}
    ~Handle() override {
        run_on(link_->loop(), [this] { link_->close(); });
    }
    bool write(std::string bytes) override { return link_->write(std::move(bytes)); }
    bool start_tls() override { return link_->start_tls(); }
    void pause_reading() override { link_->pause(); }
    void resume_reading() override { link_->resume(); }
    void set_silence_max(std::chrono::milliseconds silence) override {
        link_->set_silence_max(silence);
    }
    void finish(std::chrono::milliseconds grace) override { link_->finish(grace); }
    void close() override { link_->close(); }
    [[nodiscard]] bool is_open() const override { return link_->is_open(); }
    [[nodiscard]] bool is_secure() const override { return link_->is_secure(); }
    [[nodiscard]] std::uint64_t written() const override { return link_->written(); }
    [[nodiscard]] std::uint64_t may_have_left() const override { return link_->may_have_left(); }

  private:
    const std::shared_ptr<Link> link_;
};

}  // namespace

std::shared_ptr<const LinkTrust> make_link_trust(const std::string& ca_file, bool verify,
                                                 std::string& problem) {
    auto context = make_client_tls(ca_file, verify, problem, Alpn::nothing);
    if (!context) return nullptr;
    return std::make_shared<const LinkTrust>(std::move(context));
}

std::unique_ptr<StreamLink> open_link(IoThread& thread, LinkOptions options, LinkEvents events) {
    // make_io_pool makes no other kind.
    auto link =
        std::make_shared<Link>(static_cast<Loop&>(thread), std::move(options), std::move(events));
    link->begin();
    return std::make_unique<Handle>(std::move(link));
}

std::unique_ptr<StreamLink> make_link(Loop& loop, TcpSocket accepted, LinkEvents events) {
    auto link = std::make_shared<Link>(loop, LinkOptions{}, std::move(events), std::move(accepted));
    link->begin();
    return std::make_unique<Handle>(std::move(link));
}

}  // namespace postern::net
