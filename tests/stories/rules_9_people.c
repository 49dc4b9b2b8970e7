/* Stories about whom a resident agreed to, who must never be told, what leaves a record, and who takes whose place. */
#include <stdio.h>
#include <string.h>

#include "server/store/disclosures.h"
#include "server/watch/barred.h"
#include "server/watch/consent.h"
#include "server/watch/disclosure.h"
#include "server/watch/replacement.h"
#include "server/watch/sharing.h"
#include "server/watch/telling.h"
#include "tests/stories/world.h"

/* R1 with three watchers; W3 only hears the end. A miss is told to W1, after 30 minutes to W2 and staff. */
static void street(struct world *w)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_policy(w, "P", "missed", "30m", "tier2+staff");
	world_policy(w, "P", "help", "0m", "tier1+tier2+staff");
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_watcher(w, "W3", "R1", 3, "know");
	world_user(w, "tanaka", "daily 00:00-24:00");
}

static void begin(struct world *w)
{
	CHECK(store_begin(world_watch(w)->store));
}

static bool ended(struct world *w, bool done)
{
	if (done)
		CHECK(store_commit(world_watch(w)->store));
	else
		store_rollback(world_watch(w)->store);
	world_turn(w);
	return done;
}

static bool agree(struct world *w, const char *what, const char *watcher, const char *items, bool given)
{
	struct consent c = { .given = given, .agreed_on = "2026-11-20", .agreed_by = "本人", .form = "paper" };
	struct refusal no;

	snprintf(c.resident_id, sizeof(c.resident_id), "R1");
	snprintf(c.what, sizeof(c.what), "%s", what);
	snprintf(c.watcher_id, sizeof(c.watcher_id), "%s", watcher);
	snprintf(c.items, sizeof(c.items), "%s", items);
	begin(w);
	return ended(w, consent_record(world_watch(w), &c, "user:tanaka", world_now(w), &no));
}

static int64_t bar(struct world *w, const char *watcher, const char *name)
{
	struct never_told n = { .resident_id = "R1", .reason = "本人の希望" };
	struct refusal no;

	snprintf(n.watcher_id, sizeof(n.watcher_id), "%s", watcher);
	snprintf(n.name, sizeof(n.name), "%s", name);
	begin(w);
	return ended(w, barred_add(world_watch(w), &n, "user:tanaka", world_now(w), &no)) ? n.id : 0;
}

static bool replace(struct world *w, const char *old, const char *new, const char *from)
{
	struct replacement r = { .reason = "任期満了" };
	struct refusal no;

	snprintf(r.old_id, sizeof(r.old_id), "%s", old);
	snprintf(r.new_id, sizeof(r.new_id), "%s", new);
	snprintf(r.from_on, sizeof(r.from_on), "%s", from);
	begin(w);
	return ended(w, replacement_plan(world_watch(w), &r, "user:tanaka", world_now(w), &no));
}

/* consent */

STORY("2026-11-24 02:00", consent_to_the_service_lets_watchers_be_told_and_taken_back_lets_nobody)
{
	street(w);
	world_sql(w, "UPDATE residents SET consent_on = ''");
	CHECK(agree(w, "service", "", "", true));
	CHECK_INT(world_count(w, "SELECT count(*) FROM residents WHERE consent_on = '2026-11-20'"), 1);
	world_to(w, "10:30");
	world_told(w, "resident:R1", "reminder");
	world_told(w, "resident:R1", "reminder");
	world_told_at(w, "watcher:W1", "alert", "10:30");
	world_claim(w, "R1", "watcher:W1");

	/* Who is going may not be told any more: nobody holds it, and no other watcher hears of it. */
	CHECK(agree(w, "service", "", "", false));
	CHECK_INT(world_count(w, "SELECT count(*) FROM residents WHERE consent_on = ''"), 1);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_claim_refused(w, "R1", "watcher:W1", REFUSED_NOT_YOURS);
	world_to(w, "11:00");
	world_told_at(w, "user:tanaka", "alert", "11:00");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended"); /* who was told hears the end */
	CHECK_INT(world_count(w, "SELECT count(*) FROM consents"), 2);
}

