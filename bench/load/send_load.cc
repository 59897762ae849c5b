// send_load: sends numbered requests, made from a text with marks, to one server and prints one
// line of JSON. The same program feeds every gateway that `bench/run --sending` compares.
#include <arpa/inet.h>
#include <getopt.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "bench/load/load_loop.h"
#include "bench/load/load_report.h"
#include "bench/load/numbered_requests.h"

namespace {

using postern::load::LoadOptions;
using postern::load::NumberedOptions;

constexpr const char* usage_text =
    "usage: send_load --to HOST:PORT --request FILE --requests N [--first N] [--recipients N]\n"
    "           [--first-recipient N] [--connections 64] [--seconds 20] [--rate N] [--wrap]\n\n"
    "  --request FILE  a whole HTTP request; @N@ next number, @M@ the same, @TO@ recipient\n"
    "  --first N       the first number; recipients: that many in turn\n"
    "  --rate N        open loop at N requests a second\n";

int usage(int code) {
    std::fputs(usage_text, code == 0 ? stdout : stderr);
    return code;
}

std::uint64_t number(const char* text) {
    return std::strtoull(text, nullptr, 10);
}

bool parse_target(const std::string& text, LoadOptions& load) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) return false;
    load.target.sin_family = AF_INET;
    load.target.sin_port = htons(static_cast<std::uint16_t>(std::atoi(text.c_str() + colon + 1)));
    return inet_pton(AF_INET, text.substr(0, colon).c_str(), &load.target.sin_addr) == 1;
}

bool read_request(const char* path, std::string& text) {
    std::ifstream file(path, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(file), {});
    return !text.empty();
}

bool take(int option, const char* value, LoadOptions& load, NumberedOptions& requests) {
    switch (option) {
        case 't':
            return parse_target(value, load);
        case 'q':
            return read_request(value, requests.text);
        case 'f':
            requests.first = number(value);
            return true;
        case 'u':
            requests.recipients = number(value);
            return requests.recipients > 0;
        case 'v':
            requests.first_recipient = number(value);
            return true;
        case 'n':
            requests.count = number(value);
            return requests.count > 0;
        case 'c':
            load.connections = number(value);
            return load.connections > 0;
        case 's':
            load.duration = std::chrono::milliseconds(static_cast<long>(std::atof(value) * 1000));
            return true;
        case 'r':
            load.rate = std::atof(value);
            return load.rate > 0;
        case 'w':
            load.wrap = true;
            return true;
        default:
            return false;
    }
}

}  // namespace

int main(int argc, char** argv) {
    static constexpr option options[] = {
        {"to", 1, nullptr, 't'},          {"request", 1, nullptr, 'q'},
        {"first", 1, nullptr, 'f'},       {"recipients", 1, nullptr, 'u'},
        {"requests", 1, nullptr, 'n'},    {"first-recipient", 1, nullptr, 'v'},
        {"connections", 1, nullptr, 'c'}, {"seconds", 1, nullptr, 's'},
        {"rate", 1, nullptr, 'r'},        {"wrap", 0, nullptr, 'w'},
        {"help", 0, nullptr, 'h'},        {nullptr, 0, nullptr, 0}};
    LoadOptions load;
    NumberedOptions requests;
    for (int c = 0; (c = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        if (c == 'h') return usage(0);
        if (!take(c, optarg, load, requests)) return usage(2);
    }
    if (load.target.sin_family == 0 || requests.text.empty() || requests.count == 0)
        return usage(2);

    const postern::load::NumberedRequests prepared(requests);
    std::fputs("signed\n", stderr);  // whoever measures CPU may begin to
    postern::load::LoadResult result;
    std::string problem;
    if (!run_load(load, prepared, result, problem)) {
        std::fprintf(stderr, "send_load: %s\n", problem.c_str());
        return 1;
    }
    std::puts(to_json(result, prepared.body_bytes()).c_str());
    return 0;
}
