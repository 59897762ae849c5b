// One rule after another; a bad one is reported whole and the next is read.
#include "conf/routes.h"

#include <algorithm>
#include <array>

#include "conf/policy.h"
#include "conf/problems.h"

namespace postern::conf {
namespace {

/// They stand for accounts; no account may have such a name where there are routes.
constexpr std::array<std::string_view, 2> people_words{"last_inbound", "recent"};

class RouteReader final {
  public:
    RouteReader(const Node& node, std::size_t index, const std::vector<Account>& accounts,
                Context& context)
        : node_(node), context_(context), path_("route[" + std::to_string(index) + "]") {
        known_.assign(people_words.begin(), people_words.end());
        for (const Account& account : accounts) known_.push_back(account.id);
    }

    Route read() {
        route_.line = node_.line;
        for (std::size_t i = 0; i < node_.keys.size(); ++i) {
            const std::string& key = node_.keys[i];
            if (key == "category")
                read_category(node_.items[i]);
            else if (key == "accounts")
                read_accounts(node_.items[i]);
            else
                context_.problems.add_unknown(node_.items[i].line, path_ + "." + key,
                                              "key of a route", key, {"category", "accounts"});
        }
        if (node_.find("accounts") == nullptr)
            wrong(node_, "accounts", "is missing; name accounts, the preferred one first");
        return std::move(route_);
    }

  private:
    void wrong(const Node& value, std::string_view key, std::string problem) {
        context_.problems.add(value.line, path_ + "." + std::string(key), std::move(problem));
    }

    void read_category(const Node& value) {
        const std::vector<std::string_view> known(categories.begin(), categories.end());
        const bool good = value.kind == Node::Kind::text &&
                          std::find(known.begin(), known.end(), value.text) != known.end();
        if (good) {
            route_.category = value.text;
            return;
        }
        context_.problems.add(value.line, path_ + ".category", "must be " + join(known, "or"),
                              std::string(nearest(value.text, known)));
    }

    void read_accounts(const Node& value) {
        const std::size_t count = value.items.size();
        if (value.kind != Node::Kind::list || count == 0 || count > route_accounts_max) {
            return wrong(value, "accounts",
                         "must be a list of 1 to " + std::to_string(route_accounts_max) +
                             " accounts, the preferred one first");
        }
        for (const Node& item : value.items) {
            if (item.kind != Node::Kind::text)
                return wrong(item, "accounts", "each item must be a text");
            if (std::find(known_.begin(), known_.end(), item.text) == known_.end()) {
                context_.problems.add_unknown(item.line, path_ + ".accounts", "account", item.text,
                                              known_);
            } else if (std::find(route_.accounts.begin(), route_.accounts.end(), item.text) !=
                       route_.accounts.end()) {
                wrong(item, "accounts", "names \"" + item.text + "\" twice");
            } else {
                route_.accounts.push_back(item.text);
            }
        }
    }

    const Node& node_;
    Context& context_;
    std::string path_;
    std::vector<std::string_view> known_;  // what may stand in `accounts`
    Route route_;
};

void refuse_duplicates(const std::vector<Route>& routes, Problems& problems) {
    for (std::size_t i = 0; i < routes.size(); ++i) {
        const auto same = [&](const Route& other) { return other.category == routes[i].category; };
        const auto first = std::find_if(routes.begin(), routes.end(), same);
        if (&*first == &routes[i]) continue;
        const std::string whose = routes[i].category.empty()
                                      ? "every category has a route already"
                                      : routes[i].category + " has a route already";
        problems.add(routes[i].line, "route[" + std::to_string(i) + "].category",
                     whose + ", in line " + std::to_string(first->line));
    }
}

}  // namespace

const std::vector<RouteKey>& route_keys() {
    static const std::vector<RouteKey> keys{
        {"category", "category",
         "Messages of this one. Absent: of every category that has no route of its own."},
        {"accounts", "list of texts",
         "1 to 8, the preferred one first. In place of a name: \"last_inbound\", where the person "
         "wrote last; \"recent\", every account used with the person, the latest first."},
    };
    return keys;
}

void read_routes(const Node& root, const std::vector<Account>& accounts, Context& context,
                 std::vector<Route>& out) {
    const Node* list = root.find("route");
    if (list == nullptr) return;
    const auto is_table = [](const Node& node) { return node.kind == Node::Kind::table; };
    if (list->kind != Node::Kind::list || !std::ranges::all_of(list->items, is_table)) {
        context.problems.add(list->line, "route", "routes are written [[route]]");
        return;
    }
    for (const Account& account : accounts) {
        if (std::ranges::find(people_words, account.id) != people_words.end())
            context.problems.add(list->line, "route",
                                 "an account is called \"" + account.id +
                                     "\", which means something else in routes; rename it");
    }
    for (std::size_t i = 0; i < list->items.size(); ++i)
        out.push_back(RouteReader(list->items[i], i, accounts, context).read());
    refuse_duplicates(out, context.problems);
}

}  // namespace postern::conf
