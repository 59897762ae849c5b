// webhook_load: sends signed, unique WhatsApp webhooks to one server and prints one line of JSON.
// The same program is used for every server that bench/run compares.
#include <arpa/inet.h>
#include <getopt.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "bench/load/load_loop.h"
#include "bench/load/load_report.h"
#include "bench/load/signed_requests.h"

namespace {

using postern::load::LoadOptions;
using postern::load::RequestOptions;

constexpr const char* usage_text =
    "usage: webhook_load --to HOST:PORT [--path /webhooks/wa-bench] [--secret S]\n"
    "           [--connections 64] [--seconds 20] [--rate N] [--requests N] [--wrap]\n"
    "           [--senders N] [--first-sender N]\n\n"
    "  --rate N        open loop at N requests a second, latency from the moment each was due;\n"
    "                  without it a closed loop: every connection always waits for one answer\n"
    "  --requests N    how many unique requests to sign before the run (2 us each); the run ends\n"
    "                  when they are used up, or begins again with --wrap\n"
    "  --senders N     that many senders in turn; 0: every message comes from a new sender\n";

int usage(int code) {
    std::fputs(usage_text, code == 0 ? stdout : stderr);
    return code;
}

bool parse_target(const std::string& text, LoadOptions& load) {
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos) return false;
    load.target.sin_family = AF_INET;
    load.target.sin_port = htons(static_cast<std::uint16_t>(std::atoi(text.c_str() + colon + 1)));
    return inet_pton(AF_INET, text.substr(0, colon).c_str(), &load.target.sin_addr) == 1;
}

std::uint64_t number(const char* text) {
    return std::strtoull(text, nullptr, 10);
}

bool take(int option, const char* value, LoadOptions& load, RequestOptions& requests) {
    switch (option) {
        case 't':
            requests.host = value;
            return parse_target(value, load);
        case 'p':
            requests.path = value;
            return true;
        case 'k':
            requests.secret = value;
            return true;
        case 'c':
            load.connections = number(value);
            return load.connections > 0;
        case 's':
            load.duration = std::chrono::milliseconds(static_cast<long>(std::atof(value) * 1000));
            return true;
        case 'r':
            load.rate = std::atof(value);
            return load.rate > 0;
        case 'n':
            requests.count = number(value);
            return requests.count > 0;
        case 'w':
            load.wrap = true;
            return true;
        case 'u':
            requests.senders = number(value);
            return true;
        case 'f':
            requests.first_sender = number(value);
            return true;
        default:
            return false;
    }
}

}  // namespace

int main(int argc, char** argv) {
    static constexpr option options[] = {
        {"to", 1, nullptr, 't'},       {"path", 1, nullptr, 'p'},
        {"secret", 1, nullptr, 'k'},   {"connections", 1, nullptr, 'c'},
        {"seconds", 1, nullptr, 's'},  {"rate", 1, nullptr, 'r'},
        {"requests", 1, nullptr, 'n'}, {"wrap", 0, nullptr, 'w'},
        {"senders", 1, nullptr, 'u'},  {"first-sender", 1, nullptr, 'f'},
        {"help", 0, nullptr, 'h'},     {nullptr, 0, nullptr, 0}};
    LoadOptions load;
    RequestOptions requests{.path = "/webhooks/wa-bench", .secret = "bench-app-secret"};
    requests.count = 100'000;
    timespec now{};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    requests.run = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
                   static_cast<std::uint64_t>(now.tv_nsec);
    for (int c = 0; (c = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        if (c == 'h') return usage(0);
        if (!take(c, optarg, load, requests)) return usage(2);
    }
    if (load.target.sin_family == 0 || optind != argc) return usage(2);

    const postern::load::SignedRequests prepared(requests);
    std::fputs("signed\n", stderr);  // whoever measures CPU may begin to
    postern::load::LoadResult result;
    std::string problem;
    if (!run_load(load, prepared, result, problem)) {
        std::fprintf(stderr, "webhook_load: %s\n", problem.c_str());
        return 1;
    }
    std::puts(to_json(result, prepared.body_bytes()).c_str());
    return 0;
}
