/* daily: the list of a day (contract 5): states, order, who needs a person, past days, the JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/store/signoffs.h"
#include "server/watch/daily.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"
#include "tests/unit/street.h"

#define MORNING "daily 06:00-10:00 +30m"
#define TWICE   "daily 06:00-10:00 +30m; daily 16:00-20:00 +30m"

static struct daily list;

/* The list of a date as it is read at an instant. */
static void read_list(const char *date, int64_t now)
{
	int32_t day;

	daily_release(&list);
	CHECK(date_parse(date, &day));
	CHECK(daily_read(&list, W, day, "", now));
}

static const struct daily_row *row(const char *id)
{
	for (size_t i = 0; i < list.residents; i++)
		if (strcmp(list.rows[i]->resident_id, id) == 0)
			return list.rows[i];
	return NULL;
}

static const struct daily_row *row_on(const char *id, const char *date, int64_t now)
{
	read_list(date, now);
	CHECK(row(id) != NULL);
	return row(id);
}

/* Today's, with everything heard and looked at. */
static const struct daily_row *today(const char *id, const char *local)
{
	char date[DATE_TEXT];

	at(T(local));
	snprintf(date, sizeof(date), "%.10s", local);
	return row_on(id, date, T(local));
}

static void begin(void)
{
	street_open();
	heard(T("2026-11-23 00:00"));
}

static void end(void)
{
	daily_release(&list);
	street_close();
}

/* One rule in a transaction of its own. */
#define DO(rule)                               \
	do {                                   \
		CHECK(store_begin(W->store));  \
		rule;                          \
		CHECK(store_commit(W->store)); \
	} while (0)

/* As import and the shell note whose a button is. */
static void note_buttons(void)
{
	sql("INSERT INTO device_residents (device_id, resident_id) SELECT device_id, resident_id FROM devices");
}

static int64_t open_incident(const char *id)
{
	struct incident i;

	return incidents_open_of(W->store, id, &i) ? i.id : 0;
}

static void close_as_safe(int64_t id, int64_t now)
{
	const struct closing closing = forgot("shell:root");
	struct refusal no;

	DO(CHECK(incident_close(W, id, &closing, now, &no)));
}

TEST(before_due_waiting_then_late_then_missed)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	CHECK_INT(today("R1", "2026-11-23 05:00")->state, DAILY_WAITING);
	CHECK_INT(today("R1", "2026-11-23 09:59")->state, DAILY_WAITING);
	CHECK_INT(today("R1", "2026-11-23 10:00")->state, DAILY_LATE);
	CHECK_INT(row("R1")->due_at, T("2026-11-23 10:00"));
	CHECK(!row("R1")->needs_person);
	CHECK_INT(today("R1", "2026-11-23 10:29")->state, DAILY_LATE);
	CHECK_INT(today("R1", "2026-11-23 10:30")->state, DAILY_MISSED);
	CHECK(row("R1")->needs_person);
	CHECK_INT(row("R1")->checked_in_at, 0);
	CHECK_INT(row("R1")->incident.id, open_incident("R1"));
	CHECK_INT(row("R1")->incident.kind, INCIDENT_MISSED);
	end();
}

TEST(between_the_deadline_and_its_judgement_it_is_late)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	at(T("2026-11-23 10:29:58"));
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-23 10:30:02"))->state, DAILY_LATE);
	end();
}

TEST(a_press_is_ok_at_once_and_after_the_outcome)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	at(T("2026-11-23 07:12:03"));
	press("R1", CHECKIN_OK, T("2026-11-23 07:12:03"));
	CHECK_INT(today("R1", "2026-11-23 07:13")->state, DAILY_OK);
	CHECK_INT(row("R1")->checked_in_at, T("2026-11-23 07:12:03"));
	CHECK_TEXT(row("R1")->kind, "ok");
	CHECK_INT(today("R1", "2026-11-23 23:00")->state, DAILY_OK);
	CHECK_INT(row("R1")->checked_in_at, T("2026-11-23 07:12:03"));
	CHECK_INT(row("R1")->due_at, T("2026-11-23 10:00"));
	end();
}

TEST(a_press_before_the_window_opens_counts_where_it_will_meet)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	press("R1", CHECKIN_OK, T("2026-11-23 02:00")); /* too early */
	CHECK_INT(today("R1", "2026-11-23 02:30")->state, DAILY_WAITING);
	press("R1", CHECKIN_OK, T("2026-11-23 04:00"));
	CHECK_INT(today("R1", "2026-11-23 04:30")->state, DAILY_OK);
	end();
}

TEST(missed_stays_missed_after_a_late_press_which_shows)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	note_buttons();
	at(T("2026-11-23 10:30"));
	press("R1", CHECKIN_UNWELL, T("2026-11-23 11:00"));
	CHECK_INT(today("R1", "2026-11-23 11:01")->state, DAILY_MISSED);
	CHECK_INT(row("R1")->checked_in_at, T("2026-11-23 11:00"));
	CHECK_TEXT(row("R1")->kind, "unwell");
	CHECK_INT(row("R1")->incident.kind, INCIDENT_UNWELL);
	end();
}

TEST(a_late_press_counts_with_the_time_it_was_pressed)
{
	struct checkin c;

	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	note_buttons();
	at(T("2026-11-23 10:30"));
	c = checkin("R1", CHECKIN_OK);
	c.at = T("2026-11-23 07:00"); /* the button was offline */
	take(c, T("2026-11-23 14:00"), 0);
	CHECK_INT(today("R1", "2026-11-23 14:01")->checked_in_at, T("2026-11-23 07:00"));
	CHECK_TEXT(row("R1")->kind, "ok");
	CHECK(!row("R1")->needs_person);
	CHECK_INT(row("R1")->handled.at, 0); /* nobody had to */
	end();
}

