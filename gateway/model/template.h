// A template: words with placeholders that an app sends by name, and what the provider thinks of
// them. A plain value; the core writes it, the API reads it, the rule template_approved asks for
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/model/outbound.h"
#include "gateway/model/ids.h"
#include "gateway/model/policy_values.h"
#include "gateway/model/seq_head.h"
#include "gateway/model/time.h"

namespace postern::model {

using TemplateId = Id<'t', 'p', 'l'>;

/// What the provider says of a template. `none`: no template at all; `unknown`: nobody told us, or
/// the channel approves none. Numbers are stored.
enum class TemplateStatus : std::uint8_t {
    none,
    unknown,
    approved,
    pending,
    rejected,
    paused,
    disabled,
};
[[nodiscard]] std::string_view to_string(TemplateStatus status);
/// "approved" to "disabled"; false for any other word.
[[nodiscard]] bool parse_template_status(std::string_view text, TemplateStatus& out);

/// Unique by account, name and language.
struct TemplateRow {
    Sequence id = 0;
    Instant created{};
    std::uint32_t epoch = 0;
    Instant updated{};
    std::uint64_t version = 1;
    AccountNumber account = 0;
    std::string name;
    std::string language;
    Category category = Category::transactional;
    std::string body;  // empty: known by name and status only, as a webhook told of it
    std::optional<adapters::OutboundHeader> header;
    std::string footer;
    std::vector<adapters::OutboundButton> buttons;
    std::string provider_name;  // the provider's own name of it, where it has another
    std::string provider_id;    // empty: the provider never told of it
    TemplateStatus status = TemplateStatus::unknown;
    std::string reason;    // why it was rejected or paused, the provider's word
    Instant status_at{};   // of the provider's last word: an earlier one that comes late is void
    bool deleted = false;  // only ever published, never stored: the row is gone
    bool operator==(const TemplateRow&) const = default;
};

[[nodiscard]] inline std::string id_of(const TemplateRow& row) {
    return to_string(TemplateId{make_ulid(row.created, row.epoch, row.id)});
}

}  // namespace postern::model
