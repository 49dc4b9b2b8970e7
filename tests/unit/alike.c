/* alike: what people write differently and mean the same. */
#include "server/watch/alike.h"
#include "tests/unit/test.h"

static bool equal(const char *a, const char *b)
{
	struct folded one, other;

	alike_fold(&one, a);
	alike_fold(&other, b);
	return alike_equal(&one, &other);
}

static bool nearly(const char *a, const char *b)
{
	struct folded one, other;

	alike_fold(&one, a);
	alike_fold(&other, b);
	return alike_nearly(&one, &other) && alike_nearly(&other, &one);
}

TEST(spaces_of_any_width_do_not_matter)
{
	CHECK(equal("佐藤 次郎", "佐藤次郎"));
	CHECK(equal("佐藤　次郎 ", " 佐藤\t次郎"));
	CHECK(!equal("佐藤 次郎", "佐藤 三郎"));
}

TEST(full_width_letters_and_digits_are_plain_ones)
{
	CHECK(equal("１２３４", "1234"));
	CHECK(equal("１９４０－０５－０６", "1940-05-06"));
	CHECK(equal("1940−05‐06", "1940-05-06")); /* minus sign, hyphen */
	CHECK(equal("Ｓａｔｏ Jiro", "SATO JIRO"));
}

TEST(hiragana_and_katakana_of_any_width_are_one)
{
	CHECK(equal("さとう じろう", "サトウ　ジロウ"));
	CHECK(equal("ｻﾄｳ ｼﾞﾛｳ", "サトウジロウ"));
	CHECK(equal("ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ ｳﾞ ﾎﾞ ﾄﾞ", "パピプペポ ヴ ボ ド"));
	CHECK(equal("ｦｧｯｰﾝ", "ヲァッーン"));
	CHECK(equal("シ\xe3\x82\x99ロウ", "ジロウ")); /* as macOS writes file contents: the mark on its own */
}

TEST(one_character_more_less_or_other_is_nearly_the_same)
{
	CHECK(nearly("サトウ ジロウ", "サトウ ジロウ"));
	CHECK(nearly("サトウ ジロウ", "サトウ シロウ"));
	CHECK(nearly("サトウ ジロウ", "サト ジロウ"));
	CHECK(nearly("サトウ ジロウ", "サトウ ジロウコ"));
	CHECK(nearly("サトウ", "ナサトウ"));
	CHECK(!nearly("サトウ ジロウ", "サトウ シロオ"));
	CHECK(!nearly("サトウ ジロウ", "サト ジロ"));
	CHECK(!nearly("サトウ", "ウサト"));
}

TEST(nothing_and_very_long_text_can_be_compared)
{
	char text[1000];

	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = 'a';
	text[sizeof(text) - 1] = '\0';
	CHECK(equal("", " 　"));
	CHECK(nearly("", "a"));
	CHECK(equal(text, text));
	CHECK(!equal(text, "a"));
	CHECK(!equal("\xe3\x82", "ア")); /* no UTF-8 */
	CHECK(equal("ﾞ", ""));           /* a mark that voices nothing */
}

static bool holds(const char *text, const char *part)
{
	struct folded a, b;

	alike_fold(&a, text);
	alike_fold(&b, part);
	return alike_holds(&a, &b);
}

TEST(a_text_holds_what_is_written_otherwise)
{
	CHECK(holds("サトウ ジロウ", "さとう"));
	CHECK(holds("サトウ ジロウ", "ｳｼﾞ"));
	CHECK(holds("R001", "ｒ００"));
	CHECK(holds("佐藤", ""));
	CHECK(!holds("佐藤", "佐藤 次郎"));
	CHECK(!holds("サトウ", "サロウ"));
}