TEST(while_we_are_deaf_a_passed_deadline_is_unknown)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	at(T("2026-11-23 09:00"));
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-23 09:30"))->state, DAILY_WAITING);
	CHECK(!list.listening);
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-23 10:15"))->state, DAILY_LATE);
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-23 10:30"))->state, DAILY_UNKNOWN);
	CHECK_INT(row("R1")->due_at, T("2026-11-23 10:00"));
	end();
}

TEST(while_the_gate_is_shut_a_passed_deadline_is_unknown)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	at(T("2026-11-23 10:20"));
	echo(T("2026-11-23 10:28"));
	for (int64_t now = T("2026-11-23 10:28:05"); now <= T("2026-11-23 10:32"); now += 5 * SECOND)
		echo(now);
	looks(T("2026-11-23 10:32"));
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-23 10:32"))->state, DAILY_UNKNOWN);
	CHECK(list.listening);
	end();
}

TEST(while_we_are_deaf_it_stays_unknown_though_the_gate_would_let_it_through)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	heard(T("2026-11-23 10:00"));
	echo(T("2026-11-23 10:40"));
	heard(T("2026-11-23 13:50"));
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-23 14:00"))->state, DAILY_UNKNOWN);
	end();
}

TEST(where_nobody_ever_listened_a_passed_deadline_is_unknown)
{
	street_open();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-23 10:29"))->state, DAILY_LATE);
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-23 10:30"))->state, DAILY_UNKNOWN);
	CHECK(!list.listening);
	CHECK_INT(list.blind_count, 0); /* the first start ever is no blind period */
	end();
}

TEST(days_passed_while_deaf_are_unknown_by_their_schedule)
{
	begin();
	resident("R1", TWICE, T("2026-11-23 00:00"));
	at(T("2026-11-23 05:00"));
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-23 21:00"))->state, DAILY_UNKNOWN);
	CHECK_INT(row("R1")->due_at, T("2026-11-23 20:00"));
	CHECK_INT(row_on("R1", "2026-11-24", T("2026-11-25 12:00"))->state, DAILY_UNKNOWN);
	CHECK_INT(row("R1")->due_at, T("2026-11-24 20:00"));
	CHECK_INT(row_on("R1", "2026-11-25", T("2026-11-25 10:10"))->state, DAILY_LATE);
	CHECK_INT(row_on("R1", "2026-11-25", T("2026-11-25 05:00"))->state, DAILY_WAITING);
	end();
}

TEST(of_days_missed_while_deaf_the_latest_is_judged_and_the_others_stay_unknown)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	at(T("2026-11-23 05:00"));
	at(T("2026-11-24 12:00"));
	at(T("2026-11-25 00:00"));
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-25 00:00"))->state, DAILY_UNKNOWN);
	CHECK_INT(row_on("R1", "2026-11-24", T("2026-11-25 00:00"))->state, DAILY_MISSED);
	end();
}

TEST(of_several_expectations_the_worst_that_has_opened_counts)
{
	begin();
	resident("R1", TWICE, T("2026-11-23 00:00"));
	at(T("2026-11-23 10:30"));
	CHECK_INT(today("R1", "2026-11-23 16:30")->state, DAILY_MISSED);
	press("R1", CHECKIN_OK, T("2026-11-23 17:00"));
	CHECK_INT(today("R1", "2026-11-23 21:00")->state, DAILY_MISSED);
	CHECK_INT(row("R1")->due_at, T("2026-11-23 10:00"));

	resident("R2", TWICE, T("2026-11-24 00:00"));
	press("R2", CHECKIN_OK, T("2026-11-24 07:00"));
	CHECK_INT(today("R2", "2026-11-24 15:59")->state, DAILY_OK);
	CHECK_INT(row("R2")->due_at, T("2026-11-24 10:00"));
	CHECK_INT(today("R2", "2026-11-24 16:00")->state, DAILY_WAITING); /* worse than the morning's ok */
	CHECK_INT(row("R2")->due_at, T("2026-11-24 20:00"));
	press("R2", CHECKIN_TALK, T("2026-11-24 18:00"));
	CHECK_INT(today("R2", "2026-11-24 21:00")->state, DAILY_OK);
	CHECK_INT(row("R2")->checked_in_at, T("2026-11-24 18:00"));
	end();
}

TEST(before_any_window_has_opened_the_next_one_counts)
{
	begin();
	resident("R1", TWICE, T("2026-11-23 12:00")); /* the morning's is not expected any more */
	CHECK_INT(today("R1", "2026-11-23 12:00")->state, DAILY_WAITING);
	CHECK_INT(row("R1")->due_at, T("2026-11-23 20:00"));
	CHECK_INT(row_on("R1", "2026-11-24", T("2026-11-23 12:00"))->due_at, T("2026-11-24 10:00"));
	end();
}

TEST(a_window_from_before_the_service_is_not_held_against_anybody)
{
	char why[PAUSE_WHY];

	begin();
	resident("R1", TWICE, T("2026-11-23 12:00"));
	DO(CHECK(pause_enter(
		W, "R1", "2026-11-23", "2026-11-23", "travel", "R1", "shell:root", T("2026-11-23 13:00"), why)));
	heard(T("2026-11-23 13:00")); /* and nothing after that */
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-23 21:00"))->state, DAILY_PAUSED);
	end();
}

