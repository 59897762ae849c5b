#include "gateway/templates/provider.h"

namespace postern::templates {

model::Category category_after(model::Category ours, model::Category told) {
    using model::Category;
    const bool utility = ours == Category::reply || ours == Category::collections;
    return told == Category::transactional && utility ? ours : told;
}

}  // namespace postern::templates
