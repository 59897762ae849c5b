#include "gateway/webchat/frames.h"

#include "adapters/webchat/frame.h"
#include "gateway/model/json.h"
#include "gateway/webchat/ground.h"

namespace postern::webchat::frames {
namespace {

constexpr std::size_t piece_bytes = 32 * 1024;

std::int64_t milliseconds(model::Instant at) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

/// One object, with what `write` adds to `t`.
template <class Write>
std::string frame(std::string_view type, const Write& write) {
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().member("t", type);
    write(json);
    json.end_object();
    return out;
}

}  // namespace

std::string welcome(const Welcome& what) {
    return frame("welcome", [&](model::JsonWriter& json) {
        json.member("v", 1).member("resume", what.resume).member("fresh", what.fresh);
        json.member("state", what.prechat ? "prechat" : "open");
        if (what.form != nullptr && !what.form->empty())
            json.key("form").raw(what.form->describe());
        json.key("caps").begin_object();
        json.member("max_text", adapters::webchat::text_characters_max);
        json.member("max_file", file_bytes_max).end_object();
        json.member("server_time", milliseconds(what.now));
    });
}

std::vector<std::string> history(std::span<const Past> messages) {
    std::vector<std::string> pieces;
    std::size_t next = 0;
    do {
        pieces.push_back(frame("history", [&](model::JsonWriter& json) {
            json.key("messages").begin_array();
            for (std::size_t bytes = 0; next < messages.size() && bytes < piece_bytes; ++next) {
                json.raw(messages[next].frame);
                bytes += messages[next].frame.size();
            }
            json.end_array().member("done", next == messages.size());
        }));
    } while (next < messages.size());
    return pieces;
}

std::string ack(std::string_view c, std::string_view id, model::Instant at) {
    return frame("ack", [&](model::JsonWriter& json) {
        json.member("c", c).member_if("id", id).member("at", milliseconds(at));
    });
}

std::string error(std::string_view code, std::string_view c,
                  std::chrono::milliseconds retry_after) {
    return frame("error", [&](model::JsonWriter& json) {
        json.member("code", code).member_if("c", c);
        if (retry_after.count() > 0) json.member("retry_after_ms", retry_after.count());
    });
}

std::string prechat_errors(std::string_view c,
                           const std::vector<std::pair<std::string, std::string>>& errors) {
    return frame("prechat_error", [&](model::JsonWriter& json) {
        json.member("c", c).key("errors").begin_object();
        for (const auto& [field, code] : errors) json.member(field, code);
        json.end_object();
    });
}

std::string opened(std::string_view c, std::string_view resume) {
    return frame("open",
                 [&](model::JsonWriter& json) { json.member("c", c).member("resume", resume); });
}

std::string renewed(std::string_view resume) {
    return frame("renewed", [&](model::JsonWriter& json) { json.member("resume", resume); });
}

std::string typing() {
    return frame("typing", [](model::JsonWriter& json) { json.member("on", true); });
}

std::string read(std::string_view c) {
    return frame("read", [&](model::JsonWriter& json) { json.member("c", c); });
}

std::string reconnect(std::chrono::milliseconds after) {
    return frame("reconnect",
                 [&](model::JsonWriter& json) { json.member("after_ms", after.count()); });
}

}  // namespace postern::webchat::frames
