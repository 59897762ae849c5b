#include "gateway/smtp/courier.h"

#include "gateway/smtp/mail_courier.h"

namespace postern::smtp {

std::shared_ptr<egress::Courier> make_smtp_courier(const lines::Ground& ground,
                                                   const lines::Settings& settings,
                                                   std::string& problem) {
    return make_mail_courier(ground.io, settings.config,
                             {settings.ca_file, ground.uploads, settings.tokens}, ground.clock,
                             problem);
}

}  // namespace postern::smtp
