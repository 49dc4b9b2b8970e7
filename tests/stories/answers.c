/* Stories of the watcher's link: whose it is, what it shows, what an answer does, when it is dead. */
#include <string.h>

#include "server/watch/answer.h"
#include "server/watch/visit.h"
#include "tests/stories/world.h"

#define PHONE  "browser-of-w1"
#define TABLET "browser-of-somebody"

/* Two tiers of one watcher each; W3 can only call; staff are asked at once and always on duty. */
static void street(struct world *w)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_policy(w, "P", "missed", "30m", "tier1");
	world_policy(w, "P", "missed", "60m", "tier2");
	world_policy(w, "P", "help", "0m", "tier1+staff");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_sql(w, "UPDATE residents SET address = '本町2-3-4', care = '耳が遠い'");
}

/* A link as notify makes it, with this text for a token. */
static void make_link(struct world *w, const char *token, const char *watcher)
{
	char hash[SECRET_HASH];

	secret_hash(token, hash);
	assert_true(store_begin(world_watch(w)->store));
	answer_tokens_add(world_watch(w)->store, hash, watcher, world_incident(w, "R1").id, world_now(w));
	assert_true(store_commit(world_watch(w)->store));
}

static struct answer look(struct world *w, const char *token, const char *browser)
{
	char hash[SECRET_HASH], id[SECRET_HASH] = "";
	struct answer a;

	secret_hash(token, hash);
	if (browser[0])
		secret_hash(browser, id);
	answer_read(world_watch(w), hash, id, world_now(w), &a);
	return a;
}

static enum answer_phase phase(struct world *w, const char *token, const char *browser)
{
	struct answer a = look(w, token, browser);

	CHECK_INT(a.state, ANSWER_OPEN);
	return a.phase;
}

/* Sends a form; what it was refused with. */
static enum refusal_code send(struct world *w, const char *token, const char *browser, const struct answer_deed *deed)
{
	struct refusal no = { .code = REFUSED_NOT };
	char id[SECRET_HASH];
	struct answer a;

	secret_hash(browser, id);
	assert_true(store_begin(world_watch(w)->store));
	a = look(w, token, browser);
	if (answer_do(world_watch(w), &a, id, deed, world_now(w), &no)) {
		assert_true(store_commit(world_watch(w)->store));
		CHECK_INT(no.code, REFUSED_NOT);
	} else {
		store_rollback(world_watch(w)->store);
		CHECK(no.code != REFUSED_NOT);
	}
	world_turn(w);
	return no.code;
}

static enum refusal_code say(struct world *w, const char *token, const char *browser, enum answer_act act)
{
	return send(w, token, browser, &(struct answer_deed){ act, "", "", "", "" });
}

/* R1 is missed, W1 was told at 10:30, has the link "t1" and said who they are. */
static void w1_has_the_link(struct world *w)
{
	street(w);
	world_to(w, "10:30");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	world_told_at(w, "watcher:W1", "alert", "10:30");
	make_link(w, "t1", "W1");
	CHECK_INT(say(w, "t1", PHONE, ANSWER_YES), REFUSED_NOT);
}

static void w1_is_going(struct world *w)
{
	w1_has_the_link(w);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	world_told(w, "user:tanaka", "claimed");
}

/* The same with W2, who was told half an hour later. */
static void w2_has_a_link_too(struct world *w)
{
	world_to(w, "11:00");
	world_hush(w);
	make_link(w, "t2", "W2");
	CHECK_INT(say(w, "t2", TABLET, ANSWER_YES), REFUSED_NOT);
}

/* whose it is */

STORY("2026-11-24 02:00", a_link_nobody_made_is_none)
{
	w1_has_the_link(w);
	CHECK_INT(look(w, "t2", PHONE).state, ANSWER_UNKNOWN);
	CHECK_INT(look(w, "", PHONE).state, ANSWER_UNKNOWN);
	CHECK_INT(say(w, "t2", PHONE, ANSWER_YES), REFUSED_NOT_YOURS);
	CHECK_INT(say(w, "t2", PHONE, ANSWER_GO), REFUSED_NOT_YOURS);
}

