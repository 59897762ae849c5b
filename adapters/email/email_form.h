// multipart/form-data and urlencoded bodies as providers post mail in: fields and files, by
// whichever Content-Type the request has. Bytes as they came. Pure. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/model/webhook_request.h"

namespace postern::adapters::email {

struct PostedField {
    std::string name;
    std::string filename;  // of a file
    std::string mime;      // of the part, lower case, without parameters; may be empty
    std::string value;
    bool is_file = false;
};

/// «attachment1», «attachment-2»: a file of the mail, though its part may name none.
[[nodiscard]] bool is_attachment(const PostedField& field);

struct PostedForm {
    std::vector<PostedField> fields;

    [[nodiscard]] const PostedField* find(std::string_view name) const;
    /// Empty if absent.
    [[nodiscard]] std::string_view value(std::string_view name) const;
};

/// Nothing if the body is neither, or has no readable structure.
[[nodiscard]] std::optional<PostedForm> read_posted_form(const WebhookRequest& request);

/// The Content-Type without parameters, lower case.
[[nodiscard]] std::string posted_type(const WebhookRequest& request);

}  // namespace postern::adapters::email
