/* handlers - what answers each call of routes.c, by the file it stands in. */
#ifndef WEB_HANDLERS_H
#define WEB_HANDLERS_H

struct call;

/* probes.c: is it alive, able, and how much of what */
void probe_alive(struct call *c);
void probe_ready(struct call *c);
void probe_metrics(struct call *c);

/* pages.c: the shell of the staff pages, and what it is made of */
void page_shell(struct call *c);
void page_asset(struct call *c);

/* signin.c: sign in and out, who am I, where am I signed in */
void session_begin(struct call *c);
void session_show(struct call *c);
void session_end(struct call *c);
void session_change(struct call *c);
void sessions_show(struct call *c);
void sessions_revoke(struct call *c);
void setup_finish(struct call *c);

/* factor.c: a second factor (TOTP) */
void factor_begin(struct call *c);
void factor_confirm(struct call *c);
void factor_remove(struct call *c);

/* keys.c: API keys of programs */
void keys_show(struct call *c);
void keys_add(struct call *c);
void keys_revoke(struct call *c);

/* audit.c: who did and read what */
void audit_show(struct call *c);
void audit_csv(struct call *c);

/* status.c: the daily list */
void status_show(struct call *c);
void status_csv(struct call *c);

/* signoffs.c: who signed which list */
void signoffs_show(struct call *c);
void signoffs_sign(struct call *c);

/* colleagues.c: who could take something on */
void colleagues_show(struct call *c);

/* events.c: what changes on it */
void events_open(struct call *c);

/* paper.c: the daily list on paper */
void paper_show(struct call *c);

/* incidents.c: incidents, open and past, and one with its timeline */
void incidents_show(struct call *c);
void incidents_show_one(struct call *c);
void incidents_print(struct call *c);

/* incident_acts.c: what is done about one */
void incidents_claim(struct call *c);
void incidents_release(struct call *c);
void incidents_report(struct call *c);
void incidents_close(struct call *c);
void incidents_add_note(struct call *c);
void incidents_hand_over(struct call *c);

/* residents.c, resident_days.c: one resident's record, days, events, presses */
void residents_search(struct call *c);
void residents_show(struct call *c);
void residents_print(struct call *c);
void residents_days(struct call *c);
void residents_timeline(struct call *c);
void residents_presses(struct call *c);

/* resident_acts.c: what is told about a resident */
void residents_check_in(struct call *c);
void residents_pause(struct call *c);
void residents_resume(struct call *c);
void residents_end(struct call *c);
void residents_visits(struct call *c);
void residents_add_visit(struct call *c);

/* resident_edits.c: a resident is enrolled, or put right */
void residents_add(struct call *c);
void residents_change(struct call *c);

/* watchers.c, watcher_edits.c, watcher_tests.c: those who look in, their links, whether they can be reached */
void watchers_show(struct call *c);
void watchers_show_one(struct call *c);
void watchers_add(struct call *c);
void watchers_change(struct call *c);
void watchers_end(struct call *c);
void watcher_links_put(struct call *c);
void watcher_links_remove(struct call *c);
void watcher_tests_begin(struct call *c);
void watcher_tests_show(struct call *c);

/* devices.c: buttons, given and taken out of use */
void devices_show(struct call *c);
void devices_give(struct call *c);
void devices_change(struct call *c);
void devices_revoke(struct call *c);

/* districts.c, policies.c, users.c */
void districts_show(struct call *c);
void districts_add(struct call *c);
void districts_change(struct call *c);
void districts_finish(struct call *c);
void districts_resume(struct call *c);
void policies_show(struct call *c);
void policies_add(struct call *c);
void policies_change(struct call *c);
void policies_finish(struct call *c);
void policies_resume(struct call *c);
void users_show(struct call *c);
void users_add(struct call *c);
void users_change(struct call *c);
void users_password(struct call *c);
void users_disable(struct call *c);
void users_enable(struct call *c);
void users_forget_factor(struct call *c);

/* imports.c, exports.c: the tables as files */
void imports_run(struct call *c);
void exports_table(struct call *c);

/* reports.c: figures of months, halves and fiscal years; what is aimed at */
void reports_show(struct call *c);
void reports_csv(struct call *c);
void reports_print(struct call *c);
void targets_show(struct call *c);
void targets_put(struct call *c);

/* answers.c: the link of an alert; its page, and the same for programs */
void answers_page(struct call *c);
void answers_send(struct call *c);
void answers_show(struct call *c);
void answers_act(struct call *c);

/* my.c: a watcher's own page, and the same for programs */
void my_page(struct call *c);
void my_send(struct call *c);
void my_show(struct call *c);
void my_act(struct call *c);

/* links.c: what staff do about such links */
void links_make_page(struct call *c);
void links_end_page(struct call *c);
void links_free(struct call *c);

/* consents.c, never_told.c, disclosures.c: what was agreed, who is never told, who was told; the whole record */
void consents_show(struct call *c);
void consents_add_one(struct call *c);
void never_told_show(struct call *c);
void never_told_enter(struct call *c);
void never_told_lift(struct call *c);
void disclosures_show(struct call *c);
void disclosures_add_one(struct call *c);
void records_download(struct call *c);

/* replacements.c, watcher_sheet.c: one watcher takes the place of another; the sheet of their homes */
void replacements_show(struct call *c);
void replacements_plan(struct call *c);
void replacements_take_back(struct call *c);
void watcher_sheets_show(struct call *c);

/* checks.c: what is missing in who is enrolled */
void checks_show(struct call *c);

/* device_checkin.c: check-ins of devices by HTTP */
void devices_check_in(struct call *c);

#endif