/* Closed by a clock that was far ahead: by its time the link would live until then. */
STORY("2026-11-24 02:00", a_link_to_what_was_closed_in_a_time_to_come_is_over)
{
	w1_has_the_link(w);
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_OPEN);
	world_sql(w, "UPDATE incidents SET closed_at = closed_at + 30000"); /* set right by half a minute */
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_OPEN);
	world_sql(w, "UPDATE incidents SET closed_at = closed_at + 86400000");
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_DEAD);
}

STORY("2026-11-24 02:00", it_asks_who_reads_it_and_belongs_to_the_first_browser_that_says_yes)
{
	struct answer a;

	street(w);
	world_to(w, "10:30");
	make_link(w, "t1", "W1");
	a = look(w, "t1", "");
	CHECK_INT(a.state, ANSWER_ASK);
	CHECK_TEXT(a.watcher, "W1");
	CHECK(!a.name[0] && !a.label[0] && !a.resident_id[0]);
	CHECK_INT(look(w, "t1", TABLET).state, ANSWER_ASK); /* a look is no yes */
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT_YOURS);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_YES), REFUSED_NOT);
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_OPEN);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_YES), REFUSED_NOT);
	a = look(w, "t1", TABLET);
	CHECK_INT(a.state, ANSWER_ELSEWHERE);
	CHECK(!a.name[0] && !a.label[0] && !a.resident_id[0]);
	CHECK_INT(look(w, "t1", "").state, ANSWER_ELSEWHERE);
	CHECK_INT(say(w, "t1", TABLET, ANSWER_YES), REFUSED_NOT_YOURS);
	CHECK_INT(say(w, "t1", TABLET, ANSWER_GO), REFUSED_NOT_YOURS);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_hush(w);
}

STORY("2026-11-24 02:00", every_link_of_an_incident_to_a_watcher_has_the_same_browser)
{
	w1_has_the_link(w);
	make_link(w, "t1 again", "W1");
	CHECK_INT(look(w, "t1 again", PHONE).state, ANSWER_OPEN);
	CHECK_INT(look(w, "t1 again", TABLET).state, ANSWER_ELSEWHERE);
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_OPEN);
}

STORY("2026-11-24 02:00", freed_by_staff_it_is_the_next_browsers)
{
	w1_has_the_link(w);
	assert_true(store_begin(world_watch(w)->store));
	CHECK(!answer_browsers_take(
		world_watch(w)->store, "W1", world_incident(w, "R1").id, "another's", world_now(w)));
	CHECK(answer_browsers_free(world_watch(w)->store, "W1", world_incident(w, "R1").id));
	CHECK(!answer_browsers_free(world_watch(w)->store, "W1", world_incident(w, "R1").id));
	assert_true(store_commit(world_watch(w)->store));
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_ASK);
	CHECK_INT(say(w, "t1", TABLET, ANSWER_YES), REFUSED_NOT);
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_ELSEWHERE);
}

STORY("2026-11-24 02:00", who_opens_the_link_has_seen_the_alert_and_who_answers_has_answered)
{
	w1_has_the_link(w);
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM notifications WHERE person = 'watcher:W1' AND state = 'seen'"), 1);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM notifications WHERE person = 'watcher:W1' AND state = 'answered'"),
		1);
	world_told(w, "user:tanaka", "claimed");
}

/* what it shows */

STORY("2026-11-24 02:00", it_shows_what_the_link_shares_and_no_more)
{
	struct answer a;

	w1_has_the_link(w);
	a = look(w, "t1", PHONE);
	CHECK_INT(a.phase, ANSWER_ASKED);
	CHECK_INT(a.kind, INCIDENT_MISSED);
	CHECK(a.deadline_at == world_time(w, "10:00") && a.since_at == a.deadline_at);
	CHECK_TEXT(a.label, "1");
	CHECK_TEXT(a.name, "R1");
	CHECK_TEXT(a.place, "本町2丁目");
	CHECK_TEXT(a.address, "本町2-3-4");
	CHECK_TEXT(a.care, "");
	CHECK_TEXT(a.items, "name place address");
	world_sql(w, "UPDATE links SET shares = 'place care' WHERE watcher_id = 'W1'");
	a = look(w, "t1", PHONE);
	CHECK(!a.name[0] && !a.address[0]);
	CHECK_TEXT(a.place, "本町2丁目");
	CHECK_TEXT(a.care, "耳が遠い");
	CHECK_TEXT(a.items, "place care");
	world_sql(w, "UPDATE links SET shares = 'label' WHERE watcher_id = 'W1'");
	a = look(w, "t1", PHONE);
	CHECK(!a.name[0] && !a.place[0] && !a.address[0] && !a.care[0] && !a.items[0]);
	CHECK_TEXT(a.label, "1");
}