TEST(nothing_expected_on_a_day_is_unscheduled)
{
	begin();
	resident("R1", "mon-fri 06:00-10:00", T("2026-11-23 00:00"));
	resident("R2", MORNING, T("2026-11-23 12:00")); /* begins tomorrow */
	resident("R3", "none", T("2026-11-23 00:00"));
	at(T("2026-11-23 12:00"));
	CHECK_INT(row_on("R2", "2026-11-23", T("2026-11-23 12:00"))->state, DAILY_UNSCHEDULED);
	CHECK_INT(row("R2")->due_at, 0);
	CHECK_INT(row("R3")->state, DAILY_UNSCHEDULED);
	CHECK_INT(row_on("R2", "2026-11-24", T("2026-11-23 12:00"))->state, DAILY_WAITING);
	CHECK_INT(row("R2")->due_at, T("2026-11-24 10:00"));
	CHECK_INT(row_on("R1", "2026-11-28", T("2026-11-23 12:00"))->state, DAILY_UNSCHEDULED); /* a Saturday */
	press("R3", CHECKIN_OK, T("2026-11-23 13:00"));
	CHECK_INT(row_on("R3", "2026-11-23", T("2026-11-23 14:00"))->checked_in_at, T("2026-11-23 13:00"));
	end();
}

TEST(in_a_pause_paused_before_and_after_the_outcome)
{
	char why[PAUSE_WHY];

	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	DO(CHECK(pause_enter(
		W, "R1", "2026-11-23", "2026-11-24", "travel", "R1", "shell:root", T("2026-11-23 05:00"), why)));
	CHECK_INT(today("R1", "2026-11-23 05:30")->state, DAILY_PAUSED);
	CHECK_INT(today("R1", "2026-11-23 12:00")->state, DAILY_PAUSED);
	CHECK_INT(row("R1")->due_at, T("2026-11-23 10:00"));
	CHECK_INT(row_on("R1", "2026-11-24", T("2026-11-23 12:00"))->state, DAILY_PAUSED);
	CHECK_INT(row_on("R1", "2026-11-25", T("2026-11-23 12:00"))->state, DAILY_WAITING);
	press("R1", CHECKIN_OK, T("2026-11-23 13:00"));
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-23 13:01"))->state, DAILY_PAUSED);
	CHECK_INT(row("R1")->checked_in_at, T("2026-11-23 13:00"));
	CHECK(row("R1")->needs_person); /* a question: is she back? */
	CHECK_INT(row("R1")->question.kind, INCIDENT_PAUSE);
	CHECK_INT(row("R1")->incident.id, 0);
	end();
}

TEST(help_holds_on_every_day_until_its_incident_closes)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	resident("R2", "none", T("2026-11-23 00:00"));
	at(T("2026-11-23 07:00"));
	press("R1", CHECKIN_HELP, T("2026-11-23 07:00"));
	press("R2", CHECKIN_HELP, T("2026-11-23 07:00"));
	CHECK_INT(today("R1", "2026-11-23 07:01")->state, DAILY_HELP);
	CHECK_INT(row("R1")->due_at, T("2026-11-23 10:00"));
	CHECK_TEXT(row("R1")->kind, "help");
	CHECK_INT(row("R2")->state, DAILY_HELP);
	CHECK_INT(row("R2")->due_at, 0);
	press("R1", CHECKIN_OK, T("2026-11-24 07:00"));
	CHECK_INT(today("R1", "2026-11-24 08:00")->state, DAILY_HELP);
	close_as_safe(open_incident("R1"), T("2026-11-24 09:00"));
	CHECK_INT(today("R1", "2026-11-24 09:01")->state, DAILY_OK);
	read_list("2026-11-22", T("2026-11-24 09:01"));
	CHECK(row("R1") == NULL); /* the service had not begun */
	end();
}

TEST(who_handled_it_shows_once_a_person_closed)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	at(T("2026-11-23 10:30"));
	CHECK_INT(today("R1", "2026-11-23 10:35")->handled.at, 0);
	close_as_safe(open_incident("R1"), T("2026-11-23 10:41"));
	CHECK_INT(today("R1", "2026-11-23 10:42")->state, DAILY_MISSED);
	CHECK(!row("R1")->needs_person);
	CHECK_INT(row("R1")->incident.id, 0);
	CHECK_INT(row("R1")->handled.at, T("2026-11-23 10:41"));
	CHECK_TEXT(row("R1")->handled.by, "田中");
	CHECK_TEXT(row("R1")->handled.how, "phone");
	press("R1", CHECKIN_TALK, T("2026-11-23 11:00"));
	close_as_safe(open_incident("R1"), T("2026-11-23 12:00"));
	CHECK_INT(today("R1", "2026-11-23 12:01")->handled.at, T("2026-11-23 12:00"));
	CHECK_INT(today("R1", "2026-11-24 05:00")->handled.at, 0);

	press("R1", CHECKIN_TALK, T("2026-11-24 05:30"));
	close_as_safe(open_incident("R1"), T("2026-11-24 05:40"));
	press("R1", CHECKIN_TALK, T("2026-11-24 05:50"));
	CHECK_INT(today("R1", "2026-11-24 05:55")->handled.at, 0); /* another is open */
	end();
}

TEST(a_claim_shows_its_holder_by_name)
{
	struct refusal no;

	begin();
	sql("INSERT INTO users (login, name, role, channels) VALUES ('tanaka', '田中', 'staff', 'mail:t@example.jp')");
	resident("R1", MORNING, T("2026-11-23 00:00"));
	at(T("2026-11-23 10:30"));
	DO(CHECK(incident_claim(W, open_incident("R1"), "user:tanaka", T("2026-11-23 10:40"), &no)));
	CHECK(today("R1", "2026-11-23 10:41")->incident.claimed);
	CHECK_TEXT(row("R1")->incident.claimed_by, "田中");
	CHECK_INT(row("R1")->incident.claimed_until, T("2026-11-23 11:10"));
	CHECK(row("R1")->needs_person);
	DO(CHECK(incident_report(
		W, open_incident("R1"), "user:tanaka", REPORT_NO_ANSWER, "", "", T("2026-11-23 10:50"), &no)));
	CHECK(!today("R1", "2026-11-23 10:51")->incident.claimed);
	CHECK_TEXT(row("R1")->incident.claimed_by, "");
	CHECK(row("R1")->incident.no_answer);
	end();
}

