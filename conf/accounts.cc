// One account after another; a bad one is reported whole and the next is read.
#include "conf/accounts.h"

#include <algorithm>

#include "conf/address.h"
#include "conf/channels.h"
#include "conf/policy.h"

namespace postern::conf {
namespace {

inline constexpr std::size_t id_bytes_max = 64;

bool is_id(std::string_view text) {
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    return !text.empty() && text.size() <= id_bytes_max &&
           std::all_of(text.begin(), text.end(), good);
}

class AccountReader final {
  public:
    AccountReader(const Node& node, std::size_t index, Context& context)
        : node_(node), context_(context), path_("account[" + std::to_string(index) + "]") {
        account_.line = node.line;
    }

    Account read() {
        read_id();
        read_channel();
        for (std::size_t i = 0; i < node_.keys.size(); ++i) {
            read_key(node_.keys[i], node_.items[i]);
        }
        return std::move(account_);
    }

  private:
    void wrong(const Node& value, std::string_view key, std::string problem) {
        context_.problems.add(value.line, dotted(key), std::move(problem));
    }

    [[nodiscard]] std::string dotted(std::string_view key) const {
        return path_ + "." + std::string(key);
    }

    void read_id() {
        const Node* id = node_.find("id");
        if (id == nullptr) return wrong(node_, "id", "is missing; every account needs one");
        if (id->kind != Node::Kind::text || !is_id(id->text)) {
            return wrong(*id, "id",
                         "must be 1 to 64 of a-z, 0-9 and '-'; it is in the webhook URL");
        }
        account_.id = id->text;
        path_ = "account." + account_.id;
    }

    void read_channel() {
        const std::vector<std::string_view> known = channel_names();
        const Node* channel = node_.find("channel");
        if (channel == nullptr) {
            return wrong(node_, "channel", "is missing; one of " + join(known, "and"));
        }
        if (channel->kind != Node::Kind::text) return wrong(*channel, "channel", "must be a text");
        account_.channel = channel->text;
        spec_ = find_channel(channel->text);
        if (spec_ != nullptr) return;
        context_.problems.add_unknown(channel->line, dotted("channel"), "channel", channel->text,
                                      known);
    }

    void read_key(const std::string& key, const Node& value) {
        if (key == "id" || key == "channel") return;
        if (key == "base_url") return read_base_url(value);
        if (key == "credentials") return read_credentials(value);
        if (key == "default_category") return read_category(value);
        if (key == "media") return read_media(value);
        if (key == "ca_file") return read_ca_file(value);
        if (key == "proxy") return read_proxy(value);
        if (key == "proxy_credentials") return read_proxy_credentials(value);
        const SettingSpec* setting = find_setting(key);
        const PolicyKey* policy = find_policy_key(key);
        // SMPP's own `window` is a number; the 24-hour window is a table in every channel.
        if (policy != nullptr && (setting == nullptr || value.kind == Node::Kind::table)) {
            if (check_policy(*policy, value, dotted(key), context_.problems)) {
                account_.policy_json[key] = to_json(value);
            }
        } else if (setting != nullptr) {
            read_setting(*setting, value);
        } else if (spec_ != nullptr) {  // of an unknown channel no key can be judged
            const std::string what = "key of a " + account_.channel + " account";
            context_.problems.add_unknown(value.line, dotted(key), what, key, known_keys());
        }
    }

    void read_base_url(const Node& value) {
        if (value.kind != Node::Kind::text || !is_base_url(value.text)) {
            return wrong(value, "base_url",
                         "must be an http:// or https:// URL without user name, query or fragment");
        }
        account_.base_url = value.text;
        while (account_.base_url.ends_with('/')) account_.base_url.pop_back();
    }

    void read_media(const Node& value) {
        const bool eager = value.kind == Node::Kind::text && value.text == "eager";
        if (!eager && (value.kind != Node::Kind::text || value.text != "on_demand"))
            return wrong(value, "media", "must be \"on_demand\" or \"eager\"");
        account_.eager_media = eager;
    }

    void read_ca_file(const Node& value) {
        if (value.kind != Node::Kind::text || value.text.empty())
            return wrong(value, "ca_file", "must be a path");
        account_.ca_file = context_.resolve(value.text);
    }

    void read_proxy(const Node& value) {
        const bool direct = value.kind == Node::Kind::text && value.text == "none";
        if (!direct && (value.kind != Node::Kind::text || !is_proxy_url(value.text)))
            return wrong(value, "proxy", "must be http://host:port, or none");
        account_.proxy = value.text;
    }

    void read_proxy_credentials(const Node& value) {
        SecretSource source;
        if (read_secret(value, dotted("proxy_credentials"), context_, source))
            account_.proxy_credentials = std::move(source);
    }

    void read_category(const Node& value) {
        const std::vector<std::string_view> known(categories.begin(), categories.end());
        if (value.kind == Node::Kind::text &&
            std::find(known.begin(), known.end(), value.text) != known.end()) {
            account_.default_category = value.text;
            return;
        }
        context_.problems.add(value.line, dotted("default_category"),
                              "must be " + join(known, "or"),
                              std::string(nearest(value.text, known)));
    }