STORY("2026-11-24 02:00", what_could_not_be_noted_is_hidden)
{
	struct answer a;

	w1_has_the_link(w);
	a = look(w, "t1", PHONE);
	answer_hide(&a);
	CHECK(!a.name[0] && !a.place[0] && !a.address[0] && !a.items[0]);
	CHECK_TEXT(a.label, "1");
}

STORY("2026-11-24 02:00", who_need_not_go_need_not_read_where)
{
	struct answer a;

	w1_has_the_link(w);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_CANNOT), REFUSED_NOT);
	a = look(w, "t1", PHONE);
	CHECK_INT(a.phase, ANSWER_DECLINED);
	CHECK_TEXT(a.name, "R1");
	CHECK(!a.address[0]);
	world_hush(w);
}

STORY("2026-11-24 02:00", whoever_goes_is_named_only_where_they_agreed)
{
	struct answer a;

	w1_has_the_link(w);
	w2_has_a_link_too(w);
	a = look(w, "t2", TABLET);
	CHECK_INT(a.phase, ANSWER_ASKED);
	CHECK_INT(a.others, 1);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	a = look(w, "t2", TABLET);
	CHECK_INT(a.phase, ANSWER_TAKEN);
	CHECK(!a.taken_by[0] && !a.may_take_over && !a.taken_by_call);
	CHECK_INT(a.until_at, world_incident(w, "R1").claimed_until);
	CHECK(!a.address[0]);
	CHECK_INT(say(w, "t2", TABLET, ANSWER_GO), REFUSED_CLAIMED);
	world_sql(w, "UPDATE watchers SET named = 'yes' WHERE watcher_id = 'W1'");
	CHECK_TEXT(look(w, "t2", TABLET).taken_by, "W1");
	world_hush(w);
}

STORY("2026-11-24 02:00", a_user_who_calls_is_never_named_to_a_watcher)
{
	struct answer a;

	w1_has_the_link(w);
	world_claim(w, "R1", "user:tanaka");
	a = look(w, "t1", PHONE);
	CHECK_INT(a.phase, ANSWER_TAKEN);
	CHECK(a.taken_by_call && !a.taken_by[0] && !a.may_take_over);
	world_hush(w);
}

/* what an answer does */

STORY("2026-11-24 02:00", going_is_a_claim_and_going_again_is_no_renewal)
{
	struct answer a;

	w1_is_going(w);
	a = look(w, "t1", PHONE);
	CHECK_INT(a.phase, ANSWER_GOING);
	CHECK_INT(a.until_at, world_time(w, "10:30") + 30 * MINUTE);
	CHECK(a.may_renew);
	CHECK_TEXT(a.address, "本町2-3-4");
	world_to(w, "10:40");
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	CHECK_INT(world_incident(w, "R1").renewals, 0);
	CHECK_INT(look(w, "t1", PHONE).until_at, a.until_at);
}

STORY("2026-11-24 02:00", a_form_sent_twice_counts_once)
{
	struct answer_deed longer = { ANSWER_LONGER, "", "", "", "form-1" };

	w1_is_going(w);
	world_to(w, "10:40");
	CHECK_INT(send(w, "t1", PHONE, &longer), REFUSED_NOT);
	CHECK_INT(send(w, "t1", PHONE, &longer), REFUSED_NOT);
	CHECK_INT(world_incident(w, "R1").renewals, 1);
	world_told(w, "user:tanaka", "renewed");
	longer.form = "form-2";
	CHECK_INT(send(w, "t1", PHONE, &longer), REFUSED_NOT);
	CHECK_INT(world_incident(w, "R1").renewals, 2);
	CHECK(!look(w, "t1", PHONE).may_renew);
	longer.form = "form-1"; /* of another tab, which asks again */
	CHECK_INT(send(w, "t1", PHONE, &longer), REFUSED_NOT);
	longer.form = "form-3";
	CHECK_INT(send(w, "t1", PHONE, &longer), REFUSED_INVALID);
	world_told(w, "user:tanaka", "renewed");
}