TEST(a_question_that_lists_a_resident_needs_a_person)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	resident("R2", MORNING, T("2026-11-23 00:00"));
	sql("INSERT INTO incidents (id, kind, subject, state, opened_at, ladder_at)"
	    " VALUES (7, 'blind', 'blind', 'open', 1, 1);"
	    "INSERT INTO incident_residents (incident_id, resident_id, since_at, due_at, settled_at)"
	    " VALUES (7, 'R1', 1, 2, NULL), (7, 'R2', 1, 2, 3)");
	CHECK(today("R1", "2026-11-23 07:00")->needs_person);
	CHECK_INT(row("R1")->question.id, 7);
	CHECK_INT(row("R1")->incident.id, 0);
	CHECK(!row("R2")->needs_person);
	end();
}

static char *questions(void)
{
	static char written[2048];
	FILE *out = fmemopen(written, sizeof(written), "w");

	CHECK(out != NULL);
	daily_write_questions(&list, out);
	CHECK_INT(fclose(out), 0);
	return written;
}

TEST(a_question_that_is_about_no_resident_stands_beside_the_rows)
{
	struct refusal no;
	int64_t id;

	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	resident("R2", MORNING, T("2026-11-23 00:00"));
	sql("INSERT INTO incidents (id, kind, subject, state, opened_at, ladder_at)"
	    " VALUES (7, 'blind', 'blind', 'open', 1, 1);"
	    "INSERT INTO incident_residents (incident_id, resident_id, since_at, due_at, settled_at)"
	    " VALUES (7, 'R1', 1, 2, NULL);"
	    "INSERT INTO users (login, name, role, channels) VALUES ('tanaka', '田中', 'staff', 'log:')");
	DO(incident_ask(W, INCIDENT_DEVICE, "b-R2", "R2", "same_id", T("2026-11-23 07:00")));
	today("R1", "2026-11-23 08:00");
	CHECK_TEXT(questions(), "[]"); /* each of these stands on a row */
	DO(id = incident_ask(W, INCIDENT_DEVICE, "x-1", "", "unknown_help 5", T("2026-11-23 08:30")));
	today("R1", "2026-11-23 09:00");
	CHECK_TEXT(questions(),
		"[{\"id\":9,\"kind\":\"device\",\"subject\":\"x-1\",\"detail\":\"unknown_help 5\","
		"\"opened_at\":\"2026-11-23T08:30:00+09:00\",\"claimed_by\":null,\"claimed_until\":null}]");
	CHECK_INT(list.residents, 2);
	DO(CHECK(incident_claim(W, id, "user:tanaka", T("2026-11-23 09:01"), &no)));
	today("R1", "2026-11-23 09:02");
	CHECK(strstr(questions(), "\"claimed_by\":\"田中\",\"claimed_until\":\"2026-11-23T09:31:00+09:00\"}]") != NULL);
	DO(CHECK(incident_close(W, id,
		&(struct closing){ .outcome = "answered",
			.cause = "",
			.how = "",
			.seen_by = "",
			.until = "",
			.note = "予備の機器",
			.by = "user:tanaka" },
		T("2026-11-24 09:20"), &no)));
	read_list("2026-11-23", T("2026-11-24 10:00")); /* as it ended */
	CHECK_INT(list.question_count, 1);
	read_list("2026-11-22", T("2026-11-24 10:00"));
	CHECK_INT(list.question_count, 0);
	read_list("2026-11-24", T("2026-11-24 10:00"));
	CHECK_INT(list.question_count, 0);
	end();
}

TEST(who_has_a_question_shows_by_name)
{
	struct refusal no;
	char *text;
	size_t len;
	FILE *out;

	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	sql("INSERT INTO users (login, name, role, channels) VALUES ('tanaka', '田中', 'staff', 'log:')");
	DO(incident_ask(W, INCIDENT_DEVICE, "b-R1", "R1", "same_id", T("2026-11-23 07:00")));
	CHECK_TEXT(today("R1", "2026-11-23 07:01")->question.claimed_by, "");
	DO(CHECK(incident_claim(W, row("R1")->question.id, "user:tanaka", T("2026-11-23 07:02"), &no)));
	CHECK_TEXT(today("R1", "2026-11-23 07:03")->question.claimed_by, "田中");
	CHECK_INT(row("R1")->question.claimed_until, T("2026-11-23 07:32"));
	out = open_memstream(&text, &len);
	CHECK(daily_write_more(row("R1"), out));
	CHECK_INT(fclose(out), 0);
	CHECK(strstr(text, "\"question\":{\"id\":1,\"kind\":\"device\",\"claimed_by\":\"田中\","
			   "\"claimed_until\":\"2026-11-23T07:32:00+09:00\"}") != NULL);
	free(text);
	end();
}

TEST(a_past_day_shows_what_was_true_when_it_ended)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	at(T("2026-11-23 10:30"));
	at(T("2026-11-24 00:00"));
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-24 00:00"))->incident.kind, INCIDENT_MISSED);
	press("R1", CHECKIN_HELP, T("2026-11-24 04:00")); /* graver, but on another day; and late for yesterday */
	close_as_safe(open_incident("R1"), T("2026-11-24 05:00"));
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-24 06:00"))->state, DAILY_MISSED);
	CHECK_INT(row("R1")->incident.kind, INCIDENT_MISSED);
	CHECK(row("R1")->needs_person);
	CHECK_INT(row("R1")->checked_in_at, 0);
	CHECK_INT(row("R1")->handled.at, 0);
	CHECK(!row("R1")->device.there);
	CHECK_INT(row_on("R1", "2026-11-24", T("2026-11-24 06:00"))->state, DAILY_OK);
	CHECK_INT(row("R1")->handled.at, T("2026-11-24 05:00"));
	end();
}

