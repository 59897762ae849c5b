#include "adapters/telegram/updates.h"

#include <algorithm>

#include "adapters/shared/endpoint.h"
#include "adapters/shared/json.h"
#include "adapters/shared/outcome.h"

namespace postern::adapters::telegram {
namespace {

using json::Object;

constexpr std::string_view usual_base = "https://api.telegram.org";
constexpr std::int64_t wait_max_s = 50;
constexpr std::int64_t retry_after_max_s = 3600;
constexpr std::string_view updates_read =
    R"(["message","edited_message","channel_post","edited_channel_post","business_connection",)"
    R"("business_message","edited_business_message","deleted_business_messages",)"
    R"("message_reaction","callback_query","my_chat_member"])";

ProviderCall call(const AdapterConfig& config, std::string_view method, std::string parameters) {
    ProviderCall out;
    out.url = methods_url(config).append(method);
    out.headers.emplace_back("Content-Type", "application/json");
    out.body = std::move(parameters);
    return out;
}

Polled read_refusal(const AdapterConfig& config, std::optional<Object> root, int status) {
    Polled out;
    const auto told = root ? json::integer(*root, "error_code") : std::nullopt;
    const std::int64_t code = told.value_or(status);
    const std::string_view words = root ? json::text(*root, "description") : std::string_view{};
    out.problem =
        std::to_string(code) + " " + shared::detail_of(words, config.credential("bot_token"));
    if (code == 401 || code == 404) out.kind = Polled::Kind::refused;
    if (code == 409) {
        const bool webhook = words.find("webhook") != std::string_view::npos;
        out.kind = webhook ? Polled::Kind::webhook_set : Polled::Kind::other_poller;
    }
    if (code != 429) return out;
    out.kind = Polled::Kind::limited;
    const auto parameters = root ? json::object(*root, "parameters") : std::nullopt;
    const auto seconds = parameters ? json::integer(*parameters, "retry_after") : std::nullopt;
    out.retry_after =
        std::chrono::seconds(std::clamp<std::int64_t>(seconds.value_or(1), 1, retry_after_max_s));
    return out;
}

}  // namespace

bool polls(const AdapterConfig& config) {
    return config.setting("inbound") == "poll";
}

std::string_view allowed_updates() {
    return updates_read;
}

std::string methods_url(const AdapterConfig& config) {
    std::string url = shared::base_url(config, usual_base);
    return url.append("/bot").append(config.credential("bot_token").front().reveal()).append("/");
}

ProviderCall get_updates(const AdapterConfig& config, std::int64_t offset,
                         std::chrono::seconds wait) {
    std::string parameters = R"({"timeout":)";
    parameters.append(std::to_string(std::clamp<std::int64_t>(wait.count(), 0, wait_max_s)));
    if (offset != 0) parameters.append(R"(,"offset":)").append(std::to_string(offset));
    parameters.append(R"(,"allowed_updates":)").append(updates_read).append("}");
    return call(config, "getUpdates", std::move(parameters));
}

ProviderCall delete_webhook(const AdapterConfig& config) {
    return call(config, "deleteWebhook", R"({"drop_pending_updates":false})");
}

Polled read_updates(const AdapterConfig& config, const ProviderAnswer& answer) {
    const auto parsed = json::parse(answer.body);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    if (!root || !json::flag(*root, "ok")) return read_refusal(config, root, answer.status);
    Polled out;
    const auto result = json::array(*root, "result");
    if (!result) {
        out.problem = "the answer has no list of updates";
        return out;
    }
    for (const json::Value value : *result) {
        const auto update = json::as_object(value);
        const auto id = update ? json::integer(*update, "update_id") : std::nullopt;
        // One without an id could never be confirmed: the next poll would bring it again.
        if (!id) {
            out.updates.clear();
            out.problem = "an update has no update_id";
            return out;
        }
        out.updates.push_back({*id, json::compact(*update)});
    }
    std::ranges::sort(out.updates, {}, &PolledUpdate::id);
    out.kind = Polled::Kind::updates;
    return out;
}

}  // namespace postern::adapters::telegram
