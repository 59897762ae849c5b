// Listening sockets as file descriptors: one a thread on the same address (SO_REUSEPORT), or copies
// of one that systemd opened. Plain system calls, at start only.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace postern::net {

/// `count` listening sockets for "host:port", "[v6]:port"; port 0 picks one that all share. A port
/// that another process listens on is an error, although SO_REUSEPORT would let us join it. On an
/// error the list is empty and `problem` says what and where.
[[nodiscard]] std::vector<int> open_listeners(const std::string& address, std::size_t count,
                                              std::string& problem);

/// `count` duplicates of a socket that listens already. The original stays open.
[[nodiscard]] std::vector<int> duplicate_listener(int fd, std::size_t count, std::string& problem);

/// "127.0.0.1:8080" or "[::1]:8080".
[[nodiscard]] std::string bound_address(int fd);
[[nodiscard]] bool is_v6_socket(int fd);

}  // namespace postern::net