STORY("2026-11-24 02:00", consent_to_one_link_sets_what_it_shares_and_taken_back_leaves_that_watcher_out)
{
	street(w);
	CHECK(agree(w, "link", "W1", "place outcome", true));
	CHECK_INT(world_count(w, "SELECT count(*) FROM links WHERE watcher_id = 'W1' AND shares = 'place outcome'"), 1);
	CHECK(agree(w, "link", "W1", "", false));
	world_to(w, "10:30");
	world_hush(w);
	world_press(w, "R1", CHECKIN_HELP);
	world_told(w, "watcher:W2", "alert");
	world_told(w, "user:tanaka", "alert");
	world_claim_refused(w, "R1", "watcher:W1", REFUSED_NOT_YOURS);
	CHECK(agree(w, "link", "W1", "name", true));
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
}

STORY("2026-11-24 02:00", consent_taken_back_for_a_link_reaches_staff_when_nobody_else_looks_in)
{
	street(w);
	world_sql(w, "DELETE FROM links WHERE watcher_id <> 'W1'");
	CHECK(agree(w, "link", "W1", "", false));
	world_to(w, "10:30");
	world_told(w, "resident:R1", "reminder");
	world_told(w, "resident:R1", "reminder");
	world_told_at(w, "user:tanaka", "alert", "10:30");
}

STORY("2026-11-24 02:00", consent_to_entry_is_written_into_the_record)
{
	street(w);
	CHECK(agree(w, "entry", "", "", true));
	CHECK_INT(world_count(w, "SELECT count(*) FROM residents WHERE entry_consent = 'yes'"), 1);
	CHECK(agree(w, "entry", "", "police", true));
	CHECK_INT(world_count(w, "SELECT count(*) FROM residents WHERE entry_consent = 'police'"), 1);
	CHECK(agree(w, "entry", "", "", false));
	CHECK_INT(world_count(w, "SELECT count(*) FROM residents WHERE entry_consent = 'no'"), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'consent'"), 3);
	world_press(w, "R1", CHECKIN_OK);
}

STORY("2026-11-24 02:00", consent_that_makes_no_sense_is_refused)
{
	struct consent c = {
		.resident_id = "R1", .what = "service", .given = true, .agreed_by = "本人", .form = "paper"
	};
	struct refusal no;

	street(w);
	CHECK(!agree(w, "link", "W9", "name", true));
	CHECK(!agree(w, "link", "W1", "name phone", true)); /* a telephone number is no link's to share */
	CHECK(!agree(w, "link", "W1", "", true));
	CHECK(!agree(w, "link", "W1", "label name", true));
	CHECK(agree(w, "link", "W1", "label", true));
	CHECK(!agree(w, "service", "W1", "", true));
	CHECK(!agree(w, "service", "", "name", true));
	CHECK(!agree(w, "entry", "", "name", true));
	CHECK(!agree(w, "everything", "", "", true));
	begin(w);
	snprintf(c.agreed_on, sizeof(c.agreed_on), "2026-11-25"); /* tomorrow */
	CHECK(!consent_record(world_watch(w), &c, "user:tanaka", world_now(w), &no));
	CHECK_INT(no.code, REFUSED_INVALID);
	snprintf(c.agreed_on, sizeof(c.agreed_on), "2026-11-24");
	snprintf(c.agreed_by, sizeof(c.agreed_by), " ");
	CHECK(!consent_record(world_watch(w), &c, "user:tanaka", world_now(w), &no));
	snprintf(c.agreed_by, sizeof(c.agreed_by), "本人");
	snprintf(c.form, sizeof(c.form), "paper spoken");
	CHECK(!consent_record(world_watch(w), &c, "user:tanaka", world_now(w), &no));
	snprintf(c.resident_id, sizeof(c.resident_id), "R9");
	CHECK(!consent_record(world_watch(w), &c, "user:tanaka", world_now(w), &no));
	CHECK_INT(no.code, REFUSED_UNKNOWN);
	ended(w, false);
	CHECK_INT(world_count(w, "SELECT count(*) FROM consents"), 1);
	world_press(w, "R1", CHECKIN_OK);
}

/* never told */

STORY("2026-11-24 02:00", never_told_a_watcher_is_passed_over_by_every_step_and_by_the_end)
{
	street(w);
	CHECK(bar(w, "W1", "") != 0);
	CHECK(bar(w, "W3", "") != 0);
	world_to(w, "10:30");
	world_told(w, "resident:R1", "reminder");
	world_told(w, "resident:R1", "reminder");
	/* Nobody is left of the first step. */
	world_told_at(w, "watcher:W2", "alert", "10:30");
	world_told_at(w, "user:tanaka", "alert", "10:30");
	world_claim_refused(w, "R1", "watcher:W1", REFUSED_NOT_YOURS);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "watcher:W2", "ended");
	world_told(w, "user:tanaka", "ended");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE person IN ('watcher:W1', 'watcher:W3')"), 0);
}

