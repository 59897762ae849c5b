// Commands about templates: what people wish of them, what a provider tells of them, and whom a
// change of status wakes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/model/template.h"

namespace postern::core {

/// Beyond it a new template is a conflict: all of them are in memory, a kilobyte or two each.
inline constexpr std::size_t templates_max = 20'000;

struct CreateTemplate {
    model::TemplateRow row;  // id, created, epoch, updated, version are the core's
    bool operator==(const CreateTemplate&) const = default;
};

/// The whole template anew. Conflict: it has another version by now, or its new name is taken.
struct ChangeTemplate {
    model::TemplateRow row;        // id says which
    std::uint64_t if_version = 0;  // 0: whatever it is
    bool operator==(const ChangeTemplate&) const = default;
};

struct DeleteTemplate {
    model::Sequence id = 0;
    std::uint64_t if_version = 0;  // 0: whatever it is
    bool operator==(const DeleteTemplate&) const = default;
};

/// A part of the provider's own list: what is not here is made, what differs is changed. Accounts,
/// names and languages as given; at most sync_rows_max a command (bounded apply).
struct SyncTemplates {
    std::vector<model::TemplateRow> rows;
    bool operator==(const SyncTemplates&) const = default;
};
inline constexpr std::size_t sync_rows_max = 30;

/// A provider's word about one template, with the accounts that share it.
struct TemplateNews {
    std::vector<model::AccountNumber> accounts;  // at most template_accounts_max
    std::string name;
    std::string language;
    std::string provider_id;
    model::TemplateStatus status = model::TemplateStatus::unknown;
    std::string reason;
    std::optional<model::Category> category;
    bool operator==(const TemplateNews&) const = default;
};
inline constexpr std::size_t template_accounts_max = 16;

/// The core's own: a message waited for a template whose status is another one now. What the queue
/// holds of that wait goes.
struct WakeMessage {
    model::Sequence message = 0;
    model::AccountNumber account = 0;
    model::Sequence waited_for = 0;  // the template
    bool operator==(const WakeMessage&) const = default;
};

}  // namespace postern::core
