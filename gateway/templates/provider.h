// What a provider says of a template, and what was known of it here. Pure.
#pragma once

#include "gateway/model/template.h"

namespace postern::templates {

/// The category once the provider has told its own. Providers know fewer words: «utility» comes as
/// transactional and covers replies and collections, so those stay what somebody called them.
[[nodiscard]] model::Category category_after(model::Category ours, model::Category told);

}  // namespace postern::templates