STORY("2026-11-24 02:00", a_report_of_no_answer_sent_twice_takes_one_step)
{
	struct answer_deed nobody = { ANSWER_NOBODY, "", "newspapers smell", "窓が開いています", "form-1" };

	w1_is_going(w);
	CHECK_INT(send(w, "t1", PHONE, &nobody), REFUSED_NOT);
	CHECK_INT(send(w, "t1", PHONE, &nobody), REFUSED_NOT);
	CHECK_INT(world_incident(w, "R1").step, 3);
	world_told(w, "user:tanaka", "no_answer");
	world_told(w, "watcher:W2", "alert");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'no_answer' AND detail ="
				 " '新聞がたまっている、いつもとちがうにおい / 窓が開いています'"),
		1);
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_NO_ANSWER);
}

STORY("2026-11-24 02:00", those_asked_before_hear_that_nobody_answered_and_not_that_nobody_could_go)
{
	street(w);
	world_policy(w, "P", "missed", "5h", "tier3");
	world_policy(w, "P", "missed", "9h", "staff");
	world_watcher(w, "W3", "R1", 3, "go");
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_report(w, "R1", "watcher:W1", REPORT_NO_ANSWER, "");
	world_told(w, "watcher:W2", "released");
	world_told(w, "watcher:W3", "alert");
	world_told(w, "user:tanaka", "no_answer");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'released' AND detail = 'no_answer'"),
		1);
	world_claim(w, "R1", "watcher:W3");
	world_hush(w);
	world_release(w, "R1", "watcher:W3");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'released' AND detail = ''"
				 " AND person = 'watcher:W1'"),
		1);
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
	world_release(w, "R1", "user:tanaka");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'released' AND detail = 'call'"
				 " AND person = 'watcher:W1'"),
		1);
	world_hush(w);
}

STORY("2026-11-24 02:00", after_no_answer_it_says_what_to_do_until_it_becomes_graver)
{
	w1_is_going(w);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_NOBODY), REFUSED_NOT);
	make_link(w, "t2", "W2");
	CHECK_INT(say(w, "t2", TABLET, ANSWER_YES), REFUSED_NOT);
	CHECK_INT(say(w, "t2", TABLET, ANSWER_GO), REFUSED_NOT);
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_NO_ANSWER);
	world_press(w, "R1", CHECKIN_HELP);
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_ASKED);
	CHECK_INT(look(w, "t1", PHONE).kind, INCIDENT_HELP);
	CHECK(!look(w, "t1", PHONE).reported);
	world_hush(w);
}

STORY("2026-11-24 02:00", help_that_is_needed_becomes_help_and_the_page_stays_with_whoever_is_there)
{
	w1_is_going(w);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_NEEDS_HELP), REFUSED_NOT);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_HELP);
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_HELPING);
	CHECK(look(w, "t1", PHONE).reported);
	world_told(w, "user:tanaka", "needs_help");
	world_hush(w);
}

/* Of R1, who pressed help, W1 is there, and W2 was told as well. */
static void w1_is_at_a_help(struct world *w)
{
	w1_has_the_link(w);
	world_policy(w, "P", "help", "0m", "tier1+tier2+staff");
	world_sql(w, "UPDATE incidents SET ladder = replace(ladder, 'tier1+staff', 'tier1+tier2+staff')");
	world_press(w, "R1", CHECKIN_HELP);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	world_hush(w);
}

STORY("2026-11-24 02:00", whoever_is_at_a_help_and_says_that_it_is_needed_is_at_the_page_of_it)
{
	w1_is_at_a_help(w);
	CHECK_INT(send(w, "t1", PHONE, &(struct answer_deed){ ANSWER_NEEDS_HELP, "", "", "動けません", "" }),
		REFUSED_NOT);
	world_told(w, "user:tanaka", "needs_help"); /* and nobody else: W1 knows, and others are not asked */
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'joined'"), 0);
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_HELPING);
	CHECK(look(w, "t1", PHONE).holds && !look(w, "t1", PHONE).others_told);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT); /* goes already: no more time */
	CHECK_INT(world_incident(w, "R1").renewals, 0);
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM timeline WHERE event = 'joined' AND detail = 'help: 動けません'"),
		1);
	CHECK_INT(world_count(
			  w, "SELECT count(*) FROM notifications WHERE what = 'needs_help' AND detail = '動けません'"),
		1);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_LONGER), REFUSED_NOT);
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_GOING);
	world_hush(w);
}

