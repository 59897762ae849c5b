// One dispatch on its way: step by step to the provider and, with one answer, back to the core. On
// one I/O thread from begin to end.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gateway/core/effects.h"
#include "gateway/egress/accounts.h"
#include "gateway/egress/classify.h"
#include "gateway/egress/courier.h"
#include "gateway/egress/held_files.h"
#include "gateway/egress/upload_files.h"
#include "gateway/net/client.h"
#include "gateway/runtime/core_inbox.h"
#include "storage/seal.h"

namespace postern::egress {

struct EgressOptions {
    std::chrono::milliseconds connect_timeout{3'000};
    std::chrono::milliseconds total_timeout{15'000};
    std::size_t connections_per_origin_max = 64;  // a thread
    // Of a text in several messages: before a part that was refused for now is repeated, doubled
    // each time; and in all, since a reader who waits longer takes the text for ended.
    std::chrono::milliseconds part_wait{1'000};
    std::chrono::milliseconds parts_patience{60'000};
};

/// What attempts have in common. Outlives them: each holds a share. Any thread, but for what the
/// ports ask.
struct Surroundings final {
    Surroundings(runtime::CoreInbox& core, const storage::KeyBytes& master)
        : inbox(core), sealer(master) {}

    /// One dispatch is taken; false: too late, and it is not counted.
    [[nodiscard]] bool enter();
    void leave();

    runtime::CoreInbox& inbox;
    const storage::Sealer sealer;  // blind() only, which is const
    std::function<model::Now()> clock;
    std::function<std::uint64_t()> random;
    /// Where an account's provider can fetch an upload, for this attempt; empty: nowhere.
    std::function<std::string(std::string_view account_url, const model::UploadId& upload)>
        media_url;
    UploadFiles* uploads = nullptr;  // null: there are none; outlives us
    HeldFiles held;
    EgressOptions options;
    std::atomic<std::size_t> under_way{0};
    std::atomic<bool> stopping{false};
    std::atomic<bool> over{false};  // egress has stopped: the inbox is not called any more
    std::mutex mutex;               // for `idle` alone
    std::condition_variable idle;
};

/// One thread's clients, by Account::way. On that thread only.
using Clients = std::map<std::string, std::shared_ptr<net::HttpClient>, std::less<>>;

class Attempt final : public std::enable_shared_from_this<Attempt> {
  public:
    Attempt(std::shared_ptr<Surroundings> around, std::shared_ptr<Clients> clients,
            std::shared_ptr<const AccountTable> accounts, net::IoThread& thread,
            core::Dispatch dispatch);
    ~Attempt();
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;

    /// Counted in `around` already. Ends in one core::AnswerAttempt; in none where the clients end
    /// first and something may have left.
    void begin();

  private:
    [[nodiscard]] bool read_row();
    [[nodiscard]] bool give_media();
    void find_file();
    void on_file(std::optional<UploadFile> file, UploadTrouble trouble);
    void ask_held();
    [[nodiscard]] HeldFiles::Key held_key() const;
    void hold(adapters::HeldFile file);
    void open_file(adapters::ProviderCall call);
    void start();
    [[nodiscard]] std::string_view quoted() const;
    [[nodiscard]] adapters::SendRequest request() const;
    void send(adapters::SendStep step);
    void go(adapters::ProviderCall call);
    void ask_token();
    void on_token(const tokens::Token& token);
    [[nodiscard]] bool renews_token(const adapters::ProviderAnswer& answer);
    void make_call(adapters::ProviderCall call, std::shared_ptr<net::BodySource> source);
    [[nodiscard]] adapters::SendResult not_made() const;
    [[nodiscard]] bool cut_short() const;
    [[nodiscard]] bool may_call(adapters::SendResult not_made);
    void ask(adapters::ProviderCall call, std::shared_ptr<net::BodySource> source);
    void on_response(net::ClientResponse response);
    void on_answer(const net::ClientResponse& response);
    void divide();
    void begin_part();
    void wait_for_part(std::chrono::milliseconds wait);
    void take_ids(std::vector<std::string>& ids);
    [[nodiscard]] bool goes_on(adapters::SendOutcome& outcome);
    void hand_over();
    [[nodiscard]] Parcel parcel();
    void on_handed(Handed handed);
    void finish(adapters::SendOutcome outcome);
    void end_call(CallEnd how);

    const std::shared_ptr<Surroundings> around_;
    const std::shared_ptr<Clients> clients_;
    const std::shared_ptr<const AccountTable> accounts_;
    net::IoThread& thread_;
    const core::Dispatch dispatch_;
    const Account* account_ = nullptr;
    const model::OutboundRow* row_ = nullptr;
    adapters::OutboundContent content_;
    std::string echo_;

    // Of an upload whose bytes are sent.
    bool by_bytes_ = false;
    bool uploading_ = false;  // others wait for what we upload
    UploadFile file_;
    std::string sha256_;  // and what `given_` points to
    std::string file_name_;
    std::string held_id_;
    adapters::SendFile given_;
    std::shared_ptr<std::uint64_t> streamed_;  // bytes of it that the request under way was given

    // Of calls that bear the account's access token.
    adapters::ProviderCall bearing_;  // the last one, as built
    adapters::Secret token_;          // … and what it was made with; empty: it bears none
    bool renewed_ = false;

    // Of a text that goes as several messages.
    std::vector<adapters::OutboundContent> parts_;
    std::size_t part_ = 0;
    std::string name_;                // of the attempt, and of its last part
    std::vector<std::string> taken_;  // external ids of the parts before `part_`
    unsigned repeats_ = 0;
    std::chrono::milliseconds waited_{};

    // Of the call under way.
    std::size_t step_ = 0;
    std::string carried_;
    bool irrevocable_ = false;
    bool at_risk_ = false;  // something that cannot be undone may have left
    bool finished_ = false;
    std::string origin_;
    bool probe_ = false;
    std::chrono::microseconds called_{};  // steady
    // For the story of the message: of the last call.
    model::Instant dispatched_{};
    std::uint16_t provider_status_ = 0;
    std::string provider_request_;

    bool passed_ = false;  // an irrevocable step was answered, and it was not the last
};

/// The answer of a dispatch that came to nothing before it could begin, or of one that is over.
[[nodiscard]] core::AnswerAttempt answer_of(const core::Dispatch& dispatch,
                                            adapters::SendOutcome outcome,
                                            const Surroundings& around);

}  // namespace postern::egress
