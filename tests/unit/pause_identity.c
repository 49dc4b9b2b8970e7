/* pause_identity: the second identifier, and names that are easily mixed up (rules 7). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "server/watch/pause.h"
#include "tests/unit/test.h"

static char why[PAUSE_WHY];

static bool verified(const char *birth_date, const char *phone, const char *said)
{
	struct resident r = { .resident_id = "R1" };

	snprintf(r.birth_date, sizeof(r.birth_date), "%s", birth_date);
	snprintf(r.phone, sizeof(r.phone), "%s", phone);
	return pause_verify(&r, said, why);
}

#define BORN  "1940-05-06"
#define PHONE "090-1234-5678"

TEST(the_birth_date_verifies)
{
	CHECK(verified(BORN, PHONE, "1940-05-06"));
	CHECK(verified(BORN, PHONE, "１９４０－０５－０６ "));
	CHECK(!verified(BORN, PHONE, "1940-05-07"));
	CHECK_TEXT(why, "that is not the birth date of R1");
}

TEST(the_last_four_digits_of_the_telephone_verify)
{
	CHECK(verified(BORN, PHONE, "5678"));
	CHECK(verified(BORN, PHONE, "５６７８"));
	CHECK(verified(BORN, "（０９０）４３２１", "4321"));
	CHECK(!verified(BORN, PHONE, "1234"));
	CHECK(!strstr(why, "5678"));
}

TEST(nothing_else_verifies)
{
	static const char *const said[] = { "", " ", "678", "05678", "090-1234-5678", "1940", "1940-5-6", "19400506",
		"56-78", "yes", "佐藤", "1940-05-06x" };

	for (size_t k = 0; k < sizeof(said) / sizeof(said[0]); k++) {
		CHECK(!verified(BORN, PHONE, said[k]));
		CHECK(why[0]);
	}
}

TEST(a_resident_with_one_identifier_is_verified_by_that_one_only)
{
	CHECK(!verified(BORN, "", "5678"));
	CHECK_TEXT(why, "R1 has no telephone on record: ask for the birth date");
	CHECK(verified(BORN, "", "1940-05-06"));
	CHECK(!verified("", PHONE, "1940-05-06"));
	CHECK_TEXT(why, "R1 has no birth date on record: ask for the telephone's last four digits");
	CHECK(verified("", PHONE, "5678"));
}

TEST(a_resident_with_neither_identifier_is_never_verified)
{
	CHECK(!verified("", "", "1940-05-06"));
	CHECK(strstr(why, "R1 has neither birth date nor telephone on record") != NULL);
	CHECK(!verified("", "", ""));
	CHECK(!verified("", "119", "0119")); /* fewer than four digits */
}

TEST(same_and_similar_names_in_service_are_warned_of)
{
	static const char town[] =
		"INSERT INTO districts (district, name) VALUES ('D1', '本町');"
		"INSERT INTO residents (resident_id, name, kana, district, ended_at) VALUES"
		" ('R1', '佐藤 次郎', 'サトウ ジロウ', 'D1', NULL), ('R2', '山田 花子', 'ヤマダ ハナコ', 'D1', NULL),"
		" ('R3', '佐藤　次郎', '', 'D1', NULL), ('R4', '佐藤 四郎', 'さとう しろう', 'D1', NULL),"
		" ('R5', '佐東 治郎', 'ｻﾄｳ ｼﾞﾛｳ', 'D1', NULL), ('R6', '佐藤 次郎', 'サトウ ジロウ', 'D1', 1000),"
		" ('R7', '佐藤 花子', 'サトウ ハナコ', 'D1', NULL)";
	char folder[] = "/tmp/mimamori-identity-XXXXXX", url[64], ids[64], little[8];
	struct store store;
	struct watch watch = { .store = &store };
	struct resident r;

	log_level_set(LOG_LEVEL_ERROR);
	CHECK(mkdtemp(folder) != NULL);
	snprintf(url, sizeof(url), "sqlite:%s/store.db", folder);
	CHECK_INT(store_open(&store, url, why, sizeof(why)), DB_FINE);
	CHECK(db_script(store.db, town));

	CHECK(residents_find(&store, "R1", &r));
	CHECK_INT(pause_similar(&watch, &r, ids, sizeof(ids)), 3);
	CHECK_TEXT(ids, "R3 R4 R5");
	CHECK_INT(pause_similar(&watch, &r, little, sizeof(little)), 3); /* all are counted, those that fit are named */
	CHECK_TEXT(little, "R3 R4");
	CHECK(residents_find(&store, "R2", &r));
	CHECK_INT(pause_similar(&watch, &r, ids, sizeof(ids)), 0);
	CHECK_TEXT(ids, "");

	store_close(&store);
	CHECK_INT(unlink(url + strlen("sqlite:")), 0);
	CHECK_INT(rmdir(folder), 0);
}