STORY("2026-11-24 02:00", others_are_said_to_be_told_where_they_are)
{
	w1_is_going(w);
	world_policy(w, "P", "help", "0m", "tier1+tier2+staff");
	CHECK_INT(say(w, "t1", PHONE, ANSWER_NEEDS_HELP),
		REFUSED_NOT); /* the ladder of help: tier 1, who is W1, and staff */
	CHECK(!look(w, "t1", PHONE).others_told);
	world_hush(w);
	make_link(w, "t2", "W2");
	CHECK_INT(say(w, "t2", TABLET, ANSWER_YES), REFUSED_NOT);
	CHECK_INT(say(w, "t2", TABLET, ANSWER_GO), REFUSED_NOT);
	world_pass(w, SECOND);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_NEEDS_HELP), REFUSED_NOT);
	world_told(w, "watcher:W2", "joined");
	CHECK(look(w, "t1", PHONE).others_told && !look(w, "t1", PHONE).holds);
	world_hush(w);
}

STORY("2026-11-24 02:00", a_help_handed_to_whoever_reported_it_is_theirs_to_go_to)
{
	struct refusal no;

	w1_is_going(w);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_NEEDS_HELP), REFUSED_NOT);
	world_claim(w, "R1", "user:tanaka");
	world_pass(w, SECOND);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_NEEDS_HELP), REFUSED_NOT);
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_HELPING);
	world_pass(w, SECOND);
	assert_true(store_begin(world_watch(w)->store));
	CHECK(incident_hand_over(
		world_watch(w), world_incident(w, "R1").id, "user:tanaka", "watcher:W1", world_now(w), &no));
	assert_true(store_commit(world_watch(w)->store));
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_GOING);
	world_hush(w);
}

STORY("2026-11-24 02:00", a_worry_is_no_statement_about_health_and_no_report_of_help)
{
	struct refusal no;

	world_policy(w, "P", "unwell", "0m", "tier1+staff");
	street(w);
	assert_true(store_begin(world_watch(w)->store));
	CHECK(visit_worry(world_watch(w), "R1", "watcher:W2", "newspapers", "", world_now(w), &no));
	assert_true(store_commit(world_watch(w)->store));
	world_to(w, "07:00");
	world_hush(w);
	make_link(w, "t1", "W1");
	CHECK_INT(say(w, "t1", PHONE, ANSWER_YES), REFUSED_NOT);
	CHECK_INT(look(w, "t1", PHONE).kind, INCIDENT_UNWELL);
	CHECK(look(w, "t1", PHONE).reported);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	assert_true(store_begin(world_watch(w)->store));
	CHECK(visit_worry(world_watch(w), "R1", "watcher:W1", "smell", "", world_now(w), &no));
	assert_true(store_commit(world_watch(w)->store));
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_GOING);
	world_told(w, "user:tanaka", "worry"); /* and W1 hears nothing of what they said */
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'joined'"), 0);
	world_press(w, "R1", CHECKIN_UNWELL);
	CHECK(!look(w, "t1", PHONE).reported);
	world_hush(w);
}

STORY("2026-11-24 02:00", what_who_can_only_call_did_is_on_the_timeline_as_a_call)
{
	w1_has_the_link(w);
	world_sql(w, "UPDATE links SET can = 'call' WHERE watcher_id = 'W1'");
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_CANNOT), REFUSED_NOT);
	world_sql(w, "UPDATE links SET can = 'go' WHERE watcher_id = 'W1'");
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	CHECK_INT(world_count(w,
			  "SELECT count(*) FROM timeline WHERE event IN ('claimed', 'released') AND detail = 'call'"),
		2);
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'claimed' AND detail = ''"), 1);
	world_hush(w);
}

STORY("2026-11-24 02:00", a_help_that_is_handed_over_reads_so_to_whoever_was_on_the_way)
{
	struct refusal no;

	w1_is_at_a_help(w);
	assert_true(store_begin(world_watch(w)->store));
	CHECK(incident_hand_over(
		world_watch(w), world_incident(w, "R1").id, "user:tanaka", "user:tanaka", world_now(w), &no));
	assert_true(store_commit(world_watch(w)->store));
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_TAKEN);
	CHECK_INT(look(w, "t1", PHONE).news, ANSWER_PASSED);
	world_hush(w);
}

