// Reads one JSON object member by member and notes the first mistake by its dotted place: the
// strict reading of what an app sends. Private to outbound_content. Thread: any; views die with the
// parser.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "adapters/sending_adapter.h"

namespace postern::model {

enum class Need : unsigned char { optional, required };

/// Life: one object, on the stack. After the first mistake every further call does nothing. A null
/// is the same as no member.
class ContentFields final {
  public:
    using Problem = std::optional<adapters::FieldProblem>;

    /// `place` is what stands before each field: "", or "sections[2]".
    ContentFields(simdjson::dom::element value, std::string place, Problem& problem);

    /// Required: present and not empty. No text may hold a NUL.
    void text(std::string_view name, std::size_t bytes_max, Need need, std::string& out);
    /// As text; if there is one, it is http or https.
    void url(std::string_view name, Need need, std::string& out);
    void texts(std::string_view name, std::size_t count_max, std::size_t bytes_max,
               std::vector<std::string>& out);
    void flag(std::string_view name, bool& out);
    /// Required, and within [-bound, bound].
    void number(std::string_view name, double bound, double& out);
    void index(std::string_view name, unsigned most, unsigned& out);
    /// One of the first `count` enumerators of Enum, by its word on the wire.
    template <class Enum>
    void word(std::string_view name, std::size_t count, Need need, Enum& out) {
        std::string text;
        this->text(name, 64, need, text);
        if (failed() || text.empty()) return;
        std::string known;
        for (std::size_t i = 0; i < count; ++i) {
            out = static_cast<Enum>(i);
            if (adapters::to_string(out) == text) return;
            known.append(i == 0 ? "" : ", ").append(adapters::to_string(out));
        }
        fault(name, "invalid", "This must be one of: " + known + ".");
    }
    /// Calls visit(ContentFields&) for each object of a list and refuses what it did not take.
    template <class Visit>
    void each(std::string_view name, std::size_t count_max, Need need, Visit visit) {
        const auto elements = list(name, count_max, need);
        for (std::size_t i = 0; i < elements.size() && !failed(); ++i) {
            ContentFields element(elements[i], place(name) + "[" + std::to_string(i) + "]",
                                  problem_);
            visit(element);
            element.finish();
        }
    }
    /// The raw member, now taken; nothing if it is absent.
    [[nodiscard]] std::optional<simdjson::dom::element> take(std::string_view name);

    void fault(std::string_view name, std::string_view code, std::string detail);
    [[nodiscard]] bool failed() const { return problem_.has_value(); }
    [[nodiscard]] Problem& problem() { return problem_; }
    /// Refuses every member that was not asked for.
    void finish();
    /// Where a member of that name stands.
    [[nodiscard]] std::string place(std::string_view name) const;

  private:
    struct Member {
        std::string_view name;
        simdjson::dom::element value;
        bool taken = false;
    };

    [[nodiscard]] std::vector<simdjson::dom::element> list(std::string_view name,
                                                           std::size_t count_max, Need need);
    [[nodiscard]] bool read(simdjson::dom::element value, std::string_view name,
                            std::size_t bytes_max, std::string& out);

    const std::string place_;
    Problem& problem_;
    std::vector<Member> members_;
};

}  // namespace postern::model
