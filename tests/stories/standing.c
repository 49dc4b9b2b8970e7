/* Stories of a watcher's own page: whom it shows and how, and what can be said there. */
#include <string.h>

#include "server/watch/standing.h"
#include "tests/stories/world.h"

#define PHONE  "browser-of-w1"
#define TABLET "browser-of-somebody"

static char token[SECRET_TOKEN];

static struct standing look(struct world *w, const char *browser)
{
	char hash[SECRET_HASH], id[SECRET_HASH] = "";
	struct standing s;

	secret_hash(token, hash);
	if (browser[0])
		secret_hash(browser, id);
	standing_read(world_watch(w), hash, id, world_now(w), &s);
	return s;
}

static enum refusal_code send(struct world *w, const char *browser, const struct standing_deed *deed)
{
	struct refusal no = { .code = REFUSED_NOT };
	char id[SECRET_HASH];
	struct standing s;

	secret_hash(browser, id);
	assert_true(store_begin(world_watch(w)->store));
	s = look(w, browser);
	if (standing_do(world_watch(w), &s, id, deed, world_now(w), &no)) {
		assert_true(store_commit(world_watch(w)->store));
		CHECK_INT(no.code, REFUSED_NOT);
	} else {
		store_rollback(world_watch(w)->store);
		CHECK(no.code != REFUSED_NOT);
	}
	world_turn(w);
	return no.code;
}

static struct standing_deed deed(enum standing_act act, const char *resident_id)
{
	return (struct standing_deed){ .act = act,
		.resident_id = resident_id,
		.how = "",
		.signs = "",
		.note = "",
		.from_on = "",
		.to_on = "",
		.form = "" };
}

static void make_page(struct world *w, const char *watcher)
{
	struct refusal no;

	assert_true(store_begin(world_watch(w)->store));
	assert_true(standing_link(world_watch(w), watcher, world_now(w), token, &no));
	assert_true(store_commit(world_watch(w)->store));
}

