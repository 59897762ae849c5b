// Lines of the demo.
#include "gateway/cli/demo_report.h"

#include <cstdio>

#include <fmt/format.h>

#include "gateway/sim/json_text.h"

namespace postern::cli {

void DemoReport::print(std::string_view kind, std::string_view text, bool truth) {
    const auto now = std::chrono::steady_clock::now();
    const double ms = std::chrono::duration<double, std::milli>(now - since_).count();
    since_ = now;
    if (json_) {
        sim::JsonText json;
        json.begin_object().field("kind", kind).field("ok", truth).field("text", text);
        json.field("ms", ms).end_object();
        fmt::print("{}\n", json.text());
    } else if (kind == "chapter") {
        fmt::print("\n{}\n", text);
    } else if (kind == "note") {
        fmt::print("        {}\n", text);
    } else {
        fmt::print("  {}  {}  ({:.1f} ms)\n", truth ? "ok  " : "FAIL", text, ms);
    }
    std::fflush(stdout);
}

void DemoReport::chapter(std::string_view title) {
    print("chapter", title, true);
}

bool DemoReport::fact(bool truth, std::string_view what) {
    if (!truth) ++failures_;
    print("fact", what, truth);
    return truth;
}

void DemoReport::note(std::string_view text) {
    print("note", text, true);
}

}  // namespace postern::cli
