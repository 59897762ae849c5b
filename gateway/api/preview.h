// What a person's app will show of a message that was checked, and what the provider will be asked:
// read off the requests that the account's adapter builds, so that it is what will be sent
// (private). Pure.
#pragma once

#include "gateway/api/send_desk.h"
#include "gateway/model/json.h"
#include "gateway/model/media.h"
#include "gateway/templates/template_table.h"

namespace postern::api {

struct PreviewOf {
    const SendAccount& account;       // that it takes; it can send
    const model::OutboundRow& row;    // as it would be accepted
    const model::Route& route;        // one of the row's
    const model::MediaRow* file;      // the upload that its content names, or null
    const model::TemplateRow* words;  // the stored template that it names, or null
    model::Instant now;
};

/// One object: `account`, `channel`, `address`, `subject`, `text`, `parts`, `html`, `header`,
/// `footer`, `buttons`, `sections`, `template`, `media`, `requests`, `problem`.
void write_preview(model::JsonWriter& json, const PreviewOf& what, const SendDesk& desk);

}  // namespace postern::api
