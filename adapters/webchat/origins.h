// Which web sites may open a chat: an allow-list of origins, as the operator wrote it. Pure.
// Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::adapters::webchat {

class Origins final {
  public:
    /// A JSON list of "https://www.example.com", "https://*.example.com" (one label or more) or
    /// "http://localhost:3000". `problem` says what is wrong, if anything.
    [[nodiscard]] static Origins parse(std::string_view list_json, std::string& problem);

    /// `origin` as a browser sends it. An empty one, and "null", are no one's.
    [[nodiscard]] bool allow(std::string_view origin) const;

  private:
    struct Pattern {
        std::string before;  // the whole origin, or all before the star
        std::string after;   // behind the star, with its dot; empty: no star
    };
    std::vector<Pattern> patterns_;
};

}  // namespace postern::adapters::webchat
