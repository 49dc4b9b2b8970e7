#include "common/text.h"

#include <string.h>

#include "common/utf8.h"
#include "tests/unit/test.h"

static const struct {
	const char *key, *ja, *en;
} texts[] = {
#define TEXT(key, ja, en) { #key, ja, en },
#include "common/text.def"
#undef TEXT
};

/* Whether every {field} of one text stands in the other. */
static bool fields_within(const char *text, const char *other)
{
	char field[64];

	for (const char *s = text; (s = strchr(s, '{')) != NULL; s++) {
		size_t len = strcspn(s, "}") + 1;
		memcpy(field, s, len);
		field[len] = '\0';
		if (strstr(other, field) == NULL)
			return false;
	}
	return true;
}

TEST(every_text_stands_in_both_languages_with_the_same_fields)
{
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (texts[i].ja[0] == '\0' || texts[i].en[0] == '\0' || !fields_within(texts[i].ja, texts[i].en) ||
			!fields_within(texts[i].en, texts[i].ja) || !utf8_valid(texts[i].ja, strlen(texts[i].ja)))
			fail_msg("%s: \"%s\" \"%s\"", texts[i].key, texts[i].ja, texts[i].en);
	}
}

static const struct {
	enum text_key key;
	const char *name, *text;
} easy[] = {
#define EASY(key, text) { TEXT_##key, #key, text },
#include "common/text_easy.def"
#undef EASY
};

TEST(easy_japanese_has_no_field_that_the_text_has_not_and_says_no_more)
{
	for (size_t i = 0; i < sizeof easy / sizeof *easy; i++) {
		if (!fields_within(easy[i].text, text_get(easy[i].key, "ja")) ||
			!utf8_valid(easy[i].text, strlen(easy[i].text)))
			fail_msg("%s: \"%s\"", easy[i].name, easy[i].text);
		CHECK_TEXT(text_get(easy[i].key, "ja-easy"), easy[i].text);
	}
	CHECK_TEXT(text_get(TEXT_NUDGE, "ja-easy"), text_get(TEXT_NUDGE, "ja"));
}

/* Of the watchers' pages nothing is left in ordinary Japanese, but for what is easy already. */
TEST(every_text_of_a_watchers_page_has_an_easy_one)
{
	static const char *const easy_already[] = { "PAGE_BACK" };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		bool needed = strncmp(texts[i].key, "PAGE_", 5) == 0 || strncmp(texts[i].key, "MY_", 3) == 0;

		for (size_t k = 0; k < sizeof easy_already / sizeof *easy_already; k++)
			needed &= strcmp(texts[i].key, easy_already[k]) != 0;
		for (size_t k = 0; needed && k < sizeof easy / sizeof *easy; k++)
			needed = strcmp(texts[i].key, easy[k].name) != 0;
		if (needed)
			fail_msg("%s: %s", texts[i].key, texts[i].ja);
	}
}

TEST(no_text_has_a_word_that_frightens_or_says_too_much)
{
	static const char *const never[] = { "安否", "異常", "応答なし", "無事" };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (size_t n = 0; n < sizeof never / sizeof *never; n++)
			if (strstr(texts[i].ja, never[n]) != NULL)
				fail_msg("%s: %s", texts[i].key, texts[i].ja);
}

TEST(subjects_name_nobody)
{
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strstr(texts[i].key, "SUBJECT") != NULL) {
			CHECK(strstr(texts[i].ja, "{resident}") == NULL);
			CHECK(strstr(texts[i].ja, "{who}") == NULL);
		}
}

TEST(a_language_without_texts_reads_japanese)
{
	CHECK_TEXT(text_get(TEXT_NUDGE, "ja"), "いかがでしたか。お返事をお願いします。");
	CHECK_TEXT(text_get(TEXT_NUDGE, "en"), "How was it? Please tell us.");
	CHECK_TEXT(text_get(TEXT_NUDGE, "pt"), "いかがでしたか。お返事をお願いします。");
	CHECK_TEXT(text_get(TEXT_NUDGE, ""), "いかがでしたか。お返事をお願いします。");
	CHECK_TEXT(text_get(TEXT_NUDGE, NULL), "いかがでしたか。お返事をお願いします。");
}

TEST(an_alert_reads_as_its_reader_reads_it)
{
	char who[128], text[512];
	struct text_field person[] = { { "resident", "山田花子" }, { "place", "本町2丁目" }, { "label", "12" } };
	struct text_field alert[] = { { "who", who }, { "when", "けさ" }, { "due", "10時30分" } };

	text_fill(who, sizeof who, text_get(TEXT_WHO_NAME_PLACE, "ja"), person, 3);
	size_t len = text_fill(text, sizeof text, text_get(TEXT_MAIL_MISSED, "ja"), alert, 3);
	CHECK_TEXT(text, "山田花子さん（本町2丁目・お宅番号12）から、けさの合図が10時30分までに届いていません。");
	CHECK_INT(len, strlen(text));
}

TEST(a_field_is_filled_wherever_it_stands_and_never_twice_over)
{
	char buf[64];
	struct text_field fields[] = { { "ab", "AB" }, { "a", "{b}" }, { "b", "B" }, { "none", NULL } };

	text_fill(buf, sizeof buf, "{a}{b}, {none}{other}{b}.", fields, 4);
	CHECK_TEXT(buf, "{b}B, B.");
	text_fill(buf, sizeof buf, "{", fields, 4);
	CHECK_TEXT(buf, "{");
	text_fill(buf, sizeof buf, "x{b", fields, 4);
	CHECK_TEXT(buf, "x{b");
	CHECK_INT(text_fill(buf, sizeof buf, "", NULL, 0), 0);
	CHECK_TEXT(buf, "");
}

TEST(what_does_not_fit_is_cut_at_a_whole_character)
{
	static const char *const wanted[] = { "", "a", "a", "a", "a見", "a見", "a見", "a見守", "a見守", "a見守",
		"a見守り", "a見守りb", "a見守りb" };
	char buf[16];
	struct text_field fields[] = { { "name", "見守り" } };

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		CHECK_INT(text_fill(buf, i + 1, "a{name}b", fields, 1), strlen(wanted[i]));
		CHECK_TEXT(buf, wanted[i]);
	}
}