/* W1 looks in on R1 and R2; staff always on duty; W1's page is theirs. */
static void w1_has_a_page(struct world *w)
{
	struct standing_deed yes = deed(STANDING_YES, "");

	world_policy(w, "P", "missed", "0m", "tier1");
	world_policy(w, "P", "unwell", "0m", "staff");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_resident(w, "R2", "mon 03:00-10:00", "P");
	world_resident(w, "R3", "daily 03:00-10:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_link(w, "R2", "W1", 2, "know");
	world_watcher(w, "W2", "R3", 1, "go");
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_sql(w, "UPDATE links SET label = '2' WHERE resident_id = 'R2'");
	make_page(w, "W1");
	CHECK_INT(send(w, PHONE, &yes), REFUSED_NOT);
}

static enum standing_today today(struct world *w, const char *label)
{
	struct standing s = look(w, PHONE);

	for (size_t k = 0; k < s.count; k++)
		if (strcmp(s.list[k].label, label) == 0)
			return s.list[k].today;
	fail_msg("nobody has the label %s", label);
	return STANDING_NONE;
}

STORY("2026-11-28 02:00", the_page_belongs_to_the_first_browser_that_says_yes)
{
	struct standing_deed yes = deed(STANDING_YES, ""), away = deed(STANDING_BACK, "");
	struct standing s;

	w1_has_a_page(w);
	CHECK_INT(look(w, PHONE).state, ANSWER_OPEN);
	s = look(w, TABLET);
	CHECK_INT(s.state, ANSWER_ELSEWHERE);
	CHECK_INT(s.count, 0);
	CHECK_INT(look(w, "").state, ANSWER_ELSEWHERE);
	CHECK_INT(send(w, TABLET, &yes), REFUSED_NOT_YOURS);
	CHECK_INT(send(w, TABLET, &away), REFUSED_NOT_YOURS);
}

STORY("2026-11-28 02:00", a_new_link_is_nobodys_and_ends_the_old_one)
{
	char old[SECRET_TOKEN];

	w1_has_a_page(w);
	memcpy(old, token, sizeof(old));
	make_page(w, "W1");
	CHECK(strcmp(old, token) != 0);
	CHECK_INT(look(w, PHONE).state, ANSWER_ASK);
	CHECK_TEXT(look(w, PHONE).watcher, "W1");
	memcpy(token, old, sizeof(old));
	CHECK_INT(look(w, PHONE).state, ANSWER_DEAD);
}

STORY("2026-11-28 02:00", a_link_of_an_incident_opens_no_page_and_a_page_no_incident)
{
	struct refusal no;
	char hash[SECRET_HASH];
	struct answer a;

	w1_has_a_page(w);
	secret_hash(token, hash);
	answer_read(world_watch(w), hash, "", world_now(w), &a);
	CHECK_INT(a.state, ANSWER_UNKNOWN);
	world_to(w, "10:00");
	secret_hash("t1", hash);
	assert_true(store_begin(world_watch(w)->store));
	answer_tokens_add(world_watch(w)->store, hash, "W1", world_incident(w, "R1").id, world_now(w));
	CHECK(!standing_link(world_watch(w), "W9", world_now(w), token, &no));
	CHECK_INT(no.code, REFUSED_UNKNOWN);
	assert_true(store_commit(world_watch(w)->store));
	snprintf(token, sizeof(token), "t1");
	CHECK_INT(look(w, PHONE).state, ANSWER_UNKNOWN);
	world_hush(w);
}

STORY("2026-11-28 02:00", staff_and_the_end_of_the_watcher_end_the_page)
{
	w1_has_a_page(w);
	world_sql(w, "UPDATE watchers SET ends = '2026-11-28' WHERE watcher_id = 'W1'");
	CHECK_INT(look(w, PHONE).state, ANSWER_DEAD);
	world_sql(w, "UPDATE watchers SET ends = ''");
	CHECK_INT(look(w, PHONE).state, ANSWER_OPEN);
	assert_true(store_begin(world_watch(w)->store));
	CHECK(standing_unlink(world_watch(w), "W1", world_now(w)));
	CHECK(!standing_unlink(world_watch(w), "W1", world_now(w)));
	assert_true(store_commit(world_watch(w)->store));
	CHECK_INT(look(w, PHONE).state, ANSWER_DEAD);
}

STORY("2026-11-28 02:00", it_shows_own_residents_and_whether_the_check_in_came)
{
	struct standing s;

	w1_has_a_page(w);
	s = look(w, PHONE);
	CHECK_INT(s.count, 2);
	CHECK_TEXT(s.list[0].resident_id, "R1");
	CHECK_TEXT(s.list[1].resident_id, "R2");
	CHECK_TEXT(s.list[0].items, "state name place");
	CHECK_INT(today(w, "1"), STANDING_NOT_YET);
	CHECK_INT(today(w, "2"), STANDING_NONE);
	world_to(w, "04:00");
	CHECK_INT(today(w, "1"), STANDING_NOT_YET);
	world_press(w, "R1", CHECKIN_OK);
	CHECK_INT(today(w, "1"), STANDING_ARRIVED);
	world_to(w, "12:00");
	CHECK_INT(today(w, "1"), STANDING_ARRIVED); /* decided */
	world_press(w, "R2", CHECKIN_OK);
	CHECK_INT(today(w, "2"), STANDING_ARRIVED); /* though none was planned */
	world_to(w, "2026-11-29 02:00");
	CHECK_INT(today(w, "1"), STANDING_NOT_YET);
	CHECK_INT(today(w, "2"), STANDING_NONE);
	world_hush(w);
}

STORY("2026-11-28 02:00", missed_is_not_yet_until_a_press_comes)
{
	w1_has_a_page(w);
	world_to(w, "10:00");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:W2", "alert");
	CHECK_INT(today(w, "1"), STANDING_NOT_YET);
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "watcher:W1", "ended");
	CHECK_INT(today(w, "1"), STANDING_ARRIVED);
	world_hush(w);
}

STORY("2026-11-28 02:00", whoever_asked_for_help_has_not_simply_arrived)
{
	w1_has_a_page(w);
	world_to(w, "04:00");
	world_press(w, "R1", CHECKIN_HELP);
	CHECK_INT(today(w, "1"), STANDING_NOT_YET);
	world_to(w, "04:30");
	world_press(w, "R1", CHECKIN_OK);
	CHECK_INT(today(w, "1"), STANDING_NOT_YET); /* only a person closes it */
	world_hush(w);
}

STORY("2026-11-28 02:00", the_tick_is_about_the_press_and_not_about_how_somebody_is)
{
	struct standing_deed worry = deed(STANDING_WORRY, "R1");

	w1_has_a_page(w);
	world_to(w, "04:00");
	worry.signs = "lights";
	CHECK_INT(send(w, PHONE, &worry), REFUSED_NOT);
	CHECK_INT(today(w, "1"), STANDING_NOT_YET); /* it is not */
	world_press(w, "R1", CHECKIN_UNWELL);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_UNWELL);
	CHECK_INT(today(w, "1"), STANDING_ARRIVED);
	world_press(w, "R2", CHECKIN_TALK);
	CHECK_INT(today(w, "2"), STANDING_ARRIVED);
	world_to(w, "12:00");
	CHECK_INT(today(w, "1"), STANDING_ARRIVED); /* decided, and the incident still open */
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_to(w, "2026-11-29 02:00");
	CHECK_INT(today(w, "1"), STANDING_NOT_YET);
	CHECK_INT(today(w, "2"), STANDING_NONE);
	world_hush(w);
}

