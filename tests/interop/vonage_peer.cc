// The adapter of Vonage as a program, for a judge of another language.
//
//   vonage_peer send APPLICATION ECHO SECONDS   the private key on stdin; prints the request's
//   token vonage_peer verify SECRET SECONDS TOKEN     the body on stdin; prints "valid", or why not
//
// SECONDS is the time of the call: an adapter reads no clock.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <span>

#include "adapters/registry.h"

namespace postern::adapters {
namespace {

AdapterConfig account() {
    AdapterConfig config;
    config.account = "judged";
    config.channel = "vonage";
    config.settings["api"] = "messages";
    config.settings["from"] = "447700900000";
    return config;
}

Instant at(const char* seconds) {
    return Instant{std::chrono::seconds{std::strtoll(seconds, nullptr, 10)}};
}

std::string input() {
    return {std::istreambuf_iterator<char>(std::cin), {}};
}

int fail(const std::string& problem) {
    std::fprintf(stderr, "%s\n", problem.c_str());
    return 1;
}

int send(const char* application, const char* echo, const char* seconds) {
    AdapterConfig config = account();
    config.settings["application_id"] = application;
    config.credentials["private_key"] = {Secret(input())};
    std::string problem;
    const auto adapter = make_sending_adapter(config, problem);
    if (!adapter) return fail(problem);
    OutboundContent content;
    content.text = "hola";
    const SendRequest request{"+573001234567", content, {}, echo, {}, at(seconds)};
    const auto step = adapter->first_step(request);
    if (!step) return fail(step.error().message());
    for (const auto& [name, value] : step->call.headers) {
        if (name == "Authorization") std::printf("%s\n", value.c_str());
    }
    return 0;
}

int verify(const char* secret, const char* seconds, const char* token) {
    AdapterConfig config = account();
    config.credentials["signature_secret"] = {Secret(secret)};
    std::string problem;
    const auto adapter = make(config, problem);
    if (!adapter) return fail(problem);
    std::string body = input();
    const std::size_t bytes = body.size();
    body.append(64, '\0');
    const std::string authorization = std::string("Bearer ") + token;
    const HeaderView headers[] = {{"Authorization", authorization}};
    WebhookRequest request;
    request.method = "POST";
    request.target = request.path = "/webhooks/judged";
    request.headers = headers;
    request.body = std::string_view(body).substr(0, bytes);
    const Verification answer = adapter->verify(request, at(seconds));
    std::printf("%s\n", answer.kind == Verification::Kind::valid ? "valid" : answer.reason.c_str());
    return 0;
}

}  // namespace
}  // namespace postern::adapters

int main(int count, char** words) {
    const std::span<char*> all(words, static_cast<std::size_t>(count));
    if (all.size() != 5) return 2;
    const std::string_view verb = all[1];
    if (verb == "send") return postern::adapters::send(all[2], all[3], all[4]);
    if (verb == "verify") return postern::adapters::verify(all[2], all[3], all[4]);
    return 2;
}
