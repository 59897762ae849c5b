// What mails of the simulator share.
#pragma once

#include <cstdint>
#include <string>

namespace postern::sim {

/// As RFC 5322 writes it, in UTC.
[[nodiscard]] std::string mail_date(std::int64_t time_s);

}  // namespace postern::sim
