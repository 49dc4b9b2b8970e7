/*
 * utf8 - is it UTF-8, and where may it be cut. The table of the Unicode Standard (3-7), independent of any locale.
 */
#include "common/utf8.h"

#include <string.h>

/* Bytes that follow this first byte, and the range of the first of them; -1: no character starts so. */
static int following(unsigned char first, unsigned char *low, unsigned char *high)
{
	*low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	*high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	if (first < 0x80)
		return 0;
	if (first < 0xc2 || first > 0xf4)
		return -1;
	return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

bool utf8_valid(const void *text, size_t len)
{
	const unsigned char *s = text;

	for (size_t i = 0; i < len;) {
		unsigned char low, high;
		int n = following(s[i++], &low, &high);

		if (n < 0 || (size_t)n > len - i)
			return false;
		for (; n > 0; n--, low = 0x80, high = 0xbf) {
			if (s[i] < low || s[i] > high)
				return false;
			i++;
		}
	}
	return true;
}

void utf8_mend(char *text)
{
	size_t len = strlen(text), kept = 0;

	for (size_t i = 0, n; i < len; i += n) {
		n = 1;
		while (n < 4 && n < len - i && !utf8_valid(text + i, n))
			n++;
		if (!utf8_valid(text + i, n)) {
			n = 1;
			continue;
		}
		memmove(text + kept, text + i, n);
		kept += n;
	}
	text[kept] = '\0';
}

size_t utf8_cut(const char *text, size_t len, size_t most)
{
	if (len <= most)
		return len;
	/* Back over bytes 10xxxxxx: the byte at the cut must start a character. (Reads text[most] only if len > most.)
	 */
	while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
		most--;
	return most;
}
