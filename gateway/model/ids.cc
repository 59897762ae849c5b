// Crockford's base 32 over 128 bits.
#include "gateway/model/ids.h"

#include <array>

namespace postern::model {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

constexpr std::array<std::int8_t, 256> make_values() {
    std::array<std::int8_t, 256> table{};
    for (auto& v : table) v = -1;
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        const char c = alphabet[i];
        table[static_cast<unsigned char>(c)] = static_cast<std::int8_t>(i);
        if (c >= 'A') table[static_cast<unsigned char>(c + 32)] = static_cast<std::int8_t>(i);
    }
    return table;
}
constexpr std::array<std::int8_t, 256> values = make_values();

constexpr std::uint64_t sequence_bits = 56;
constexpr std::uint64_t sequence_mask = (std::uint64_t{1} << sequence_bits) - 1;
constexpr std::uint64_t milliseconds_mask = (std::uint64_t{1} << 48) - 1;

}  // namespace

Ulid make_ulid(Instant created, std::uint32_t epoch, Sequence sequence) {
    const auto ms =
        std::chrono::floor<std::chrono::milliseconds>(created.time_since_epoch()).count();
    return {static_cast<std::uint64_t>(ms < 0 ? 0 : ms) & milliseconds_mask, epoch & 0xFFFFFF,
            sequence & sequence_mask};
}

void append_ulid(const Ulid& ulid, std::string& out) {
    const std::uint64_t high = ulid.milliseconds << 16 | (ulid.epoch >> 8);
    const std::uint64_t low =
        static_cast<std::uint64_t>(ulid.epoch & 0xFF) << sequence_bits | ulid.sequence;
    const std::size_t start = out.size();
    out.resize(start + 26);
    unsigned __int128 v = static_cast<unsigned __int128>(high) << 64 | low;
    for (std::size_t i = 26; i-- > 0; v >>= 5)
        out[start + i] = alphabet[static_cast<unsigned>(v) & 31];
}

bool parse_ulid(std::string_view text, Ulid& out) {
    if (text.size() != 26 || text[0] > '7') return false;
    unsigned __int128 v = 0;
    for (char c : text) {
        const int digit = values[static_cast<unsigned char>(c)];
        if (digit < 0) return false;
        v = v << 5 | static_cast<unsigned>(digit);
    }
    const auto high = static_cast<std::uint64_t>(v >> 64), low = static_cast<std::uint64_t>(v);
    out.milliseconds = high >> 16;
    out.epoch = static_cast<std::uint32_t>((high & 0xFFFF) << 8 | low >> sequence_bits);
    out.sequence = low & sequence_mask;
    return true;
}

}  // namespace postern::model
