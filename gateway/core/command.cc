// Lanes and fingerprints of commands.
#include "gateway/core/command.h"

namespace postern::core {
namespace {

std::uint64_t lane_of_inbound(const Inbound& inbound) {
    // The primary identity; an item without a sender has its account for a lane.
    if (inbound.identities.empty()) return inbound.account | 1ull << 40;
    return inbound.identities.front().blind.low() | 1;
}

struct LaneOf {
    std::uint64_t operator()(const ReceiveMessage& c) const { return lane_of_inbound(c.inbound); }
    std::uint64_t operator()(const ReceiveSignal& c) const { return lane_of_inbound(c.inbound); }
    std::uint64_t operator()(const ReceiveStatus& c) const { return c.external.low() | 1; }
    std::uint64_t operator()(const ResolveQuarantine& c) const { return c.id << 1 | 1; }
    std::uint64_t operator()(const SubmitMessage& c) const {
        return c.row.routes.front().blind.low() | 1;
    }
    std::uint64_t operator()(const NoteAddress& c) const { return c.blind.low() | 1; }
    /// In the order of the due queue for each person.
    std::uint64_t operator()(const AttemptMessage& c) const { return c.part << 8 | 2; }
    std::uint64_t operator()(const AnswerAttempt& c) const { return c.message << 8 | 4; }
    std::uint64_t operator()(const ExplainMessage& c) const { return c.message << 8 | 4; }
    std::uint64_t operator()(const CancelMessage& c) const { return c.message << 8 | 4; }
    std::uint64_t operator()(const RedriveMessage& c) const { return c.message << 8 | 4; }
    std::uint64_t operator()(const RecoverIntent& c) const { return c.message << 8 | 4; }
    std::uint64_t operator()(const WakeMessage& c) const { return c.message << 8 | 4; }
    std::uint64_t operator()(const RemoveMessages& c) const {
        return c.messages.empty() ? 0 : c.messages.front() << 8 | 4;
    }
    std::uint64_t operator()(const DismissSuggestion& c) const { return c.id << 1 | 1; }
    /// What needs no row of the store.
    template <class T>
    std::uint64_t operator()(const T&) const {
        return 0;
    }
};

struct FingerprintOf {
    std::uint64_t operator()(const ReceiveMessage& c) const { return c.inbound.dedupe_hash; }
    std::uint64_t operator()(const ReceiveSignal& c) const { return c.inbound.dedupe_hash; }
    std::uint64_t operator()(const ReceiveStatus& c) const {
        return c.external.low() ^
               (static_cast<std::uint64_t>(c.status.state) + 1) * 0x9E37'79B9'7F4A'7C15;
    }
    template <class T>
    std::uint64_t operator()(const T&) const {
        return 0;
    }
};

/// What every command costs beside its payload: rows, keys, the command itself.
constexpr std::size_t bytes_base = 1024;

std::size_t size_of(const model::TemplateRow& row) {
    return row.name.size() + row.body.size() + row.footer.size() + row.buttons.size() * 256;
}

struct BytesOf {
    std::size_t operator()(const ReceiveMessage& c) const {
        std::size_t n = c.raw.size() + c.message.content.text.size();
        n += c.message.content.details_json.size() + c.message.referral_json.size();
        return bytes_base + n + c.message.attachments.size() * 256;
    }
    std::size_t operator()(const ReceiveSignal& c) const {
        return bytes_base + c.raw.size() + c.signal.details_json.size();
    }
    std::size_t operator()(const Quarantine& c) const { return bytes_base + c.row.body.size(); }
    std::size_t operator()(const SubmitMessage& c) const {
        return bytes_base + c.row.content_json.size() + c.row.metadata_json.size();
    }
    std::size_t operator()(const KeepAnswer& c) const { return bytes_base + c.row.body.size(); }
    std::size_t operator()(const CreateTemplate& c) const { return bytes_base + size_of(c.row); }
    std::size_t operator()(const ChangeTemplate& c) const { return bytes_base + size_of(c.row); }
    std::size_t operator()(const SyncTemplates& c) const {
        std::size_t n = bytes_base;
        for (const model::TemplateRow& row : c.rows) n += bytes_base + size_of(row);
        return n;
    }
    template <class T>
    std::size_t operator()(const T&) const {
        return bytes_base;
    }
};

}  // namespace

std::size_t bytes_of(const Command& command) {
    return std::visit(BytesOf{}, command.payload);
}

std::uint64_t lane_of(const Command& command) {
    return std::visit(LaneOf{}, command.payload);
}

std::uint64_t fingerprint_of(const Command& command) {
    return std::visit(FingerprintOf{}, command.payload);
}

}  // namespace postern::core
