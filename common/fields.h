/*
 * fields - the values that texts are filled with: one table for all texts of a message, named as in text.def.
 */
#ifndef COMMON_FIELDS_H
#define COMMON_FIELDS_H

#include <stdint.h>
#include <stdio.h>

#include "common/text.h"

enum { FIELDS = 40, FIELDS_BYTES = 12288 };

/* A plain value; copies what it is given. */
struct fields {
	const char *language; /* of the reader: "ja" or "en" */
	int64_t now;          /* dates are left out where they are today's */
	struct text_field list[FIELDS];
	size_t count, used;
	char bytes[FIELDS_BYTES];
};
void fields_init(struct fields *f, const char *language, int64_t now);

/* Sets a field, or sets it anew. What does not fit is cut at a whole character. */
void fields_set(struct fields *f, const char *name, const char *value);
void fields_number(struct fields *f, const char *name, int64_t value);
/* 10時30分; with the date in front where it is not today's; empty for 0. */
void fields_time(struct fields *f, const char *name, int64_t at);
void fields_clock(struct fields *f, const char *name, int64_t at); /* the same as 10:30, where little room is */
/* Which check-in is meant, by its DUE: けさ, きょう, きのう, 11月23日. */
void fields_when(struct fields *f, const char *name, int64_t due_at);
void fields_date(struct fields *f, const char *name, int32_t day); /* 11月23日 */
void fields_text(struct fields *f, const char *name, enum text_key key);

/* The text, filled, without and with a line's end. */
void fields_say(const struct fields *f, FILE *out, enum text_key key);
void fields_say_line(const struct fields *f, FILE *out, enum text_key key);

#endif
