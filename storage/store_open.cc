// Opening: what is there must be what this version expects, or nothing is touched. RocksDB would
// make a new, empty database where its CURRENT file has gone missing; here that is damage.
#include <algorithm>
#include <string>
#include <vector>

#include "storage/posix_file.h"
#include "storage/schema.h"
#include "storage/store_impl.h"

namespace postern::storage {
namespace {

std::string family_table() {
    std::string table;
    for (std::size_t i = 0; i < families_count; ++i) {
        if (i > 0) table += ',';
        table.append(family_names[i]).append("=").append(std::to_string(i + 1));
    }
    return table;
}

bool ends_with(const std::string& name, std::string_view end) {
    return name.size() >= end.size() &&
           name.compare(name.size() - end.size(), end.size(), end) == 0;
}

/// Says what RocksDB said, in the words of the one who has to act.
Errc refuse(const rocksdb::Status& status, const std::string& path, std::string& problem) {
    const std::string said = status.ToString();
    if (status.IsIOError() && said.find("lock") != std::string::npos) {
        problem = "another process has " + path + " open: stop it first (" + said + ")";
        return Errc::locked;
    }
    const Errc error = errc_of(status);
    if (error == Errc::full) {
        problem = "the disk is full: free some space and start again (" + said + ")";
    } else if (error == Errc::corrupt) {
        problem = path + " is damaged: restore a backup, do not repair it (" + said + ")";
    } else {
        problem = "cannot open " + path + ": " + said;
    }
    return error;
}

/// Families that the folder holds, in their order; empty: a new database.
Result<std::vector<std::string>> existing_families(const RocksOptions& rocks,
                                                   const std::string& path, std::string& problem) {
    rocksdb::Env* env = rocks.env ? rocks.env.get() : rocksdb::Env::Default();
    std::vector<std::string> files;
    const auto listed = env->GetChildren(path, &files);
    if (listed.IsNotFound() || listed.IsPathNotFound()) return std::vector<std::string>();
    if (!listed.ok()) return refuse(listed, path, problem);
    if (std::find(files.begin(), files.end(), "CURRENT") == files.end()) {
        // MANIFEST-000001 alone is what a crash during the very first opening leaves.
        const auto lost = std::find_if(files.begin(), files.end(), [](const std::string& name) {
            return ends_with(name, ".sst") ||
                   (name.rfind("MANIFEST-", 0) == 0 && name != "MANIFEST-000001");
        });
        if (lost == files.end()) return std::vector<std::string>();
        problem = path + " holds " + *lost + " but no CURRENT file: restore a backup";
        return Errc::corrupt;
    }
    std::vector<std::string> names;
    const auto status = rocksdb::DB::ListColumnFamilies(rocks.db, path, &names);
    if (!status.ok()) return refuse(status, path, problem);
    return names;
}

/// `names` must be ours in order from the first on; fewer is a creation that a crash cut short.
Result<void> check_families(const std::vector<std::string>& names, const RocksOptions& rocks,
                            const std::string& path, std::string& problem) {
    for (const std::string& name : names) {
        const bool known = std::any_of(rocks.families.begin(), rocks.families.end(),
                                       [&](const auto& family) { return family.name == name; });
        if (known) continue;
        problem = path + " holds a family \"" + name +
                  "\" that this version does not know: run the version that wrote it";
        return Errc::schema_newer;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == rocks.families[i].name) continue;
        problem = path + " lacks the family \"" + rocks.families[i].name + "\": restore a backup";
        return Errc::corrupt;
    }
    return {};
}

Result<void> check_family_numbers(const FamilyHandles& handles, const std::string& path,
                                  std::string& problem) {
    for (std::size_t i = 0; i < handles.size(); ++i) {
        if (handles[i]->GetID() == i) continue;
        problem = path + ": the family \"" + handles[i]->GetName() + "\" has number " +
                  std::to_string(handles[i]->GetID()) + " instead of " + std::to_string(i) +
                  ": logged groups would go astray; restore a backup";
        return Errc::corrupt;
    }
    return {};
}

class SilentLogger final : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
};

}  // namespace

/// Steps of Store::open that need its private parts.
struct StoreOpener {
    Store::Impl& impl;
    std::string& problem;

    Result<void> open_rocksdb();
    Result<void> write_layout_rows(bool first);
    Result<StoredSchema> stored_schema();
    Result<void> refuse_newer(const StoredSchema& stored);
    Result<void> check_meta(bool created);
    Result<std::optional<std::string>> meta(std::string_view name);
};

Result<void> StoreOpener::open_rocksdb() {
    const std::string& path = impl.options.path;
    impl.rocks = rocks_options(impl.options);
    const auto names = existing_families(impl.rocks, path, problem);
    if (!names) return names.error();
    const auto known = check_families(*names, impl.rocks, path, problem);
    if (!known) return known;

    impl.listener = std::make_shared<FlushListener>(impl.options.rocksdb_log);
    impl.rocks.db.listeners.push_back(impl.listener);
    impl.rocks.db.create_if_missing = names->empty();
    // Made in the order of the list, so a cut-short creation is completed with the same numbers.
    impl.rocks.db.create_missing_column_families = names->size() < impl.rocks.families.size();
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open(impl.rocks.db, path, impl.rocks.families, &handles, &db);
    if (!status.ok()) return refuse(status, path, problem);
    impl.db.reset(db);
    std::copy(handles.begin(), handles.end(), impl.handles.begin());
    return check_family_numbers(impl.handles, path, problem);
}

