/* whole: one resident's record is whole, is theirs alone, and every table that names residents is in it. */
#include <cjson/cJSON.h>

#include "server/store/whole.h"
#include "server/watch/incident.h"
#include "server/watch/whole.h"
#include "tests/unit/street.h"

static cJSON *record;

static void read_whole(const char *id)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	cJSON_Delete(record);
	CHECK(db_begin_read(street.store.db));
	whole_write(W, id, T("2026-01-20 09:00"), out);
	CHECK_INT(db_status(street.store.db), DB_FINE);
	db_rollback(street.store.db);
	CHECK_INT(fclose(out), 0);
	record = cJSON_Parse(text);
	if (!record)
		fail_msg("no JSON: %s", text);
	free(text);
}

static const cJSON *section(const char *name)
{
	const cJSON *s = cJSON_GetObjectItem(record, name);

	if (!s)
		fail_msg("no section %s", name);
	return s;
}

static const char *member(const cJSON *object, const char *name)
{
	const cJSON *m = cJSON_GetObjectItem(object, name);

	if (!cJSON_IsString(m))
		fail_msg("no text %s", name);
	return m->valuestring;
}

static void town(void)
{
	street_open();
	resident("R1", "daily 03:00-10:00 +30m", T("2026-01-10 00:00"));
	resident("R2", "none", T("2026-01-10 00:00"));
	sql("UPDATE residents SET name = '山田 \"花子\"', care = '耳が遠い' WHERE resident_id = 'R1';"
	    "INSERT INTO device_residents (device_id, resident_id) VALUES ('b-R1', 'R1'), ('b-R2', 'R2');"
	    "INSERT INTO watchers (watcher_id, name, channels, note) VALUES"
	    " ('W1', '鈴木', 'mail:private@example.jp', '夜は不在がち')");
	press("R1", CHECKIN_OK, T("2026-01-10 08:00"));
	press("R2", CHECKIN_OK, T("2026-01-10 08:00"));
	sql("INSERT INTO device_residents (device_id, resident_id) VALUES ('b-R2', 'R1')"); /* it was hers before */
	at(T("2026-01-10 10:30"));
	at(T("2026-01-11 10:30"));
	sql("INSERT INTO links (resident_id, watcher_id, tier, label, key) VALUES ('R1', 'W1', 1, '12', '社協'),"
	    " ('R2', 'W1', 1, '13', '');"
	    "INSERT INTO users (login, name, role) VALUES ('tanaka', '田中', 'staff');"
	    "INSERT INTO notifications (key, incident_id, kind, what, round, person, channel, state, written_at, send_at)"
	    " VALUES ('i1/x', 1, 'missed', 'alert', 1, 'watcher:W1', 'mail:private@example.jp', 'sent', 1, 1);"
	    "INSERT INTO pauses (resident_id, from_on, to_on, from_at, to_at, reason, told_by, entered_by, entered_at)"
	    " VALUES ('R1', '2026-02-01', '2026-02-02', 1, 2, '旅行', '長女', 'user:tanaka', 1);"
	    "INSERT INTO visits (resident_id, at, kind, person, entered_by, entered_at) VALUES ('R1', 1, 'visit', '民生委員', 'user:tanaka', 1);"
	    "INSERT INTO consents (resident_id, what, given, agreed_on, agreed_by, form, entered_by, entered_at)"
	    " VALUES ('R1', 'service', 1, '2026-01-01', '本人', 'paper', 'user:tanaka', 1);"
	    "INSERT INTO never_told (resident_id, name, reason, entered_by, entered_at) VALUES ('R1', '山田太郎', '絶縁', 'user:tanaka', 1);"
	    "INSERT INTO disclosures (at, resident_id, person, name, items, basis) VALUES (1, 'R1', 'watcher:W1', '鈴木', 'name', 'consent');"
	    "INSERT INTO signoffs (id, day, district, version, event_id, login, at) VALUES (1, 20462, 'D1', 1, 0, 'tanaka', 1);"
	    "INSERT INTO signoff_lines (signoff_id, resident_id, reason, handed_to) VALUES (1, 'R1', '留守', 'tanaka');"
	    "INSERT INTO incidents (id, kind, state, opened_at, ladder_at) VALUES (77, 'blind', 'closed', 1, 1);"
	    "INSERT INTO incident_residents (incident_id, resident_id, since_at, due_at) VALUES (77, 'R1', 1, 1);"
	    "INSERT INTO audit (at, who, what, subject, reason) VALUES (1, 'user:tanaka', 'read', 'R1', ''),"
	    " (2, 'user:tanaka', 'read', 'R2', '')");
}