STORY("2026-11-24 02:00", never_told_from_the_moment_it_is_entered_though_they_hold_the_claim)
{
	street(w);
	world_to(w, "10:30");
	world_hush(w);
	world_claim(w, "R1", "watcher:W1");
	CHECK(bar(w, "W1", "") != 0);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_to(w, "11:00");
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK); /* the end is told to all who were told, and not to them */
	world_told(w, "watcher:W2", "ended");
	world_told(w, "watcher:W3", "ended");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", never_told_drops_what_waits_for_them_and_their_links_are_dead)
{
	street(w);
	world_sql(w, "UPDATE watchers SET hours = 'daily 12:00-13:00' WHERE watcher_id = 'W1'");
	world_to(w, "10:30");
	world_hush(w);
	world_sql(w, "INSERT INTO answer_tokens (hash, watcher_id, incident_id, made_at) VALUES ('h1', 'W1', 1, 1), "
		     "('h2', 'W1', NULL, 1), ('h3', 'W2', 1, 1)");
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM notifications WHERE person = 'watcher:W1' AND state = 'waiting'"),
		1);
	CHECK(bar(w, "W1", "") != 0);
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM notifications WHERE person = 'watcher:W1' AND state = 'waiting'"),
		0);
	/* Of this resident's incidents; they may look in on others. */
	CHECK_INT(world_count(w, "SELECT count(*) FROM answer_tokens WHERE revoked_at IS NOT NULL"), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM answer_tokens WHERE hash = 'h1' AND revoked_at IS NOT NULL"), 1);
	world_to(w, "12:30");
	world_hush(w);
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM notifications WHERE person = 'watcher:W1' AND state = 'sent'"), 0);
}

STORY("2026-11-24 02:00", never_told_is_about_one_resident_and_can_be_lifted)
{
	int64_t id;
	struct refusal no;

	street(w);
	world_resident(w, "R2", "daily 03:00-10:00 +30m", "P");
	world_link(w, "R2", "W1", 1, "go");
	id = bar(w, "W1", "");
	CHECK(id != 0);
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_HELP);
	world_hush(w);
	world_press(w, "R2", CHECKIN_HELP);
	world_told(w, "watcher:W1", "alert");
	world_hush(w);
	begin(w);
	CHECK(barred_lift(world_watch(w), id, "user:tanaka", world_now(w), &no));
	CHECK(!barred_lift(world_watch(w), id, "user:tanaka", world_now(w), &no));
	CHECK(ended(w, true));
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM never_told"), 1);
}

STORY("2026-11-24 02:00", never_told_persons_are_linked_never_and_like_names_are_warned_of)
{
	struct watcher_name like[4];
	struct watcher watcher;
	char name[PERSON_NAME];
	struct refusal no;

	street(w);
	world_sql(w, "UPDATE watchers SET name = '山田 太郎', kana = 'ヤマダ タロウ' WHERE watcher_id = 'W1';"
		     "UPDATE watchers SET name = '山田太朗', kana = 'ヤマダ タロウ' WHERE watcher_id = 'W2';"
		     "UPDATE watchers SET name = '鈴木 花子', kana = 'スズキ ハナコ' WHERE watcher_id = 'W3'");
	CHECK(bar(w, "", "山田太郎") != 0);
	CHECK_INT(bar(w, "", "山田　太郎"), 0); /* listed already */
	CHECK_INT(bar(w, "", " "), 0);
	CHECK_INT(bar(w, "W9", ""), 0);
	/* Only a name: who it is nobody knows for certain, so nobody is barred. */
	CHECK(barred_may_link(world_watch(w), "R1", "W1", &no));
	for (int k = 1; k <= 3; k++) {
		CHECK(watchers_find(world_watch(w)->store, (char[]){ 'W', (char)('0' + k), 0 }, &watcher));
		CHECK_INT(barred_resembles(world_watch(w), "R1", &watcher, name), k < 3);
		CHECK(k == 3 || strcmp(name, "山田太郎") == 0);
	}
	CHECK_INT(barred_like(world_watch(w), "ヤマダ　タロー", world_now(w), like, 4), 2);
	CHECK_TEXT(like[0].watcher_id, "W1");
	CHECK_TEXT(like[1].watcher_id, "W2");
	CHECK(bar(w, "W2", "") != 0);
	CHECK(!barred_may_link(world_watch(w), "R1", "W2", &no));
	CHECK_INT(no.code, REFUSED_INVALID);
	CHECK_INT(world_count(w, "SELECT count(*) FROM never_told WHERE watcher_id = 'W2' AND name = '山田太朗'"), 1);
	CHECK(!agree(w, "link", "W2", "name", true));
	world_press(w, "R1", CHECKIN_OK);
}

