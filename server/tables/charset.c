/*
 * charset - UTF-8 where the whole file is valid UTF-8, else CP932 where it is that, else no text.
 *
 * The encoding is never guessed from how likely the text looks: Japanese in CP932 is practically never valid UTF-8,
 * and what is valid UTF-8 was meant so. CP932 and not Shift_JIS, because names are written with the characters that
 * only Windows has (髙, 﨑, ①).
 */
#include "server/tables/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/utf8.h"

static const char bom[] = "\xEF\xBB\xBF";

static void *take_memory(void *old, size_t size)
{
	void *memory = realloc(old, size);

	if (!memory)
		fatal("error=\"out of memory\" bytes=%zu", size);
	return memory;
}

/* 0, or the errno of what went wrong. */
static int read_all(const char *path, struct charset_text *file)
{
	FILE *in = fopen(path, "re");
	size_t room = 0, got;
	int failed;

	*file = (struct charset_text){ 0 };
	if (!in)
		return errno;
	do {
		if (room - file->len < 2) {
			room = room ? 2 * room : 65536;
			file->text = take_memory(file->text, room);
		}
		got = fread(file->text + file->len, 1, room - file->len - 1, in);
		file->len += got;
	} while (got);
	failed = ferror(in) ? errno : 0;
	fclose(in);
	file->text[file->len] = '\0';
	return failed;
}

/* Lines end in LF, CRLF or CR. */
static int line_of(const char *text, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at; i++)
		line += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
	return line;
}

/* Where the first line starts that is not UTF-8. No character in either encoding holds the byte of a line's end. */
static size_t utf8_until(const char *text, size_t len)
{
	size_t start = 0;

	while (start < len) {
		const char *end = memchr(text + start, '\n', len - start);
		size_t next = end ? (size_t)(end - text) + 1 : len;

		if (!utf8_valid(text + start, next - start))
			break;
		start = next;
	}
	return start;
}

/* From CP932 into `into`; false: *until bytes of it were text. Where the C library cannot convert it, none was. */
static bool from_cp932(const struct charset_text *file, struct charset_text *into, size_t *until)
{
	size_t left = file->len, room = 3 * file->len; /* one byte of half-width kana becomes three */
	iconv_t converter = iconv_open("UTF-8", "CP932");
	char *in = file->text, *out;
	bool good;

	if (converter == (iconv_t)-1)
		return false;
	out = into->text = take_memory(NULL, room + 1);
	good = iconv(converter, &in, &left, &out, &room) != (size_t)-1;
	iconv_close(converter);
	*out = '\0';
	into->len = (size_t)(out - into->text);
	*until = file->len - left;
	return good;
}

/* Makes UTF-8 of the file's bytes; false: at *until is what is text in neither. */
static bool convert(struct charset_text *file, size_t *until)
{
	struct charset_text converted = { 0 };
	bool has_bom = file->len >= 3 && memcmp(file->text, bom, 3) == 0;
	size_t utf8, cp932 = 0;

	if (utf8_valid(file->text, file->len)) {
		if (has_bom)
			memmove(file->text, file->text + 3, (file->len -= 3) + 1);
		return true;
	}
	utf8 = utf8_until(file->text, file->len);
	if (!has_bom && from_cp932(file, &converted, &cp932)) {
		free(file->text);
		*file = converted;
		return true;
	}
	free(converted.text);
	*until = utf8 > cp932 ? utf8 : cp932;
	return false;
}

/* What was read becomes UTF-8, or is freed. */
static enum charset_result judge(struct charset_text *text, int *line, char *why, size_t why_size)
{
	size_t until;
	const char *nul;

	if ((nul = memchr(text->text, '\0', text->len))) {
		*line = line_of(text->text, (size_t)(nul - text->text));
		snprintf(why, why_size, "is no text: there is a zero byte (save it as CSV UTF-8)");
	} else if (!convert(text, &until)) {
		*line = line_of(text->text, until);
		snprintf(why, why_size, "is text in neither UTF-8 nor CP932 (save it as CSV UTF-8)");
	} else {
		return CHARSET_READ;
	}
	free(text->text);
	*text = (struct charset_text){ 0 };
	return CHARSET_BAD;
}

enum charset_result charset_read(const char *path, struct charset_text *text, int *line, char *why, size_t why_size)
{
	int failed = read_all(path, text);

	*line = 0;
	if (!failed)
		return judge(text, line, why, why_size);
	free(text->text);
	*text = (struct charset_text){ 0 };
	if (failed == ENOENT)
		return CHARSET_NO_FILE;
	snprintf(why, why_size, "%s", strerror(failed));
	return CHARSET_BAD;
}

enum charset_result charset_take(
	const void *bytes, size_t len, struct charset_text *text, int *line, char *why, size_t why_size)
{
	*text = (struct charset_text){ take_memory(NULL, len + 1), len };
	if (len)
		memcpy(text->text, bytes, len);
	text->text[len] = '\0';
	*line = 0;
	return judge(text, line, why, why_size);
}
