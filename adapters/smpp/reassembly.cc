#include "adapters/smpp/reassembly.h"

#include <algorithm>
#include <utility>

namespace postern::adapters::smpp {
namespace {

/// The element of a user data header that joins parts, if it has one that makes sense.
std::optional<Join> join_of_header(std::string_view elements) {
    const auto octet = [&elements](std::size_t at) {
        return static_cast<std::uint8_t>(elements[at]);
    };
    while (elements.size() >= 2) {
        const std::uint8_t name = octet(0);
        const std::size_t length = octet(1);
        if (elements.size() < 2 + length) return std::nullopt;
        if (name == 0x00 && length == 3) return Join{JoinKind::udh8, octet(2), octet(3), octet(4)};
        if (name == 0x08 && length == 4) {
            const auto reference = static_cast<std::uint16_t>((octet(2) << 8) | octet(3));
            return Join{JoinKind::udh16, reference, octet(4), octet(5)};
        }
        elements.remove_prefix(2 + length);
    }
    return std::nullopt;
}

bool makes_sense(const Join& join) {
    return join.total > 1 && join.part >= 1 && join.part <= join.total;
}

}  // namespace

Piece piece_of(const ShortMessage& message) {
    Piece out{message.octets(), std::nullopt};
    if ((message.esm_class & esm::udh) != 0 && !out.octets.empty()) {
        const std::size_t length = static_cast<unsigned char>(out.octets.front());
        const std::string_view header = out.octets.substr(1, length);
        if (header.size() == length) {
            out.octets.remove_prefix(1 + length);
            out.join = join_of_header(header);
        } else {
            out.broken = true;
        }
    }
    if (!out.join) {
        const auto reference = number(message.tlvs, tag::sar_msg_ref_num);
        const auto total = number(message.tlvs, tag::sar_total_segments);
        const auto part = number(message.tlvs, tag::sar_segment_seqnum);
        if (reference && total && part && *total < 256 && *part < 256) {
            out.join = Join{JoinKind::sar, *reference, static_cast<std::uint8_t>(*total),
                            static_cast<std::uint8_t>(*part)};
        }
    }
    if (out.join && !makes_sense(*out.join)) out.join.reset();
    return out;
}

Assembled Reassembly::take(std::list<Waiting>::iterator at) {
    Assembled out;
    out.total = std::get<std::uint8_t>(at->key);
    for (auto& [number, part] : at->parts) {
        bytes_ -= part.raw.size();
        out.parts.push_back(std::move(part));
    }
    by_key_.erase(at->key);
    waiting_.erase(at);
    return out;
}

Reassembly::Added Reassembly::add(Arrived part, const Join& join, Moment now) {
    Added out;
    const Key key{part.message.source, part.message.dest, join.kind, join.reference, join.total};
    auto known = by_key_.find(key);
    if (known != by_key_.end()) {
        const auto& parts = known->second->parts;
        const auto same = parts.find(join.part);
        const bool taken = same != parts.end();
        out.repeated = taken && same->second.message.octets() == part.message.octets();
        if (out.repeated) {
            out.waits = true;
            return out;
        }
        if (taken) {
            out.done.push_back(take(known->second));
            known = by_key_.end();
        }
    }
    if (known == by_key_.end()) {
        waiting_.push_back({key, {}, now});
        known = by_key_.emplace(key, std::prev(waiting_.end())).first;
    }
    const auto waiting = known->second;
    bytes_ += part.raw.size();
    waiting->parts.emplace(join.part, std::move(part));
    if (waiting->parts.size() == join.total) out.done.push_back(take(waiting));
    while (!waiting_.empty() &&
           (waiting_.size() > limits_.messages_max || bytes_ > limits_.bytes_max))
        out.done.push_back(take(waiting_.begin()));
    out.waits = by_key_.contains(key);
    return out;
}

std::vector<Assembled> Reassembly::expire(Moment now) {
    std::vector<Assembled> out;
    while (!waiting_.empty() && waiting_.front().since + limits_.patience <= now)
        out.push_back(take(waiting_.begin()));
    return out;
}

std::vector<Assembled> Reassembly::take_all() {
    std::vector<Assembled> out;
    while (!waiting_.empty()) out.push_back(take(waiting_.begin()));
    return out;
}

std::optional<Reassembly::Moment> Reassembly::deadline() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.front().since + limits_.patience;
}

}  // namespace postern::adapters::smpp
