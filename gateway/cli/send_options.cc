// What of the words can be judged without the daemon is judged by the parser: closed lists, and
// which options go together.
#include "gateway/cli/send_options.h"

namespace postern::cli {
namespace {

/// One value each time it is given: what follows is not one more of them.
CLI::Option* repeatable(CLI::Option* option) {
    return option->allow_extra_args(false);
}

/// Exactly one content, and what belongs to it.
void add_content_options(CLI::App& command, SendAsk& ask) {
    CLI::Option_group* content = command.add_option_group("content");
    CLI::Option* text = content->add_option("--text", ask.text, "Plain words");
    CLI::Option* name = content->add_option("--template", ask.template_name, "Template's name");
    content->add_option("--upload", ask.upload, "A file to send")->type_name("FILE");
    CLI::Option* media =
        content->add_option("--media", ask.media_url, "Media by its URL; --kind says what it is");
    CLI::Option* location =
        content->add_option("--location", ask.location, "Latitude,longitude in degrees");
    CLI::Option* json = content->add_option("--json-content", ask.json_content,
                                            "Anything else, as the API's \"content\"");
    content->require_option(1);

    repeatable(
        command.add_option("--button", ask.buttons, "Button below the words, id=title; repeatable"))
        ->needs(text);
    command.add_flag("--preview-url", ask.preview_url, "Let the client show the link's page")
        ->needs(text);
    command.add_option("--subject", ask.subject, "Of a mail")
        ->excludes(name)
        ->excludes(location)
        ->excludes(json);
    CLI::Option* language =
        command.add_option("--language", ask.language, "Template's language, like es");
    name->needs(language);
    language->needs(name);
    repeatable(
        command.add_option("--var", ask.variables, "Template's variable, name=value; repeatable"))
        ->needs(name);
    CLI::Option* kind =
        command.add_option("--kind", ask.media_kind, "What the URL of --media leads to")
            ->check(CLI::IsMember({"image", "audio", "voice", "video", "document", "sticker"}));
    media->needs(kind);
    kind->needs(media);
    for (CLI::Option* words : {
             command.add_option("--caption", ask.caption, "Words below the file"),
             command.add_option("--filename", ask.filename, "The file's name at the other end"),
         }) {
        words->excludes(text)->excludes(name)->excludes(location)->excludes(json);
    }
    command.add_option("--place", ask.place, "What is at the location")->needs(location);
}

void add_recipient_options(CLI::App& command, SendAsk& ask) {
    CLI::Option_group* recipient = command.add_option_group("recipient");
    recipient->add_option("--to", ask.to, "Address, or a contact's id");
    recipient->add_option("--to-contact", ask.contact, "A contact's id");
    recipient->require_option(1);
    command.add_option("--channel", ask.channel, "Channel of the address");
    command.add_option("--timezone", ask.timezone,
                       "Where the person is, like America/Bogota; else the number tells");
}

void add_way_options(CLI::App& command, SendAsk& ask) {
    command.add_option("--account", ask.account,
                       "Account that sends; without it a rule chooses among a contact's (or, of an "
                       "address, among --channel's)");
    CLI::Option* fallback =
        repeatable(command.add_option("--fallback", ask.fallback,
                                      "Account to try next, best first; repeatable, or a,b"))
            ->delimiter(',');
    command.add_flag("--no-fallback", ask.no_fallback, "Not even those that a rule would add")
        ->excludes(fallback);
    command.add_option("--category", ask.category, "What it is for; else the account's default")
        ->check(CLI::IsMember(
            {"reply", "transactional", "authentication", "marketing", "collections"}));
    command.add_option("--priority", ask.priority, "Which of what waits goes first; else normal")
        ->check(CLI::IsMember({"high", "normal", "low"}));
}

void add_time_options(CLI::App& command, SendAsk& ask) {
    command.add_option("--at", ask.at,
                       "Not before, RFC 3339; with --check: judge as if it were then");
    command.add_option("--send-at", ask.send_at, "Not before, RFC 3339; with --check too");
    command.add_option("--expires-at", ask.expires_at,
                       "Not after, RFC 3339; else 24 hours after it may go");
}

}  // namespace

void add_send_options(CLI::App& command, SendAsk& ask) {
    add_way_options(command, ask);
    add_recipient_options(command, ask);
    add_content_options(command, ask);
    add_time_options(command, ask);
    command.add_option("--reply-to", ask.reply_to, "Message that it answers");
    repeatable(command.add_option("--metadata", ask.metadata,
                                  "What your programs find it by, name=value; repeatable"));
    command.add_flag("--test", ask.test,
                     "A test: in mode inactive it leaves, too, to test_recipients alone");
    command.add_flag("--human-agent", ask.human_agent,
                     "A person wrote it: Messenger and Instagram allow that for seven days");
    command.add_flag("--check", ask.check,
                     "Send nothing: say what the rules say, and show what would leave");
}

}  // namespace postern::cli
