// The two text formats, byte for byte where a scraper is strict.
#include "gateway/metrics/exposition.h"

#include <gtest/gtest.h>

namespace postern::metrics {
namespace {

TEST(Exposition, LabelsABucketWithTheAccountAndTheBoundLast) {
    Exposition out(false);
    out.histogram("postern_x_seconds", "How long?");
    const Labels labels = {{"account", "sms"}};
    out.bucket(0.5, 3, labels);
    out.histogram_end(1.25, 4, labels);
    EXPECT_EQ(out.finish(),
              "# HELP postern_x_seconds How long?\n"
              "# TYPE postern_x_seconds histogram\n"
              "postern_x_seconds_bucket{account=\"sms\",le=\"0.5\"} 3\n"
              "postern_x_seconds_bucket{account=\"sms\",le=\"+Inf\"} 4\n"
              "postern_x_seconds_sum{account=\"sms\"} 1.25\n"
              "postern_x_seconds_count{account=\"sms\"} 4\n");
}

TEST(Exposition, AHistogramOfOneSeriesHasNoOtherLabel) {
    Exposition out(false);
    out.histogram("postern_x_seconds", "How long?");
    out.bucket(2, 1);
    out.histogram_end(0, 1);
    EXPECT_EQ(out.finish(),
              "# HELP postern_x_seconds How long?\n"
              "# TYPE postern_x_seconds histogram\n"
              "postern_x_seconds_bucket{le=\"2\"} 1\n"
              "postern_x_seconds_bucket{le=\"+Inf\"} 1\n"
              "postern_x_seconds_sum 0\n"
              "postern_x_seconds_count 1\n");
}

TEST(Exposition, NamesACounterAsEachFormatWantsAndEscapesLabels) {
    Exposition text(false), open(true);
    for (Exposition* out : {&text, &open}) {
        out->counter("postern_sends", "How many?");
        out->sample({{"account", "a\"b\\c"}}, std::uint64_t{7});
    }
    EXPECT_EQ(text.finish(),
              "# HELP postern_sends_total How many?\n# TYPE postern_sends_total counter\n"
              "postern_sends_total{account=\"a\\\"b\\\\c\"} 7\n");
    EXPECT_EQ(open.finish(),
              "# HELP postern_sends How many?\n# TYPE postern_sends counter\n"
              "postern_sends_total{account=\"a\\\"b\\\\c\"} 7\n# EOF\n");
}

}  // namespace
}  // namespace postern::metrics
