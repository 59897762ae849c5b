// Any request to one channel (POSTERN_FUZZ_CHANNEL): handshake, verify and decode never crash,
// answer the same twice, and what is decoded keeps the promises of adapters/model/inbound.h.
//
// Input: "METHOD TARGET\nName: value\n…\n\nBODY"; without an empty line all of it is the body.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/registry.h"
#include "tests/fuzz/check.h"

using namespace postern::adapters;

namespace {

constexpr std::size_t padding = 64;  // what simdjson may read beyond the body
constexpr Instant now{std::chrono::seconds(1'767'225'600)};

// Keys that a channel does not know are of no consequence to it.
AdapterConfig config_of(std::string channel) {
    AdapterConfig config;
    config.account = "main";
    config.channel = std::move(channel);
    for (const char* name :
         {"app_secret", "access_token", "verify_token", "bot_token", "secret_token", "auth_token",
          "channel_secret", "token", "secret", "signature_secret"}) {
        config.credentials[name] = {Secret("first-secret"), Secret("second-secret")};
    }
    config.credentials["encoding_aes_key"] = {
        Secret("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY")};
#ifdef POSTERN_FUZZ_INBOUND
    config.settings["inbound"] = POSTERN_FUZZ_INBOUND;
    config.settings["from"] = "Acme <avisos@acme.example>";
    config.credentials["inbound_secret"] = {Secret("first-secret"),
                                            Secret("arn:aws:sns:us-east-1:123456789012:t")};
#endif
    config.settings["app_id"] = "wx0000000000000001";
    config.settings["phone_number_id"] = "106540352242922";
    config.settings["account_sid"] = "AC00000000000000000000000000000000";
    config.settings["from"] = "+15005550006";
    config.settings["public_url"] = "https://postern.example/webhooks/main";
    return config;
}

const HttpAdapter& adapter() {
    static const auto instance = [] {
        std::string problem;
        auto made = make(config_of(POSTERN_FUZZ_CHANNEL), problem);
        if (made == nullptr) std::fprintf(stderr, "%s\n", problem.c_str());
        POSTERN_FUZZ_CHECK(made != nullptr);
        return made;
    }();
    return *instance;
}

std::string_view cut(std::string_view& text, std::string_view at) {
    const auto end = text.find(at);
    const std::string_view front = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + at.size());
    return front;
}

struct Parsed {
    WebhookRequest request;
    std::vector<HeaderView> headers;
    std::string body;  // with padding
};

void parse(std::string_view input, Parsed& out) {
    out.request.method = "POST";
    out.request.target = out.request.path = "/webhooks/main";
    out.headers.push_back({"Host", "postern.example"});
    if (input.find("\n\n") == std::string_view::npos) {
        out.headers.push_back({"Content-Type", "application/json"});
    } else {
        std::string_view head = cut(input, "\n\n");
        std::string_view line = cut(head, "\n");
        out.request.method = cut(line, " ");
        out.request.target = line;
        const auto mark = line.find('?');
        out.request.path = line.substr(0, mark);
        if (mark != std::string_view::npos) out.request.query = line.substr(mark + 1);
        while (!head.empty()) {
            std::string_view field = cut(head, "\n");
            const std::string_view name = cut(field, ": ");
            out.headers.push_back({name, field});
        }
    }
    out.body.assign(input);
    out.body.resize(input.size() + padding);
    out.request.headers = out.headers;
    out.request.body = std::string_view(out.body).substr(0, input.size());
}

bool within(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

void check_message(const InboundMessage& message) {
    POSTERN_FUZZ_CHECK(!message.external_id.empty());
    POSTERN_FUZZ_CHECK(!message.sender.aliases.empty());
    for (const Alias& alias : message.sender.aliases) POSTERN_FUZZ_CHECK(!alias.address.empty());
}

/// An item's bytes stand in the body, or in the query of a GET.
void check_batch(const InboundBatch& batch, const WebhookRequest& request) {
    const auto within_request = [&](std::string_view raw) {
        return within(raw, request.body) || within(raw, request.query);
    };
    for (const InboundItem& item : batch.items) {
        POSTERN_FUZZ_CHECK(within_request(item.raw));
        if (const auto* message = std::get_if<InboundMessage>(&item.what)) check_message(*message);
        if (const auto* signal = std::get_if<InboundSignal>(&item.what)) {
            POSTERN_FUZZ_CHECK(!signal->dedupe_id.empty());
        }
    }
    for (const Undecoded& item : batch.undecoded) {
        POSTERN_FUZZ_CHECK(within_request(item.raw));
        POSTERN_FUZZ_CHECK(!item.reason.empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Parsed parsed;
    parse({reinterpret_cast<const char*>(data), size}, parsed);
    const WebhookRequest& request = parsed.request;

    (void)adapter().handshake(request);
    const Verification verified = adapter().verify(request, now);
    POSTERN_FUZZ_CHECK(verified.kind == adapter().verify(request, now).kind);
    POSTERN_FUZZ_CHECK(verified.kind != Verification::Kind::invalid || !verified.reason.empty());

    const auto once = adapter().decode(request, now);
    const auto twice = adapter().decode(request, now);
    POSTERN_FUZZ_CHECK(once.has_value() == twice.has_value());
    if (!once) return 0;
    check_batch(*once, request);
    POSTERN_FUZZ_CHECK(once->items.size() == twice->items.size());
    for (std::size_t i = 0; i < once->items.size(); ++i) {
        POSTERN_FUZZ_CHECK(once->items[i].what == twice->items[i].what);
    }
    return 0;
}
