// Exceptions by name, address and network; heads after RFC 9110, 9.3.6 and RFC 9112, 3.2.2.
#include "gateway/net/proxy.h"

#include <charconv>

#include <openssl/evp.h>

#include "gateway/net/ascii.h"
#include "gateway/net/client_request.h"

namespace postern::net {
namespace {

std::string base64(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

/// "example.com" is itself and everything that ends in ".example.com".
bool is_within(std::string_view host, std::string_view name) {
    if (ascii_iequals(host, name)) return true;
    if (host.size() <= name.size()) return false;
    const std::size_t cut = host.size() - name.size();
    return host[cut - 1] == '.' && ascii_iequals(host.substr(cut), name);
}

/// With the port, also the usual one: a tunnel needs to be told.
std::string endpoint(const Url& url) {
    const bool v6 = url.host.find(':') != std::string::npos;
    return (v6 ? "[" + url.host + "]" : url.host) + ":" + url.port;
}

}  // namespace

Proxy::Proxy(const ProxyOptions& options) : in_use_(!options.url.empty()) {
    if (!in_use_) return;
    auto url = parse_url(options.url);
    if (url && !url->secure) url_ = std::move(*url);
    if (!options.credentials.empty())
        authorization_ = "Proxy-Authorization: Basic " + base64(options.credentials) + "\r\n";
    std::vector<std::string> networks;
    for (const std::string& text : options.except) {
        if (text == "*") {
            except_all_ = true;
        } else if (parse_cidr(text)) {
            networks.push_back(text);
        } else {
            except_names_.push_back(text.starts_with('.') ? text.substr(1) : text);
        }
    }
    std::string wrong;  // each was parsed above
    (void)except_networks_.assign(networks, wrong);
}

bool Proxy::stands_before(const Url& url) const {
    if (!in_use_ || except_all_) return false;
    if (const auto address = parse_address(url.host)) return !except_networks_.contains(*address);
    for (const std::string& name : except_names_) {
        if (is_within(url.host, name)) return false;
    }
    return true;
}

std::string Proxy::name() const {
    return url_.host.empty() ? "the proxy's URL cannot be used" : endpoint(url_);
}

std::string Proxy::connect_head(const Url& url) const {
    const std::string target = endpoint(url);
    return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\nUser-Agent: Postern\r\n" +
           authorization_ + "\r\n";
}

void Proxy::address(Exchange& exchange) const {
    const std::size_t target = exchange.head.find(' ') + 1;
    exchange.head.insert(target, "http://" + exchange.url.authority);
    const std::size_t line = exchange.head.find("\r\n") + 2;
    exchange.head.insert(line, authorization_);
}

int status_of(std::string_view head) {
    if (!head.starts_with("HTTP/1.") || head.size() < 12 || head[8] != ' ') return 0;
    int status = 0;
    const auto [end, error] = std::from_chars(head.data() + 9, head.data() + 12, status);
    const bool whole = error == std::errc{} && end == head.data() + 12;
    return whole && status >= 100 && status <= 599 ? status : 0;
}

}  // namespace postern::net