STORY("2026-11-24 02:00", seen_and_heard_close_it)
{
	struct answer a;

	w1_is_going(w);
	CHECK_INT(send(w, "t1", PHONE, &(struct answer_deed){ ANSWER_HEARD, "", "", "", "" }), REFUSED_INVALID);
	CHECK_INT(send(w, "t1", PHONE, &(struct answer_deed){ ANSWER_HEARD, "voice", "", "元気", "" }), REFUSED_NOT);
	CHECK_TEXT(world_incident(w, "R1").outcome, "safe");
	CHECK_TEXT(world_incident(w, "R1").how, "voice");
	CHECK_TEXT(world_incident(w, "R1").note, "元気");
	a = look(w, "t1", PHONE);
	CHECK_INT(a.phase, ANSWER_CLOSED);
	CHECK_INT(a.end, SHARING_END_SAFE);
	CHECK(!a.name[0] && !a.place[0] && !a.address[0] && !a.items[0]);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_CLOSED);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_SEEN), REFUSED_CLOSED);
	world_told(w, "watcher:W1", "ended");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", met_in_person_is_seen)
{
	w1_is_going(w);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_SEEN), REFUSED_NOT);
	CHECK_TEXT(world_incident(w, "R1").how, "face");
	world_hush(w);
}

STORY("2026-11-24 02:00", cannot_takes_them_out_and_they_may_still_change_their_mind)
{
	w1_is_going(w);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_CANNOT), REFUSED_NOT);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_DECLINED);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_CANNOT), REFUSED_NOT);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_GOING);
	world_hush(w);
}

STORY("2026-11-24 02:00", time_that_ran_out_reads_kindly_and_leaves_the_way_open)
{
	w1_is_going(w);
	world_to(w, "11:01");
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_ASKED);
	CHECK_INT(look(w, "t1", PHONE).news, ANSWER_LAPSED);
	world_hush(w);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_LONGER), REFUSED_INVALID);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	CHECK_INT(look(w, "t1", PHONE).news, ANSWER_NO_NEWS);
	world_hush(w);
}

STORY("2026-11-24 02:00", a_claim_taken_away_reads_kindly)
{
	w1_is_going(w);
	world_release(w, "R1", "user:tanaka");
	CHECK_INT(look(w, "t1", PHONE).news, ANSWER_PASSED);
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_ASKED);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	world_press(w, "R1", CHECKIN_HELP);
	CHECK_INT(look(w, "t1", PHONE).news, ANSWER_GRAVER);
	world_hush(w);
}

STORY("2026-11-24 02:00", a_press_while_they_go_asks_whether_they_met)
{
	w1_is_going(w);
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "watcher:W1", "asked");
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_MET);
	CHECK(!look(w, "t1", PHONE).may_renew);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_CANNOT), REFUSED_NOT); /* did not meet */
	CHECK_TEXT(world_incident(w, "R1").outcome, "checked_in");
	CHECK_INT(look(w, "t1", PHONE).end, SHARING_END_CHECKED_IN);
	world_hush(w);
}

STORY("2026-11-24 02:00", who_can_only_call_calls_and_makes_way_for_who_can_go)
{
	struct answer a;

	w1_has_the_link(w);
	world_sql(w, "UPDATE links SET can = 'call' WHERE watcher_id = 'W1'");
	CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT);
	a = look(w, "t1", PHONE);
	CHECK(!a.can_go && !a.may_renew);
	CHECK_INT(a.phase, ANSWER_GOING);
	make_link(w, "t2", "W2");
	CHECK_INT(say(w, "t2", TABLET, ANSWER_YES), REFUSED_NOT);
	a = look(w, "t2", TABLET);
	CHECK_INT(a.phase, ANSWER_TAKEN);
	CHECK(a.can_go && a.may_take_over && a.taken_by_call && a.address[0]);
	world_sql(w, "UPDATE links SET can = 'call' WHERE watcher_id = 'W2'"); /* another who can only call */
	a = look(w, "t2", TABLET);
	CHECK(!a.can_go && !a.may_take_over && !a.address[0]);
	world_sql(w, "UPDATE links SET can = 'go' WHERE watcher_id = 'W2'");
	CHECK_INT(say(w, "t2", TABLET, ANSWER_GO), REFUSED_NOT);
	a = look(w, "t1", PHONE);
	CHECK_INT(a.phase, ANSWER_TAKEN);
	CHECK_INT(a.news, ANSWER_REPLACED);
	CHECK(!a.may_take_over);
	world_hush(w);
}

