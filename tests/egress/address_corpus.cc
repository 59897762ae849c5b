// URLs that were used, or could be, to make a server call what it must not (RELIABILITY 4.4), and
// those that must go through.
#include "tests/egress/address_corpus.h"

namespace postern::egress {
namespace {

const std::vector<std::string> fine_urls = {
    "https://example.com:",
    "https://example.com",
    "https://example.com/",
    "https://example.com/a?b=c#d",
    "https://example.com:443/x",
    "https://a.b.c.example.co.uk/x",
    "https://xn--bcher-kva.ch/",
    "https://cdn-1.example.org/i.png",
    "https://EXAMPLE.com/",
    "HTTPS://example.com/",
    "https://1.example.com/",
    "https://127.0.0.1.example.com/",
    "https://example.com/?u=http://10.0.0.1/",
    "https://example.com/@me",
    "https://example.com?a@b",
    "https://example.com#@127.0.0.1",
    "https://0x7f.example.com/",
    "https://localhost.example.com/",
    "https://a_b.example.com/",
    "https://1e100.net/",
    "https://example.com/%2e%2e/",
};

const std::vector<std::string> scheme_urls = {
    "http://example.com/", "HTTP://example.com",      "http://127.0.0.1/",
    "http://localhost/",   "http://example.com:443/",
};

const std::vector<std::string> malformed_urls = {
    "https://a,b.example.com/",
    "",
    "example.com",
    "//example.com",
    "/etc/passwd",
    "https:/example.com",
    "https:example.com",
    "ftp://example.com",
    "file:///etc/passwd",
    "gopher://example.com:70/",
    "dict://example.com:11211/",
    "ldap://example.com",
    "data://text",
    "javascript://example.com",
    "ws://example.com",
    "https://",
    "https:///",
    "https:///example.com",
    "https://?x",
    "https://#x",
    "https://:443/",
    "https://example.com\\.evil.com/",
    "https://example.com/\\x",
    "https://exa mple.com/",
    " https://example.com/",
    "https://example.com/ ",
    "https://example.com/\r\nHost: x",
    "https://example.com\t/",
    "https://example.com/\n",
    "https://ex\x01"
    "ample.com/",
    "https://b\xc3\xbc"
    "cher.ch/",
    "https://example\xe3\x80\x82"
    "com/",
    "https://127\xe3\x80\x82"
    "0\xe3\x80\x82"
    "0\xe3\x80\x82"
    "1/",
    "https://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97"
    ".0.0.1/",
    "https://\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6"
    ".0.0.1/",
    "https://example.com/\xc3\xbc"
    "",
    "https://example.com:0/",
    "https://example.com:65536/",
    "https://example.com:99999/",
    "https://example.com:-1/",
    "https://example.com:4x3/",
    "https://example.com:443:443/",
    "https://[::1/",
    "https://[::1]x/",
    "https://[]/",
    "jar:https://example.com!/",
    "https//example.com",
};

const std::vector<std::string> user_info_urls = {
    "https://user@example.com/",
    "https://user:pass@example.com/",
    "https://@example.com/",
    "https://example.com@127.0.0.1/",
    "https://127.0.0.1@example.com/",
    "https://example.com:443@10.0.0.1/",
    "https://a@b@example.com/",
    "https://:@example.com/",
    "https://example.com%40@127.0.0.1/",
};

const std::vector<std::string> port_urls = {
    "https://example.com:80/",   "https://example.com:22/",   "https://example.com:25/",
    "https://example.com:8443/", "https://example.com:6379/", "https://example.com:11211/",
    "https://example.com:9200/", "https://example.com:4430/", "https://127.0.0.1:8080/",
    "https://[::1]:22/",
};

const std::vector<std::string> address_literal_urls = {
    "https://127.0.0.1/",
    "https://127.0.0.1:443/",
    "https://127.1/",
    "https://127.0.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://0x0/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://0177.0.0.01/",
    "https://0x7f000001/",
    "https://0x7F.0.0.1/",
    "https://0x7f.0x0.0x0.0x1/",
    "https://127.0.0x0.1/",
    "https://127.0.0.0x1/",
    "https://127.0.0.1./",
    "https://00000177.0.0.1/",
    "https://4294967295/",
    "https://4294967297/",
    "https://340282366920938463463374607431768211457/",
    "https://10.0.0.1/",
    "https://10.1/",
    "https://192.168.1.1/",
    "https://192.168.257/",
    "https://172.16.0.1/",
    "https://169.254.169.254/",
    "https://2852039166/",
    "https://0xa9fea9fe/",
    "https://0251.0376.0251.0376/",
    "https://169.254.43518/",
    "https://100.64.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://8.8.8.8/",
    "https://1.1.1.1/",
    "https://256.1.1.1/",
    "https://1.2.3.4.5/",
    "https://999/",
    "https://0x/",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:8.8.8.8]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::169.254.169.254]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:a9fe:a9fe::1]/",
    "https://[2001:0:1::1]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://[2606:4700::1111]/",
    "https://[127.0.0.1]/",
    "https://[v1.fe80::a]/",
    "https://[fec0::1]/",
};

const std::vector<std::string> local_name_urls = {
    "https://localhost/",
    "https://LOCALHOST/",
    "https://LocalHost:443/",
    "https://a.localhost/",
    "https://localhost.localdomain/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://metadata/",
    "https://intranet/",
    "https://db.corp/",
    "https://nas.lan/",
    "https://router.home/",
    "https://a.home.arpa/",
    "https://1.0.0.127.in-addr.arpa/",
    "https://x.onion/",
    "https://x.test/",
    "https://x.example/",
    "https://x.invalid/",
    "https://x.private/",
    "https://com/",
};

const std::vector<std::string> bad_name_urls = {
    "https://example.com./",
    "https://localhost./",
    "https://metadata.google.internal./",
    "https://example..com/",
    "https://.example.com/",
    "https://./",
    "https://-a.example.com/",
    "https://a-.example.com/",
    "https://exam%70le.com/",
    "https://127.0.0.1%2f.example.com/",
    "https://127%2e0%2e0%2e1/",
    "https://%31%32%37.0.0.1.example.com/",
    "https://a;b.example.com/",
    "https://a=b.example.com/",
    "https://(a).example.com/",
    "https://a'b.example.com/",
    "https://a!b.example.com/",
    "https://a$b.example.com/",
    "https://a~b.example.com/",
    "https://example.com%00.evil.com/",
    "https://example.com%0d%0a.evil.com/",
    "https://example.com&x.evil.com/",
    "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com/",
};

}  // namespace

const std::vector<CorpusUrls>& address_corpus() {
    static const std::vector<CorpusUrls> corpus = {
        {GuardProblem::none, fine_urls},
        {GuardProblem::scheme, scheme_urls},
        {GuardProblem::malformed, malformed_urls},
        {GuardProblem::user_info, user_info_urls},
        {GuardProblem::port, port_urls},
        {GuardProblem::address_literal, address_literal_urls},
        {GuardProblem::local_name, local_name_urls},
        {GuardProblem::bad_name, bad_name_urls},
    };
    return corpus;
}

}  // namespace postern::egress