STORY("2026-11-28 02:00", a_worry_breaks_no_pause)
{
	struct standing_deed worry = deed(STANDING_WORRY, "R1");

	w1_has_a_page(w);
	CHECK(world_pause(w, "R1", "2026-11-28", "2026-11-30"));
	worry.signs = "lights";
	CHECK_INT(send(w, PHONE, &worry), REFUSED_NOT);
	CHECK_INT(today(w, "1"), STANDING_PAUSED);
	world_hush(w);
}

STORY("2026-11-28 02:00", a_press_while_somebody_goes_has_come_though_they_are_still_asked)
{
	w1_has_a_page(w);
	world_to(w, "10:00");
	world_claim(w, "R1", "watcher:W1");
	CHECK_INT(today(w, "1"), STANDING_NOT_YET);
	world_press(w, "R1", CHECKIN_OK);
	CHECK(world_incident(w, "R1").asked);
	CHECK_INT(today(w, "1"), STANDING_ARRIVED);
	world_hush(w);
}

STORY("2026-11-28 02:00", a_pause_shows)
{
	w1_has_a_page(w);
	CHECK(world_pause(w, "R1", "2026-11-28", "2026-11-30"));
	CHECK_INT(today(w, "1"), STANDING_PAUSED);
	world_to(w, "12:00");
	CHECK_INT(today(w, "1"), STANDING_PAUSED);
	world_hush(w);
}

STORY("2026-11-28 02:00", without_consent_or_a_link_or_after_the_end_nobody_is_shown)
{
	w1_has_a_page(w);
	world_sql(w, "UPDATE residents SET consent_on = '' WHERE resident_id = 'R1'");
	CHECK_INT(look(w, PHONE).count, 1);
	world_sql(w, "DELETE FROM links WHERE resident_id = 'R2'");
	CHECK_INT(look(w, PHONE).count, 0);
	world_sql(w, "UPDATE residents SET consent_on = '2026-01-01'");
	CHECK_INT(look(w, PHONE).count, 1);
	CHECK(world_end_service(w, "R1", "moved"));
	CHECK_INT(look(w, PHONE).count, 0);
	CHECK_INT(look(w, PHONE).state, ANSWER_OPEN);
}

STORY("2026-11-28 02:00", the_label_stands_for_what_is_not_shared)
{
	struct standing s;

	w1_has_a_page(w);
	world_sql(w, "UPDATE links SET shares = 'outcome'");
	s = look(w, PHONE);
	CHECK(!s.list[0].name[0] && !s.list[0].place[0]);
	CHECK_TEXT(s.list[0].label, "1");
	CHECK_TEXT(s.list[0].items, "state");
	world_sql(w, "UPDATE links SET shares = ''");
	s = look(w, PHONE);
	standing_hide(&s);
	CHECK(!s.list[0].name[0] && !s.list[0].place[0] && !s.list[0].items[0]);
}

