/*
 * words_unsigned - which daily lists of the reader's districts are not signed yet: looked up when it is written, so
 * that who signs meanwhile is not reminded.
 */
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/zone.h"
#include "server/notify/matter.h"
#include "server/watch/duty.h"
#include "server/watch/signoff.h"

enum { GAPS = 32, LISTED_MOST = 60 };

struct listed {
	struct signoff_gap gap;
	char dates[512];
};

struct lists {
	struct matter *m;
	struct user reader;
	struct listed list[LISTED_MOST];
	size_t count, more; /* more: districts that were not listed */
};

/* The district's line, made in its place if there is none; NULL: there are too many. */
static struct listed *line_of(struct lists *l, const struct signoff_gap *gap)
{
	size_t at = 0;
	int order = 1;

	while (at < l->count && (order = strcmp(gap->district, l->list[at].gap.district)) > 0)
		at++;
	if (at < l->count && order == 0)
		return &l->list[at];
	if (l->count == LISTED_MOST)
		return NULL;
	memmove(&l->list[at + 1], &l->list[at], (l->count++ - at) * sizeof(l->list[0]));
	l->list[at] = (struct listed){ .gap = *gap };
	return &l->list[at];
}

static void add(struct lists *l, const struct signoff_gap *gap, int32_t day)
{
	struct listed *at = line_of(l, gap);
	struct fields f;
	size_t used;

	if (!at) {
		l->more++;
		return;
	}
	fields_init(&f, l->m->fields.language, l->m->now);
	fields_date(&f, "date", day);
	used = strlen(at->dates);
	snprintf(at->dates + used, sizeof(at->dates) - used, "%s%s",
		used ? text_get(TEXT_LIST_SEPARATOR, f.language) : "", f.list[0].value);
}

/* Each day's in the order of districts; more than can be listed are counted on the last day. */
static void read_day(struct lists *l, int32_t day)
{
	char after[65] = "";
	struct signoff_gap gaps[GAPS];
	size_t n;

	l->more = 0;
	while ((n = signoffs_missing(l->m->w->store, day, after, gaps, GAPS)) > 0) {
		for (size_t k = 0; k < n; k++)
			if (duty_covers(&l->reader, gaps[k].district))
				add(l, &gaps[k], day);
		memcpy(after, gaps[n - 1].district, sizeof(after));
	}
}

static void say(const struct lists *l, FILE *out)
{
	struct fields line;

	fields_say_line(&l->m->fields, out, TEXT_STAFF_UNSIGNED);
	for (size_t k = 0; k < l->count; k++) {
		fields_init(&line, l->m->fields.language, l->m->now);
		fields_set(&line, "district", l->list[k].gap.name);
		fields_set(&line, "dates", l->list[k].dates);
		fields_say_line(&line, out, TEXT_STAFF_UNSIGNED_LINE);
	}
	if (l->more) {
		fields_init(&line, l->m->fields.language, l->m->now);
		fields_number(&line, "count", (int64_t)l->more);
		fields_say_line(&line, out, TEXT_STAFF_UNSIGNED_MORE);
	}
}

bool unsigned_lines(struct matter *m, FILE *out)
{
	struct lists *l = calloc(1, sizeof(*l));
	const char *login = person_user(m->n.person);
	bool any;

	if (!l)
		fatal("error=\"out of memory\"");
	l->m = m;
	if (login && users_find(m->w->store, login, &l->reader))
		for (int32_t day = signoff_first_day(m->w, m->n.round); day <= m->n.round; day++)
			read_day(l, day);
	any = l->count > 0;
	if (any)
		say(l, out);
	free(l);
	return any;
}