static void steps(int64_t now)
{
	heard(now);
	while (incident_run(W, now))
		;
}

TEST(of_a_past_day_who_had_it_is_told_as_it_was_at_its_end)
{
	struct refusal no;

	begin();
	sql("INSERT INTO users (login, name, role, channels) VALUES ('tanaka', '田中', 'staff', 'mail:t@example.jp'),"
	    " ('sato', '佐藤', 'staff', 'mail:s@example.jp');"
	    "INSERT INTO watchers (watcher_id, name, channels) VALUES ('W1', '鈴木 一郎', 'mail:s@example.jp')");
	for (const char *const *id = (const char *const[]){ "R1", "R2", "R3", "R4", NULL }; *id; id++)
		resident(*id, MORNING, T("2026-11-23 00:00"));
	sql("UPDATE residents SET consent_on = '2026-01-01';"
	    "INSERT INTO links (resident_id, watcher_id, tier) SELECT resident_id, 'W1', 1 FROM residents");
	at(T("2026-11-23 10:30"));
	DO(CHECK(incident_report(
		W, open_incident("R3"), "watcher:W1", REPORT_NO_ANSWER, "", "", T("2026-11-23 12:00"), &no)));
	DO(CHECK(incident_claim(W, open_incident("R1"), "user:tanaka", T("2026-11-23 23:50"), &no)));
	DO(CHECK(incident_claim(W, open_incident("R2"), "watcher:W1", T("2026-11-23 23:50"), &no)));
	DO(CHECK(incident_claim(W, open_incident("R4"), "user:tanaka", T("2026-11-23 23:45"), &no)));
	DO(CHECK(incident_hand_over(W, open_incident("R4"), "user:tanaka", "user:sato", T("2026-11-23 23:50"), &no)));

	/* Tuesday: let go, renewed, claimed, let go and without an answer. */
	DO(CHECK(incident_release(W, open_incident("R1"), "user:tanaka", T("2026-11-24 00:05"), &no)));
	DO(CHECK(incident_report(
		W, open_incident("R1"), "watcher:W1", REPORT_NO_ANSWER, "", "", T("2026-11-24 09:00"), &no)));
	DO(CHECK(incident_claim(W, open_incident("R2"), "watcher:W1", T("2026-11-24 00:10"), &no)));
	DO(CHECK(incident_claim(W, open_incident("R3"), "user:sato", T("2026-11-24 00:10"), &no)));
	DO(CHECK(incident_release(W, open_incident("R4"), "user:sato", T("2026-11-24 00:10"), &no)));

	CHECK(row_on("R1", "2026-11-23", T("2026-11-24 09:30"))->incident.claimed);
	CHECK_TEXT(row("R1")->incident.claimed_by, "田中");
	CHECK(row("R1")->incident.calling);
	CHECK(!row("R1")->incident.no_answer);
	CHECK_TEXT(row("R2")->incident.claimed_by, "鈴木 一郎");
	CHECK(!row("R2")->incident.calling);
	CHECK_INT(row("R2")->incident.claimed_until, 0); /* what it was then, nobody knows any more */
	CHECK(!row("R3")->incident.claimed);
	CHECK(row("R3")->incident.no_answer);
	CHECK_TEXT(row("R4")->incident.claimed_by, "佐藤");

	CHECK(!row_on("R1", "2026-11-24", T("2026-11-24 09:30"))->incident.claimed);
	CHECK(row("R1")->incident.no_answer);
	CHECK_TEXT(row("R3")->incident.claimed_by, "佐藤");
	CHECK(!row("R4")->incident.claimed);
	end();
}

TEST(of_a_past_day_the_step_is_the_one_it_had_come_to_or_unknown)
{
	struct refusal no;
	int64_t id;

	begin();
	resident("R1", "daily 18:00-22:30 +30m", T("2026-11-23 00:00"));
	sql("UPDATE residents SET policy = 'gentle'"); /* 0m resident, 2h staff */
	at(T("2026-11-23 23:00"));
	id = open_incident("R1");
	CHECK_INT(today("R1", "2026-11-23 23:59")->incident.step, 1);
	CHECK(row("R1")->incident.reached);
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-24 00:30"))->incident.step, 1);
	steps(T("2026-11-24 01:00"));
	CHECK_INT(number("SELECT step FROM incidents"), 2);
	CHECK_INT(number("SELECT reached FROM incidents"), 0); /* there is no staff */
	CHECK_INT(row_on("R1", "2026-11-23", T("2026-11-24 01:30"))->incident.step, 1);
	CHECK(row("R1")->incident.reached);
	CHECK_INT(row_on("R1", "2026-11-24", T("2026-11-24 01:30"))->incident.step, 2);
	CHECK(!row("R1")->incident.reached);
	steps(T("2026-11-24 02:00")); /* it is told again, to nobody */
	sql("INSERT INTO users (login, name, role, channels) VALUES ('tanaka', '田中', 'staff', 'log:')");
	steps(T("2026-11-25 10:00"));
	CHECK_INT(row_on("R1", "2026-11-24", T("2026-11-25 10:30"))->incident.step, 2);
	CHECK(!row("R1")->incident.reached);
	CHECK(row_on("R1", "2026-11-25", T("2026-11-25 10:30"))->incident.reached);

	/* What moved it first does not say where it stood. */
	DO(CHECK(incident_report(W, id, "user:tanaka", REPORT_NEEDS_HELP, "", "", T("2026-11-26 05:00"), &no)));
	CHECK_INT(row_on("R1", "2026-11-25", T("2026-11-26 05:30"))->incident.step, DAILY_STEP_UNKNOWN);
	end();
}