    void read_credentials(const Node& value) {
        if (value.kind != Node::Kind::table) {
            return wrong(value, "credentials", "must be a table of secrets");
        }
        if (spec_ == nullptr) return;
        const std::vector<std::string_view> known(spec_->credentials.begin(),
                                                  spec_->credentials.end());
        for (std::size_t i = 0; i < value.keys.size(); ++i) {
            const std::string& name = value.keys[i];
            const std::string key = dotted("credentials." + name);
            if (std::find(known.begin(), known.end(), name) == known.end()) {
                const std::string what = "credential of a " + account_.channel + " account";
                context_.problems.add_unknown(value.items[i].line, key, what, name, known);
                continue;
            }
            std::vector<SecretSource> sources;
            if (read_secrets(value.items[i], key, context_, sources)) {
                account_.credentials[name] = std::move(sources);
            }
        }
    }

    void read_setting(const SettingSpec& spec, const Node& value) {
        std::string problem;
        std::string text;
        switch (spec.kind) {
            case SettingKind::text:
                problem = as_text(spec, value, text);
                break;
            case SettingKind::scalar:
                problem = as_scalar(value, text);
                break;
            case SettingKind::number:
                problem = as_number(value, INT32_MAX, text);
                break;
            case SettingKind::port:
                problem = as_number(value, 65535, text);
                break;
            case SettingKind::list:
                if (value.kind != Node::Kind::list) problem = "must be a list: [ … ]";
                text = to_json(value);
                break;
            case SettingKind::table:
                if (value.kind != Node::Kind::table) problem = "must be a table: { … }";
                text = to_json(value);
                break;
        }
        if (!problem.empty()) return wrong(value, spec.key, std::move(problem));
        account_.settings[std::string(spec.key)] = std::move(text);
    }

    // Providers' ids are long numbers; unquoted ones are taken as they stand.
    static std::string as_text(const SettingSpec& spec, const Node& value, std::string& out) {
        const bool number = value.kind == Node::Kind::integer && value.integer >= 0;
        if (value.kind != Node::Kind::text && !number) return "must be a text";
        out = number ? std::to_string(value.integer) : value.text;
        if (out.empty()) return "must not be empty";
        const std::vector<std::string_view> known(spec.choices.begin(), spec.choices.end());
        if (known.empty() || std::find(known.begin(), known.end(), out) != known.end()) return {};
        return "must be " + join(known, "or");
    }

    static std::string as_scalar(const Node& value, std::string& out) {
        if (value.kind == Node::Kind::flag) {
            out = value.flag ? "true" : "false";
            return {};
        }
        out = value.text;
        return value.kind == Node::Kind::text && !out.empty() ? ""
                                                              : "must be a text, true or false";
    }

    static std::string as_number(const Node& value, std::int64_t max, std::string& out) {
        if (value.kind != Node::Kind::integer || value.integer < 1 || value.integer > max) {
            return "must be 1 to " + std::to_string(max);
        }
        out = std::to_string(value.integer);
        return {};
    }

    [[nodiscard]] const SettingSpec* find_setting(std::string_view key) const {
        if (spec_ == nullptr) return nullptr;
        for (const SettingSpec& setting : spec_->settings) {
            if (setting.key == key) return &setting;
        }
        return nullptr;
    }

    [[nodiscard]] std::vector<std::string_view> known_keys() const {
        std::vector<std::string_view> out;
        for (const AccountKey& key : account_keys()) out.push_back(key.key);
        for (const PolicyKey& policy : policy_keys()) out.push_back(policy.key);
        for (const SettingSpec& setting : spec_->settings) out.push_back(setting.key);
        return out;
    }

    const Node& node_;
    Context& context_;
    std::string path_;  // account[2] until the id is known, then account.wa-main
    const ChannelSpec* spec_ = nullptr;
    Account account_;
};

void refuse_duplicates(const std::vector<Account>& accounts, Problems& problems) {
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        const auto same = [&](const Account& other) { return other.id == accounts[i].id; };
        const auto first = std::find_if(accounts.begin(), accounts.end(), same);
        if (accounts[i].id.empty() || &*first == &accounts[i]) continue;
        problems.add(accounts[i].line, "account." + accounts[i].id + ".id",
                     "is used twice; the other is in line " + std::to_string(first->line));
    }
}

}  // namespace

const std::vector<AccountKey>& account_keys() {
    static const std::vector<AccountKey> keys{
        {"id", "a-z 0-9 -", "Names the account everywhere; its webhook is /webhooks/{id}."},
        {"channel", "channel", "What kind of account it is; see the table of channels."},
        {"base_url", "URL", "The provider's address, where it is not the usual one."},
        {"credentials", "secrets", "One secret each, or a list of two during a rotation."},
        {"media", "word",
         "\"eager\": attachments are fetched as they come; default \"on_demand\": when an app "
         "asks."},
        {"ca_file", "path", "PEM: certificates that are trusted beside the system's."},
        {"proxy", "URL", "Called through this proxy instead of egress.proxy; \"none\": directly."},
        {"proxy_credentials", "secret", "user:password for the account's own proxy."},
        {"default_category", "category", "For sends that name none. Default: transactional."},
    };
    return keys;
}

void read_accounts(const Node& root, Context& context, std::vector<Account>& out) {
    const Node* list = root.find("account");
    if (list == nullptr) return;
    if (list->kind != Node::Kind::list) {
        context.problems.add(list->line, "account", "accounts are written [[account]]");
        return;
    }
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const Node& node = list->items[i];
        if (node.kind != Node::Kind::table) {
            context.problems.add(node.line, "account", "accounts are written [[account]]");
            return;
        }
        out.push_back(AccountReader(node, i, context).read());
    }
    refuse_duplicates(out, context.problems);
}

}  // namespace postern::conf
