#include "adapters/smpp/receipt_ids.h"

#include <algorithm>
#include <charconv>

namespace postern::adapters::smpp {
namespace {

constexpr std::chrono::hours kept{72};

/// Digits alone: centres add and drop the plus, and swap the two ends.
std::string digits(std::string_view address) {
    std::string out(address);
    std::erase_if(out, [](char c) { return c == '+'; });
    return out;
}

std::string dec_of_hex(std::string_view id) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), value, 16);
    if (id.empty() || error != std::errc{} || end != id.data() + id.size()) return {};
    return std::to_string(value);
}

}  // namespace

std::string ReceiptIds::canonical(std::string_view id) const {
    switch (spelling_) {
        case ReceiptId::automatic:
        case ReceiptId::exact:
            break;
        case ReceiptId::hex_to_dec: {
            // The receipt's number is the one spelling that both can be brought to.
            std::string out = dec_of_hex(id);
            return out.empty() ? std::string(id) : out;
        }
        case ReceiptId::dec_to_hex: {
            std::string out = hex_of_dec(id);
            return out.empty() ? std::string(id) : out;
        }
        case ReceiptId::ci_trim_zero:
            return trimmed(id);
    }
    return std::string(id);
}

void ReceiptIds::forget_oldest() {
    const Place oldest = messages_.begin();
    for (const std::string& id : oldest->ids) {
        const auto found = by_id_.find(trimmed(id));
        if (found != by_id_.end() && found->second.message == oldest) by_id_.erase(found);
    }
    by_echo_.erase(oldest->echo);
    messages_.erase(oldest);
}

void ReceiptIds::submitted(std::string_view echo, std::string_view to, std::string_view id,
                           std::size_t part, std::size_t parts, Moment now) {
    while (!messages_.empty() &&
           (messages_.size() >= messages_max_ || messages_.front().since + kept < now))
        forget_oldest();
    auto known = by_echo_.find(echo);
    if (known == by_echo_.end()) {
        messages_.push_back(
            {std::string(echo), digits(to), canonical(id), {}, {}, parts, false, now});
        messages_.back().delivered.resize(parts, false);
        known = by_echo_.emplace(std::string(echo), std::prev(messages_.end())).first;
    }
    Message& message = *known->second;
    if (part == 0) message.first_id = canonical(id);
    message.ids.emplace_back(id);
    by_id_.insert_or_assign(trimmed(id), Part{known->second, part});
}

const ReceiptIds::Part* ReceiptIds::find_number(std::string_view id,
                                                std::string_view person) const {
    const std::string bare = trimmed(id);
    for (const std::string& other : {hex_of_dec(bare), dec_of_hex(bare)}) {
        const auto found = other.empty() ? by_id_.end() : by_id_.find(other);
        if (found == by_id_.end()) continue;
        // That two numbers agree in another base is evidence for the same person alone.
        if (found->second.message->to == person) return &found->second;
    }
    return nullptr;
}

const ReceiptIds::Part* ReceiptIds::find(std::string_view id, std::string_view person) const {
    const std::string to = digits(person);
    switch (spelling_) {
        case ReceiptId::exact: {
            const auto found = by_id_.find(trimmed(id));
            const bool same =
                found != by_id_.end() && std::ranges::find(found->second.message->ids, id) !=
                                             found->second.message->ids.end();
            return same ? &found->second : nullptr;
        }
        case ReceiptId::hex_to_dec: {
            const auto found = by_id_.find(hex_of_dec(trimmed(id)));
            return found == by_id_.end() ? nullptr : &found->second;
        }
        case ReceiptId::dec_to_hex: {
            const auto found = by_id_.find(dec_of_hex(trimmed(id)));
            return found == by_id_.end() ? nullptr : &found->second;
        }
        default:
            break;
    }
    const auto found = by_id_.find(trimmed(id));
    if (found != by_id_.end()) return &found->second;
    return spelling_ == ReceiptId::automatic ? find_number(id, to) : nullptr;
}

std::optional<ReceiptIds::Told> ReceiptIds::told(const Receipt& receipt, std::string_view person,
                                                 Moment) {
    const Part* const part = find(receipt.id, person);
    if (part == nullptr) {
        // The receipt's own spelling is what canonical() makes of the other one.
        const bool plain = spelling_ == ReceiptId::automatic || spelling_ == ReceiptId::exact;
        return Told{plain ? receipt.id : trimmed(receipt.id), {}, receipt.state};
    }
    Message& message = *part->message;
    Told out{message.first_id, message.echo, receipt.state};
    if (message.delivered.size() <= 1) return out;
    if (receipt.state == ReceiptState::failed) {
        // One missing part makes a text that nobody can read.
        message.failed = true;
        return out;
    }
    if (receipt.state != ReceiptState::delivered) return out;
    if (!message.delivered[part->number]) {
        message.delivered[part->number] = true;
        --message.left;
    }
    if (message.left > 0 || message.failed) return std::nullopt;
    return out;
}

}  // namespace postern::adapters::smpp
