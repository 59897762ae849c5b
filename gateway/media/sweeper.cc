#include "gateway/media/sweeper.h"

#include <algorithm>
#include <set>

#include "gateway/core/command.h"
#include "gateway/media/eager.h"
#include "gateway/model/outbound.h"

namespace postern::media {
namespace {

constexpr std::size_t keys_per_command = 60;
/// A file is kept before its row is durable; nobody takes an hour for that.
constexpr std::chrono::hours young{1};

/// Providers accept a message first and fetch its medium later, some of them when it is looked at.
constexpr std::chrono::hours fetched_within{24};

bool may_go_out(model::MessageState state) {
    return state == model::MessageState::queued || state == model::MessageState::waiting ||
           state == model::MessageState::sending || state == model::MessageState::unknown;
}

/// Whether the message still needs what it names. A row that cannot be read counts as if it did.
bool is_needed(runtime::Reader& reader, model::Sequence message, model::Instant now) {
    const auto record = reader.get(storage::keys::state(message));
    if (!record) return true;
    const auto* state = *record ? model::get_if<model::StateRow>(record->get()) : nullptr;
    if (state == nullptr) return false;
    return may_go_out(state->state) || state->updated + fetched_within > now;
}

/// By retention, with the person, or by the person who took the message back.
bool is_erased(runtime::Reader& reader, model::Sequence event) {
    const auto record = reader.get(storage::keys::seq_row(event));
    return record && (*record == nullptr || is_taken_back(**record));
}

struct Rows {
    std::vector<std::pair<model::Sequence, model::Sequence>> uses;  // upload, message
    std::vector<model::MediaRow> media;
    bool whole = true;
};

Rows read_rows(runtime::Reader& reader) {
    Rows rows;
    const storage::RowKey from = storage::KeyWriter(storage::Family::cold, 'N');
    const storage::RowKey to = storage::KeyWriter(storage::Family::cold, 'O');
    const auto scanned =
        reader.scan(from, to, [&](std::string_view key, const model::RecordPtr& record) {
            if (record == nullptr) {
                rows.whole = false;
            } else if (const auto* use = model::get_if<model::MediaUseRow>(record.get())) {
                const auto upload = storage::keys::trailing_u64(key.substr(0, key.size() - 8));
                rows.uses.emplace_back(upload, use->message);
            } else if (const auto* media = model::get_if<model::MediaRow>(record.get())) {
                rows.media.push_back(*media);
            }
            return true;
        });
    if (!scanned) rows.whole = false;
    return rows;
}

}  // namespace

SweepPlan plan_sweep(runtime::Reader& reader, const MediaStore& store, std::chrono::hours retention,
                     model::Instant now) {
    const Rows rows = read_rows(reader);
    SweepPlan plan;
    plan.whole = rows.whole;
    std::set<model::Sequence> needed;
    for (const auto& [upload, message] : rows.uses) {
        if (is_needed(reader, message, now))
            needed.insert(upload);
        else
            plan.drop.push_back(storage::keys::media_use(upload, message));
    }
    for (const model::MediaRow& row : rows.media) {
        plan.live.push_back(store.name_of(row.sha256));
        const bool old = row.created + retention <= now;
        if (row.event != 0) {
            if (old || is_erased(reader, row.event))
                plan.drop.push_back(storage::keys::media_attachment(row.event, row.place));
        } else if ((old || row.deleted != model::Instant{}) && !needed.contains(row.id)) {
            plan.drop.push_back(storage::keys::media_upload(row.id));
        }
    }
    std::ranges::sort(plan.live);
    return plan;
}

storage::Result<std::size_t> count_uses(runtime::Reader& reader, model::Sequence upload,
                                        model::Instant now) {
    std::vector<model::Sequence> messages;
    const auto scanned = reader.scan(
        storage::keys::media_use(upload, 0), storage::keys::media_use(upload + 1, 0),
        [&](std::string_view, const model::RecordPtr& record) {
            const auto* use = record ? model::get_if<model::MediaUseRow>(record.get()) : nullptr;
            if (use != nullptr) messages.push_back(use->message);
            return true;
        });
    if (!scanned) return scanned.error();
    return static_cast<std::size_t>(std::ranges::count_if(
        messages, [&](model::Sequence message) { return is_needed(reader, message, now); }));
}

void Sweeper::sweep(model::Instant now, std::function<void(Done)> done) {
    (void)queries_.post([this, now, done = std::move(done)](runtime::Reader& reader) {
        auto plan = std::make_shared<SweepPlan>(plan_sweep(reader, store_, retention_, now));
        for (std::size_t i = 0; i < plan->drop.size(); i += keys_per_command) {
            const auto begin = plan->drop.begin() + static_cast<std::ptrdiff_t>(i);
            const auto count = std::min(keys_per_command, plan->drop.size() - i);
            core::DropMedia drop{{begin, begin + static_cast<std::ptrdiff_t>(count)}};
            // What does not get in stays for the next time.
            std::vector<core::Command> commands;
            commands.push_back({std::move(drop), {}});
            const bool taken =
                core_.post(std::move(commands), runtime::Admit::first_shed, thread_,
                           [gone = gone_](const std::vector<core::Reply>&) { gone(); });
            if (!taken) break;
        }
        disk_.post_always([this, now, plan, done] {
            Done result;
            result.rows = plan->drop.size();
            if (plan->whole) {
                const auto swept = store_.sweep(plan->live, now - young);
                if (swept) result.files = *swept;
            }
            if (done) done(result);
        });
    });
}

}  // namespace postern::media