TEST(a_resident_is_listed_from_the_day_on_which_the_service_begins)
{
	begin();
	resident("R1", MORNING, T("2026-11-01 00:00"));
	sql("INSERT INTO residents (resident_id, name, district, schedule, starts) VALUES"
	    " ('R2', 'R2', 'D1', '" MORNING "', '2026-11-25'), ('R3', 'R3', 'D1', 'none', '2026-04-01');"
	    "INSERT INTO devices (device_id, resident_id) VALUES ('b-R2', 'R2')");
	DO(expectation_begin(W, "R2", T("2026-11-23 09:00")));
	DO(expectation_begin(W, "R3", T("2026-11-23 09:00"))); /* entered today, whatever the record says */
	resident("R4", MORNING, T("2026-11-23 12:00"));
	read_list("2026-11-22", T("2026-11-23 12:30"));
	CHECK_INT(list.residents, 1);
	CHECK_INT(list.totals[DAILY_UNSCHEDULED], 0);
	CHECK_INT(daily_district_of(&list, "D1")->residents, 1);
	CHECK(row("R1") && !row("R2") && !row("R3") && !row("R4"));
	read_list("2026-11-23", T("2026-11-23 12:30"));
	CHECK(row("R1") && !row("R2") && row("R3") && row("R4"));
	read_list("2026-11-25", T("2026-11-23 12:30"));
	CHECK_INT(list.residents, 4);
	press("R2", CHECKIN_HELP, T("2026-11-23 13:00")); /* but whoever needs a person is listed */
	CHECK_INT(row_on("R2", "2026-11-23", T("2026-11-23 13:01"))->state, DAILY_HELP);
	end();
}

TEST(an_ended_resident_is_listed_only_where_in_service_or_still_open)
{
	char why[PAUSE_WHY];

	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	resident("R2", MORNING, T("2026-11-23 00:00"));
	at(T("2026-11-24 12:00")); /* both were missed */
	close_as_safe(open_incident("R1"), T("2026-11-24 12:30"));
	DO(CHECK(pause_end_service(W, "R1", "moved", "daughter", "shell:root", T("2026-11-24 13:00"), why)));
	DO(CHECK(pause_end_service(W, "R2", "moved", "daughter", "shell:root", T("2026-11-24 13:00"), why)));
	read_list("2026-11-24", T("2026-11-24 13:01"));
	CHECK(row("R1") == NULL);
	CHECK_INT(list.residents, 1);
	CHECK(row("R2")->needs_person);
	read_list("2026-11-23", T("2026-11-24 13:01"));
	CHECK_INT(list.residents, 2);
	end();
}

TEST(the_device_is_the_one_in_worst_trouble)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	resident("R2", MORNING, T("2026-11-23 00:00"));
	sql("INSERT INTO devices (device_id, resident_id, online, battery, trouble) VALUES"
	    " ('a', 'R1', 1, 80, 'rejected'), ('c', 'R1', 0, 40, 'offline'), ('d', 'R1', 1, 3, 'battery');"
	    "INSERT INTO devices (device_id, resident_id, online, battery, trouble, revoked_at) VALUES"
	    " ('e', 'R2', 0, 1, 'offline', 5)");
	CHECK_TEXT(today("R1", "2026-11-23 07:00")->device.trouble, "offline");
	CHECK_INT(row("R1")->device.online, 0);
	CHECK_INT(row("R1")->device.battery, 40);
	CHECK(row("R2")->device.there);
	CHECK_INT(row("R2")->device.online, -1);
	CHECK_TEXT(row("R2")->device.trouble, "");
	end();
}

TEST(blind_periods_of_the_day_are_listed_the_ongoing_one_too)
{
	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	echo(T("2026-11-23 06:55"));
	echo(T("2026-11-23 07:20"));
	sql("INSERT INTO blind_periods (client_id, from_at, to_at) VALUES ('another', 1, 1795402800000)");
	read_list("2026-11-23", T("2026-11-23 07:20"));
	CHECK(list.listening);
	CHECK_INT(list.blind_count, 2); /* and the one from midnight on */
	CHECK_INT(list.blind[1].from_at, T("2026-11-23 06:55"));
	CHECK_INT(list.blind[1].to_at, T("2026-11-23 07:20"));
	read_list("2026-11-23", T("2026-11-23 09:00"));
	CHECK(!list.listening);
	CHECK_INT(list.blind_count, 3);
	CHECK_INT(list.blind[2].from_at, T("2026-11-23 07:20"));
	CHECK_INT(list.blind[2].to_at, 0);
	read_list("2026-11-22", T("2026-11-23 09:00"));
	CHECK_INT(list.blind_count, 0);
	end();
}