STORY("2026-11-24 02:00", a_note_goes_to_staff_and_moves_nothing)
{
	w1_has_the_link(w);
	CHECK_INT(send(w, "t1", PHONE, &(struct answer_deed){ ANSWER_NOTE, "", "", "庭に出ておられました", "f" }),
		REFUSED_NOT);
	CHECK_INT(send(w, "t1", PHONE, &(struct answer_deed){ ANSWER_NOTE, "", "", "庭に出ておられました", "f" }),
		REFUSED_NOT);
	world_told(w, "user:tanaka", "note");
	CHECK_INT(phase(w, "t1", PHONE), ANSWER_ASKED);
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'note' AND person = 'watcher:W1'"
				 " AND detail = '庭に出ておられました'"),
		1);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_NOTE), REFUSED_INVALID);
}

/* when it is dead */

STORY("2026-11-24 02:00", some_days_after_the_end_it_is_dead)
{
	w1_has_the_link(w);
	world_close(w, "R1", "user:tanaka", "hospital", "kin");
	CHECK_INT(look(w, "t1", PHONE).end, SHARING_END_OTHER);
	world_hush(w);
	world_to(w, "2026-12-01 10:29");
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_OPEN);
	world_to(w, "2026-12-01 10:31");
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_DEAD);
	CHECK_INT(say(w, "t1", PHONE, ANSWER_SEEN), REFUSED_NOT_YOURS);
	world_hush(w);
}

STORY("2026-11-24 02:00", kin_who_may_know_read_that_the_council_spoke_with_the_person)
{
	struct answer a;

	w1_has_the_link(w);
	world_sql(w, "UPDATE links SET shares = 'name outcome' WHERE watcher_id = 'W1'");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	a = look(w, "t1", PHONE);
	CHECK_INT(a.end, SHARING_END_SPOKE);
	CHECK_TEXT(a.how, "phone");
	CHECK_TEXT(a.by, ""); /* tanaka entered it; who 田中 is nobody knows */
	CHECK_TEXT(a.items, "outcome");
	world_sql(w, "INSERT INTO users (login, name, role) VALUES ('hanako', '田中 花子', 'staff')");
	CHECK_TEXT(look(w, "t1", PHONE).by, "田中");
	answer_hide(&a);
	CHECK_INT(a.end, SHARING_END_SAFE);
	world_hush(w);
}

STORY("2026-11-24 02:00", a_watcher_who_may_not_be_told_any_more_has_no_link)
{
	static const char *const ways[][2] = {
		{ "UPDATE links SET can = 'know'", "UPDATE links SET can = ''" },
		{ "UPDATE residents SET consent_on = ''", "UPDATE residents SET consent_on = '2026-01-01'" },
		{ "UPDATE watchers SET ends = '2026-11-24' WHERE watcher_id = 'W1'", "UPDATE watchers SET ends = ''" },
		{ "INSERT INTO never_told (id, resident_id, watcher_id, name, reason, entered_by, entered_at) VALUES"
		  " (1, 'R1', 'W1', 'W1', '', '', 0)",
			"DELETE FROM never_told" },
		{ "UPDATE answer_tokens SET revoked_at = 1", "UPDATE answer_tokens SET revoked_at = NULL" },
	};

	w1_has_the_link(w);
	for (size_t k = 0; k < sizeof(ways) / sizeof(ways[0]); k++) {
		world_sql(w, ways[k][0]);
		CHECK_INT(look(w, "t1", PHONE).state, ANSWER_DEAD);
		CHECK_INT(say(w, "t1", PHONE, ANSWER_GO), REFUSED_NOT_YOURS);
		world_sql(w, ways[k][1]);
		CHECK_INT(look(w, "t1", PHONE).state, ANSWER_OPEN);
	}
	world_sql(w, "DELETE FROM links WHERE watcher_id = 'W1'");
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_DEAD);
}

