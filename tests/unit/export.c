/* export: what import read, export gives back, cell by cell. */
#include "server/store/incidents.h"
#include "server/store/timeline.h"
#include "server/tables/csv.h"
#include "server/tables/tables.h"
#include "tests/unit/desk.h"

#define PRESSED INT64_C(1795390323000) /* 2026-11-23T08:32:03+09:00 */

static const char *const files[] = { "districts.csv", "residents.csv", "watchers.csv", "links.csv", "devices.csv",
	"policies.csv", "users.csv", "pauses.csv", "checkins.csv", "incidents.csv", "timeline.csv" };

static void read_out(struct desk *d, const char *file, char *text, size_t size)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", d->out, file);
	desk_read(path, text, size);
}

/* Rows in the order of their keys and every column: as export writes them. */
static void put_awkward(struct desk *d)
{
	desk_put(d, "districts.csv",
		"\xEF\xBB\xBF"
		"district,name\r\nD01,\" 本町 \"\r\nD02,\"港, \"\"東\"\"\"\r\n=D03,=1+1\r\n");
	desk_put(d, "residents.csv",
		"\xEF\xBB\xBF"
		"resident_id,name,kana,district,household,category,birth_date,phone,address,place,channels,contact,"
		"schedule,policy,passive,language,starts,ends,end_reason,consent_on,entry_consent,care,note\r\n"
		"R001,髙橋 﨑子①,ﾀｶﾊｼ ｻｷｺ,D01,H1,elderly_alone,1940-01-31,090−1234−5678,"
		"\"本町1-2\r\n\"\"青葉荘\"\", 3号室\",本町2丁目,mail:a@example.jp device:B1,phone visit,"
		"\"mon-fri 06:00-09:00 +1h; sat,sun 07:00-10:00\",slow,yes,ja,2026-12-01,2027-12-01,moved,2026-01-01,police,"
		"\" 耳が遠い\n\n大きな声で\",\"\"\"\"\r\n"
		"R002,x,,D02,,,,0000,,,,,,,,,,,,,,,\r\n");
	desk_put(d, "watchers.csv",
		"\xEF\xBB\xBF"
		"watcher_id,name,kana,relation,resident_id,channels,hours,night,named,away_from,away_to,ends,language,note\r\n"
		"W001,鈴木 一郎,ｽｽﾞｷ,民生委員,R002,mail:s@example.jp log:,daily 08:00-20:00,yes,no,2026-12-01,2026-12-02,"
		"2027-01-01,en,\"a,b\"\r\n");
	desk_put(d, "links.csv",
		"\xEF\xBB\xBF"
		"resident_id,watcher_id,tier,can,shares,label,relation,key\r\n"
		"R001,W001,1,call,care name,12,お母さま,\"k,1\"\r\nR002,W001,3,,,角の家,,\r\n");
	desk_put(d, "devices.csv",
		"\xEF\xBB\xBF"
		"device_id,resident_id,kind,note\r\nB1,R001,button,\r\n\"zigbee2mqtt/台所, \"\"東\"\"\",R001,,x\r\n");
	desk_put(d, "policies.csv",
		"\xEF\xBB\xBF"
		"policy,kind,after,notify\r\nslow,help,0m,staff\r\nslow,missed,60m,tier1\r\nslow,missed,1h,tier2+staff\r\n");
	desk_put(d, "users.csv",
		"\xEF\xBB\xBF"
		"login,name,role,districts,channels,duty,away_from,away_to\r\n"
		"kato,加藤,coordinator,D01 D02,log:,mon-fri 09:00-17:00 -holidays,2026-12-01,\r\n");
	desk_put(d, "pauses.csv",
		"\xEF\xBB\xBF"
		"resident_id,from,to,reason,told_by\r\nR002,2026-11-20,2026-12-10,\"入院, 検査\",長女\r\n");
}

