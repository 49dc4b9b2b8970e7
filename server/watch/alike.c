/* alike - folds what is written differently, and compares. */
#include <string.h>

#include "server/watch/alike.h"

enum {
	HALF_FIRST = 0xff66, /* half-width ヲ … ﾝ, in the order below */
	HALF_LAST = 0xff9d,
	KANA_DASH = 0x30fc, /* ー */
	DASH = '-',
};

static const uint16_t whole[HALF_LAST - HALF_FIRST + 1] =
	u"ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテト"
	u"ナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

/* The next character; what is no UTF-8 is taken byte by byte. */
static uint32_t next(const unsigned char **text)
{
	const unsigned char *t = *text;
	int more = t[0] >= 0xf0 ? 3 : t[0] >= 0xe0 ? 2 : t[0] >= 0xc0 ? 1 : 0;
	uint32_t letter = more ? t[0] & (0x3fu >> more) : t[0];

	for (int i = 1; i <= more; i++) {
		if ((t[i] & 0xc0) != 0x80) {
			*text = t + 1;
			return t[0];
		}
		letter = letter << 6 | (t[i] & 0x3fu);
	}
	*text = t + 1 + more;
	return letter;
}

static bool is_space(uint32_t letter)
{
	return letter <= ' ' || letter == 0xa0 || letter == 0x3000;
}

static bool is_dash(uint32_t letter)
{
	return letter == KANA_DASH || letter == 0x2212 || (letter >= 0x2010 && letter <= 0x2015);
}

/* A mark that stands after the letter it voices: how far behind the plain letter the voiced one comes; 0: it is none.
 */
static uint32_t voicing(uint32_t letter)
{
	switch (letter) {
	case 0xff9e:
	case 0x309b:
	case 0x3099: return 1; /* ﾞ, ゛, combining */
	case 0xff9f:
	case 0x309c:
	case 0x309a: return 2; /* ﾟ, ゜, combining */
	default: return 0;
	}
}

static void voice(uint32_t *letter, uint32_t by)
{
	if (*letter == 0x30a6)    /* ウ */
		*letter = 0x30f4; /* ヴ */
	else if ((*letter >= 0x30ab && *letter <= 0x30c8) ||
		 (*letter >= 0x30cf && *letter <= 0x30db)) /* カ…ト, ハ…ホ */
		*letter += by;
}

void alike_fold(struct folded *f, const char *text)
{
	const unsigned char *t = (const unsigned char *)text;

	f->count = 0;
	while (*t) {
		uint32_t letter = next(&t);

		if (is_space(letter))
			continue;
		if (voicing(letter)) {
			if (f->count)
				voice(&f->letters[f->count - 1], voicing(letter));
			continue;
		}
		if (letter >= 0xff01 && letter <= 0xff5e) /* full-width ! … ~ */
			letter -= 0xff01 - '!';
		else if (letter >= HALF_FIRST && letter <= HALF_LAST)
			letter = whole[letter - HALF_FIRST];
		else if (letter >= 0x3041 && letter <= 0x3096) /* hiragana */
			letter += 0x60;
		if (letter >= 'A' && letter <= 'Z')
			letter += 'a' - 'A';
		if (is_dash(letter))
			letter = DASH;
		if (f->count < ALIKE_MOST)
			f->letters[f->count++] = letter;
	}
}

bool alike_equal(const struct folded *a, const struct folded *b)
{
	return a->count == b->count && memcmp(a->letters, b->letters, a->count * sizeof(a->letters[0])) == 0;
}

bool alike_holds(const struct folded *text, const struct folded *part)
{
	for (size_t i = 0; i + part->count <= text->count; i++)
		if (memcmp(text->letters + i, part->letters, part->count * sizeof(part->letters[0])) == 0)
			return true;
	return false;
}

bool alike_found(const char *const *texts, size_t count, const struct folded *part)
{
	struct folded text;

	if (!part->count)
		return true;
	for (size_t i = 0; i < count; i++) {
		alike_fold(&text, texts[i]);
		if (alike_holds(&text, part))
			return true;
	}
	return false;
}

bool alike_nearly(const struct folded *a, const struct folded *b)
{
	const struct folded *longer = a->count >= b->count ? a : b, *shorter = longer == a ? b : a;
	size_t same = 0;

	if (longer->count - shorter->count > 1)
		return false;
	while (same < shorter->count && a->letters[same] == b->letters[same])
		same++;
	if (same == longer->count)
		return true;
	/* One character of the longer is skipped, and one of the shorter where they are equally long. */
	for (size_t i = same + 1; i < longer->count; i++)
		if (longer->letters[i] != shorter->letters[i - (longer->count - shorter->count)])
			return false;
	return true;
}
