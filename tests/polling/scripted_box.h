// A mailbox behind a socket, as much of IMAP as the client speaks; IDLE tells of nothing. A
// connection is served on a thread of its own; the rest may be asked from any.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string>

#include "adapters/shared/encoding.h"
#include "tests/net/support.h"

namespace postern::imap {

inline std::string mail(int number) {
    const std::string n = std::to_string(number);
    return "From: ana@example.com\r\nMessage-ID: <m" + n + "@x>\r\n\r\ntext " + n + "\r\n";
}

/// Of mails 1, 2, …
class Box final {
  public:
    explicit Box(int mails) : mails_(mails) {}

    [[nodiscard]] std::set<int> seen() {
        const std::lock_guard lock(mutex_);
        return seen_;
    }
    [[nodiscard]] int fetches() {
        const std::lock_guard lock(mutex_);
        return fetches_;
    }
    /// Ends the connection under way, which waits for nothing but us.
    void cut() {
        const std::lock_guard lock(mutex_);
        ::shutdown(fd_, SHUT_RDWR);
    }
    std::atomic<bool> lets_in{true};
    std::atomic<bool> drips{false};  // a search is not answered, and something is said all the time
    std::atomic<int> refuses{0};     // so many fetches of a mail
    std::atomic<int> dripped{0};
    std::string token;  // the one that logs in; empty: a password does

    void serve(int fd) {
        {
            const std::lock_guard lock(mutex_);
            fd_ = fd;
        }
        net::test::send_all(
            fd, "* OK [CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN AUTH=XOAUTH2] hi\r\n");
        std::string heard;
        char bytes[4096];
        while (true) {
            const auto end = heard.find("\r\n");
            if (end == std::string::npos) {
                const ssize_t got = ::recv(fd, bytes, sizeof bytes, 0);
                if (got <= 0) return;
                heard.append(bytes, static_cast<std::size_t>(got));
                continue;
            }
            const std::string command = heard.substr(0, end);
            while (drips && command.find("UID SEARCH") != std::string::npos) {
                constexpr std::string_view busy = "* OK still here\r\n";
                if (::send(fd, busy.data(), busy.size(), MSG_NOSIGNAL) <= 0) return;
                ++dripped;
            }
            net::test::send_all(fd, answer(command));
            heard.erase(0, end + 2);
        }
    }

  private:
    std::string answer(const std::string& line) {
        const std::lock_guard lock(mutex_);
        if (line == "DONE") return idle_ + " OK done\r\n";
        const std::string tag = line.substr(0, line.find(' '));
        const std::string command = line.substr(tag.size() + 1);
        const std::string ok = tag + " OK done\r\n";
        if (command.starts_with("AUTH")) {
            const std::string bearer =
                "user=ana\x01"
                "auth=Bearer " +
                token + "\x01\x01";
            const bool known = token.empty() || command == "AUTHENTICATE XOAUTH2 " +
                                                               adapters::shared::to_base64(bearer);
            return lets_in && known ? tag + " OK [CAPABILITY IMAP4rev1 IDLE] in\r\n"
                                    : tag + " NO [AUTHENTICATIONFAILED] not you\r\n";
        }
        if (command.starts_with("SELECT"))
            return "* OK [UIDVALIDITY 9] x\r\n" + tag + " OK [READ-WRITE] open\r\n";
        if (command.starts_with("UID SEARCH")) {
            std::string found = "* SEARCH";
            for (int n = 1; n <= mails_; ++n) {
                if (!seen_.contains(n)) found += " " + std::to_string(n);
            }
            return found + "\r\n" + ok;
        }
        if (command.find("RFC822.SIZE") != std::string::npos) {
            std::string sizes;
            for (int n = 1; n <= mails_; ++n) {
                sizes += "* " + std::to_string(n) + " FETCH (UID " + std::to_string(n) +
                         " RFC822.SIZE " + std::to_string(mail(n).size()) + ")\r\n";
            }
            return sizes + ok;
        }
        const auto number_at = [&](std::size_t at) { return std::atoi(command.c_str() + at); };
        if (command.starts_with("UID FETCH ")) {
            const int n = number_at(10);
            ++fetches_;
            if (refuses > 0) {
                --refuses;
                return tag + " NO [SERVERBUG] not now\r\n";
            }
            return "* 1 FETCH (UID " + std::to_string(n) + " BODY[] {" +
                   std::to_string(mail(n).size()) + "}\r\n" + mail(n) + ")\r\n" + ok;
        }
        if (command.starts_with("UID STORE ")) {
            seen_.insert(number_at(10));
            return ok;
        }
        if (command == "IDLE") {
            idle_ = tag;
            return "+ idling\r\n";
        }
        return ok;
    }

    std::mutex mutex_;
    const int mails_;
    int fd_ = -1;
    std::string idle_;
    std::set<int> seen_;
    int fetches_ = 0;
};

}  // namespace postern::imap
