// The reference page, in Markdown, from the same tables that read the file.
#include "conf/accounts.h"
#include "conf/channels.h"
#include "conf/loader.h"
#include "conf/policy.h"
#include "conf/routes.h"
#include "conf/sections.h"

namespace postern::conf {
namespace {

std::string code(std::string_view text) {
    return text.empty() ? "" : "`" + std::string(text) + "`";
}

std::string row(std::initializer_list<std::string> cells) {
    std::string out = "|";
    for (const std::string& cell : cells) out += cell.empty() ? " |" : " " + cell + " |";
    return out + "\n";
}

std::string section_page(const Section& section, Config& defaults) {
    std::string out = section.name.empty() ? "## Before the first section\n\n"
                                           : "## `[" + std::string(section.name) + "]`\n\n" +
                                                 std::string(section.help) + "\n\n";
    out += "| key | type | default | bounds | applies | |\n| --- | --- | --- | --- | --- | --- |\n";
    for (const KeySpec& spec : section.keys) {
        out += row({code(spec.key), type_name(spec.field), code(show(spec.field, defaults)),
                    bounds(spec.field), spec.applies == Applies::reload ? "reload" : "restart",
                    std::string(spec.help)});
    }
    return out + "\n";
}

constexpr std::string_view long_text =
    "split: a text beyond the channel's limit goes as up to ten messages. refuse: more than one "
    "SMS is refused. Absent: SMS of several parts, elsewhere a text beyond the limit is refused.";

std::string account_page() {
    std::string out = "## `[[account]]`\n\nAll of an account applies on reload.\n\n";
    out += "| key | type | |\n| --- | --- | --- |\n";
    for (const AccountKey& key : account_keys()) {
        out += row({code(key.key), std::string(key.type), std::string(key.help)});
    }
    for (const PolicyKey& policy : policy_keys()) {
        if (policy.members.empty()) {
            out += row({code(policy.key), std::string(policy.type), std::string(long_text)});
        }
        for (const Member& member : policy.members) {
            out += row({code(std::string(policy.key) + "." + std::string(member.key)),
                        std::string(member.type), std::string(member.help)});
        }
    }
    return out + "\n";
}

std::string route_page() {
    std::string out =
        "## `[[route]]`\n\nWhich account a message takes that names none: of those that the\n"
        "person has an address on and no rule refuses, the first that may go within a minute,\n"
        "else the first that has to wait. The others become its fallback. Without a route a\n"
        "`reply` takes `[\"last_inbound\", \"recent\"]`, every other message `[\"recent\"]`.\n"
        "Applies on reload.\n\n";
    out += "| key | type | |\n| --- | --- | --- |\n";
    for (const RouteKey& key : route_keys())
        out += row({code(key.key), std::string(key.type), std::string(key.help)});
    return out + "\n";
}

std::string channel_page(const ChannelSpec& channel) {
    std::string out = "### `" + std::string(channel.name) + "`\n\nCredentials: ";
    for (std::size_t i = 0; i < channel.credentials.size(); ++i) {
        out += (i > 0 ? ", " : "") + code(channel.credentials[i]);
    }
    out += ".\n\n";
    if (channel.settings.empty()) return out;
    out += "| key | type | |\n| --- | --- | --- |\n";
    for (const SettingSpec& setting : channel.settings) {
        std::string help(setting.help);
        const std::vector<std::string_view> choices(setting.choices.begin(), setting.choices.end());
        if (!choices.empty()) help += " One of " + join(choices, "or") + ".";
        out += row({code(setting.key), std::string(kind_name(setting.kind)), help});
    }
    return out + "\n";
}

}  // namespace

std::string reference() {
    Config defaults;
    std::string out =
        "# Configuration reference\n\n"
        "Made by `build/conf_reference > conf/reference.md`; a test compares. Sizes are bytes or\n"
        "`\"64MiB\"`, durations `\"500ms\"`, `\"2s\"`, `\"15m\"`, `\"24h\"`, `\"400d\"`; paths "
        "are\n"
        "relative to the file. A secret is `{ file = … }`, `{ env = … }` or `{ credential = … }`\n"
        "(systemd). *reload* takes effect with SIGHUP, *restart* at the next start.\n\n";
    for (const Section& section : sections()) out += section_page(section, defaults);
    out += account_page();
    out += route_page();
    out += "## Channels\n\n";
    for (const ChannelSpec& channel : channel_specs()) out += channel_page(channel);
    while (out.ends_with("\n\n")) out.pop_back();
    return out;
}

}  // namespace postern::conf
