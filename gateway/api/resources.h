// The handlers behind the routes, one file a resource (private). Each answers its Call exactly
// once, now or later, on the call's own thread.
#pragma once

#include "gateway/api/routes.h"

namespace postern::api {

// probes.cc
void get_healthz(const CallPtr& call);
void get_readyz(const CallPtr& call);
void get_openapi(const CallPtr& call);
void get_status(const CallPtr& call);
// keys.cc
void list_keys(const CallPtr& call);
void get_key(const CallPtr& call);
void create_key(const CallPtr& call);
void rotate_key(const CallPtr& call);
void revoke_key(const CallPtr& call);
// accounts.cc
void list_accounts(const CallPtr& call);
void get_account(const CallPtr& call);
void pause_account(const CallPtr& call);
void resume_account(const CallPtr& call);
// accounts_check.cc
void check_account(const CallPtr& call);
void connect_account(const CallPtr& call);
// pauses.cc
void list_pauses(const CallPtr& call);
void pause_sending(const CallPtr& call);
void resume_sending(const CallPtr& call);
// mode.cc
void get_mode(const CallPtr& call);
void set_mode(const CallPtr& call);
// quarantine.cc
void list_quarantine(const CallPtr& call);
void get_quarantined(const CallPtr& call);
void replay_quarantined(const CallPtr& call);
// audit.cc
void list_audit(const CallPtr& call);
// contacts.cc
void list_contacts(const CallPtr& call);
void get_contact(const CallPtr& call);
// merge_suggestions.cc
void list_merge_suggestions(const CallPtr& call);
void get_merge_suggestion(const CallPtr& call);
void dismiss_merge_suggestion(const CallPtr& call);
// timeline.cc
void get_timeline(const CallPtr& call);
// messages.cc
void list_messages(const CallPtr& call);
void get_message(const CallPtr& call);
void list_dead_letters(const CallPtr& call);
// submit.cc
void submit_message(const CallPtr& call);
void check_message(const CallPtr& call);
// batch.cc
void submit_batch(const CallPtr& call);
// orders.cc
void cancel_message(const CallPtr& call);
void redrive_message(const CallPtr& call);
// why.cc
void explain_message(const CallPtr& call);
// suppressions.cc
void list_suppressions(const CallPtr& call);
void add_suppression(const CallPtr& call);
void remove_suppression(const CallPtr& call);
void import_suppressions(const CallPtr& call);
// events.cc
void follow_events(const CallPtr& call);
void get_event(const CallPtr& call);
// subscriptions.cc
void list_subscriptions(const CallPtr& call);
void get_subscription(const CallPtr& call);
void create_subscription(const CallPtr& call);
void update_subscription(const CallPtr& call);
void delete_subscription(const CallPtr& call);
void enable_subscription(const CallPtr& call);
void replay_subscription(const CallPtr& call);
void rotate_subscription(const CallPtr& call);
void test_subscription(const CallPtr& call);
// requests.cc
void list_requests(const CallPtr& call);
// traces.cc
void get_trace(const CallPtr& call);
// templates.cc, templates_sync.cc
void list_templates(const CallPtr& call);
void create_template(const CallPtr& call);
void sync_templates(const CallPtr& call);
void get_template(const CallPtr& call);
void replace_template(const CallPtr& call);
void update_template(const CallPtr& call);
void delete_template(const CallPtr& call);
// conversations.cc
void show_typing(const CallPtr& call);
void mark_read(const CallPtr& call);
// media.cc
void upload_media(const CallPtr& call);
void get_media(const CallPtr& call);
void get_media_content(const CallPtr& call);
void delete_media(const CallPtr& call);
// backups.cc
void create_backup(const CallPtr& call);

}  // namespace postern::api
