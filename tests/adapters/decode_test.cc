// One test a situation on disk. POSTERN_BLESS=1 writes the expectations instead of comparing: then
// read each one, for nothing else judges them.
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/registry.h"
#include "tests/adapters/render.h"
#include "tests/adapters/situation.h"

namespace postern::adapters {
namespace {

class Decode : public testing::TestWithParam<std::filesystem::path> {};

std::string verification_of(const HttpAdapter& adapter, Situation& situation) {
    if (!situation.verify) return {};
    const Verification answer = adapter.verify(situation.request.view(), situation.now);
    if (answer.kind == Verification::Kind::valid) return "valid";
    return (answer.kind == Verification::Kind::invalid ? "invalid: " : "need_fetch: ") +
           answer.reason + answer.fetch_url;
}

/// An item's bytes stand in the body, or in the query of a GET; what one report says of several
/// recipients has them once.
void expect_slices(const InboundBatch& batch, const WebhookRequest& request) {
    const auto stands_in = [](std::string_view raw, std::string_view whole) {
        return raw.data() >= whole.data() && raw.data() + raw.size() <= whole.data() + whole.size();
    };
    const auto within = [&](std::string_view raw) {
        return stands_in(raw, request.body) || stands_in(raw, request.query);
    };
    for (const InboundItem& item : batch.items) {
        EXPECT_TRUE(within(item.raw));
    }
    EXPECT_TRUE(batch.items.empty() || !batch.items.front().raw.empty());
    for (const Undecoded& item : batch.undecoded) EXPECT_TRUE(within(item.raw));
}

TEST_P(Decode, IsWhatTheExpectationSays) {
    Situation situation = read_situation(GetParam());
    std::string problem;
    const auto adapter = make(situation.config, problem);
    ASSERT_NE(adapter, nullptr) << problem;

    const std::string verification = verification_of(*adapter, situation);
    const WebhookRequest request = situation.request.view();
    const auto batch = adapter->decode(request, situation.now);
    if (batch) expect_slices(*batch, request);
    const std::string actual =
        batch ? render(*batch, verification) : render(batch.error(), verification);

    if (std::getenv("POSTERN_BLESS") != nullptr) {
        std::ofstream(situation.expectation, std::ios::binary) << actual;
    } else {
        EXPECT_EQ(actual, read_file(situation.expectation));
    }
}

INSTANTIATE_TEST_SUITE_P(Situations, Decode, testing::ValuesIn(situation_files()),
                         [](const auto& test) {
                             std::string name = read_situation(test.param).name;
                             for (char& c : name) {
                                 if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                             }
                             return name;
                         });

}  // namespace
}  // namespace postern::adapters
