// A situation of what goes out: sending/<channel>/<situation>.json says account, recipient and
// content; <situation>.expect.txt is the request to the byte, or why it is refused.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sending_adapter.h"

namespace postern::adapters {

struct SendingSituation {
    std::string name;  // channel_situation
    std::filesystem::path expectation;
    AdapterConfig config;
    OutboundContent content;
    std::string to;
    std::string reply_to;
    std::string echo;
    std::string status_url;
    std::string ask;      // empty: the message; or "typing", "mark_read"
    std::string details;  // of the message that is marked as read
    bool human_agent = false;
    bool proactive = false;

    [[nodiscard]] SendRequest request() const;
};

[[nodiscard]] std::vector<std::filesystem::path> sending_situation_files();
[[nodiscard]] SendingSituation read_sending_situation(const std::filesystem::path& path);

/// An account of that channel with all that sending needs.
[[nodiscard]] AdapterConfig sending_config(std::string channel);
/// 2026-01-02, the time of every request in these tests.
[[nodiscard]] Instant sending_now();

/// An answer that owns its bytes, padded as the contract of ProviderAnswer asks.
class OwnedAnswer final {
  public:
    OwnedAnswer(int status, std::string_view body,
                std::vector<std::pair<std::string, std::string>> headers = {});
    [[nodiscard]] ProviderAnswer view();

  private:
    int status_;
    std::string body_;
    std::size_t bytes_;
    std::vector<std::pair<std::string, std::string>> headers_;
    std::vector<HeaderView> views_;
};

/// What the adapter makes of that answer to a text.
[[nodiscard]] SendOutcome outcome_of_answer(const SendingAdapter& adapter, OwnedAnswer answer);

/// Method and URL, header lines, an empty line, the body, a line feed. An access token that belongs
/// there is "prepared-token".
[[nodiscard]] std::string render(ProviderCall call);

}  // namespace postern::adapters