/* disclosures */

STORY("2026-11-24 02:00", disclosure_every_telling_that_names_a_resident_leaves_a_record)
{
	struct disclosure list[4];

	street(w);
	world_to(w, "11:00");
	world_hush(w);
	CHECK_INT(disclosures_of(world_watch(w)->store, "R1", 0, list, 4), 2); /* staff are no third party */
	CHECK_TEXT(list[1].person, "watcher:W1");
	CHECK_TEXT(list[1].name, "W1");
	CHECK_TEXT(list[1].items, "name place state");
	CHECK_TEXT(list[1].basis, "consent");
	CHECK_TEXT(list[1].channel, "mail");
	CHECK_INT(list[1].incident_id, world_incident(w, "R1").id);
	CHECK_INT(list[1].at, world_time(w, "10:30"));
	CHECK_TEXT(list[0].person, "watcher:W2");
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w); /* the end names nobody */
	CHECK_INT(disclosures_of(world_watch(w)->store, "R1", 0, list, 4), 2);
	CHECK_INT(disclosures_of(world_watch(w)->store, "R1", list[0].id, list, 4), 1);
}

STORY("2026-11-24 02:00", disclosure_a_message_that_no_channel_took_tells_nobody)
{
	street(w);
	world_channel(w, "mail:W1@example.jp", WORLD_REFUSES);
	world_to(w, "10:31");
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM disclosures WHERE person = 'watcher:W1'"), 0);
	CHECK_INT(world_count(w, "SELECT count(*) FROM disclosures WHERE person = 'watcher:W2'"), 1);
}

STORY("2026-11-24 02:00", disclosure_what_a_page_shows_is_noted_once_a_day)
{
	struct watch *watch = world_watch(w);

	street(w);
	begin(w);
	CHECK(disclosure_shown(watch, "R1", "W1", "name place", 0, world_now(w)));
	CHECK(!disclosure_shown(watch, "R1", "W1", "name place", 0, world_now(w) + HOUR));
	CHECK(disclosure_shown(watch, "R1", "W1", "name place care", 0, world_now(w) + HOUR));
	CHECK(disclosure_shown(watch, "R1", "W2", "name place", 0, world_now(w) + HOUR));
	CHECK(disclosure_shown(watch, "R1", "W1", "name place", 0, world_now(w) + DAY));
	CHECK(!disclosure_shown(watch, "R1", "W1", "", 0, world_now(w)));
	CHECK(ended(w, true));
	CHECK_INT(world_count(w, "SELECT count(*) FROM disclosures WHERE channel = 'page' AND basis = 'consent'"), 4);
	world_press(w, "R1", CHECKIN_OK);
}

STORY("2026-11-24 02:00", disclosure_in_an_emergency_needs_a_reason_and_no_consent)
{
	struct disclosure d = {
		.resident_id = "R1", .name = "本町消防署", .items = "name address state", .channel = "telephone"
	};
	struct refusal no;

	street(w);
	world_sql(w, "UPDATE residents SET consent_on = ''");
	begin(w);
	CHECK(!disclosure_emergency(world_watch(w), &d, "user:tanaka", world_now(w), &no));
	snprintf(d.reason, sizeof(d.reason), "倒れているのが見えるため");
	snprintf(d.items, sizeof(d.items), "name shoes");
	CHECK(!disclosure_emergency(world_watch(w), &d, "user:tanaka", world_now(w), &no));
	snprintf(d.items, sizeof(d.items), "name address state");
	d.incident_id = 17;
	CHECK(!disclosure_emergency(world_watch(w), &d, "user:tanaka", world_now(w), &no));
	d.incident_id = 0;
	CHECK(disclosure_emergency(world_watch(w), &d, "user:tanaka", world_now(w), &no));
	CHECK(d.id != 0);
	CHECK(ended(w, true));
	CHECK_INT(world_count(w,
			  "SELECT count(*) FROM disclosures WHERE basis = 'emergency' AND by_person = 'user:tanaka'"
			  " AND name = '本町消防署'"),
		1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'disclosed' AND person = 'user:tanaka'"),
		1);
	world_press(w, "R1", CHECKIN_OK);
}