TEST(what_import_read_export_gives_back_to_the_byte)
{
	struct desk *d = desk_new();
	static char in[8192], out[8192];
	char path[160];

	put_awkward(d);
	/* Districts sort by their ids. */
	desk_put(d, "districts.csv",
		"\xEF\xBB\xBF"
		"district,name\r\n=D03,=1+1\r\nD01,\" 本町 \"\r\nD02,\"港, \"\"東\"\"\"\r\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(d->told, "");
	CHECK_INT(desk_export(d), CLI_DONE);
	CHECK(strstr(d->said, "residents.csv: 2 rows\n"));
	for (size_t i = 0; i < IMPORT_TABLES; i++) {
		snprintf(path, sizeof(path), "%s/%s", d->in, files[i]);
		desk_read(path, in, sizeof(in));
		read_out(d, files[i], out, sizeof(out));
		CHECK_TEXT(out, in);
	}
	desk_free(d);
}

TEST(an_export_imported_into_a_new_store_is_the_same_export)
{
	struct desk *d = desk_new();
	static char first[IMPORT_TABLES][8192], again[8192];

	put_awkward(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_INT(desk_export(d), CLI_DONE);
	for (size_t i = 0; i < IMPORT_TABLES; i++)
		read_out(d, files[i], first[i], sizeof(first[i]));
	desk_close(d);

	desk_open(d, "two");
	CHECK_INT(desk_run(d, import_run, d->out), CLI_DONE);
	CHECK_TEXT(d->told, "");
	CHECK_INT(desk_export(d), CLI_DONE);
	for (size_t i = 0; i < IMPORT_TABLES; i++) {
		read_out(d, files[i], again, sizeof(again));
		CHECK_TEXT(again, first[i]);
	}
	/* Read back into the store that gave it, it changes nothing. */
	CHECK_INT(desk_run(d, import_run, d->out), CLI_DONE);
	CHECK(!strstr(d->said, " 1 changed") && !strstr(d->said, " 1 new"));
	desk_free(d);
}

TEST(numbers_given_at_import_are_given_back)
{
	struct desk *d = desk_new();
	static char out[8192];

	put_awkward(d);
	desk_put(d, "links.csv", "resident_id,watcher_id,tier\nR001,W001,1\nR002,W001,2\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_INT(desk_export(d), CLI_DONE);
	read_out(d, "links.csv", out, sizeof(out));
	CHECK(strstr(out, "\r\nR001,W001,1,,,1,,\r\nR002,W001,2,,,2,,\r\n"));
	desk_free(d);
}

TEST(an_empty_store_gives_every_file_with_its_header)
{
	struct desk *d = desk_new();
	static char out[8192];
	struct stat st;
	char path[160];

	CHECK_INT(desk_export(d), CLI_DONE);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		read_out(d, files[i], out, sizeof(out));
		CHECK(strlen(out) > 10 && strchr(out, '\n') == out + strlen(out) - 1);
		snprintf(path, sizeof(path), "%s/%s", d->out, files[i]);
		CHECK(stat(path, &st) == 0);
		CHECK_INT(st.st_mode & 0777, 0600);
	}
	read_out(d, "checkins.csv", out, sizeof(out));
	CHECK_TEXT(out, "\xEF\xBB\xBF"
			"device_id,id,kind,pressed_at,heard_at\r\n");
	desk_free(d);
}

TEST(what_happened_is_written_with_local_times)
{
	struct desk *d = desk_new();
	static char out[8192];
	struct incident incident = {
		.kind = INCIDENT_MISSED,
		.resident_id = "R001",
		.state = INCIDENT_CLOSED,
		.opened_at = PRESSED,
		.closed_at = PRESSED + MINUTE,
		.outcome = "safe",
		.how = "face",
		.seen_by = "加藤",
		.note = "a,b",
	};

	put_awkward(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(store_begin(&d->cli.store));
	incident.id = incidents_add(&d->cli.store, &incident);
	CHECK(incidents_save(&d->cli.store, &incident, INCIDENT_CLOSED));
	timeline_add(&d->cli.store, incident.id, "", PRESSED, "opened", "", "x");
	CHECK(store_commit(&d->cli.store));
	CHECK(db_script(d->cli.store.db, "INSERT INTO checkins (device_id, id, kind, resident_id, pressed_at, heard_at)"
					 " VALUES ('B1', '01J', 'ok', 'R001', 1795390323000, 1795390324500)"));
	CHECK_INT(desk_export(d), CLI_DONE);
	read_out(d, "checkins.csv", out, sizeof(out));
	CHECK(strstr(out, "\r\nB1,01J,ok,2026-11-23T08:32:03+09:00,2026-11-23T08:32:04+09:00\r\n"));
	read_out(d, "incidents.csv", out, sizeof(out));
	CHECK_TEXT(out,
		"\xEF\xBB\xBF"
		"id,resident_id,kind,subject,detail,district,state,opened_at,closed_at,outcome,cause,how,seen_by,"
		"closed_by,until,note,step,claimed_by,claimed_until\r\n"
		"1,R001,missed,,,,closed,2026-11-23T08:32:03+09:00,2026-11-23T08:33:03+09:00,safe,,face,加藤,,,"
		"\"a,b\",0,,\r\n");
	read_out(d, "timeline.csv", out, sizeof(out));
	CHECK(strstr(out, "1,,2026-11-23T08:32:03+09:00,opened,,x\r\n"));
	CHECK_TEXT(desk_rows(d, 2, "SELECT who, what FROM audit WHERE what = 'export'"), "clerk|export");
	desk_free(d);
}

TEST(an_end_that_somebody_told_and_a_revoked_button_are_not_lost)
{
	struct desk *d = desk_new();
	static char out[8192];

	put_awkward(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(db_script(d->cli.store.db, "UPDATE residents SET ended_at = 1795390323000, end_reason = 'deceased';"
					 "UPDATE devices SET revoked_at = 1795390323000 WHERE device_id = 'B1'"));
	CHECK_INT(desk_export(d), CLI_DONE);
	read_out(d, "residents.csv", out, sizeof(out));
	CHECK(strstr(out, "2026-12-01,2026-11-23,deceased,")); /* R001, planned for later */
	CHECK(strstr(out, ",2026-11-23,deceased,,,,\r\n"));
	read_out(d, "devices.csv", out, sizeof(out));
	CHECK(!strstr(out, "\r\nB1,") && strstr(out, "zigbee2mqtt/"));
	desk_free(d);
}

static int count_entries(const char *dir)
{
	int entries = 0;
	char command[128], line[16];
	FILE *out;

	snprintf(command, sizeof(command), "ls -A %s | wc -l", dir);
	out = popen(command, "r");
	CHECK(fgets(line, sizeof(line), out) != NULL);
	entries = atoi(line);
	pclose(out);
	return entries;
}

TEST(a_failed_export_leaves_what_was_there)
{
	struct desk *d = desk_new();
	char path[160];
	static char out[8192];

	CHECK_INT(desk_export(d), CLI_DONE);
	CHECK_INT(count_entries(d->out), 11);
	put_awkward(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_INT(desk_export(d), CLI_DONE); /* replaces */
	CHECK_INT(count_entries(d->out), 11);
	read_out(d, "devices.csv", out, sizeof(out));
	CHECK(strstr(out, "\r\nB1,"));

	desk_path(d, "one.ini", path);
	CHECK_INT(desk_run(d, export_run, path), CLI_FAILED);
	CHECK(strstr(d->told, "Not a directory"));
	desk_path(d, "no/such/folder", path);
	CHECK_INT(desk_run(d, export_run, path), CLI_FAILED);
	CHECK(strstr(d->told, "No such file or directory"));
	desk_free(d);
}
