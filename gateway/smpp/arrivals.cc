#include "gateway/smpp/arrivals.h"

#include <algorithm>
#include <utility>

#include "adapters/shared/hmac.h"
#include "adapters/smpp/inbound.h"
#include "adapters/smpp/status.h"

namespace postern::smpp {

using adapters::smpp::Assembled;
using adapters::smpp::Delivered;
using adapters::smpp::Receipt;
using ingress::Arrival;
using namespace std::chrono_literals;

namespace status = adapters::smpp::status;

namespace {

constexpr std::chrono::milliseconds part_hold = 500ms;
constexpr std::chrono::milliseconds expiry_period = 5s;
/// Beyond, the centre has to wait: its own window is far smaller.
constexpr std::size_t under_way_max = 4096;
constexpr std::size_t unanswered_max = 1024;
constexpr std::size_t sequence_at = 12;

std::string fingerprint_of(std::string raw) {
    if (raw.size() >= adapters::smpp::header_bytes) raw.replace(sequence_at, 4, 4, '\0');
    return adapters::shared::fingerprint(raw, 16);
}

/// Few centres name what a person wrote; those that do repeat the name when they bring it again. A
/// word without a digit is the same for all (Kannel's drive_smpp writes its own parameter's name):
/// taken for an id, it would make the second message a repetition of the first.
std::string name_of(const adapters::smpp::ShortMessage& message) {
    const auto* tlv = find(message.tlvs, adapters::smpp::tag::receipted_message_id);
    if (tlv == nullptr) return {};
    const std::string name(tlv->value.c_str());
    const bool plain = std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~'; });
    const bool counts = std::ranges::any_of(name, [](char c) { return c >= '0' && c <= '9'; });
    return plain && counts && name.size() <= 64 ? name : std::string{};
}

Arrival arrival_of(const std::string& account, std::string raw) {
    Arrival out;
    out.account = account;
    out.raw = std::make_shared<const std::string>(std::move(raw));
    out.method = "SMPP";
    out.target = "deliver_sm";
    return out;
}

}  // namespace

Arrivals::Arrivals(const lines::Ground& ground, net::IoThread& home, std::string account,
                   adapters::smpp::Charset charset, adapters::smpp::ReceiptIds& ids, Answer answer)
    : ground_(ground),
      home_(home),
      account_(std::move(account)),
      charset_(charset),
      ids_(ids),
      answer_(std::move(answer)) {}

void Arrivals::take(const Way& way, Delivered delivered) {
    Open open{way, delivered.command, delivered.sequence, fingerprint_of(delivered.raw), {}, false};
    if (closed_ || flushing_ || under_way_ >= under_way_max) {
        (void)answer_(way, open.command, open.sequence, status::temporarily_refused);
        return;
    }
    if (!delivered.message)
        return set_aside(std::move(open), std::move(delivered.raw),
                         "the PDU's fields are not whole");
    if (is_receipt(*delivered.message)) return take_receipt(std::move(open), delivered);
    if (delivered.message->source.empty())
        return set_aside(std::move(open), std::move(delivered.raw), "a message without a sender");
    open.named = name_of(*delivered.message);
    take_message(std::move(open), std::move(delivered));
}

void Arrivals::take_receipt(Open open, const Delivered& delivered) {
    const auto receipt = read_receipt(*delivered.message);
    if (!receipt) {
        const std::uint8_t type = delivered.message->esm_class & adapters::smpp::esm::type_mask;
        if (type == adapters::smpp::esm::receipt)
            return set_aside(std::move(open), delivered.raw, "a receipt without an id or a state");
        // A notice of something on the way, in words of the centre's own.
        (void)answer_(open.way, open.command, open.sequence, status::ok);
        return;
    }
    const auto now = ground_.clock();
    const auto told = ids_.told(*receipt, person_of_receipt(*delivered.message), now.steady);
    if (!told) {
        // Other parts of the message are still to tell.
        (void)answer_(open.way, open.command, open.sequence, status::ok);
        return;
    }
    auto said = status_of(*receipt, *delivered.message, told->external_id, now.wall);
    said.echo = told->echo;
    Arrival arrival = arrival_of(account_, delivered.raw);
    arrival.batch.emplace();
    arrival.batch->items.push_back({std::move(said), {}, *arrival.raw});
    const std::uint64_t token = ++tokens_;
    open_.emplace(token, std::move(open));
    give(std::move(arrival), {token}, false);
}

void Arrivals::take_late(std::string external_id, std::string echo, std::string to) {
    adapters::InboundStatus said;
    said.external_id = std::move(external_id);
    said.state = adapters::ReceiptState::sent;
    said.echo = std::move(echo);
    said.recipient = std::move(to);
    said.provider_time = ground_.clock().wall;
    Arrival arrival = arrival_of(account_, "submit_sm_resp " + said.external_id);
    arrival.target = "submit_sm_resp";
    arrival.batch.emplace();
    arrival.batch->items.push_back({std::move(said), {}, *arrival.raw});
    give(std::move(arrival), {}, true);
}

void Arrivals::take_message(Open open, Delivered delivered) {
    const auto join = piece_of(*delivered.message).join;
    const std::uint64_t token = ++tokens_;
    open_.emplace(token, std::move(open));
    adapters::smpp::Arrived arrived{std::move(*delivered.message), std::move(delivered.raw), token};
    if (!join) {
        Assembled one;
        one.parts.push_back(std::move(arrived));
        return hand_over(std::move(one));
    }
    auto added = parts_.add(std::move(arrived), *join, ground_.clock().steady);
    // A part that came again waits no longer than the one that came first.
    if (added.waits) hold(token);
    for (Assembled& done : added.done) hand_over(std::move(done));
    arm_expiry();
}

void Arrivals::hold(std::uint64_t token) {
    (void)home_.after(part_hold, [self = weak_from_this(), token] {
        if (const auto held = self.lock()) held->answer_held(token);
    });
}

/// It is kept in memory alone from here on, until the others come or the patience ends.
void Arrivals::answer_held(std::uint64_t token) {
    const auto open = open_.find(token);
    if (closed_ || open == open_.end() || open->second.given) return;
    settle(token, status::ok, {});
}

std::string Arrivals::id_of(const Open& open) {
    // Other words under the same name are a message of their own.
    if (!open.named.empty()) return open.named + "." + open.fingerprint;
    const auto known = unanswered_.find(open.fingerprint);
    if (known != unanswered_.end()) {
        std::string id = std::move(known->second);
        unanswered_.erase(known);
        return id;
    }
    // Nobody named it, and people do write the same twice.
    const auto now = ground_.clock().wall.time_since_epoch().count();
    return "mo-" +
           adapters::shared::fingerprint(
               open.fingerprint + std::to_string(now) + std::to_string(ground_.random()), 16);
}

void Arrivals::hand_over(Assembled assembled) {
    Tokens tokens;
    std::string raw;
    std::string id;
    // Once a part was answered, the centre does not bring the message again.
    bool must_keep = false;
    for (const adapters::smpp::Arrived& part : assembled.parts) {
        raw += part.raw;
        const auto open = open_.find(part.token);
        must_keep = must_keep || open == open_.end();
        if (open == open_.end()) continue;
        open->second.given = true;
        tokens.push_back(part.token);
        if (id.empty()) id = id_of(open->second);
    }
    if (id.empty()) id = id_of(Open{{}, 0, 0, fingerprint_of(raw), {}, false});
    Arrival arrival = arrival_of(account_, std::move(raw));
    arrival.batch.emplace();
    arrival.batch->items.push_back(
        {message_of(assembled, charset_, std::move(id), ground_.clock().wall), {}, *arrival.raw});
    give(std::move(arrival), std::move(tokens), must_keep);
}

void Arrivals::set_aside(Open open, std::string raw, std::string why) {
    Arrival arrival = arrival_of(account_, std::move(raw));
    arrival.undecodable = std::move(why);
    const std::uint64_t token = ++tokens_;
    open_.emplace(token, std::move(open));
    give(std::move(arrival), {token}, false);
}

void Arrivals::give(Arrival arrival, Tokens tokens, bool must_keep) {
    ++under_way_;
    // Kept for another try; the copy that is taken shares its bytes.
    auto kept = std::make_shared<Arrival>(arrival);
    ground_.intake.take(
        std::move(arrival), home_,
        [self = shared_from_this(), kept, tokens = std::move(tokens), must_keep](
            const ingress::TakeResult& result) { self->taken(result, kept, tokens, must_keep); });
}

void Arrivals::taken(const ingress::TakeResult& result, const std::shared_ptr<Arrival>& arrival,
                     const Tokens& tokens, bool must_keep) {
    --under_way_;
    if (closed_) return;
    if (result.taken == ingress::Taken::overloaded && must_keep) {
        const auto delay = std::max(result.retry_after, std::chrono::milliseconds(100));
        ++under_way_;
        (void)home_.after(delay, [self = shared_from_this(), arrival, tokens] {
            --self->under_way_;
            if (!self->closed_) self->give(*arrival, tokens, true);
        });
        return;
    }
    const bool ours = result.taken == ingress::Taken::durable;
    std::string id;
    if (ours && arrival->batch && !arrival->batch->items.empty()) {
        const auto* message =
            std::get_if<adapters::InboundMessage>(&arrival->batch->items.front().what);
        if (message != nullptr) id = message->external_id;
    }
    for (const std::uint64_t token : tokens)
        settle(token, ours ? status::ok : status::temporarily_refused, id);
    check_idle();
}

void Arrivals::settle(std::uint64_t token, std::uint32_t status, const std::string& external_id) {
    const auto found = open_.find(token);
    if (found == open_.end()) return;
    const Open open = std::move(found->second);
    open_.erase(found);
    if (answer_(open.way, open.command, open.sequence, status)) return;
    if (external_id.empty() || status != status::ok) return;
    if (unanswered_.size() >= unanswered_max) unanswered_.erase(unanswered_.begin());
    unanswered_[open.fingerprint] = external_id;
}

void Arrivals::arm_expiry() {
    if (expiry_armed_ || parts_.waiting() == 0) return;
    expiry_armed_ = true;
    (void)home_.after(expiry_period, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || self->closed_) return;
        self->expiry_armed_ = false;
        for (Assembled& late : self->parts_.expire(self->ground_.clock().steady))
            self->hand_over(std::move(late));
        self->arm_expiry();
    });
}

void Arrivals::flush(std::function<void()> idle) {
    flushing_ = true;
    idle_ = std::move(idle);
    for (Assembled& left : parts_.take_all()) hand_over(std::move(left));
    check_idle();
}

void Arrivals::check_idle() {
    if (under_way_ == 0 && idle_) std::exchange(idle_, nullptr)();
}

}  // namespace postern::smpp
