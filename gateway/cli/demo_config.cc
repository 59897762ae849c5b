// The demo's TOML.
#include "gateway/cli/demo_config.h"

#include <fmt/format.h>

#include "gateway/sim/json_text.h"
#include "gateway/sim/scenario.h"

namespace postern::cli {
namespace {

/// A JSON string is a TOML basic string too.
std::string line(std::string_view key, std::string_view value) {
    return fmt::format("{} = {}\n", key, sim::quoted(value));
}

std::string account(std::string_view channel, const std::string& simulator) {
    const sim::Endpoint endpoint = sim::demo_endpoint(channel, {});
    std::string out = "\n[[account]]\n" + line("id", endpoint.account) + line("channel", channel);
    // The generic channel names its provider in `send.url` alone.
    if (channel != "http") out += line("base_url", fmt::format("http://{}/{}", simulator, channel));
    if (channel == "whatsapp") {
        out += line("phone_number_id", endpoint.own_id);
        out += line("credentials.app_secret", endpoint.secret);
        out += line("credentials.access_token", "demo-access-token");
        out += line("credentials.verify_token", "demo-verify-token");
    } else if (channel == "telegram") {
        out += line("credentials.bot_token", endpoint.own_id + ":demo-bot-token");
        out += line("credentials.secret_token", endpoint.secret);
    } else if (channel == "twilio") {
        out += line("account_sid", endpoint.own_id) + line("from", endpoint.own_address);
        out += line("public_url", endpoint.signed_url);
        out += line("credentials.auth_token", endpoint.secret);
    } else {
        out += line("credentials.secret", endpoint.secret);
    }
    return out;
}

}  // namespace

std::string demo_config(const DemoAddresses& addresses, const std::string& storage,
                        const std::string& simulator) {
    std::string out =
        "# Written by `postern demo`; inline secrets are for demos and tests alone.\n";
    out += "allow_inline_secrets = true\n";
    out += "\n[listen]\n" + line("webhooks", addresses.webhooks) + line("api", addresses.api) +
           line("metrics", addresses.metrics);
    out += "\n[storage]\n" + line("path", storage);
    // A demo is small and short: less to write before the first message.
    out += "ballast_bytes = \"16MiB\"\nlog_segment_bytes = \"16MiB\"\nmemtable_bytes = \"16MiB\"\n";
    out += "\n[api]\nbootstrap_key = { env = \"POSTERN_BOOTSTRAP_KEY\" }\n";
    for (const std::string_view channel : sim::demo_channels()) {
        out += account(channel, simulator);
    }
    return out;
}

}  // namespace postern::cli
