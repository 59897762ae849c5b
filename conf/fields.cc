// Reading one value of each kind: type, bounds, place.
#include "conf/fields.h"

#include <algorithm>

#include "conf/address.h"
#include "conf/loader.h"
#include "conf/quantity.h"

namespace postern::conf {
namespace {

// One call operator a kind of field; `wrong` is the only way out of a bad value.
struct Store final {
    const Node& node;
    const std::string& key;
    Context& context;
    Config& config;

    void wrong(std::string problem) const {
        context.problems.add(node.line, key, std::move(problem));
    }

    [[nodiscard]] bool is(Node::Kind kind, std::string_view wanted) const {
        if (node.kind == kind) return true;
        wrong("must be " + std::string(wanted) + ", not " + std::string(node.kind_name()));
        return false;
    }

    void operator()(const ChoiceField& field) const {
        if (!is(Node::Kind::text, "a text")) return;
        const std::vector<std::string_view> known(field.choices.begin(), field.choices.end());
        if (known.empty() && !node.text.empty()) {
            field.at(config) = node.text;
            return;
        }
        if (known.empty()) return wrong("must not be empty");
        if (std::find(known.begin(), known.end(), node.text) == known.end()) {
            context.problems.add(node.line, key, "must be " + join(known, "or"),
                                 std::string(nearest(node.text, known)));
            return;
        }
        field.at(config) = node.text;
    }

    void operator()(const PathField& field) const {
        if (!is(Node::Kind::text, "a path")) return;
        if (node.text.empty()) return wrong("must not be empty");
        field.at(config) = context.resolve(node.text);
    }

    void operator()(const ListenField& field) const {
        if (!is(Node::Kind::text, "an address and port")) return;
        std::string host;
        std::uint16_t port = 0;
        if (!parse_listen(node.text, host, port)) {
            return wrong(
                "must be a numeric address and a port, like \"127.0.0.1:8080\" or "
                "\"[::1]:8080\" (port 0 picks one)");
        }
        field.at(config) = node.text;
    }

    void operator()(const FlagField& field) const {
        if (is(Node::Kind::flag, "true or false")) field.at(config) = node.flag;
    }

    template <class Number>
    void count(Number& place, std::uint64_t min, std::uint64_t max) const {
        if (!is(Node::Kind::integer, "an integer")) return;
        const bool negative = node.integer < 0;
        const auto value = static_cast<std::uint64_t>(node.integer);
        if (negative || value < min || value > max) {
            return wrong("must be " + std::to_string(min) + " to " + std::to_string(max));
        }
        place = static_cast<Number>(value);
    }

    void operator()(const CountField& field) const {
        count(field.at(config), field.min, field.max);
    }

    void operator()(const LargeCountField& field) const {
        count(field.at(config), field.min, field.max);
    }

    void operator()(const SizeField& field) const {
        std::uint64_t value = 0;
        if (node.kind == Node::Kind::integer && node.integer >= 0) {
            value = static_cast<std::uint64_t>(node.integer);
        } else if (node.kind != Node::Kind::text || !parse_size(node.text, value)) {
            return wrong("must be a number of bytes or a size like \"64MiB\"");
        }
        if (value < field.min || value > field.max) {
            return wrong("must be " + show_size(field.min) + " to " + show_size(field.max));
        }
        field.at(config) = value;
    }

    void operator()(const AgeField& field) const {
        Duration value{};
        if (node.kind != Node::Kind::text || !parse_duration(node.text, value)) {
            return wrong("must be a duration like \"400d\" or \"36h\"");
        }
        if (value < field.min || value > field.max) {
            return wrong("must be " + show_duration(field.min) + " to " + show_duration(field.max));
        }
        if (value % std::chrono::hours(1) != Duration::zero()) return wrong("must be whole hours");
        field.at(config) = std::chrono::duration_cast<std::chrono::hours>(value);
    }

    // Every item a text that `good` accepts.
    void texts(std::vector<std::string>& place, bool (*good)(std::string_view),
               std::string_view wanted) const {
        if (!is(Node::Kind::list, "a list of texts")) return;
        std::vector<std::string> read;
        for (const Node& item : node.items) {
            if (item.kind != Node::Kind::text || !good(item.text)) {
                context.problems.add(item.line, key, "each item must be " + std::string(wanted));
                return;
            }
            read.push_back(item.text);
        }
        place = std::move(read);
    }

    void operator()(const NetworksField& field) const {
        texts(field.at(config), is_network, "a network like \"10.0.0.0/8\"");
    }

    void operator()(const TextsField& field) const {
        texts(
            field.at(config), [](std::string_view text) { return !text.empty(); },
            "a text that is not empty");
    }

    void operator()(const SecretField& field) const {
        SecretSource source;
        if (read_secret(node, key, context, source)) field.at(config) = std::move(source);
    }