/* replacement */

static void two_homes(struct world *w)
{
	street(w);
	world_resident(w, "R2", "none", "P");
	world_link(w, "R2", "W1", 2, "call");
	world_sql(w, "UPDATE links SET label = '7', shares = 'name place care', relation = 'となり', key = '社協'"
		     " WHERE resident_id = 'R1' AND watcher_id = 'W1';"
		     "UPDATE links SET label = '8' WHERE resident_id = 'R2';"
		     "INSERT INTO watchers (watcher_id, name, channels) VALUES ('N1', 'N1', 'mail:N1@example.jp')");
}

STORY("2026-11-24 02:00", replacement_on_its_day_the_links_move_and_keys_do_not)
{
	two_homes(w);
	world_sql(w, "INSERT INTO answer_tokens (hash, watcher_id, made_at) VALUES ('h1', 'W1', 1), ('h2', 'W2', 1)");
	CHECK(replace(w, "W1", "N1", "2026-11-26"));
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-25 23:59");
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM links WHERE watcher_id = 'W1'"), 2);
	world_to(w, "2026-11-26 00:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM links WHERE watcher_id = 'W1'"), 0);
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM links WHERE watcher_id = 'N1' AND resident_id = 'R1' AND tier = 1"
			       " AND can = 'go' AND shares = 'name place care' AND label = '7' AND relation = 'となり'"
			       " AND key = ''"),
		1);
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM links WHERE watcher_id = 'N1' AND resident_id = 'R2' AND tier = 2"
			       " AND can = 'call' AND label = '8'"),
		1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM watchers WHERE watcher_id = 'W1' AND ends = '2026-11-26'"
				 " AND end_reason = '任期満了'"),
		1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM answer_tokens WHERE revoked_at IS NOT NULL"), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'watcher_replaced'"), 2);
	CHECK_INT(world_count(
			  w, "SELECT count(*) FROM timeline WHERE event = 'watcher_replaced' AND detail = 'W1 N1 key'"),
		1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM audit WHERE what = 'replaced' AND who = 'user:tanaka'"), 1);
	world_to(w, "2026-11-26 10:30");
	world_told_at(w, "watcher:N1", "alert", "10:30");
	world_hush(w);
}

STORY("2026-11-24 02:00", replacement_from_today_is_done_at_once_and_frees_what_the_old_one_holds)
{
	two_homes(w);
	world_to(w, "10:30");
	world_hush(w);
	world_claim(w, "R1", "watcher:W1");
	CHECK(replace(w, "W1", "N1", "2026-11-24"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM links WHERE watcher_id = 'W1'"), 0);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_claim_refused(w, "R1", "watcher:W1", REFUSED_NOT_YOURS);
	world_claim(w, "R1", "watcher:N1");
	world_hush(w);
	world_close(w, "R1", "watcher:N1", "safe", "face");
	world_told(w, "watcher:W1", "ended"); /* who was told hears the end */
	world_told(w, "watcher:N1", "ended");
	world_told(w, "watcher:W3", "ended");
}

STORY("2026-11-24 02:00", replacement_what_was_agreed_about_the_old_one_does_not_pass_on)
{
	struct replacement_home homes[4];
	struct link l;

	two_homes(w);
	CHECK(agree(w, "link", "W1", "name place care", true));
	CHECK_INT(replacement_homes(world_watch(w), "W1", "N1", homes, 4), 2);
	CHECK(homes[0].needs_consent && homes[0].key && !homes[1].needs_consent && !homes[1].key);
	CHECK(replace(w, "W1", "N1", "2026-11-25"));
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-25 00:00");
	CHECK(watchers_in_circle(world_watch(w)->store, "R1", "N1", &l));
	CHECK(!sharing_allows(&l, "name") && !sharing_allows(&l, "place") && !sharing_allows(&l, "care"));
	CHECK(watchers_in_circle(world_watch(w)->store, "R2", "N1", &l));
	CHECK(sharing_allows(&l, "name"));
	CHECK(agree(w, "link", "N1", "name", true));
	CHECK(watchers_in_circle(world_watch(w)->store, "R1", "N1", &l));
	CHECK(sharing_allows(&l, "name") && !sharing_allows(&l, "place"));
}

STORY("2026-11-24 02:00", replacement_by_one_who_looks_in_there_already_keeps_their_number)
{
	two_homes(w);
	world_sql(w, "INSERT INTO links (resident_id, watcher_id, tier, can, label) VALUES ('R1', 'N1', 3, 'go', '8')");
	CHECK(replace(w, "W1", "N1", "2026-11-25"));
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-25 00:00");
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM links WHERE watcher_id = 'N1' AND resident_id = 'R1' AND tier = 1"
			       " AND label = '8'"),
		1);
	/* 8 is taken on that sheet: R2 gets the first that is free. */
	CHECK_INT(world_count(w,
			  "SELECT count(*) FROM links WHERE watcher_id = 'N1' AND resident_id = 'R2' AND label = '1'"),
		1);
}

