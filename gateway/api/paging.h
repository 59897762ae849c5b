// Lists in pages: `limit` and an opaque `cursor` in, `data` and `next_cursor` out. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/problem.h"
#include "gateway/model/json.h"
#include "gateway/net/http.h"

namespace postern::api {

inline constexpr std::size_t page_limit_default = 50;
inline constexpr std::size_t page_limit_max = 200;
/// Rows that one request may look at while it filters; then it ends its page early, with a cursor.
inline constexpr std::size_t page_rows_max = 5'000;

struct PageQuery {
    std::size_t limit = page_limit_default;
    std::uint64_t after = 0;  // the place where the page before ended; 0: from the beginning
};

/// `list` (one letter) keeps a cursor of one list from being used in another.
[[nodiscard]] std::optional<Problem> read_page_query(const net::Request& request, char list,
                                                     PageQuery& out);
[[nodiscard]] std::string format_list_cursor(char list, std::uint64_t place);
[[nodiscard]] bool parse_list_cursor(char list, std::string_view text, std::uint64_t& place);

/// `{"data":[` … `],"next_cursor":…}` around items; place 0: the list has ended.
class ListWriter final {
  public:
    explicit ListWriter(char list) : list_(list) { json_.begin_object().key("data").begin_array(); }
    ListWriter(const ListWriter&) = delete;
    ListWriter& operator=(const ListWriter&) = delete;

    [[nodiscard]] model::JsonWriter& item() {
        ++count_;
        return json_;
    }
    /// Closes an item that was left open.
    void end_item() { json_.end_object(); }
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::string finish(std::uint64_t next_place);

  private:
    char list_;
    std::string body_;
    model::JsonWriter json_{body_};
    std::size_t count_ = 0;
};

}  // namespace postern::api
