/* import: all or nothing, every bad line named, and only what differs is written. */
#include "server/tables/import_plan.h"
#include "server/tables/import_write.h"
#include "server/watch/expectation.h"
#include "server/watch/pause.h"
#include "tests/unit/desk.h"

static void put_street(struct desk *d)
{
	desk_put(d, "districts.csv", "district,name\nD01,本町\nD02,港\n");
	desk_put(d, "residents.csv",
		"resident_id,name,kana,district,birth_date,phone,schedule,policy,note\n"
		"R001,山田 花子,ヤマダ ハナコ,D01,1940-01-31,03-1234-5678,,slow,\"猫, 犬\"\n"
		"R002,佐藤 次郎,サトウ ジロウ,D02,1938-12-01,,daily 06:00-09:00 +1h,,\n");
	desk_put(d, "watchers.csv",
		"watcher_id,name,channels,hours,resident_id\n"
		"W001,鈴木 一郎,mail:suzuki@example.jp log:,daily 08:00-20:00,\n"
		"W002,佐藤 次郎,log:,,R002\n");
	desk_put(d, "links.csv",
		"resident_id,watcher_id,tier,can,shares,label\n"
		"R001,W001,1,go,name place,\nR002,W001,2,,,7\nR001,W002,3,call,,\n");
	desk_put(d, "devices.csv", "device_id,resident_id,kind\nB001,R001,button\nzigbee2mqtt/台所のボタン,R002,\n");
	desk_put(d, "policies.csv",
		"policy,kind,after,notify\nslow,missed,2h,staff\nslow,missed,30m,tier1+tier2\nslow,help,0m,staff\n");
	desk_put(d, "users.csv",
		"login,name,role,districts,duty\nyamamoto,山本,staff,,\nkato,加藤,coordinator,D01 D02,mon-fri 09:00-17:00\n");
	desk_put(d, "pauses.csv", "resident_id,from,to,reason,told_by\nR002,2026-11-20,2026-12-10,入院,長女\n");
}

