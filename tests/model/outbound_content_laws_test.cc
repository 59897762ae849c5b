// Whatever can be said is read back as it was written, and no bytes bring the reader to fall.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "gateway/model/outbound_content.h"

namespace postern::model {
namespace {

using adapters::ContentType;
using adapters::FieldProblem;
using adapters::OutboundContent;

/// Not empty, of letters, quotes, escapes and characters of two to four bytes.
rc::Gen<std::string> words() {
    const auto piece = rc::gen::elementOf(
        std::vector<std::string>{"a", "Z", " ", "\"", "\\", "\n", "\t", "é", "ñ", "漢", "👍", "/"});
    return rc::gen::map(rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(piece)),
                        [](const std::vector<std::string>& pieces) {
                            std::string text;
                            for (const std::string& p : pieces) text += p;
                            return text;
                        });
}

rc::Gen<std::string> maybe_words() {
    return rc::gen::oneOf(rc::gen::just(std::string()), words());
}

std::string url() {
    return "https://example.com/" + std::to_string(*rc::gen::arbitrary<unsigned>());
}

int count(int from, int to) {
    return *rc::gen::inRange(from, to);
}

void fill_header(OutboundContent& out) {
    const int kind = count(0, 8);
    if (kind == 7) return;
    auto& header = out.header.emplace();
    if (kind == 6) {
        header.text = *words();
        return;
    }
    header.media = static_cast<adapters::MediaKind>(kind);
    header.url = url();
}

void fill_template(OutboundContent& out) {
    out.name = *words();
    out.language = "es";
    const int variables = count(0, 5);
    for (int i = 0; i < variables; ++i) {
        out.variables.emplace_back(std::to_string(i) + *maybe_words(), *maybe_words());
    }
    fill_header(out);
    const int buttons = count(0, 4);
    for (int i = 0; i < buttons; ++i) {
        out.template_buttons.push_back({static_cast<unsigned>(count(0, 32)), *words(),
                                        static_cast<adapters::ButtonKind>(count(0, 2))});
    }
}

void fill_buttons(OutboundContent& out) {
    out.text = *words();
    fill_header(out);
    out.footer = *maybe_words();
    const int buttons = count(1, 5);
    for (int i = 0; i < buttons; ++i) {
        const auto kind = static_cast<adapters::ButtonKind>(count(0, 4));
        out.buttons.push_back({kind, *words(), *words(), url(), *words()});
    }
}

void fill_list(OutboundContent& out) {
    out.text = *words();
    fill_header(out);
    out.button = *words();
    const int sections = count(1, 4);
    for (int i = 0; i < sections; ++i) {
        auto& section = out.sections.emplace_back();
        section.title = *maybe_words();
        const int rows = count(1, 4);
        for (int k = 0; k < rows; ++k) {
            section.rows.push_back({*words(), *words(), *maybe_words()});
        }
    }
}

void fill_media(OutboundContent& out) {
    out.media = static_cast<adapters::MediaKind>(count(0, 6));
    (count(0, 2) == 0 ? out.url : out.upload) = url();
    out.mime = *maybe_words();
    out.filename = *maybe_words();
    out.subject = *maybe_words();
    out.text = *maybe_words();
}

void fill_contacts(OutboundContent& out) {
    const int cards = count(1, 4);
    for (int i = 0; i < cards; ++i) {
        out.contacts.push_back({*words(), {*words()}, {*words(), *words()}, *maybe_words()});
    }
}

OutboundContent any_content() {
    OutboundContent out;
    out.type = static_cast<ContentType>(count(0, 8));
    switch (out.type) {
        case ContentType::media:
            fill_media(out);
            break;
        case ContentType::template_:
            fill_template(out);
            break;
        case ContentType::buttons:
            fill_buttons(out);
            break;
        case ContentType::list:
            fill_list(out);
            break;
        case ContentType::location:
            out.point = adapters::GeoPoint{count(-9000, 9001) / 100.0, count(-180, 181) / 1.0};
            out.name = *maybe_words();
            out.address = *maybe_words();
            break;
        case ContentType::contacts:
            fill_contacts(out);
            break;
        case ContentType::reaction:
            out.reaction_to = *words();
            out.emoji = *maybe_words();
            break;
        default:
            out.text = *words();
            out.preview_url = count(0, 2) == 1;
            out.subject = *maybe_words();
            out.html = *maybe_words();
    }
    return out;
}

RC_GTEST_PROP(OutboundContentLaws, WhatIsWrittenIsReadBackEqual, ()) {
    const OutboundContent content = any_content();
    const std::string json = write_content(content);
    OutboundContent read;
    FieldProblem problem;
    const bool ok = parse_content(json, read, problem);
    RC_LOG() << json << " " << problem.field << " " << problem.code;
    // Words beyond a limit are refused, and nothing else is.
    if (!ok) RC_ASSERT(problem.code == "too_long");
    if (!ok) RC_DISCARD("too long");
    RC_ASSERT(read == content);
    RC_ASSERT(write_content(read) == json);
}

RC_GTEST_PROP(OutboundContentLaws, AMissingByteIsNeverReadAsTheSame, ()) {
    const OutboundContent content = any_content();
    std::string json = write_content(content);
    json.erase(static_cast<std::size_t>(count(0, static_cast<int>(json.size()))), 1);
    OutboundContent read;
    FieldProblem problem;
    if (parse_content(json, read, problem)) {
        RC_ASSERT(read != content);
    } else {
        RC_ASSERT(!problem.code.empty());
    }
}

}  // namespace
}  // namespace postern::model