STORY("2026-11-24 02:00", the_end_of_the_service_revokes_it_when_the_incident_closes)
{
	w1_has_the_link(w);
	CHECK(world_end_service(w, "R1", "moved"));
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_OPEN);
	world_close(w, "R1", "user:tanaka", "moved", "kin");
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_DEAD);
	world_hush(w);
}

STORY("2026-11-24 02:00", a_close_that_ends_the_service_revokes_it_too)
{
	w1_has_the_link(w);
	world_close(w, "R1", "user:tanaka", "deceased", "authority");
	CHECK_INT(look(w, "t1", PHONE).state, ANSWER_DEAD);
	CHECK_INT(world_count(w, "SELECT count(*) FROM answer_tokens WHERE revoked_at IS NULL"), 0);
	world_hush(w);
}

/* news once a day (on a Saturday: lists are signed on business days) */

static void w1_wishes_a_summary(struct world *w)
{
	street(w);
	world_policy(w, "P", "missed", "10h", "staff");
	world_sql(w, "UPDATE watchers SET summary = 'yes' WHERE watcher_id = 'W1'");
	world_to(w, "11:00");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	world_told_at(w, "watcher:W1", "alert", "10:30");
	world_told_at(w, "watcher:W2", "alert", "11:00");
}

STORY("2026-11-28 02:00", news_wait_for_the_daily_mail_and_the_end_is_heard)
{
	w1_wishes_a_summary(w);
	world_claim(w, "R1", "watcher:W2");
	world_told(w, "user:tanaka", "claimed");
	world_report(w, "R1", "watcher:W2", REPORT_SEEN, "");
	world_told(w, "watcher:W2", "ended");
	world_told(w, "user:tanaka", "ended");
	world_to(w, "17:59");
	world_quiet(w);
	world_to(w, "18:00");
	world_told_at(w, "watcher:W1", "ended", "18:00");
}

STORY("2026-11-28 02:00", after_the_days_mail_news_wait_for_the_next)
{
	w1_wishes_a_summary(w);
	world_to(w, "18:00");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W2", "ended");
	world_to(w, "2026-11-29 05:00");
	world_quiet(w);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-29 18:00");
	world_told_at(w, "watcher:W1", "ended", "18:00");
}

STORY("2026-11-28 02:00", what_whoever_goes_must_hear_never_waits)
{
	w1_wishes_a_summary(w);
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "watcher:W1", "ended");
	world_hush(w);
}

STORY("2026-11-28 02:00", nothing_about_a_help_waits)
{
	w1_wishes_a_summary(w);
	world_press(w, "R1", CHECKIN_HELP);
	world_told_at(w, "watcher:W1", "alert", "11:00");
	world_hush(w);
	world_claim(w, "R1", "user:tanaka");
	world_told(w, "watcher:W1", "claimed");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "watcher:W1", "ended");
	world_hush(w);
}

STORY("2026-11-28 02:00", who_has_not_heard_of_a_claim_need_not_hear_at_once_that_it_is_over)
{
	w1_wishes_a_summary(w);
	world_claim(w, "R1", "user:tanaka");
	world_told(w, "watcher:W2", "claimed");
	world_release(w, "R1", "user:tanaka");
	world_told(w, "watcher:W2", "released");
	world_pass(w, MINUTE);
	world_quiet(w);
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM notifications WHERE what = 'released' AND state = 'waiting'"), 1);
	world_to(w, "18:00");
	world_told_at(w, "watcher:W1", "released", "18:00");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "watcher:W2", "ended");
	world_told(w, "user:tanaka", "ended");
	world_to(w, "2026-11-29 05:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-29 18:00");
	world_told_at(w, "watcher:W1", "ended", "18:00");
}

STORY("2026-11-28 02:00", who_has_heard_of_a_claim_hears_at_once_that_nobody_goes)
{
	w1_wishes_a_summary(w);
	world_to(w, "17:55");
	world_claim(w, "R1", "user:tanaka");
	world_told(w, "watcher:W2", "claimed");
	world_to(w, "18:00");
	world_told_at(w, "watcher:W1", "claimed", "18:00");
	world_to(w, "18:05");
	world_release(w, "R1", "user:tanaka");
	world_told_at(w, "watcher:W1", "released", "18:05");
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-29 05:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-29 18:00");
	world_told_at(w, "watcher:W1", "ended", "18:00");
}
