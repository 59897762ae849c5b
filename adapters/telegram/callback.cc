#include "adapters/telegram/callback.h"

#include "adapters/shared/json.h"
#include "adapters/shared/json_build.h"
#include "adapters/telegram/updates.h"

namespace postern::adapters::telegram {

std::string callback_id(std::string_view update) {
    // Nearly all updates are something else: those are not parsed a second time.
    if (update.find("\"callback_query\"") == std::string_view::npos) return {};
    const auto parsed = json::parse(update);
    const auto root = parsed ? json::as_object(*parsed) : std::nullopt;
    const auto query = root ? json::object(*root, "callback_query") : std::nullopt;
    return query ? json::id(*query, "id") : std::string{};
}

std::string inline_answer(std::string_view callback) {
    json::Builder body(128);
    body.open().text("method", "answerCallbackQuery").text("callback_query_id", callback);
    return body.close().finish();
}

ProviderCall answer_callback(const AdapterConfig& config, std::string_view callback) {
    ProviderCall call;
    call.url = methods_url(config).append("answerCallbackQuery");
    call.headers.emplace_back("Content-Type", "application/json");
    json::Builder body(128);
    call.body = body.open().text("callback_query_id", callback).close().finish();
    return call;
}

}  // namespace postern::adapters::telegram
