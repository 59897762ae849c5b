// A stored template and a message that names it: what the message lacks, and the words that go
// where a channel has no templates of its own. Pure. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/model/outbound.h"
#include "gateway/model/template.h"

namespace postern::templates {

/// Dotted, under `content`.
struct Lack {
    std::string field;
    std::string detail;
};

/// What the provider would miss: each variable of the body, the header's medium or words, the ends
/// of URL buttons. Nothing if the template's words are not known.
[[nodiscard]] std::vector<Lack> lacks_for_provider(const model::TemplateRow& row,
                                                   const adapters::OutboundContent& content);

/// What words() would miss: every placeholder of header, body, footer and buttons.
[[nodiscard]] std::vector<Lack> lacks_for_words(const model::TemplateRow& row,
                                                const adapters::OutboundContent& content);

/// Variables that none of these templates has a placeholder for: a misspelt name, mostly.
[[nodiscard]] std::vector<Lack> strangers(const std::vector<const model::TemplateRow*>& rows,
                                          const adapters::OutboundContent& content);

/// Header, body, footer and the links of buttons as one text. A header that is a medium becomes its
/// URL. Call once nothing lacks.
[[nodiscard]] std::string words(const model::TemplateRow& row,
                                const adapters::OutboundContent& content);

}  // namespace postern::templates
