// HTML that was made to be slow: each of these reads the whole rest again for every few bytes, if
// anything does, and would then take minutes.
#include "adapters/email/mime_html.h"

#include <gtest/gtest.h>

namespace postern::adapters::email {
namespace {

/// Every end that is looked for stands at the very end.
std::string repeated(std::string_view piece) {
    constexpr std::string_view end = "</script></style>;-->";
    std::string out;
    out.reserve(html_max);
    while (out.size() + piece.size() + end.size() <= html_max) out.append(piece);
    return out.append(end);
}

TEST(HtmlText, IsLinearInWhatLooksLikeMarkup) {
    for (const std::string_view piece :
         {"<1", "<a", "</", "<!-", "<!--", "<script ", "<style>", "<p b=\"", "<blockquote>",
          "<pre>\n", "&", "&#x1", " <", "x<br>"}) {
        EXPECT_LE(html_text(repeated(piece)).size(), 10 * html_max) << piece;
    }
}

TEST(HtmlText, TakesALesserThanSignForWhatItIs) {
    EXPECT_EQ(html_text("1 <2 and <3>"), "1 <2 and <3>\n");
    EXPECT_EQ(html_text("<b>1</b> <2 <i>and</i> 3> 2"), "1 <2 and 3> 2\n");
    EXPECT_EQ(html_text("a <b"), "a <b\n");
    EXPECT_EQ(html_text("a <b and <!-- c --> <d"), "a <d\n");
}

}  // namespace
}  // namespace postern::adapters::email
