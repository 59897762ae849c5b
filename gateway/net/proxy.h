// The proxy on the way out: who is called through it, and what is said to it (private header of the
// client). Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/net/address.h"
#include "gateway/net/client.h"
#include "gateway/net/url.h"

namespace postern::net {

struct Exchange;

class Proxy final {
  public:
    /// One whose URL cannot be used stands before everybody and can be reached by nobody: what must
    /// go through a proxy never goes past it.
    explicit Proxy(const ProxyOptions& options);

    [[nodiscard]] bool stands_before(const Url& url) const;
    [[nodiscard]] const std::string& host() const { return url_.host; }
    [[nodiscard]] const std::string& port() const { return url_.port; }
    /// "host:port", for messages; never credentials.
    [[nodiscard]] std::string name() const;

    /// The head that asks for a tunnel to this host.
    [[nodiscard]] std::string connect_head(const Url& url) const;
    /// Turns the head of a plain request into one for a proxy: absolute form, credentials.
    void address(Exchange& exchange) const;

  private:
    Url url_;
    bool in_use_ = false;
    std::string authorization_;  // a whole header line, or empty
    bool except_all_ = false;
    std::vector<std::string> except_names_;
    CidrSet except_networks_;
};

/// The status of a proxy's answer to CONNECT ("HTTP/1.1 200 …"); 0: that is no answer.
[[nodiscard]] int status_of(std::string_view head);

}  // namespace postern::net
