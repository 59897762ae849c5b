// Reads the whole file: a program that ends after one message may.
#include "gateway/cli/upload.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "gateway/cli/api.h"
#include "gateway/cli/document.h"
#include "gateway/sim/json_text.h"

namespace postern::cli {
namespace {

std::string kind_of(const std::string& mime) {
    for (const char* kind : {"image", "audio", "video"}) {
        if (mime.starts_with(std::string(kind) + "/")) return kind;
    }
    return "document";
}

}  // namespace

bool upload_content(const SendAsk& ask, Context& context, std::string& content) {
    std::ifstream in(ask.upload, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in || bytes.empty()) {
        fmt::print(stderr, "postern: cannot read {}\n", ask.upload);
        context.exit_code = exit_usage;
        return false;
    }
    const std::string name =
        ask.filename.empty() ? std::filesystem::path(ask.upload).filename().string() : ask.filename;
    Api api(context.api, context.key);
    const Answer answer = api.post("/v1/media?filename=" + percent_encoded(name), std::move(bytes),
                                   {{"Content-Type", "application/octet-stream"}});
    if (!accepted(answer, context)) return false;
    Document document;
    if (!document.parse(answer.body)) return false;
    sim::JsonText json;
    json.begin_object().field("type", "media");
    json.field("kind", kind_of(text_at(document.root(), "/mime")));
    json.field("upload", text_at(document.root(), "/id"));
    if (!ask.caption.empty()) json.field("caption", ask.caption);
    if (!ask.subject.empty()) json.field("subject", ask.subject);
    content = json.end_object().take();
    return true;
}

}  // namespace postern::cli