TEST(a_whole_street_is_imported)
{
	struct desk *d = desk_new();

	put_street(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(d->told, "");
	CHECK_TEXT(d->said, "districts.csv: 2 rows, 2 new, 0 changed\n"
			    "policies.csv: 3 rows, 3 new, 0 changed\n"
			    "residents.csv: 2 rows, 2 new, 0 changed\n"
			    "watchers.csv: 2 rows, 2 new, 0 changed\n"
			    "links.csv: 3 rows, 3 new, 0 changed\n"
			    "devices.csv: 2 rows, 2 new, 0 changed\n"
			    "users.csv: 2 rows, 2 new, 0 changed\n"
			    "pauses.csv: 1 rows, 1 new, 0 changed\n");
	CHECK_TEXT(desk_rows(d, 4, "SELECT name, kana, note, policy FROM residents WHERE resident_id = 'R001'"),
		"山田 花子|ヤマダ ハナコ|猫, 犬|slow");
	CHECK_TEXT(desk_rows(d, 2, "SELECT watcher_id, resident_id FROM watchers ORDER BY 1"), "W001|NULL W002|R002");
	CHECK_TEXT(desk_rows(d, 2, "SELECT device_id, resident_id FROM device_residents ORDER BY 1"),
		"B001|R001 zigbee2mqtt/台所のボタン|R002");
	CHECK_TEXT(desk_rows(d, 4, "SELECT who, what, subject, detail FROM audit WHERE what = 'import'"),
		"clerk|import||districts.csv 2 new 0 changed 0 removed; policies.csv 3 new 0 changed 0 removed;"
		" residents.csv 2 new 0 changed 0 removed; watchers.csv 2 new 0 changed 0 removed;"
		" links.csv 3 new 0 changed 0 removed; devices.csv 2 new 0 changed 0 removed;"
		" users.csv 2 new 0 changed 0 removed; pauses.csv 1 new 0 changed 0 removed");
	desk_free(d);
}

TEST(every_column_lands_in_its_own)
{
	struct desk *d = desk_new();

	desk_put(d, "districts.csv", "district,name\nD01,x\n");
	desk_put(d, "residents.csv",
		"note,care,entry_consent,consent_on,end_reason,ends,starts,language,passive,policy,schedule,contact,"
		"channels,place,address,phone,birth_date,category,household,district,kana,name,resident_id\n"
		"the note,the care,police,2026-01-01,moved,2027-01-01,2026-12-01,en,yes,gentle,none,fax,"
		"log:,the place,the address,0000,1950-05-05,other,the household,D01,the kana,the name,R1\n");
	desk_put(d, "watchers.csv",
		"note,language,ends,away_to,away_from,named,night,hours,channels,resident_id,relation,kana,name,watcher_id\n"
		"the note,en,2027-01-01,2026-12-31,2026-12-30,no,yes,none,log:,R1,the relation,the kana,the name,W1\n");
	desk_put(d, "links.csv",
		"key,relation,label,shares,can,tier,watcher_id,resident_id\nthe key,the relation,8,care,know,2,W1,R1\n");
	desk_put(d, "devices.csv", "note,kind,resident_id,device_id\nthe note,the kind,R1,B1\n");
	desk_put(d, "users.csv",
		"away_to,away_from,duty,channels,districts,role,name,login\n"
		"2026-12-31,2026-12-30,none,log:,D01,viewer,the name,U1\n");
	desk_put(d, "pauses.csv",
		"told_by,reason,to,from,resident_id\nthe teller,the reason,2026-12-01,2026-11-30,R1\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(
		desk_rows(d, 23,
			"SELECT resident_id, name, kana, district, household, category, birth_date, phone, address, place,"
			" channels, contact, schedule, policy, passive, language, starts, ends, end_reason, consent_on,"
			" entry_consent, care, note FROM residents"),
		"R1|the name|the kana|D01|the household|other|1950-05-05|0000|the address|the place|log:|fax|none|gentle|"
		"yes|en|2026-12-01|2027-01-01|moved|2026-01-01|police|the care|the note");
	CHECK_TEXT(
		desk_rows(d, 14,
			"SELECT watcher_id, name, kana, relation, resident_id, channels, hours, night, named, away_from,"
			" away_to, ends, language, note FROM watchers"),
		"W1|the name|the kana|the relation|R1|log:|none|yes|no|2026-12-30|2026-12-31|2027-01-01|en|the note");
	CHECK_TEXT(
		desk_rows(d, 8, "SELECT resident_id, watcher_id, tier, can, shares, label, relation, key FROM links"),
		"R1|W1|2|know|care|8|the relation|the key");
	CHECK_TEXT(
		desk_rows(d, 4, "SELECT device_id, resident_id, kind, note FROM devices"), "B1|R1|the kind|the note");
	CHECK_TEXT(
		desk_rows(d, 8, "SELECT login, name, role, districts, channels, duty, away_from, away_to FROM users"),
		"U1|the name|viewer|D01|log:|none|2026-12-30|2026-12-31");
	CHECK_TEXT(desk_rows(d, 6, "SELECT resident_id, from_on, to_on, reason, told_by, entered_by FROM pauses"),
		"R1|2026-11-30|2026-12-01|the reason|the teller|clerk");
	desk_free(d);
}

TEST(the_same_files_again_change_nothing_and_write_nothing)
{
	struct desk *d = desk_new();
	int64_t audited;

	put_street(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	audited = desk_number(d, "SELECT count(*) FROM audit");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(strstr(d->said, "residents.csv: 2 rows, 0 new, 0 changed\n"));
	CHECK(strstr(d->said, "policies.csv: 3 rows, 0 new, 0 changed\n"));
	CHECK(strstr(d->said, "links.csv: 3 rows, 0 new, 0 changed\n"));
	CHECK(strstr(d->said, "pauses.csv: 1 rows, 0 new, 0 changed\n"));
	CHECK_INT(desk_number(d, "SELECT count(*) FROM audit"), audited);
	desk_free(d);
}

TEST(a_column_left_out_keeps_and_an_empty_cell_clears)
{
	struct desk *d = desk_new();

	put_street(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	desk_put(d, "residents.csv", "phone,resident_id,note\n090-0000-1111,R001,\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(strstr(d->said, "residents.csv: 1 rows, 0 new, 1 changed\n"));
	CHECK_TEXT(
		desk_rows(d, 5, "SELECT name, district, phone, note, policy FROM residents WHERE resident_id = 'R001'"),
		"山田 花子|D01|090-0000-1111||slow");
	desk_free(d);
}

TEST(a_new_row_needs_what_is_required_although_its_column_is_left_out)
{
	struct desk *d = desk_new();

	put_street(d);
	desk_put(d, "residents.csv", "resident_id,phone\nR001,0312345678\n");
	CHECK_INT(desk_import(d), CLI_FAILED);
	CHECK(strstr(d->told, "residents.csv:2: name: is required for a new resident\n"
			      "residents.csv:2: district: is required for a new resident\n"));
	desk_free(d);
}

/* A file that is wrong in the way said, next to a street that is not: nothing of either is stored. */
static void check_refused(const char *file, const char *text, const char *wanted)
{
	struct desk *d = desk_new();
	char told[16384];

	put_street(d);
	desk_put(d, file, text);
	CHECK_INT(desk_import(d), CLI_FAILED);
	snprintf(told, sizeof(told), "%smimamori: %s: nothing was imported\n", wanted, d->in);
	CHECK_TEXT(d->told, told);
	CHECK_TEXT(d->said, "");
	CHECK_INT(desk_number(d, "SELECT count(*) FROM districts"), 0);
	CHECK_INT(desk_number(d, "SELECT count(*) FROM policies"), 0);
	CHECK_INT(desk_number(d, "SELECT count(*) FROM audit"), 0);
	desk_free(d);
}

TEST(a_header_must_be_one_of_the_tables)
{
	check_refused("districts.csv", "district,name,colour,,district\n",
		"districts.csv:1: colour: unknown column\n"
		"districts.csv:1: the header's cell 4 is empty\n"
		"districts.csv:1: district: stands in the header twice\n"
		"residents.csv:2: district: there is no district \"D01\" in districts.csv or in the store\n"
		"residents.csv:3: district: there is no district \"D02\" in districts.csv or in the store\n"
		"users.csv:3: districts: there is no district \"D01\" in districts.csv or in the store\n"
		"users.csv:3: districts: there is no district \"D02\" in districts.csv or in the store\n");
	check_refused("devices.csv", "", "devices.csv:1: the header line is missing\n");
	check_refused(
		"devices.csv", "resident_id,kind\nR001,x\n", "devices.csv:1: device_id: is missing in the header\n");
	check_refused("devices.csv", "B001,R001\n",
		"devices.csv:1: B001: unknown column\ndevices.csv:1: R001: unknown column\n"
		"devices.csv:1: device_id: is missing in the header\n");
}

TEST(every_bad_line_is_reported_in_the_order_of_files_and_lines)
{
	struct desk *d = desk_new();

	put_street(d);
	desk_put(d, "residents.csv",
		"resident_id,name,district,category,birth_date,phone,schedule,passive,starts,ends,contact,policy\n"
		"R001,,D09,elderly,1940-02-30,12,daily 10:00-03:00,maybe,x,,phone phone,nobody\n"
		"R 02,\"a\nb\",D01,,2027-01-01,0000,,,2026-12-01,2026-11-30,tel,\n"
		"R003,x\n"
		"R004,x,D01,,,0000,,,,,,\n"
		"R004,y,D01,,,0000,,,,,,\n"
		"R005,x\"y,D01,,,0000,,,,,,\n");
	desk_put(d, "links.csv", "resident_id,watcher_id,tier,can,shares\nR001,W009,4,come,name names\nR004,W001,,,\n");
	CHECK_INT(desk_import(d), CLI_FAILED);
	CHECK(strstr(d->told,
		      "residents.csv:2: name: is required\n"
		      "residents.csv:2: category: \"elderly\" is none of: elderly_alone elderly_household disability"
		      " parenting other\n"
		      "residents.csv:2: birth_date: \"1940-02-30\" is no date such as 2026-11-23\n"
		      "residents.csv:2: phone: holds no four digits to identify by\n"
		      "residents.csv:2: schedule: \"10:00-03:00\" crosses midnight; write two windows, to 24:00 and from"
		      " 00:00\n"
		      "residents.csv:2: passive: \"maybe\" is none of: yes no\n"
		      "residents.csv:2: starts: \"x\" is no date such as 2026-11-23\n"
		      "residents.csv:2: contact: names phone twice\n"
		      "residents.csv:2: district: there is no district \"D09\" in districts.csv or in the store\n"
		      "residents.csv:2: policy: there is no policy \"nobody\" in policies.csv or in the store\n"
		      "residents.csv:3: resident_id: holds a space, a quotation mark, a backslash or a control character\n"
		      "residents.csv:3: name: holds a line end or another control character\n"
		      "residents.csv:3: birth_date: 2027-01-01 is still to come\n"
		      "residents.csv:3: contact: \"tel\" is none of: phone sms fax relay visit\n"
		      "residents.csv:3: ends: is before starts\n"
		      "residents.csv:5: has 2 cells, the header 12\n"
		      "residents.csv:7: resident_id: the same resident stands in line 6 already\n"
		      "residents.csv:8: name: a quote stands within the cell (the whole cell in quotes, its own ones"
		      " doubled)\n"
		      "watchers.csv:3: resident_id: there is no resident \"R002\" in residents.csv or in the store\n"
		      "links.csv:2: tier: \"4\" is none of: 1 2 3\n"
		      "links.csv:2: can: \"come\" is none of: go call know\n"
		      "links.csv:2: shares: \"names\" is none of: name place address care outcome label\n"
		      "links.csv:2: watcher_id: there is no watcher \"W009\" in watchers.csv or in the store\n"
		      "devices.csv:3: resident_id: there is no resident \"R002\" in residents.csv or in the store\n"
		      "pauses.csv:2: resident_id: there is no resident \"R002\" in residents.csv or in the store\n"
		      "mimamori: ") == d->told);
	CHECK_INT(desk_number(d, "SELECT count(*) FROM districts"), 0);
	desk_free(d);
}

TEST(what_names_a_bad_line_is_not_blamed_for_it)
{
	check_refused("residents.csv", "resident_id,name,district,phone\nR001,x,D01\nR002,x\"y,D01,0000\n",
		"residents.csv:2: has 3 cells, the header 4\n"
		"residents.csv:3: name: a quote stands within the cell (the whole cell in quotes, its own ones doubled)\n");
}

TEST(watchers_are_checked)
{
	check_refused("watchers.csv",
		"watcher_id,name,channels,hours,night,away_from,away_to,language\n"
		"W001,x,,,,,,\n"
		"W002,x,log: mail:a@b@c,daily 07:00-21:00 +1h,ja,2026-12-02,2026-12-01,fr\n"
		"W003,x,sms:+8190,,,,,\n"
		"W004,x,pager:1,,,,,\n"
		"W005,x,mail:山田@example.jp,,,,,\n"
		"W006,x,log: log:,,,,,\n"
		"W007,x,webhook:ftp://x,,,,,\n"
		"W008,x,device:a/b,,,,,\n"
		"yamamoto,x,log:,,,,,\n",
		"watchers.csv:2: channels: is required\n"
		"watchers.csv:3: channels: \"mail:a@b@c\" is no mail address\n"
		"watchers.csv:3: hours: \"+1h\": no grace is allowed here\n"
		"watchers.csv:3: night: \"ja\" is none of: yes no\n"
		"watchers.csv:3: language: \"fr\" is none of: ja en\n"
		"watchers.csv:3: away_to: is before away_from\n"
		"watchers.csv:4: channels: \"sms:+8190\" is off: no [twilio] section\n"
		"watchers.csv:5: channels: \"pager:1\" is no address of a channel (write one such as mail:a@example.jp)\n"
		"watchers.csv:6: channels: \"mail:山田@example.jp\" holds a character that no address has\n"
		"watchers.csv:7: channels: names \"log:\" twice\n"
		"watchers.csv:8: channels: \"webhook:ftp://x\" is no URL (write http://… or https://…)\n"
		"watchers.csv:9: channels: \"device:a/b\" is no own device (write device:NAME)\n"
		"watchers.csv:10: watcher_id: is the login of a user\n"
		"users.csv:2: login: is the id of a watcher\n");
}

TEST(devices_users_policies_and_pauses_are_checked)
{
	check_refused("devices.csv",
		"device_id,resident_id\nB 1,R001\nstaff/R001,R001\nx/,R001\n/x,R001\nB2,\nB3,R009\n",
		"devices.csv:2: device_id: is neither 1-64 of A-Z a-z 0-9 . _ - nor adapter/name\n"
		"devices.csv:3: device_id: staff/… stands for check-ins that staff enter\n"
		"devices.csv:4: device_id: is no adapter/name such as zigbee2mqtt/kitchen\n"
		"devices.csv:5: device_id: is no adapter/name such as zigbee2mqtt/kitchen\n"
		"devices.csv:6: resident_id: is required\n"
		"devices.csv:7: resident_id: there is no resident \"R009\" in residents.csv or in the store\n");
	check_refused("users.csv", "login,name,role,districts\na,x,boss,\nb,x,coordinator,\nc,x,staff,D01 D09\n",
		"users.csv:2: role: \"boss\" is none of: staff coordinator viewer admin\n"
		"users.csv:3: districts: is required for a coordinator\n"
		"users.csv:4: districts: there is no district \"D09\" in districts.csv or in the store\n");
	check_refused("policies.csv",
		"policy,kind,after,notify\nslow,missed,soon,staff\nslow,pause,0m,staff\nslow,help,0m,tier4\n"
		"slow,talk,1h,staff\nslow,talk,1h,staff\n",
		"policies.csv:2: after: \"soon\" is no length of time such as 90s, 30m, 2h, 1d\n"
		"policies.csv:3: kind: \"pause\" is none of: help missed unwell talk\n"
		"policies.csv:4: notify: \"tier4\" is no list such as resident+tier1+tier2+tier3+staff\n"
		"policies.csv:6: policy: the same step stands in line 5 already\n");
	check_refused("pauses.csv",
		"resident_id,from,to,reason,told_by\nR001,2026-11-24,2026-11-23,x,y\nR002,2026-11-24,2027-11-23,,y\n",
		"pauses.csv:2: to: the pause ends on 2026-11-23, before it begins on 2026-11-24\n"
		"pauses.csv:3: reason: is required\n"
		"pauses.csv:3: to: a pause lasts at most 90d: it can be made longer later\n");
}

TEST(ids_and_texts_have_a_longest_length)
{
	char text[4096], wanted[] = "districts.csv:2: district: is longer than 64 bytes\n"
				    "districts.csv:4: name: holds only spaces\n";

	snprintf(text, sizeof(text), "district,name\n%065d,x\n%064d,x\nD01,　\nD02,x\n", 1, 1);
	check_refused("districts.csv", text, wanted);
}

TEST(text_in_no_encoding_is_refused_by_line)
{
	check_refused("devices.csv", "device_id,resident_id\nB1,R001\nB\xFF,R001\n",
		"devices.csv:3: is text in neither UTF-8 nor CP932 (save it as CSV UTF-8)\n");
}

TEST(a_file_from_excel_in_japan_is_read)
{
	static const char cp932[] =
		"district,name\r\nD01,\x8D\x82\x81\x40\xFB\xFC\xFA\xB1\x87\x40\xB1\r\n"; /* 高　髙﨑①ｱ */
	struct desk *d = desk_new();

	desk_put_bytes(d, "districts.csv", cp932, sizeof(cp932) - 1);
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(desk_rows(d, 1, "SELECT name FROM districts"), "高　髙﨑①ｱ");
	desk_free(d);
}

TEST(a_folder_without_any_file_is_refused)
{
	struct desk *d = desk_new();

	CHECK_INT(desk_import(d), CLI_FAILED);
	CHECK(strstr(d->told, "there is none of the files that import reads"));
	CHECK_INT(desk_run(d, import_run, "/tmp/mimamori-no-such-folder"), CLI_FAILED);
	CHECK(strstr(d->told, "No such file or directory"));
	desk_free(d);
}

TEST(nobody_to_verify_by_is_a_warning)
{
	struct desk *d = desk_new();

	desk_put(d, "districts.csv", "district,name\nD01,x\n");
	desk_put(d, "residents.csv", "resident_id,name,district,end_reason\nR1,x,D01,moved\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(d->told,
		"residents.csv:2: birth_date: warning: neither birth date nor telephone: no pause or end can be"
		" verified\n"
		"residents.csv:2: end_reason: warning: without ends, nothing ends\n");
	CHECK_INT(desk_number(d, "SELECT count(*) FROM residents"), 1);
	desk_free(d);
}

TEST(errors_are_not_hidden_by_warnings_and_do_not_go_on_for_ever)
{
	struct desk *d = desk_new();
	struct faults faults = { 0 };
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (int line = 1; line <= 2000; line++)
		fault_warn(&faults, IMPORT_RESIDENTS, line, NULL, "w", "", "w%d", line);
	fault_add(&faults, IMPORT_RESIDENTS, 3000, "name", "b", "", "bad \x1b[2J");
	faults_print(&faults, table_file, 1000, out);
	fclose(out);
	CHECK(strstr(text, "residents.csv:1000: warning: w1000\nresidents.csv:3000: name: bad  [2J\n"
			   "and 1000 more warnings\n"));
	free(text);
	faults_release(&faults);
	desk_free(d);
}

TEST(labels_are_the_next_free_numbers_of_a_watcher)
{
	struct desk *d = desk_new();

	put_street(d);
	desk_put(d, "links.csv",
		"resident_id,watcher_id,tier,label\nR002,W001,1,\nR001,W001,1,1\nR001,W002,1,角の家\nR002,W002,1,\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(desk_rows(d, 3, "SELECT watcher_id, resident_id, label FROM links ORDER BY 1, 2"),
		"W001|R001|1 W001|R002|2 W002|R001|角の家 W002|R002|1");

	/* An empty label, or none, keeps the number a link has. A number that is free again is given again. */
	desk_put(d, "links.csv", "resident_id,watcher_id,tier,label\nR001,W001,,\nR002,W001,2,\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(strstr(d->said, "links.csv: 2 rows, 0 new, 1 changed, 1 removed\n"));
	desk_put(d, "links.csv", "resident_id,watcher_id,tier\nR001,W001,1\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(desk_rows(d, 4, "SELECT watcher_id, resident_id, label, tier FROM links ORDER BY 1, 2"),
		"W001|R001|1|1 W001|R002|2|2 W002|R001|角の家|1 W002|R002|1|1");
	desk_free(d);
}

TEST(a_link_without_a_tier_is_removed)
{
	struct desk *d = desk_new();

	put_street(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	desk_put(d, "links.csv", "resident_id,watcher_id,tier\nR001,W001,\nR002,W002,\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(strstr(d->said, "links.csv: 2 rows, 0 new, 0 changed, 1 removed\n"));
	CHECK_TEXT(desk_rows(d, 2, "SELECT resident_id, watcher_id FROM links ORDER BY 1"), "R001|W002 R002|W001");
	desk_free(d);
}

TEST(a_policy_is_replaced_whole_and_others_stay)
{
	struct desk *d = desk_new();

	put_street(d);
	desk_put(d, "policies.csv",
		"policy,kind,after,notify\nslow,missed,90m,staff\nslow,missed,1h,tier1\nslow,help,0m,staff\n"
		"slow,missed,60m,tier2\ndefault,missed,0m,staff\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(desk_rows(d, 4, "SELECT policy, kind, after, notify FROM policies ORDER BY policy, kind, position"),
		"default|missed|0m|staff slow|help|0m|staff slow|missed|1h|tier1 slow|missed|60m|tier2 slow|missed|90m|staff");

	desk_put(d, "policies.csv", "policy,kind,after,notify\nslow,missed,5m,staff\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(strstr(d->said, "policies.csv: 1 rows, 0 new, 1 changed\n"));
	CHECK_TEXT(desk_rows(d, 4, "SELECT policy, kind, after, notify FROM policies ORDER BY policy, kind, position"),
		"default|missed|0m|staff slow|missed|5m|staff");
	desk_free(d);
}

#define AT_MINUTE(minutes) (NOON + (minutes)*MINUTE)

TEST(new_residents_are_expected_and_a_changed_schedule_applies)
{
	struct desk *d = desk_new();
	char wanted[128];

	put_street(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	/* From noon: tomorrow 03:00-10:00 and 06:00-09:00. */
	snprintf(wanted, sizeof(wanted), "R001|%lld R002|%lld", (long long)AT_MINUTE(INT64_C(22) * 60),
		(long long)AT_MINUTE(INT64_C(21) * 60));
	CHECK_TEXT(desk_rows(d, 2, "SELECT resident_id, next_look_at FROM residents ORDER BY 1"), wanted);

	desk_put(d, "residents.csv", "resident_id,schedule\nR001,daily 13:00-14:00 +5m\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_INT(desk_number(d, "SELECT next_look_at FROM residents WHERE resident_id = 'R001'"), AT_MINUTE(120));
	CHECK_INT(desk_number(d, "SELECT deadline_at FROM residents WHERE resident_id = 'R001'"), AT_MINUTE(125));

	desk_put(d, "residents.csv", "resident_id,schedule\nR001,none\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(desk_rows(d, 1, "SELECT next_look_at FROM residents WHERE resident_id = 'R001'"), "NULL");
	desk_free(d);
}

TEST(an_end_that_came_as_planned_can_be_taken_back)
{
	struct desk *d = desk_new();

	put_street(d);
	desk_put(d, "residents.csv",
		"resident_id,name,district,phone,ends\nR001,x,D01,0000,2026-11-23\nR002,x,D01,0000,2026-12-24\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(pause_run_ends(&d->cli.watch, NOON));
	CHECK_TEXT(desk_rows(d, 2, "SELECT resident_id, ended_at IS NULL FROM residents ORDER BY 1"), "R001|0 R002|1");
	CHECK_TEXT(desk_rows(d, 1, "SELECT revoked_at IS NULL FROM devices ORDER BY device_id"), "0 1");

	desk_put(d, "residents.csv", "resident_id,ends\nR001,\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(
		desk_rows(d, 3, "SELECT resident_id, ended_at IS NULL, next_look_at IS NULL FROM residents ORDER BY 1"),
		"R001|1|0 R002|1|0");
	CHECK_TEXT(desk_rows(d, 1, "SELECT revoked_at IS NULL FROM devices ORDER BY device_id"), "1 1");
	desk_free(d);
}

static void end_service(struct desk *d, const char *resident_id)
{
	char why[PAUSE_WHY];

	CHECK(store_begin(&d->cli.store));
	CHECK(pause_end_service(&d->cli.watch, resident_id, "deceased", "長女", "clerk", NOON, why));
	CHECK(store_commit(&d->cli.store));
}

TEST(an_end_that_somebody_told_stays_although_the_files_do_not_know_it)
{
	struct desk *d = desk_new();

	put_street(d);
	desk_put(d, "residents.csv",
		"resident_id,name,district,phone,ends\nR001,x,D01,0000,\nR002,x,D01,0000,2026-12-24\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	end_service(d, "R001");
	end_service(d, "R002");
	desk_put(d, "residents.csv", "resident_id,name,district,phone,ends\nR001,y,D01,0000,\nR002,x,D01,0000,\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(desk_rows(d, 3,
			   "SELECT name, ended_at IS NULL, next_look_at IS NULL FROM residents ORDER BY resident_id"),
		"y|0|1 x|0|1");

	desk_put(d, "residents.csv", "resident_id,ends\nR001,2027-03-31\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(desk_rows(d, 3,
			   "SELECT name, ended_at IS NULL, next_look_at IS NULL FROM residents ORDER BY resident_id"),
		"y|1|0 x|0|1");
	desk_free(d);
}

TEST(a_device_that_moves_leaves_its_past_behind)
{
	struct desk *d = desk_new();

	put_street(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(db_script(d->cli.store.db, "INSERT INTO checkins (device_id, id, kind, resident_id, pressed_at, heard_at)"
					 " VALUES ('B001', '1', 'ok', 'R001', 1, 1);"
					 "UPDATE devices SET revoked_at = 5, battery = 80 WHERE device_id = 'B001'"));
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(desk_rows(d, 2, "SELECT resident_id, revoked_at FROM devices WHERE device_id = 'B001'"), "R001|5");

	desk_put(d, "devices.csv", "device_id,resident_id\nB001,R002\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(
		desk_rows(d, 4, "SELECT resident_id, kind, revoked_at, battery FROM devices WHERE device_id = 'B001'"),
		"R002|button|NULL|80");
	CHECK_TEXT(desk_rows(d, 1, "SELECT resident_id FROM checkins"), "R001");
	CHECK_TEXT(desk_rows(d, 1, "SELECT resident_id FROM device_residents WHERE device_id = 'B001' ORDER BY 1"),
		"R001 R002");
	desk_free(d);
}

TEST(passwords_and_signs_of_life_are_not_touched)
{
	struct desk *d = desk_new();

	put_street(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(db_script(d->cli.store.db,
		"UPDATE users SET password = 'secret', disabled_at = 7, next_duty_at = 1;"
		"UPDATE residents SET last_press_at = 9, last_sign_at = 9, last_press_kind = 'ok'"));
	desk_put(d, "users.csv", "login,name,role\nkato,加藤 二郎,staff\n");
	desk_put(d, "residents.csv", "resident_id,name\nR001,別名\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(
		desk_rows(d, 5, "SELECT name, role, districts, password, disabled_at FROM users WHERE login = 'kato'"),
		"加藤 二郎|staff|D01 D02|secret|7");
	CHECK_TEXT(desk_rows(d, 3,
			   "SELECT name, last_press_at, last_press_kind FROM residents WHERE resident_id = 'R001'"),
		"別名|9|ok");
	desk_free(d);
}

TEST(the_next_duty_is_computed_for_users_who_can_be_told)
{
	struct desk *d = desk_new();

	desk_put(d, "users.csv",
		"login,name,role,channels,duty\na,x,staff,log:,mon 13:00-14:00\nb,x,staff,,mon 13:00-14:00\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_INT(desk_number(d, "SELECT next_duty_at FROM users WHERE login = 'a'"), AT_MINUTE(60));
	CHECK_TEXT(desk_rows(d, 1, "SELECT next_duty_at FROM users WHERE login = 'b'"), "NULL");
	desk_put(d, "users.csv", "login,duty\na,mon 15:00-16:00\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_INT(desk_number(d, "SELECT next_duty_at FROM users WHERE login = 'a'"), AT_MINUTE(180));
	desk_free(d);
}

TEST(those_already_away_are_paused)
{
	struct desk *d = desk_new();

	put_street(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(pause_covers(&d->cli.watch, "R002", NOON));
	CHECK(!pause_covers(&d->cli.watch, "R001", NOON));
	CHECK_INT(desk_number(d, "SELECT paused_until FROM residents WHERE resident_id = 'R002'"),
		zone_instant(zone_day(NOON) + 18, 0, ZONE_FIRST));

	desk_put(d, "pauses.csv", "resident_id,from,to\nR002,2026-11-20,2026-12-01\n");
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(strstr(d->said, "pauses.csv: 1 rows, 0 new, 1 changed\n"));
	CHECK_TEXT(desk_rows(d, 3, "SELECT to_on, reason, told_by FROM pauses"), "2026-12-01|入院|長女");
	desk_free(d);
}

TEST(what_somebody_else_changes_meanwhile_is_not_overwritten)
{
	struct desk *d = desk_new();
	struct import im;

	put_street(d);
	CHECK_INT(desk_import(d), CLI_DONE);
	desk_put(d, "residents.csv", "resident_id,phone\nR001,0000\n");
	desk_put(d, "districts.csv", "district,name\nD01,新町\n");
	import_init(&im, &(struct clerk){ &d->cli.settings, &d->cli.watch, d->cli.who, d->cli.now, NULL, NULL });
	CHECK(import_read(&im, d->in) > 0);
	CHECK(import_compare(&im));
	CHECK(db_script(d->cli.store.db, "UPDATE residents SET note = 'mine' WHERE resident_id = 'R001'"));
	CHECK(!import_write(&im));
	CHECK_INT(im.faults.errors, 1);
	CHECK_TEXT(im.faults.list[0].what, "the resident was changed by somebody else just now; import again");
	import_release(&im);
	CHECK_TEXT(desk_rows(d, 1, "SELECT name FROM districts WHERE district = 'D01'"), "本町");

	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_TEXT(desk_rows(d, 2, "SELECT phone, note FROM residents WHERE resident_id = 'R001'"), "0000|mine");
	desk_free(d);
}

TEST(a_login_that_becomes_a_watcher_meanwhile_is_refused)
{
	struct desk *d = desk_new();
	struct import im;

	put_street(d);
	import_init(&im, &(struct clerk){ &d->cli.settings, &d->cli.watch, d->cli.who, d->cli.now, NULL, NULL });
	CHECK(import_read(&im, d->in) > 0);
	CHECK(import_compare(&im));
	CHECK_INT(im.faults.errors, 0);
	CHECK(db_script(d->cli.store.db, "INSERT INTO users (login, name, role) VALUES ('W001', 'x', 'staff')"));
	CHECK(!import_write(&im));
	CHECK_TEXT(im.faults.list[0].what, "W001 is the login of a user");
	import_release(&im);
	CHECK_INT(desk_number(d, "SELECT count(*) FROM residents"), 0);
	desk_free(d);
}

TEST(a_store_that_is_busy_is_said_and_nothing_is_changed)
{
	struct desk *d = desk_new();
	struct store other;
	char why[256];

	put_street(d);
	CHECK_INT(store_open(&other, d->cli.settings.store_url, why, sizeof(why)), DB_FINE);
	CHECK(store_begin(&other));
	db_wait(d->cli.store.db, 10);
	CHECK_INT(desk_import(d), CLI_FAILED);
	CHECK(strstr(d->told, "nothing was imported: the store: "));
	CHECK(strstr(d->told, "locked"));
	store_rollback(&other);
	store_close(&other);
	CHECK_INT(desk_import(d), CLI_DONE);
	desk_free(d);
}

TEST(a_city_of_twenty_thousand_comes_in_whole)
{
	enum { RESIDENTS = 20000, WATCHERS = 5000 };
	struct desk *d = desk_new();
	char *text[4] = { 0 };
	size_t size[4];
	FILE *out[4];

	desk_put(d, "districts.csv", "district,name\nD01,x\n");
	for (int i = 0; i < 4; i++)
		out[i] = open_memstream(&text[i], &size[i]);
	fputs("resident_id,name,district,phone\n", out[0]);
	fputs("watcher_id,name,channels\n", out[1]);
	fputs("resident_id,watcher_id,tier\n", out[2]);
	fputs("device_id,resident_id\n", out[3]);
	for (int i = RESIDENTS; i > 0; i--) {
		fprintf(out[0], "R%05d,住民 %d,D01,090-%08d\n", i, i, i);
		fprintf(out[2], "R%05d,W%04d,1\nR%05d,W%04d,2\n", i, i % WATCHERS, i, (i + 7) % WATCHERS);
		fprintf(out[3], "B%05d,R%05d\n", i, i);
	}
	for (int i = 0; i < WATCHERS; i++)
		fprintf(out[1], "W%04d,見守り %d,log:\n", i, i);
	for (int i = 0; i < 4; i++) {
		fclose(out[i]);
		desk_put(
			d, (const char *[]){ "residents.csv", "watchers.csv", "links.csv", "devices.csv" }[i], text[i]);
		free(text[i]);
	}
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK_INT(desk_number(d, "SELECT count(*) FROM residents WHERE next_look_at IS NOT NULL"), RESIDENTS);
	CHECK_INT(desk_number(d, "SELECT count(*) FROM links"), 2 * RESIDENTS);
	/* Eight links a watcher, each with a number of its own from 1 to 8. */
	CHECK_INT(desk_number(d, "SELECT count(*) FROM (SELECT DISTINCT watcher_id, label FROM links"
				 " WHERE CAST(label AS INTEGER) BETWEEN 1 AND 8)"),
		2 * RESIDENTS);
	CHECK_INT(desk_number(d, "SELECT count(*) FROM devices d JOIN residents r ON r.resident_id = d.resident_id"
				 " AND substr(r.resident_id, 2) = substr(d.device_id, 2)"),
		RESIDENTS);
	CHECK_INT(desk_import(d), CLI_DONE);
	CHECK(strstr(d->said, "residents.csv: 20000 rows, 0 new, 0 changed\n"));
	desk_free(d);
}

/* `lines` times the line behind the header. */
static void put_lines(struct desk *d, const char *header, const char *line, int lines)
{
	size_t len = strlen(line), used = (size_t)snprintf(NULL, 0, "%s\n", header);
	char *text = malloc(used + (size_t)lines * len + 1);

	CHECK(text != NULL);
	if (!text)
		return;
	snprintf(text, used + 1, "%s\n", header);
	for (int i = 0; i < lines; i++, used += len)
		memcpy(text + used, line, len + 1);
	desk_put_bytes(d, "districts.csv", text, used);
	free(text);
}

TEST(a_file_that_is_no_such_file_is_not_read_to_its_end)
{
	struct desk *d = desk_new();
	struct sheet sheet;
	struct faults faults = { .count = 0 };
	const struct clerk clerk = { .settings = &d->cli.settings, .watch = &d->cli.watch, .now = NOON };

	put_lines(d, "district,name", ",x,y\n", 200000); /* no key, and a cell too many */
	sheet_read(&sheet, IMPORT_DISTRICTS, d->in, &clerk, &faults);
	CHECK_INT(faults.errors, 1001);
	CHECK_INT(faults.list[1000].line, 1002);
	CHECK_TEXT(faults.list[1000].code, "malformed_many");
	CHECK_INT(sheet.count, 0);
	sheet_release(&sheet);
	faults_release(&faults);
	CHECK_INT(desk_import(d), CLI_FAILED);
	CHECK(strstr(d->told, "and 1 more errors") != NULL);
	desk_free(d);
}

TEST(of_faults_without_end_the_first_are_kept_and_the_others_counted)
{
	struct desk *d = desk_new();

	put_lines(d, "district,name", ",\n,x\n", 30000); /* the first is blank, the second has no key */
	CHECK_INT(desk_import(d), CLI_FAILED);
	CHECK(strstr(d->told, "districts.csv:3: district: is required") != NULL);
	CHECK(strstr(d->told, "and 29000 more errors") != NULL);
	desk_free(d);
}

TEST(warnings_without_end_hide_no_error)
{
	struct faults faults = { .count = 0 };

	for (int i = 0; i < 25000; i++)
		fault_warn(&faults, 0, i + 1, NULL, "odd", "", "looks odd");
	fault_add(&faults, 0, 30000, NULL, "wrong", "", "is wrong");
	CHECK_INT(faults.count, FAULTS_KEPT + 1);
	CHECK_INT(faults.errors, 1);
	CHECK_INT(faults.others[true], 15000);
	CHECK_INT(faults.others[false], 0);
	CHECK_TEXT(faults.list[FAULTS_KEPT].what, "is wrong");
	faults_release(&faults);
}

TEST(a_file_from_the_pages_has_so_many_rows_at_most)
{
	struct desk *d = desk_new();
	const struct clerk clerk = { .settings = &d->cli.settings, .watch = &d->cli.watch, .now = NOON };
	struct faults faults = { .count = 0 };
	struct sheet sheet;
	size_t len = 14 + 4 * 300001;
	char *text = malloc(len + 1);

	CHECK(text != NULL);
	if (!text)
		return;
	memcpy(text, "district,name\n", 14);
	for (size_t at = 14; at < len; at += 4)
		memcpy(text + at, ",b \n", 4);
	sheet_take(&sheet, IMPORT_DISTRICTS, text, len, &clerk, &faults);
	CHECK_INT(sheet.count, 300000);
	CHECK_INT(faults.errors, 300001);
	CHECK_INT(faults.count, FAULTS_KEPT);
	sheet_release(&sheet);
	faults_release(&faults);
	free(text);
	desk_free(d);
}
