// The whole shape of a contact; what nothing fills yet is there, and empty.
#include "gateway/api/contact_json.h"

#include <algorithm>

#include "gateway/events/message_json.h"

namespace postern::api {
namespace {

void write_values(model::JsonWriter& json, std::string_view name,
                  const std::vector<std::string>& values,
                  const std::vector<std::string>& unverified) {
    json.key(name).begin_array();
    bool first = true;
    for (const std::string& value : values) {
        json.begin_object().member("value", value).member("default", first);
        const bool said = std::ranges::find(unverified, value) != unverified.end();
        json.member("verified", !said).key("label").null().end_object();
        first = false;
    }
    json.end_array();
}

void write_identity(model::JsonWriter& json, const model::ContactIdentity& identity,
                    const events::AccountTable& accounts) {
    const model::AccountRow* account = accounts.find(identity.account);
    json.begin_object().member("channel", identity.channel);
    json.member_or_null("account", account != nullptr ? std::string_view(account->name) : "");
    json.member("address", identity.address).member_or_null("display", identity.display);
    json.end_object();
}

}  // namespace

void write_contact(model::JsonWriter& json, const model::ContactRow& row, model::Part part,
                   const events::AccountTable& accounts,
                   std::optional<std::size_t> open_suggestions) {
    json.begin_object().member("id", events::contact_id(row.created, row.epoch, part));
    json.key("name").begin_object().key("first").null().key("last").null();
    json.member_or_null("display", row.display_name).end_object();
    json.member_or_null("username", row.username);
    write_values(json, "phones", row.phones, row.unverified);
    write_values(json, "emails", row.emails, row.unverified);
    json.key("identities").begin_array();
    for (const model::ContactIdentity& identity : row.identities) {
        write_identity(json, identity, accounts);
    }
    json.end_array();
    for (const std::string_view name : {"tags", "consents", "merged_from"}) {
        json.key(name).begin_array().end_array();
    }
    for (const std::string_view name : {"fields", "metadata"})
        json.key(name).begin_object().end_object();
    json.member_or_null("language", row.language).key("timezone").null();
    json.member("state", to_string(row.state)).member("version", row.version);
    if (open_suggestions) json.member("merge_suggestions", *open_suggestions);
    json.member("created_at", row.created).member("updated_at", row.updated).end_object();
}

const model::ContactRow* as_contact(const model::RecordPtr& record) {
    return record != nullptr ? model::get_if<model::ContactRow>(record.get()) : nullptr;
}

storage::Result<model::RecordPtr> read_contact(runtime::Reader& reader,
                                               const model::ContactId& id) {
    auto record = reader.get(storage::keys::contact(id.sequence()));
    if (!record) return record;
    const model::ContactRow* row = as_contact(*record);
    const bool ours =
        row != nullptr && model::make_ulid(row->created, row->epoch, id.sequence()) == id.ulid;
    return ours ? *record : model::RecordPtr{};
}

}  // namespace postern::api
