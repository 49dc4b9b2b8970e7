/*
 * text - the table of text.def, and the filling of its {fields}.
 */
#include "common/text.h"

#include <string.h>

#include "common/utf8.h"

static const struct {
	const char *ja, *en;
} texts[TEXT_KEYS] = {
#define TEXT(key, ja, en) { ja, en },
#include "common/text.def"
#undef TEXT
};

static const char *const easy[TEXT_KEYS] = {
#define EASY(key, text) [TEXT_##key] = (text),
#include "common/text_easy.def"
#undef EASY
};

const char *text_get(enum text_key key, const char *language)
{
	if (language != NULL && strcmp(language, "ja-easy") == 0 && easy[key] != NULL)
		return easy[key];
	return language != NULL && strcmp(language, "en") == 0 ? texts[key].en : texts[key].ja;
}

/* The value of the field whose name starts at `name`; "" if it is not given. */
static const char *value_of(const char *name, size_t len, const struct text_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(fields[i].name) == len && memcmp(fields[i].name, name, len) == 0)
			return fields[i].value != NULL ? fields[i].value : "";
	return "";
}

size_t text_fill(char *buf, size_t size, const char *pattern, const struct text_field *fields, size_t n)
{
	size_t used = 0;

	while (*pattern != '\0') {
		const char *end = *pattern == '{' ? strchr(pattern, '}') : NULL;
		const char *piece = pattern;
		size_t len;

		if (end != NULL) {
			piece = value_of(pattern + 1, (size_t)(end - pattern - 1), fields, n);
			len = strlen(piece);
			pattern = end + 1;
		} else {
			len = 1 + strcspn(pattern + 1, "{");
			pattern += len;
		}
		size_t fits = utf8_cut(piece, len, size - 1 - used);
		memcpy(buf + used, piece, fits);
		used += fits;
		if (fits < len) /* cut: nothing after it may follow */
			break;
	}
	buf[used] = '\0';
	return used;
}
