// What can go wrong on disk, as error codes. The text in `Problem` says what, where and what to do.
#pragma once

#include <string>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace postern::storage {

enum class Errc : int {
    io = 1,           // a system call failed: stop acknowledging, exit, let systemd restart
    full,             // no space left
    corrupt,          // a checksum or a structure is wrong: refuse to serve, restore
    short_of_anchor,  // less is there than the anchor says was durable
    schema_newer,     // written by a later Postern
    locked,           // another process has the folder
    not_found,
    bad_key,  // the master key does not open what is stored
    bad_argument,
};

[[nodiscard]] const boost::system::error_category& category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(Errc e) noexcept;

template <class T>
using Result = boost::system::result<T>;

}  // namespace postern::storage

template <>
struct boost::system::is_error_code_enum<postern::storage::Errc> : std::true_type {};
