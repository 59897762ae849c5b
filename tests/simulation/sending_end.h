// What must hold two hours after the last fault: every accepted message has ended, once, and rows,
// ledger and answers tell the same story.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/simulation/sending_provider.h"
#include "tests/simulation/sending_watch.h"

namespace postern::simulation {

/// Messages that the gateway said it has taken, by their text (each has its own).
class AcceptedMessages final {
  public:
    /// The same text twice is the same submission again: it must have the same id.
    void add(const std::string& text, model::Sequence id, std::vector<std::string>& failures);
    [[nodiscard]] const std::map<std::string, model::Sequence>& all() const { return by_text_; }
    [[nodiscard]] std::size_t size() const { return by_text_.size(); }

  private:
    std::map<std::string, model::Sequence> by_text_;
};

void check_end(runtime::StoreReader& reader, const SendingWatch& watch,
               const SendingProvider& provider, const AcceptedMessages& accepted,
               std::vector<std::string>& failures);

}  // namespace postern::simulation
