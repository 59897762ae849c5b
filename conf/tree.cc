// The only file that compiles toml++. Its nodes are copied into ours in the order of the file.
#include "conf/tree.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "conf/characters.h"

namespace postern::conf {
namespace {

class Copier final {
  public:
    explicit Copier(TreeError& error) : error_(error) {}

    bool copy(const toml::node& from, Node& to, int depth) {
        to.line = from.source().begin.line;
        if (depth > toml_depth_max) return fail(to.line, "nested deeper than 16 levels");
        if (const auto* table = from.as_table()) return copy_table(*table, to, depth);
        if (const auto* list = from.as_array()) return copy_list(*list, to, depth);
        return copy_value(from, to);
    }

  private:
    bool fail(std::uint32_t line, std::string problem) {
        error_ = {line, std::move(problem)};
        return false;
    }

    bool copy_table(const toml::table& from, Node& to, int depth) {
        to.kind = Node::Kind::table;
        for (const auto& [key, value] : from) {
            Node child;
            if (!copy(value, child, depth + 1)) return false;
            child.line = key.source().begin.line;
            to.keys.emplace_back(key.str());
            to.items.push_back(std::move(child));
        }
        sort_by_line(to);
        return true;
    }

    // toml++ sorts a table by key; problems are reported in the order that the file has.
    static void sort_by_line(Node& table) {
        std::vector<std::size_t> order(table.items.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return table.items[a].line < table.items[b].line;
        });
        std::vector<std::string> keys;
        std::vector<Node> items;
        for (std::size_t i : order) {
            keys.push_back(std::move(table.keys[i]));
            items.push_back(std::move(table.items[i]));
        }
        table.keys = std::move(keys);
        table.items = std::move(items);
    }

    bool copy_list(const toml::array& from, Node& to, int depth) {
        to.kind = Node::Kind::list;
        for (const toml::node& value : from) {
            Node child;
            if (!copy(value, child, depth + 1)) return false;
            to.items.push_back(std::move(child));
        }
        return true;
    }

    bool copy_value(const toml::node& from, Node& to) {
        if (const auto* text = from.as_string()) {
            to.kind = Node::Kind::text;
            to.text = text->get();
        } else if (const auto* integer = from.as_integer()) {
            to.kind = Node::Kind::integer;
            to.integer = integer->get();
        } else if (const auto* real = from.as_floating_point()) {
            to.kind = Node::Kind::real;
            to.real = real->get();
            if (!std::isfinite(to.real)) return fail(to.line, "inf and nan are not used here");
        } else if (const auto* flag = from.as_boolean()) {
            to.kind = Node::Kind::flag;
            to.flag = flag->get();
        } else {
            to.kind = Node::Kind::moment;
            std::ostringstream moment;
            moment << toml::node_view<const toml::node>(from);
            to.text = moment.str();
        }
        return true;
    }

    TreeError& error_;
};

}  // namespace

bool parse_tree(std::string_view toml, Node& root, TreeError& error) {
    if (toml.size() > toml_bytes_max) {
        error = {0, "the file is larger than 1 MiB"};
        return false;
    }
    std::string ascii;
    if (!write_in_ascii(toml, ascii, error)) return false;
    toml::parse_result result = toml::parse(ascii);
    if (!result) {
        error = {result.error().source().begin.line, std::string(result.error().description())};
        return false;
    }
    return Copier(error).copy(result.table(), root, 0);
}

}  // namespace postern::conf
