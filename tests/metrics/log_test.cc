// What a program that collects logs reads: one JSON object a line, numbers as numbers; and what the
// journal is given.
#include "gateway/metrics/log.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <vector>

#include <sys/uio.h>

namespace {

/// One entry of the journal, "FIELD=value" each.
using Entry = std::vector<std::string>;
std::vector<Entry> journal;

}  // namespace

/// In place of libsystemd's: what the log hands over is looked at here, and no journal is needed.
/// On the log's thread, which flush() waits for. The form that adds places in the source is another
/// function: were it called, nothing would come here.
extern "C" int sd_journal_sendv(const struct iovec* parts, int count);
int sd_journal_sendv(const struct iovec* parts, int count) {
    Entry entry;
    for (int i = 0; i < count; ++i) {
        entry.emplace_back(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    }
    journal.push_back(entry);
    return 0;
}

namespace postern::log {
namespace {

/// What is written between start and flush.
std::string written(std::string_view format, const std::function<void()>& say) {
    testing::internal::CaptureStderr();
    start("info", format);
    say();
    flush();
    return testing::internal::GetCapturedStderr();
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(Log, WritesNumbersAndTruthsOfJsonWithoutQuotesAndTextWithThem) {
    const std::string line = written("json", [] {
        info("disk_tier", {{"free_bytes", std::uint64_t{12}},
                           {"delta", -3},
                           {"share", 0.5},
                           {"open", true},
                           {"account", "17"},
                           {"why", "a \"b\"\n"},
                           {"none", ""}});
    });

    EXPECT_TRUE(has(line, R"("event":"disk_tier","free_bytes":12,"delta":-3,"share":0.500000,)"
                          R"("open":true,"account":"17","why":"a \"b\"\u000a","none":""})"))
        << line;
}

TEST(Log, WritesANumberThatIsNoneAsText) {
    const std::string line = written("json", [] {
        info("odd", {{"rate", std::numeric_limits<double>::quiet_NaN()}});
    });

    EXPECT_TRUE(has(line, R"("rate":"nan")")) << line;
}

TEST(Log, LetsNoValuePassForAField) {
    const std::string line = written("json", [] {
        info("taken", {{"text",
                        "a\x1f"
                        "level\x1f\x1e"
                        "1"},
                       {"after", 2}});
    });

    EXPECT_TRUE(has(line, R"("text":"a level  1","after":2})")) << line;
}

TEST(Log, WritesTheSameFieldsAsText) {
    const std::string line = written("text", [] {
        warn("disk_tier", {{"free_bytes", 12}, {"why", "no room"}});
    });

    EXPECT_TRUE(has(line, "disk_tier free_bytes=12 why=\"no room\"\n")) << line;
}

TEST(Log, TellsTheJournalWhatTheTextSaysAndNothingBeside) {
    const auto say = [] {
        warn("disk_tier", {{"free_bytes", 12}, {"why", "no room"}});
        info("ready");
    };
    const std::string text = written("text", say);
    journal.clear();

    EXPECT_EQ(written("journald", say), "") << "the journal alone has it";

    const std::vector<Entry> wanted = {
        {"PRIORITY=4", "POSTERN_EVENT=disk_tier", "POSTERN_FREE_BYTES=12", "POSTERN_WHY=no room",
         "MESSAGE=disk_tier free_bytes=12 why=no room"},
        {"PRIORITY=6", "POSTERN_EVENT=ready", "MESSAGE=ready"}};
    EXPECT_EQ(journal, wanted);
    EXPECT_TRUE(has(text, " disk_tier free_bytes=12 why=\"no room\"\n")) << text;
    EXPECT_TRUE(text.ends_with(" ready\n")) << text;
}

}  // namespace
}  // namespace postern::log