Result<std::optional<std::string>> StoreOpener::meta(std::string_view name) {
    std::string value;
    const auto status = impl.db->Get(rocksdb::ReadOptions(), impl.family(Family::cold),
                                     slice(keys::meta(name).view()), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return refuse(status, impl.options.path, problem);
    return std::optional<std::string>(std::move(value));
}

/// `first`: of a new folder; else it was an older version's, and now is this one's.
Result<void> StoreOpener::write_layout_rows(bool first) {
    rocksdb::WriteBatch rows;
    rocksdb::ColumnFamilyHandle* cold = impl.family(Family::cold);
    const auto put = [&](std::string_view name, const std::string& value) {
        rows.Put(cold, slice(keys::meta(name).view()), value).PermitUncheckedError();
    };
    put("schema", encode_u64(impl.options.schema));
    put("families", family_table());
    if (first) put("applied", encode_u64(0));
    auto status = impl.db->Write(impl.write_options(), &rows);
    // On disk before the first group: these rows are in no commit log.
    if (status.ok()) status = impl.db->Flush(rocksdb::FlushOptions(), cold);
    if (!status.ok()) return refuse(status, impl.options.path, problem);
    return {};
}

Result<StoredSchema> StoreOpener::stored_schema() {
    StoredSchema stored;
    const auto schema = meta("schema");
    if (!schema) return schema.error();
    const auto families = meta("families");
    if (!families) return families.error();
    const auto version = decode_u64(schema->value_or(""));
    if (version) stored.version = *version;
    stored.families = families->value_or("");
    return stored;
}

Result<void> StoreOpener::refuse_newer(const StoredSchema& stored) {
    if (!stored.version || *stored.version <= impl.options.schema) return {};
    problem = impl.options.path + " has schema " + std::to_string(*stored.version) +
              ", this version knows " + std::to_string(impl.options.schema) +
              ": run the version that wrote it, or restore a backup that this one made";
    return Errc::schema_newer;
}

Result<void> StoreOpener::check_meta(bool created) {
    const std::string& path = impl.options.path;
    const auto stored = stored_schema();
    if (!stored) return stored.error();
    if (!stored->version && stored->families.empty()) {
        if (created) return write_layout_rows(true);
        problem = path + " holds rows but no schema version: restore a backup";
        return Errc::corrupt;
    }
    switch (age_of(*stored, impl.options.schema, family_table())) {
        case SchemaAge::current:
            return {};
        case SchemaAge::older:
            return write_layout_rows(false);
        case SchemaAge::newer:
            return refuse_newer(*stored);
        case SchemaAge::damaged:
            break;
    }
    problem = path + " names other families (\"" + stored->families + "\") than \"" +
              family_table() + "\" at schema " + std::to_string(impl.options.schema) +
              ": restore a backup";
    return Errc::corrupt;
}

std::uint64_t Store::schema() {
    return schema_version;
}

const std::string& Store::path() const {
    return impl_->options.path;
}

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, std::string& problem) {
    if (options.path.empty()) {
        problem = "the storage has no path";
        return Errc::bad_argument;
    }
    const auto made = make_folders(options.path);
    if (!made) {
        problem = "cannot make the folder " + options.path + ": " + made.error().message();
        return made.error();
    }
    auto impl = std::make_unique<Impl>();
    impl->options = std::move(options);
    StoreOpener opener{*impl, problem};
    const auto opened = opener.open_rocksdb();
    if (!opened) return opened.error();

    std::vector<rocksdb::LiveFileMetaData> files;
    impl->db->GetLiveFilesMetaData(&files);
    const auto checked = opener.check_meta(files.empty());
    if (!checked) return checked.error();
    const auto row = opener.meta("applied");
    if (!row) return row.error();
    const auto applied = decode_u64(row->value_or(""));
    if (!applied) {
        problem = impl->options.path + " does not say how far it was applied: restore a backup";
        return applied.error();
    }
    impl->applied.store(*applied, std::memory_order_release);
    impl->listener->raise(*applied);  // what opening found is in table files
    impl->listener->attach(impl->family(Family::cold));
    return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<std::unique_ptr<Store>> Store::open_read_only(StoreOptions options, std::string& problem) {
    auto impl = std::make_unique<Impl>();
    impl->options = std::move(options);
    impl->rocks = rocks_options(impl->options);
    impl->rocks.db.info_log = std::make_shared<SilentLogger>();  // or a LOG file would appear there
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const std::string& path = impl->options.path;
    const auto status =
        rocksdb::DB::OpenForReadOnly(impl->rocks.db, path, impl->rocks.families, &handles, &db);
    if (!status.ok()) return refuse(status, path, problem);
    impl->db.reset(db);
    std::copy(handles.begin(), handles.end(), impl->handles.begin());
    StoreOpener opener{*impl, problem};
    const auto stored = opener.stored_schema();
    if (!stored) return stored.error();
    const auto known = opener.refuse_newer(*stored);
    if (!known) return known.error();
    const auto row = opener.meta("applied");
    if (!row) return row.error();
    const auto applied = decode_u64(row->value_or(""));
    if (!applied) {
        problem = path + " does not say how far it was applied";
        return applied.error();
    }
    impl->applied.store(*applied, std::memory_order_release);
    return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<Sequence> read_applied(const StoreOptions& options, std::string& problem) {
    const auto store = Store::open_read_only(options, problem);
    if (!store) return store.error();
    return (*store)->applied();
}

}  // namespace postern::storage
