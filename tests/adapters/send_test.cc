// One test a situation under sending/: the request to the byte. POSTERN_BLESS=1 writes the
// expectations instead of comparing: then read each one, for nothing else judges them.
#include <cctype>
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/sending_situation.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

class Send : public testing::TestWithParam<std::filesystem::path> {};

std::string asked(const SendingAdapter& adapter, const SendingSituation& situation) {
    const auto call =
        situation.ask == "typing"
            ? adapter.typing(situation.to, situation.reply_to)
            : adapter.mark_read(situation.to, {situation.reply_to, situation.details});
    return call ? render(*call) : "nothing\n";
}

std::string sent(const SendingAdapter& adapter, const SendingSituation& situation) {
    if (!situation.ask.empty()) return asked(adapter, situation);
    if (const auto problem = adapter.check(situation.content)) {
        // What is refused at the door must not be built behind it.
        EXPECT_FALSE(adapter.first_step(situation.request()).has_value());
        return "refused " + problem->field + " " + problem->code + ": " + problem->detail + "\n";
    }
    auto step = adapter.first_step(situation.request());
    if (!step) return "error " + step.error().message() + "\n";
    std::string calls;
    // What comes before the message itself.
    OwnedAnswer prepared(200, R"({"media_id":"prepared"})");
    for (std::size_t number = 0; !step->irrevocable && number < 4; ++number) {
        calls += render(step->call) + "\n";
        auto next = adapter.answered(situation.request(), number, prepared.view());
        if (!std::holds_alternative<SendStep>(next)) return calls + "ended before the message\n";
        step = std::move(std::get<SendStep>(next));
    }
    EXPECT_TRUE(step->irrevocable);
    return calls + render(step->call);
}

TEST_P(Send, IsWhatTheExpectationSays) {
    const SendingSituation situation = read_sending_situation(GetParam());
    std::string problem;
    const auto adapter = make_sending_adapter(situation.config, problem);
    ASSERT_NE(adapter, nullptr) << problem;

    const std::string actual = sent(*adapter, situation);

    if (std::getenv("POSTERN_BLESS") != nullptr) {
        std::ofstream(situation.expectation, std::ios::binary) << actual;
    } else {
        EXPECT_EQ(actual, read_file(situation.expectation));
    }
}

INSTANTIATE_TEST_SUITE_P(Situations, Send, testing::ValuesIn(sending_situation_files()),
                         [](const auto& test) {
                             std::string name = read_sending_situation(test.param).name;
                             for (char& c : name) {
                                 if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                             }
                             return name;
                         });

}  // namespace
}  // namespace postern::adapters
