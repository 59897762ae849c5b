#include "gateway/api/templates_ask.h"

#include "gateway/templates/use.h"

namespace postern::api {
namespace {

using templates::TemplatePtr;

TemplatePtr stored(const SendAccount& account, const MessageAsk& ask,
                   const templates::TemplateTable& table) {
    auto row = table.find(account.number, ask.content.name, ask.content.language);
    return row != nullptr && !row->body.empty() ? row : nullptr;
}

/// The contents' own fields were checked by parse_content(): a fault is about the channel.
bool refuse(Fields& in, const SendAccount& account, const adapters::FieldProblem& fault,
            std::string_view hint) {
    const std::string field = fault.field.empty() ? "content" : "content." + fault.field;
    in.fault(field, fault.code, account.name + ": " + fault.detail + std::string(hint));
    return false;
}

bool refuse(Fields& in, const std::vector<templates::Lack>& lacks,
            std::string_view code = "required") {
    for (const templates::Lack& lack : lacks)
        in.fault("content." + lack.field, std::string(code), lack.detail);
    return lacks.empty();
}

/// As its provider knows it.
bool fit_provider(Fields& in, const SendAccount& account, const TemplatePtr& own,
                  const MessageAsk& ask) {
    if (own == nullptr || !account.adapter->send_traits().templates) return true;
    return refuse(in, templates::lacks_for_provider(*own, ask.content));
}

/// As words of ours.
bool fit_words(Fields& in, const SendAccount& account, const model::TemplateRow& row,
               const MessageAsk& ask, std::string& words) {
    if (!refuse(in, templates::lacks_for_words(row, ask.content))) return false;
    words = templates::words(row, ask.content);
    adapters::OutboundContent text;
    text.text = words;
    const auto fault = account.adapter->check(text);
    return !fault || refuse(in, account, *fault, " (the template as words)");
}

/// What went wrong, or which stored template speaks: null where its words are not known.
struct Fitted {
    bool fits = false;
    TemplatePtr said;
};

Fitted fit_on(Fields& in, const SendAccount& account, const TemplatePtr& own,
              const TemplatePtr& first, const MessageAsk& ask, std::string& words) {
    // A fallback says what the template of the account that was asked for would have said.
    const TemplatePtr& known = own != nullptr ? own : first;
    const auto fault = account.adapter->check(ask.content);
    const bool native = !fault && (account.adapter->send_traits().templates || !known);
    if (native) return {fit_provider(in, account, own, ask), own};
    if (known == nullptr)
        return {refuse(in, account, *fault, "; no template of this name is stored for it"), {}};
    return {fit_words(in, account, *known, ask, words), known};
}

}  // namespace

TemplatePtr template_of(const MessageAsk& ask, const templates::TemplateTable& table) {
    if (!ask.row.is_template || ask.accounts.empty()) return nullptr;
    return stored(*ask.accounts.front(), ask, table);
}

bool fit_template(Fields& in, const templates::TemplateTable& table, MessageAsk& out) {
    out.row.template_name = out.content.name;
    out.row.template_language = out.content.language;
    out.words.assign(out.accounts.size(), {});
    const TemplatePtr first = template_of(out, table);
    std::vector<const model::TemplateRow*> used;
    bool all_known = true;
    for (std::size_t i = 0; i < out.accounts.size(); ++i) {
        const SendAccount& account = *out.accounts[i];
        const Fitted fitted =
            fit_on(in, account, stored(account, out, table), first, out, out.words[i]);
        if (!fitted.fits) return false;
        all_known = all_known && fitted.said != nullptr;
        // Its row lives in the table.
        if (fitted.said != nullptr) used.push_back(fitted.said.get());
    }
    // Where a provider's template is known by name alone, only the provider can tell.
    return !all_known || refuse(in, templates::strangers(used, out.content), "unknown");
}

bool fit_template_on(Fields& in, const templates::TemplateTable& table, const SendAccount& account,
                     const MessageAsk& ask, std::string& words) {
    TemplatePtr first;
    for (const auto& other : ask.accounts) {
        if (first == nullptr) first = stored(*other, ask, table);
    }
    const Fitted fitted = fit_on(in, account, stored(account, ask, table), first, ask, words);
    if (!fitted.fits || fitted.said == nullptr) return fitted.fits;
    return refuse(in, templates::strangers({fitted.said.get()}, ask.content), "unknown");
}

}  // namespace postern::api
