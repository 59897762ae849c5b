#include "gateway/templates/use.h"

#include <algorithm>

#include "gateway/templates/placeholders.h"

namespace postern::templates {
namespace {

using adapters::ButtonKind;
using adapters::OutboundContent;
using model::TemplateRow;

void add_lacking(std::string_view text, const OutboundContent& content, std::vector<Lack>& lacks) {
    for (const std::string& name : placeholders(text)) {
        if (find_variable(content.variables, name) != nullptr) continue;
        std::string field = "variables." + name;
        const bool known =
            std::ranges::any_of(lacks, [&field](const Lack& lack) { return lack.field == field; });
        if (known) continue;
        lacks.push_back({std::move(field), "The template needs a value for {{" + name + "}}."});
    }
}

const adapters::TemplateButton* button_at(const OutboundContent& content, std::size_t index) {
    const auto found = std::ranges::find_if(
        content.template_buttons, [index](const auto& one) { return one.index == index; });
    return found == content.template_buttons.end() ? nullptr : &*found;
}

/// The end of a link that the message gives, or the variable of that name.
std::string filled_url(const std::string& url, std::size_t index, const OutboundContent& content) {
    const auto names = placeholders(url);
    const adapters::TemplateButton* given = button_at(content, index);
    if (given == nullptr || names.empty()) return fill(url, content.variables);
    return fill(url, Variables{{names.front(), given->payload}});
}

/// Words that a message gives for its header stand for the header's one placeholder.
std::string filled_header(const std::string& text, const OutboundContent& content) {
    const auto names = placeholders(text);
    const bool given = content.header && !content.header->media && !names.empty();
    return given ? fill(text, Variables{{names.front(), content.header->text}})
                 : fill(text, content.variables);
}

void add_line(std::string& out, std::string_view line, std::string_view before) {
    if (line.empty()) return;
    if (!out.empty()) out.append(before);
    out.append(line);
}

}  // namespace

std::vector<Lack> lacks_for_provider(const TemplateRow& row, const OutboundContent& content) {
    std::vector<Lack> lacks;
    if (row.body.empty()) return lacks;
    add_lacking(row.body, content, lacks);
    const bool medium = row.header && row.header->media;
    if (medium && (!content.header || content.header->media != row.header->media)) {
        lacks.push_back({"header", "The template's header is " +
                                       std::string(to_string(*row.header->media)) +
                                       ": give its kind and url."});
    }
    const bool words_needed = row.header && !medium && !placeholders(row.header->text).empty();
    if (words_needed && (!content.header || content.header->media)) {
        lacks.push_back({"header", "The template's header has a placeholder: give its text."});
    }
    for (std::size_t i = 0; i < row.buttons.size(); ++i) {
        const adapters::OutboundButton& button = row.buttons[i];
        const bool open = button.kind == ButtonKind::url && !placeholders(button.url).empty();
        if (!open || button_at(content, i) != nullptr) continue;
        lacks.push_back({"buttons", "Button " + std::to_string(i) +
                                        " needs the end of its link: give index and payload."});
    }
    return lacks;
}

std::vector<Lack> lacks_for_words(const TemplateRow& row, const OutboundContent& content) {
    std::vector<Lack> lacks;
    if (row.header && !row.header->media) {
        const bool given = content.header && !content.header->media;
        if (!given) add_lacking(row.header->text, content, lacks);
    }
    add_lacking(row.body, content, lacks);
    add_lacking(row.footer, content, lacks);
    for (std::size_t i = 0; i < row.buttons.size(); ++i) {
        if (button_at(content, i) == nullptr) add_lacking(row.buttons[i].url, content, lacks);
    }
    return lacks;
}

std::vector<Lack> strangers(const std::vector<const TemplateRow*>& rows,
                            const OutboundContent& content) {
    const auto says = [](std::string_view text, const std::string& name) {
        return std::ranges::count(placeholders(text), name) > 0;
    };
    const auto declares = [&says](const TemplateRow* row, const std::string& name) {
        const bool in_links = std::ranges::any_of(
            row->buttons, [&](const auto& button) { return says(button.url, name); });
        return says(row->body, name) || says(row->footer, name) || in_links ||
               (row->header && says(row->header->text, name));
    };
    std::vector<Lack> found;
    for (const auto& [name, value] : content.variables) {
        const bool known =
            std::ranges::any_of(rows, [&](const TemplateRow* row) { return declares(row, name); });
        if (!known) found.push_back({"variables." + name, "The template has no {{" + name + "}}."});
    }
    return found;
}

std::string words(const TemplateRow& row, const OutboundContent& content) {
    std::string out;
    if (row.header && !row.header->media) {
        add_line(out, filled_header(row.header->text, content), "\n\n");
    } else if (row.header) {
        const bool given = content.header && content.header->media;
        add_line(out, given ? content.header->url : row.header->url, "\n\n");
    }
    add_line(out, fill(row.body, content.variables), "\n\n");
    add_line(out, fill(row.footer, content.variables), "\n\n");
    bool first = true;
    for (std::size_t i = 0; i < row.buttons.size(); ++i) {
        const adapters::OutboundButton& button = row.buttons[i];
        std::string line;
        if (button.kind == ButtonKind::url)
            line = button.title + ": " + filled_url(button.url, i, content);
        if (button.kind == ButtonKind::phone) line = button.title + ": " + button.phone;
        add_line(out, line, first ? "\n\n" : "\n");
        first = first && line.empty();
    }
    return out;
}

}  // namespace postern::templates