STORY("2026-11-24 02:00", replacement_that_makes_no_sense_is_refused)
{
	struct replacement r;
	struct refusal no;

	two_homes(w);
	world_sql(w, "INSERT INTO watchers (watcher_id, name, channels, ends, resident_id) VALUES"
		     " ('N2', 'N2', '', '', NULL), ('N3', 'N3', 'mail:n3@example.jp', '2026-11-25', NULL),"
		     " ('N4', 'N4', 'mail:n4@example.jp', '', 'R2')");
	CHECK(!replace(w, "W1", "W1", "2026-11-25"));
	CHECK(!replace(w, "W9", "N1", "2026-11-25"));
	CHECK(!replace(w, "W1", "N9", "2026-11-25"));
	CHECK(!replace(w, "W1", "N1", "2026-11-23")); /* past */
	CHECK(!replace(w, "W1", "N1", "2029-11-25"));
	CHECK(!replace(w, "W1", "N2", "2026-11-25")); /* cannot be reached */
	CHECK(!replace(w, "W1", "N3", "2026-11-25")); /* will have ended */
	CHECK(!replace(w, "W1", "N4", "2026-11-25")); /* would look in on themselves */
	CHECK(replace(w, "W1", "N1", "2026-11-25"));
	CHECK(!replace(w, "W1", "W2", "2026-11-25")); /* is being replaced */
	CHECK(!replace(w, "N1", "W2", "2026-11-25")); /* takes over */
	CHECK(replacements_pending(world_watch(w)->store, "N1", &r));
	begin(w);
	CHECK(replacement_drop(world_watch(w), r.id, &no, world_now(w)));
	CHECK(!replacement_drop(world_watch(w), r.id, &no, world_now(w)));
	CHECK_INT(no.code, REFUSED_CLOSED);
	CHECK(ended(w, true));
	CHECK(bar(w, "N1", "") != 0);
	CHECK(!replace(w, "W1", "N1", "2026-11-25")); /* never to be told about R1 */
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-25 00:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM links WHERE watcher_id = 'W1'"), 2);
}

STORY("2026-11-24 02:00", replacement_that_cannot_be_done_on_its_day_changes_nothing_and_says_why)
{
	two_homes(w);
	CHECK(replace(w, "W1", "N1", "2026-11-25"));
	world_sql(w, "UPDATE watchers SET channels = '' WHERE watcher_id = 'N1'");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-25 00:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM links WHERE watcher_id = 'W1'"), 2);
	CHECK_INT(world_count(w, "SELECT count(*) FROM replacements WHERE done_at IS NULL AND dropped_at IS NOT NULL"
				 " AND why_not <> ''"),
		1);
}

STORY("2026-11-24 02:00", replacement_leaves_out_a_home_of_whose_resident_the_new_one_became_barred)
{
	two_homes(w);
	CHECK(replace(w, "W1", "N1", "2026-11-25"));
	CHECK(bar(w, "N1", "") != 0);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-25 00:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM links WHERE watcher_id IN ('W1', 'N1') AND resident_id = 'R1'"),
		0);
	CHECK_INT(world_count(w, "SELECT count(*) FROM links WHERE watcher_id = 'N1' AND resident_id = 'R2'"), 1);
}
