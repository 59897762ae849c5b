// What a browser says to a web chat: frames, forms and tokens. Nothing crashes, every bound holds,
// what is read from what was written is the same, and no input is anybody's token.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/webchat/arrival.h"
#include "adapters/webchat/form.h"
#include "adapters/webchat/frame.h"
#include "adapters/webchat/origins.h"
#include "adapters/webchat/token.h"
#include "tests/fuzz/check.h"

using namespace postern::adapters;
using namespace postern::adapters::webchat;

namespace {

constexpr std::size_t padding = 64;
constexpr Instant now{std::chrono::seconds{1'767'225'600}};
const std::string visitor = "0123456789abcdef0123456789abcdef";

const Form& form() {
    static const Form made = [] {
        std::string problem;
        return Form::parse(
            R"([{"name":"name","required":true,"max":20},{"name":"email","type":"email"},
                {"name":"age","type":"number"},{"name":"t","type":"select","options":["a","b"]},
                {"name":"ok","type":"checkbox"}])",
            problem);
    }();
    return made;
}

/// As the gateway does it: from a frame to what is handed in, and back.
void round_trip(const ClientFrame& frame) {
    Arrived arrived;
    arrived.visitor = visitor;
    arrived.c = frame.c;
    arrived.text = frame.text;
    arrived.choice = frame.id;
    arrived.in = frame.in;
    if (frame.type == ClientFrame::Type::button) arrived.kind = Arrived::Kind::choice;
    std::string body = write_arrival(arrived);
    const std::size_t size = body.size();
    body.append(padding, '\0');
    const auto batch = read_arrival(std::string_view(body).substr(0, size), now);
    POSTERN_FUZZ_CHECK(batch.has_value() && batch->items.size() == 1);
    const auto& message = std::get<InboundMessage>(batch->items.front().what);
    POSTERN_FUZZ_CHECK(client_name(message.external_id) == frame.c);
    POSTERN_FUZZ_CHECK(message.content.text == frame.text);
}

void try_form(std::string_view answers) {
    const FilledForm filled = form().check(answers);
    POSTERN_FUZZ_CHECK(filled.values.size() + filled.errors.size() <= form().fields().size());
    POSTERN_FUZZ_CHECK(filled.value("name").size() <= 80);
    (void)form().in_words(filled);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(reinterpret_cast<const char*>(data), size);
    text.append(padding, '\0');
    const std::string_view input = std::string_view(text).substr(0, size);

    const ClientFrame frame = read_frame(input);
    POSTERN_FUZZ_CHECK(frame.c.size() <= 64 || frame.type == ClientFrame::Type::bad);
    POSTERN_FUZZ_CHECK(frame.ids.size() <= acknowledged_max);
    using Type = ClientFrame::Type;
    const bool said = frame.type == Type::button || (frame.type == Type::msg && frame.file.empty());
    if (said) round_trip(frame);
    if (frame.type == Type::prechat) try_form(frame.fields_json);
    try_form(input);

    Visitor who;
    const std::vector<Secret> keys = {Secret("a secret that no input knows"), Secret("another")};
    POSTERN_FUZZ_CHECK(read_token(keys, "web", input, now, who) == TokenState::forged);
    POSTERN_FUZZ_CHECK(read_file_token(keys, visitor, input).empty());
    (void)read_arrival(input, now);
    std::string problem;
    const Origins origins = Origins::parse(input, problem);
    POSTERN_FUZZ_CHECK(!origins.allow("null") && !origins.allow(""));
    return 0;
}
