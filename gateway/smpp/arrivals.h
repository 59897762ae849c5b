// What a centre delivers: parts wait for each other, receipts find their message, and everything
// goes to the intake. A delivery is answered once it is durable; a part that waits for others is
// answered after half a second at the latest, since many centres bring the next one only then. On
// the account's home thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/smpp/options.h"
#include "adapters/smpp/reassembly.h"
#include "adapters/smpp/receipt_ids.h"
#include "adapters/smpp/session.h"
#include "gateway/lines/line.h"

namespace postern::smpp {

/// Which connection of which bind a delivery came over.
struct Way {
    std::size_t link = 0;
    std::uint64_t epoch = 0;
};

class Arrivals final : public std::enable_shared_from_this<Arrivals> {
  public:
    /// Answers over the wire; false: that connection is gone.
    using Answer = std::function<bool(const Way& way, std::uint32_t command, std::uint32_t sequence,
                                      std::uint32_t status)>;

    Arrivals(const lines::Ground& ground, net::IoThread& home, std::string account,
             adapters::smpp::Charset charset, adapters::smpp::ReceiptIds& ids, Answer answer);

    void take(const Way& way, adapters::smpp::Delivered delivered);
    /// A submission that was given up as unanswered was taken after all.
    void take_late(std::string external_id, std::string echo, std::string to);

    /// Hands over what waits for parts that will not come, and takes nothing new: a centre brings
    /// what it is refused again. `idle` is called when all that was taken is durable.
    void flush(std::function<void()> idle);
    /// Answers nothing any more; what its owner gave it may go.
    void close() { closed_ = true; }

  private:
    /// A delivery that was not answered yet.
    struct Open {
        Way way;
        std::uint32_t command = 0;
        std::uint32_t sequence = 0;
        std::string fingerprint;  // of all but its sequence number
        std::string named;        // the centre's own id of the message, where it tells one
        bool given = false;       // to the intake, whose word is the answer
    };
    using Tokens = std::vector<std::uint64_t>;

    void take_receipt(Open open, const adapters::smpp::Delivered& delivered);
    void take_message(Open open, adapters::smpp::Delivered delivered);
    void hold(std::uint64_t token);
    void answer_held(std::uint64_t token);
    void hand_over(adapters::smpp::Assembled assembled);
    void set_aside(Open open, std::string raw, std::string why);
    void give(ingress::Arrival arrival, Tokens tokens, bool must_keep);
    void taken(const ingress::TakeResult& result, const std::shared_ptr<ingress::Arrival>& arrival,
               const Tokens& tokens, bool must_keep);
    void settle(std::uint64_t token, std::uint32_t status, const std::string& external_id);
    [[nodiscard]] std::string id_of(const Open& open);
    void arm_expiry();
    void check_idle();

    const lines::Ground ground_;
    net::IoThread& home_;
    const std::string account_;
    const adapters::smpp::Charset charset_;
    adapters::smpp::ReceiptIds& ids_;
    const Answer answer_;
    adapters::smpp::Reassembly parts_;
    std::map<std::uint64_t, Open> open_;
    /// Taken over a connection that went before it could be answered: the centre brings it again.
    std::map<std::string, std::string> unanswered_;  // fingerprint: external id
    std::uint64_t tokens_ = 0;
    std::size_t under_way_ = 0;
    bool expiry_armed_ = false;
    bool flushing_ = false;
    bool closed_ = false;
    std::function<void()> idle_;
};

}  // namespace postern::smpp