STORY("2026-11-28 02:00", having_met_somebody_counts_as_their_check_in_once)
{
	struct standing_deed met = deed(STANDING_MET, "R1"), other = deed(STANDING_MET, "R3");

	w1_has_a_page(w);
	world_to(w, "09:00");
	met.form = "form-1";
	CHECK_INT(send(w, PHONE, &met), REFUSED_NOT);
	world_pass(w, MINUTE);
	CHECK_INT(send(w, PHONE, &met), REFUSED_NOT);
	CHECK_INT(world_count(w, "SELECT count(*) FROM visits WHERE person = 'watcher:W1' AND kind = 'visit'"), 1);
	CHECK_INT(today(w, "1"), STANDING_ARRIVED);
	CHECK_INT(send(w, PHONE, &other), REFUSED_UNKNOWN); /* not theirs */
	CHECK_INT(world_count(w, "SELECT count(*) FROM visits"), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM audit WHERE who = 'watcher:W1' AND what = 'visit'"), 1);
	world_to(w, "10:00");
	world_told(w, "watcher:W2", "alert"); /* and nobody about R1 */
}

STORY("2026-11-28 02:00", how_long_they_met_is_kept_where_it_is_said)
{
	struct standing_deed met = deed(STANDING_MET, "R1"), longer = deed(STANDING_MET, "R2");

	w1_has_a_page(w);
	world_to(w, "09:00");
	CHECK_INT(send(w, PHONE, &met), REFUSED_NOT);
	longer.minutes = 24 * 60 + 1;
	CHECK_INT(send(w, PHONE, &longer), REFUSED_INVALID);
	longer.minutes = 30;
	CHECK_INT(send(w, PHONE, &longer), REFUSED_NOT);
	CHECK_INT(world_count(w, "SELECT count(*) FROM visits WHERE resident_id = 'R1' AND minutes IS NULL"), 1);
	CHECK_INT(world_count(w, "SELECT minutes FROM visits WHERE resident_id = 'R2'"), 30);
}

STORY("2026-11-28 02:00", a_worry_goes_to_staff)
{
	struct standing_deed worry = deed(STANDING_WORRY, "R2"), other = deed(STANDING_WORRY, "R3");

	w1_has_a_page(w);
	CHECK_INT(send(w, PHONE, &worry), REFUSED_INVALID);
	worry.signs = "newspapers lights";
	worry.note = "三日分";
	CHECK_INT(send(w, PHONE, &worry), REFUSED_NOT);
	CHECK_INT(world_incident(w, "R2").kind, INCIDENT_UNWELL);
	other.signs = "smell";
	CHECK_INT(send(w, PHONE, &other), REFUSED_UNKNOWN);
	CHECK_INT(world_incidents(w), 1);
	world_hush(w);
}

STORY("2026-11-28 02:00", whoever_says_they_are_away_is_not_asked)
{
	struct standing_deed away = deed(STANDING_AWAY, ""), back = deed(STANDING_BACK, "");
	struct standing s;

	w1_has_a_page(w);
	away.from_on = "2026-11-28";
	away.to_on = "2026-11-28";
	CHECK_INT(send(w, PHONE, &away), REFUSED_NOT);
	s = look(w, PHONE);
	CHECK_TEXT(s.away_from, "2026-11-28");
	CHECK_TEXT(s.away_to, "2026-11-28");
	CHECK_INT(world_count(w, "SELECT count(*) FROM audit WHERE who = 'watcher:W1' AND what = 'away'"), 1);
	world_to(w, "10:00");
	world_told(w, "watcher:W2", "alert");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE person = 'watcher:W1'"), 0);
	world_to(w, "2026-11-29 02:00");
	world_hush(w);
	CHECK_TEXT(look(w, PHONE).away_to, "");
	away.from_on = "2026-11-29";
	away.to_on = "2026-12-05";
	CHECK_INT(send(w, PHONE, &away), REFUSED_NOT);
	CHECK_INT(send(w, PHONE, &back), REFUSED_NOT);
	CHECK_TEXT(look(w, PHONE).away_to, "");
	CHECK_INT(world_count(w, "SELECT count(*) FROM watchers WHERE away_from <> '' OR away_to <> ''"), 0);
	world_hush(w);
}

STORY("2026-11-28 02:00", away_is_two_dates_in_order_and_not_over)
{
	static const char *const wrong[][2] = { { "", "" }, { "2026-11-28", "" }, { "", "2026-11-28" },
		{ "2026-11-30", "2026-11-29" }, { "2026-11-20", "2026-11-27" }, { "2026-11-28", "2027-12-28" },
		{ "tomorrow", "2026-11-30" } };
	struct standing_deed away = deed(STANDING_AWAY, "");

	w1_has_a_page(w);
	for (size_t k = 0; k < sizeof(wrong) / sizeof(wrong[0]); k++) {
		away.from_on = wrong[k][0];
		away.to_on = wrong[k][1];
		CHECK_INT(send(w, PHONE, &away), REFUSED_INVALID);
	}
	CHECK_INT(world_count(w, "SELECT count(*) FROM watchers WHERE away_from <> '' OR away_to <> ''"), 0);
}

STORY("2026-11-28 02:00", a_daily_mail_is_wished_for_and_not)
{
	struct standing_deed summary = deed(STANDING_SUMMARY, "");

	w1_has_a_page(w);
	CHECK(!look(w, PHONE).summary);
	summary.on = true;
	CHECK_INT(send(w, PHONE, &summary), REFUSED_NOT);
	CHECK(look(w, PHONE).summary);
	summary.on = false;
	CHECK_INT(send(w, PHONE, &summary), REFUSED_NOT);
	CHECK(!look(w, PHONE).summary);
}