    void operator()(const UrlField& field) const {
        if (!is(Node::Kind::text, "a URL")) return;
        if (field.only_origin && !is_proxy_url(node.text)) {
            return wrong(
                "must be http://host:port; a user and password go into a secret of their own");
        }
        if (!field.only_origin && !is_hook_url(node.text)) {
            return wrong("must be an http:// or https:// URL without user name or fragment");
        }
        field.at(config) = node.text;
    }

    void operator()(const LogKindField& field) const {
        if (!is(Node::Kind::text, "a text")) return;
        if (node.text != "commit" && node.text != "rocksdb") {
            return wrong("must be commit or rocksdb");
        }
        field.at(config) = node.text == "commit" ? LogKind::commit : LogKind::rocksdb;
    }
};

struct TypeName final {
    std::string operator()(const ChoiceField&) const { return "text"; }
    std::string operator()(const PathField&) const { return "path"; }
    std::string operator()(const ListenField&) const { return "address:port"; }
    std::string operator()(const FlagField&) const { return "flag"; }
    std::string operator()(const CountField&) const { return "integer"; }
    std::string operator()(const LargeCountField&) const { return "integer"; }
    std::string operator()(const SizeField&) const { return "size"; }
    std::string operator()(const AgeField&) const { return "duration"; }
    std::string operator()(const NetworksField&) const { return "list of networks"; }
    std::string operator()(const TextsField&) const { return "list of texts"; }
    std::string operator()(const SecretField&) const { return "secret"; }
    std::string operator()(const UrlField&) const { return "URL"; }
    std::string operator()(const LogKindField&) const { return "text"; }
};

struct Bounds final {
    template <class Other>
    std::string operator()(const Other&) const {
        return {};
    }
    std::string operator()(const ChoiceField& field) const {
        return join({field.choices.begin(), field.choices.end()}, "or");
    }
    std::string operator()(const CountField& field) const {
        return std::to_string(field.min) + " to " + std::to_string(field.max);
    }
    std::string operator()(const LargeCountField& field) const {
        return std::to_string(field.min) + " to " + std::to_string(field.max);
    }
    std::string operator()(const SizeField& field) const {
        return show_size(field.min) + " to " + show_size(field.max);
    }
    std::string operator()(const AgeField& field) const {
        return show_duration(field.min) + " to " + show_duration(field.max);
    }
    std::string operator()(const LogKindField&) const { return "commit or rocksdb"; }
};

std::string quoted(const std::string& text) {
    return text.empty() ? text : '"' + text + '"';
}

std::string show_list(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const std::string& text : texts) {
        if (out.size() > 1) out += ", ";
        out += quoted(text);
    }
    return out + "]";
}

struct Show final {
    Config& config;

    std::string operator()(const ChoiceField& field) const { return quoted(field.at(config)); }
    std::string operator()(const PathField& field) const { return quoted(field.at(config)); }
    std::string operator()(const ListenField& field) const { return quoted(field.at(config)); }
    std::string operator()(const UrlField& field) const { return quoted(field.at(config)); }
    std::string operator()(const FlagField& field) const {
        return field.at(config) ? "true" : "false";
    }
    std::string operator()(const CountField& field) const {
        return std::to_string(field.at(config));
    }
    std::string operator()(const LargeCountField& field) const {
        return std::to_string(field.at(config));
    }
    std::string operator()(const SizeField& field) const {
        const std::string text = show_size(field.at(config));
        return text.find_first_not_of("0123456789") == std::string::npos ? text : quoted(text);
    }
    std::string operator()(const AgeField& field) const {
        return quoted(show_duration(field.at(config)));
    }
    std::string operator()(const NetworksField& field) const { return show_list(field.at(config)); }
    std::string operator()(const TextsField& field) const { return show_list(field.at(config)); }
    std::string operator()(const SecretField& field) const {
        const std::optional<SecretSource>& source = field.at(config);
        if (!source) return {};
        switch (source->kind) {
            case SecretSource::Kind::file:
                return "{ file = " + quoted(source->name) + " }";
            case SecretSource::Kind::env:
                return "{ env = " + quoted(source->name) + " }";
            case SecretSource::Kind::credential:
                return "{ credential = " + quoted(source->name) + " }";
            case SecretSource::Kind::inline_:
                return "(in the file)";
        }
        return {};
    }
    std::string operator()(const LogKindField& field) const {
        return quoted(field.at(config) == LogKind::commit ? "commit" : "rocksdb");
    }
};

}  // namespace

void store(const Field& field, const Node& node, const std::string& key, Context& context,
           Config& config) {
    std::visit(Store{node, key, context, config}, field);
}

std::string type_name(const Field& field) {
    return std::visit(TypeName{}, field);
}

std::string bounds(const Field& field) {
    return std::visit(Bounds{}, field);
}

std::string show(const Field& field, Config& config) {
    return std::visit(Show{config}, field);
}

}  // namespace postern::conf
