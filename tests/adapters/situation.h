// A situation on disk: <situation>.json, .form or .xml (the body to the byte, without the last
// line feed), <situation>.expect.json, and <situation>.request.json where the defaults of the
// channel do not do.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "adapters/adapter.h"

namespace postern::adapters {

/// A request that owns its bytes, padded as the contract of WebhookRequest asks.
class OwnedRequest final {
  public:
    std::string method = "POST";
    std::string path = "/webhooks/main";
    std::string query;
    std::vector<std::pair<std::string, std::string>> headers;

    void set_body(std::string_view body);
    /// The view is valid until this object changes.
    [[nodiscard]] WebhookRequest view();

  private:
    std::string target_;
    std::string body_;  // with padding
    std::size_t body_bytes_ = 0;
    std::vector<HeaderView> header_views_;
};

struct Situation {
    std::string name;  // channel_situation
    std::filesystem::path expectation;
    AdapterConfig config;
    OwnedRequest request;
    Instant now{};
    bool verify = false;  // the expectation tells what verification answers
};

/// All situations under tests/adapters/, in the order of their names.
[[nodiscard]] std::vector<std::filesystem::path> situation_files();
[[nodiscard]] Situation read_situation(const std::filesystem::path& body);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

}  // namespace postern::adapters
