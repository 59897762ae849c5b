// Numbers first: a later version may have any families.
#include "storage/schema.h"

namespace postern::storage {

SchemaAge age_of(const StoredSchema& stored, std::uint64_t version, std::string_view families) {
    if (!stored.version || *stored.version == 0) return SchemaAge::damaged;
    if (*stored.version > version) return SchemaAge::newer;
    if (stored.families == families) {
        return *stored.version == version ? SchemaAge::current : SchemaAge::older;
    }
    const bool first_of_ours =
        !stored.families.empty() && families.starts_with(stored.families + ",");
    return *stored.version < version && first_of_ours ? SchemaAge::older : SchemaAge::damaged;
}

}  // namespace postern::storage
