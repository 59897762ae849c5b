// An IMAP client and what a server says to it by hand. Test thread only.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "adapters/email/imap_client.h"

namespace postern::adapters::email {

inline ImapOptions options_of(ImapAfter after = ImapAfter::seen) {
    ImapOptions options;
    options.login.username = "ana";
    options.login.secret = Secret("s3cret");
    options.after = after;
    options.folder = "\"Done\"";
    return options;
}

struct Session {
    explicit Session(ImapOptions options = options_of()) : client(std::move(options), memory) {}

    /// Says the lines; what the client answers.
    std::string told(std::string_view text) {
        client.received(text);
        return client.take_output();
    }
    /// Up to the open mailbox, and the answer to SELECT's search; what is said then.
    std::string open(std::string_view capabilities, std::string_view found,
                     std::string_view perms = "(\\Seen \\Deleted \\*)") {
        const std::string caps(capabilities);
        EXPECT_EQ(told("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n"),
                  "P1 AUTHENTICATE PLAIN AGFuYQBzM2NyZXQ=\r\n");
        EXPECT_EQ(told("P1 OK [CAPABILITY IMAP4rev1 " + caps + "] in\r\n"),
                  "P2 SELECT \"INBOX\"\r\n");
        const std::string search =
            told("* 3 EXISTS\r\n* OK [UIDVALIDITY 17] x\r\n* OK [PERMANENTFLAGS " +
                 std::string(perms) + "] x\r\nP2 OK [READ-WRITE] open\r\n");
        EXPECT_TRUE(search.starts_with("P3 UID SEARCH UN")) << search;
        return told("* SEARCH" + std::string(found) + "\r\nP3 OK found\r\n");
    }
    /// The problem that ended it.
    std::string failed() const {
        return client.failure() ? std::string(to_string(client.failure()->problem)) : "";
    }

    ImapMemory memory;
    ImapClient client;
};

}  // namespace postern::adapters::email
