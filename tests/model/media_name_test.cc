// Names at the end of public URLs: plain letters, and always an extension.
#include "gateway/model/media_name.h"

#include <gtest/gtest.h>

namespace postern::model {
namespace {

std::string name_of(std::string filename, std::string mime = {},
                    adapters::MediaKind kind = adapters::MediaKind::image) {
    adapters::OutboundContent content;
    content.filename = std::move(filename);
    content.mime = std::move(mime);
    content.media = kind;
    return url_name(content);
}

TEST(MediaName, KeepsAPlainName) {
    EXPECT_EQ(name_of("foto.jpg", "image/png"), "foto.jpg");
    EXPECT_EQ(name_of("a.tar.gz"), "a.tar.gz");
}

TEST(MediaName, HasNothingThatAUrlWouldEscape) {
    EXPECT_EQ(name_of("mi foto/ñ?#.png"), "mi_foto_____.png");
    EXPECT_EQ(name_of(std::string(500, 'x') + ".pdf").size(), 84U);
}

TEST(MediaName, TakesAnExtensionFromTypeOrKind) {
    EXPECT_EQ(name_of("", "image/png"), "file.png");
    EXPECT_EQ(name_of("factura", "application/pdf; q=1"), "factura.pdf");
    EXPECT_EQ(name_of("", "", adapters::MediaKind::voice), "file.ogg");
    EXPECT_EQ(name_of(".hidden", "", adapters::MediaKind::sticker), ".hidden.webp");
    EXPECT_EQ(name_of("...", "", adapters::MediaKind::document), "file.bin");
    EXPECT_EQ(name_of("name.", "video/mp4"), "name..mp4");
}

}  // namespace
}  // namespace postern::model