static void end(void)
{
	cJSON_Delete(record);
	record = NULL;
	street_close();
}

TEST(every_section_is_there_and_holds_the_residents_rows_alone)
{
	static const char *const ones[] = { "watchers", "devices", "checkins", "expectations", "incidents", "pauses",
		"visits", "consents", "never_told", "disclosures", "carried_over", "listed_in", "audit" };

	town();
	read_whole("R1");
	CHECK_TEXT(member(section("resident"), "name"), "山田 \"花子\"");
	CHECK_TEXT(member(section("resident"), "care"), "耳が遠い");
	CHECK_TEXT(member(section("resident"), "district_name"), "本町");
	for (size_t k = 0; k < sizeof(ones) / sizeof(ones[0]); k++)
		if (strcmp(ones[k], "expectations") == 0)
			CHECK_INT(cJSON_GetArraySize(section(ones[k])), 2);
		else if (cJSON_GetArraySize(section(ones[k])) != 1)
			fail_msg("%d rows of %s", cJSON_GetArraySize(section(ones[k])), ones[k]);
	CHECK_TEXT(member(cJSON_GetArrayItem(section("checkins"), 0), "pressed_at"), "2026-01-10T08:00:00+09:00");
	CHECK_TEXT(member(cJSON_GetArrayItem(section("expectations"), 0), "day"), "2026-01-10");
	CHECK_TEXT(member(cJSON_GetArrayItem(section("watchers"), 0), "key"), "社協");
	CHECK(cJSON_IsTrue(cJSON_GetObjectItem(cJSON_GetArrayItem(section("consents"), 0), "given")));
	end();
}

TEST(an_incident_comes_with_its_timeline_causes_and_tellings)
{
	const cJSON *incident, *told;

	town();
	read_whole("R1");
	incident = cJSON_GetArrayItem(section("incidents"), 0);
	CHECK_INT(cJSON_GetArraySize(cJSON_GetObjectItem(incident, "causes")), 1);
	CHECK(cJSON_GetArraySize(cJSON_GetObjectItem(incident, "timeline")) > 0);
	told = cJSON_GetObjectItem(incident, "told");
	CHECK(cJSON_GetArraySize(told) > 0);
	end();
}

TEST(what_watchers_are_otherwise_is_not_in_it)
{
	char *text;

	town();
	read_whole("R1");
	text = cJSON_PrintUnformatted(record);
	CHECK(strstr(text, "鈴木") != NULL);
	CHECK(!strstr(text, "private@example.jp"));
	CHECK(!strstr(text, "夜は不在がち"));
	free(text);
	end();
}

TEST(somebody_of_whom_little_is_known_has_empty_sections)
{
	town();
	read_whole("R2");
	CHECK_INT(cJSON_GetArraySize(section("incidents")), 0);
	CHECK_INT(cJSON_GetArraySize(section("checkins")), 1);
	CHECK(cJSON_IsArray(section("pauses")));
	read_whole("R9");
	CHECK(cJSON_IsNull(section("resident")));
	end();
}

/* A table that refers to residents and is not in the record would be forgotten in an answer under the law. */
TEST(every_table_that_refers_to_a_resident_is_read)
{
	static const char tables_sql[] = "SELECT DISTINCT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c"
					 " WHERE m.type = 'table' AND c.name IN ('resident_id') ORDER BY m.name";
	struct query *q;
	int tables = 0;

	town();
	q = db_query(street.store.db, tables_sql);
	while (db_step(q)) {
		char from[96], join[96];
		bool read = false;

		snprintf(from, sizeof(from), "FROM %s ", db_text(q, 0));
		snprintf(join, sizeof(join), "JOIN %s ", db_text(q, 0));
		for (size_t k = 0; k < whole_section_count; k++)
			read |= strstr(whole_sections[k].sql, from) || strstr(whole_sections[k].sql, join);
		if (!read)
			fail_msg("nobody reads %s", db_text(q, 0));
		tables++;
	}
	CHECK(tables > 12);
	end();
}
