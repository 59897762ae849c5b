// A template as the API shows it and as callers write it, checked field by field (private). Pure.
#pragma once

#include <string>
#include <vector>

#include <simdjson.h>

#include "gateway/api/problem.h"
#include "gateway/api/send_desk.h"
#include "gateway/events/account_table.h"
#include "gateway/model/json.h"
#include "gateway/model/template.h"

namespace postern::api {

void write_template(model::JsonWriter& json, const model::TemplateRow& row,
                    const events::AccountTable& accounts);
[[nodiscard]] std::string template_json(const model::TemplateRow& row,
                                        const events::AccountTable& accounts);

/// What the body says, over `row`: a blank one for a new template, the stored one for a change.
/// `whole`: what is not named goes back to nothing. A null takes a member away. False: `errors`.
[[nodiscard]] bool read_template(simdjson::dom::element body, bool whole, const SendDesk& desk,
                                 model::TemplateRow& row, std::vector<FieldError>& errors);

/// What every template must be.
void check_template(const model::TemplateRow& row, std::vector<FieldError>& errors);
/// What its provider will not approve, and what is probably not meant: no error, because the
/// provider decides.
[[nodiscard]] std::vector<FieldError> template_warnings(const model::TemplateRow& row,
                                                        std::string_view channel);

}  // namespace postern::api