TEST(those_who_need_a_person_come_first_then_by_state_district_kana)
{
	begin();
	sql("INSERT INTO districts (district, name) VALUES ('D0', '西町')");
	resident("a", "none", T("2026-11-23 00:00"));
	resident("b", MORNING, T("2026-11-23 00:00"));
	resident("c", MORNING, T("2026-11-23 00:00"));
	resident("d", MORNING, T("2026-11-23 00:00"));
	resident("e", MORNING, T("2026-11-23 00:00"));
	resident("f", MORNING, T("2026-11-23 00:00"));
	resident("g", MORNING, T("2026-11-23 00:00"));
	sql("UPDATE residents SET kana = 'ヤマダ' WHERE resident_id = 'b';"
	    "UPDATE residents SET kana = 'サトウ' WHERE resident_id = 'c';"
	    "UPDATE residents SET kana = 'ワタナベ', district = 'D0' WHERE resident_id = 'd'");
	press("a", CHECKIN_TALK, T("2026-11-23 07:00"));
	press("e", CHECKIN_OK, T("2026-11-23 07:00"));
	press("f", CHECKIN_HELP, T("2026-11-23 07:00"));
	at(T("2026-11-23 10:30"));
	close_as_safe(open_incident("g"), T("2026-11-23 10:40"));
	read_list("2026-11-23", T("2026-11-23 10:41"));
	const char *const wanted = "f d c b a g e";
	char got[64] = "";
	for (size_t i = 0; i < list.residents; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s", i ? " " : "", list.rows[i]->resident_id);
	CHECK_TEXT(got, wanted);
	CHECK_INT(list.residents, 7);
	CHECK_INT(list.open, 5);
	CHECK_INT(list.totals[DAILY_HELP], 1);
	CHECK_INT(list.totals[DAILY_MISSED], 4);
	CHECK_INT(list.totals[DAILY_OK], 1);
	CHECK_INT(list.totals[DAILY_UNSCHEDULED], 1);
	CHECK_INT(list.totals[DAILY_WAITING], 0);

	daily_release(&list);
	CHECK(daily_read(&list, W, zone_day(T("2026-11-23 10:41")), "D0", T("2026-11-23 10:41")));
	CHECK_INT(list.residents, 1);
	CHECK_INT(list.totals[DAILY_MISSED], 1);
	end();
}

/* The version of the list of the 23rd; `risen`: since the last look. */
static bool risen(int64_t now)
{
	static int64_t before;
	bool rose;

	read_list("2026-11-23", now);
	CHECK(list.version >= before);
	rose = list.version > before;
	before = list.version;
	return rose;
}

TEST(the_version_rises_with_every_change_and_only_then)
{
	struct refusal no;
	char why[PAUSE_WHY];

	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	resident("R2", MORNING, T("2026-11-23 00:00"));
	resident("R3", MORNING, T("2026-11-23 00:00"));
	at(T("2026-11-23 05:00"));
	risen(T("2026-11-23 05:00"));
	CHECK(!risen(T("2026-11-23 05:30")));
	at(T("2026-11-23 07:00"));
	press("R1", CHECKIN_OK, T("2026-11-23 07:00"));
	CHECK(risen(T("2026-11-23 07:00")));
	CHECK(!risen(T("2026-11-23 07:01")));
	at(T("2026-11-23 10:00"));
	CHECK(risen(T("2026-11-23 10:00"))); /* late now */
	at(T("2026-11-23 10:30"));
	CHECK(risen(T("2026-11-23 10:30"))); /* missed */
	DO(CHECK(incident_claim(W, open_incident("R2"), "shell:root", T("2026-11-23 10:40"), &no)));
	CHECK(risen(T("2026-11-23 10:40")));
	press("R2", CHECKIN_OK, T("2026-11-23 10:50"));
	CHECK(risen(T("2026-11-23 10:50")));
	DO(CHECK(pause_end_service(W, "R1", "moved", "R1", "shell:root", T("2026-11-23 11:00"), why)));
	CHECK(risen(T("2026-11-23 11:00")));
	sql("UPDATE devices SET battery = 50");
	CHECK(!risen(T("2026-11-23 11:01")));
	sql("INSERT INTO timeline (incident_id, resident_id, at, event) SELECT id, resident_id, opened_at, 'told' FROM incidents");
	CHECK(!risen(T("2026-11-23 11:01"))); /* a mail left: nobody's state has changed */
	end();
}

TEST(what_happens_today_does_not_move_the_version_of_a_past_day)
{
	struct refusal no;
	int64_t version;

	begin();
	resident("R1", MORNING, T("2026-11-23 00:00"));
	at(T("2026-11-23 10:30"));
	read_list("2026-11-23", T("2026-11-24 08:00"));
	version = list.version;
	CHECK(version > 0);
	CHECK_INT(daily_district_of(&list, "D1")->version, version);
	at(T("2026-11-24 08:00"));
	DO(CHECK(incident_claim(W, open_incident("R1"), "shell:root", T("2026-11-24 08:30"), &no)));
	read_list("2026-11-23", T("2026-11-24 08:31"));
	CHECK_INT(list.version, version);
	read_list("2026-11-24", T("2026-11-24 08:31"));
	CHECK(list.version > version);
	end();
}

static void sign(const char *date, int64_t now)
{
	struct signoff o = { .district = "D1", .login = "tanaka", .version = 1, .at = now };

	CHECK(date_parse(date, &o.day));
	sql("INSERT INTO users (login, name, role) VALUES ('tanaka', '田中', 'staff') ON CONFLICT DO NOTHING");
	DO(signoffs_add(W->store, &o));
}

TEST(a_line_that_a_press_or_a_judgement_changes_after_signing_is_marked)
{
	begin();
	for (const char *const *id = (const char *const[]){ "R1", "R2", "R3", "R4", "R5", NULL }; *id; id++)
		resident(*id, MORNING, T("2026-11-23 00:00"));
	resident("R6", "none", T("2026-11-23 00:00"));
	resident("R7", "none", T("2026-11-23 00:00"));
	at(T("2026-11-23 07:00"));
	press("R1", CHECKIN_OK, T("2026-11-23 07:00"));
	press("R6", CHECKIN_OK, T("2026-11-23 07:00"));
	at(T("2026-11-23 10:10"));
	sign("2026-11-23", T("2026-11-23 10:10"));
	for (size_t i = 0; i < 7; i++)
		CHECK(!row_on((const char *[]){ "R1", "R2", "R3", "R4", "R5", "R6", "R7" }[i], "2026-11-23",
			T("2026-11-23 10:10"))
				->after_signing);
	at(T("2026-11-23 10:20"));
	press("R2", CHECKIN_OK, T("2026-11-23 10:20")); /* late, now ok */
	press("R7", CHECKIN_OK, T("2026-11-23 10:20"));
	CHECK(today("R2", "2026-11-23 10:20")->after_signing);
	CHECK(!row("R1")->after_signing);
	CHECK(!row("R3")->after_signing);
	CHECK(!row("R6")->after_signing);
	CHECK(row("R7")->after_signing);
	at(T("2026-11-23 10:30")); /* ok or missed: decided; of R4 nobody knows */
	sql("UPDATE expectations SET outcome = 'unknown' WHERE resident_id = 'R4'; UPDATE incidents SET opened_at = 0;"
	    "DELETE FROM timeline");
	CHECK(row_on("R2", "2026-11-23", T("2026-11-23 12:00"))->after_signing);
	CHECK(row("R3")->after_signing);
	CHECK_INT(row("R4")->state, DAILY_UNKNOWN);
	CHECK(row("R4")->after_signing);
	CHECK(!row("R1")->after_signing); /* what was ok when it was signed was decided so afterwards */
	sign("2026-11-23", T("2026-11-23 12:00"));
	CHECK(!row_on("R4", "2026-11-23", T("2026-11-23 12:00"))->after_signing);
	sql("DELETE FROM causes");
	press("R4", CHECKIN_OK, T("2026-11-23 13:00")); /* too late, but it is on the line */
	CHECK(row_on("R4", "2026-11-23", T("2026-11-23 13:01"))->after_signing);
	CHECK(!row("R3")->after_signing);
	CHECK(row_on("R4", "2026-11-23", T("2026-11-25 08:00"))->after_signing); /* and stays so */
	end();
}

TEST(the_json_is_the_contract_s)
{
	static const char wanted[] =
		"{\"date\":\"2026-11-23\",\"version\":V,\"listening\":true,"
		"\"blind\":[{\"from\":\"2026-11-23T06:55:00+09:00\",\"to\":\"2026-11-23T07:20:00+09:00\"}],\n"
		"\"totals\":{\"residents\":2,\"open\":1,\"ok\":1,\"waiting\":0,\"late\":0,\"missed\":1,\"unknown\":0,"
		"\"help\":0,\"paused\":0,\"unscheduled\":0},\n"
		"\"residents\":[\n"
		"{\"resident_id\":\"R002\",\"name\":\"佐藤 次郎\",\"kana\":\"サトウ ジロウ\",\"district\":\"D1\","
		"\"household\":null,\"state\":\"missed\",\"checked_in_at\":null,\"kind\":null,"
		"\"due_at\":\"2026-11-23T10:00:00+09:00\",\"needs_person\":true,\"handled\":null,"
		"\"incident\":{\"id\":1,\"kind\":\"missed\",\"state\":\"claimed\",\"step\":2,\"claimed_by\":\"鈴木 一郎\","
		"\"claimed_until\":\"2026-11-23T11:10:00+09:00\"},"
		"\"device\":{\"online\":false,\"battery\":null,\"trouble\":\"offline\"}},\n"
		"{\"resident_id\":\"R001\",\"name\":\"山田 花子\",\"kana\":\"ヤマダ ハナコ\",\"district\":\"D1\","
		"\"household\":\"H1\",\"state\":\"ok\",\"checked_in_at\":\"2026-11-23T07:30:03+09:00\",\"kind\":\"ok\","
		"\"due_at\":\"2026-11-23T10:00:00+09:00\",\"needs_person\":false,\"handled\":null,\"incident\":null,"
		"\"device\":{\"online\":true,\"battery\":87,\"trouble\":null}}]}\n";
	struct refusal no;
	char *text, *version;
	size_t len;
	FILE *out;

	begin();
	resident("R001", MORNING, T("2026-11-23 00:00"));
	resident("R002", MORNING, T("2026-11-23 00:00"));
	sql("INSERT INTO watchers (watcher_id, name, channels) VALUES ('W1', '鈴木 一郎', 'mail:s@example.jp');"
	    "INSERT INTO links (resident_id, watcher_id, tier) VALUES ('R002', 'W1', 1);"
	    "UPDATE residents SET name = '山田 花子', kana = 'ヤマダ ハナコ', household = 'H1' WHERE resident_id = 'R001';"
	    "UPDATE residents SET name = '佐藤 次郎', kana = 'サトウ ジロウ', consent_on = '2026-01-01'"
	    " WHERE resident_id = 'R002';"
	    "UPDATE devices SET online = 1, battery = 87 WHERE resident_id = 'R001';"
	    "UPDATE devices SET online = 0, trouble = 'offline' WHERE resident_id = 'R002'");
	heard(T("2026-11-23 06:55"));
	echo(T("2026-11-23 07:20"));
	at(T("2026-11-23 07:30:03"));
	press("R001", CHECKIN_OK, T("2026-11-23 07:30:03"));
	at(T("2026-11-23 10:30"));
	DO(CHECK(incident_claim(W, open_incident("R002"), "watcher:W1", T("2026-11-23 10:40"), &no)));
	at(T("2026-11-23 10:41"));
	read_list("2026-11-23", T("2026-11-23 10:41"));
	out = open_memstream(&text, &len);
	daily_write_json(&list, out);
	CHECK_INT(fclose(out), 0);
	version = strstr(text, "\"version\":") + strlen("\"version\":");
	CHECK(*version != '0');
	*version = 'V';
	memmove(version + 1, strchr(version, ','), strlen(strchr(version, ',')) + 1);
	CHECK_TEXT(text, wanted);
	free(text);
	end();
}
