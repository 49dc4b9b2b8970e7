/* incidents - `mimamori incidents`: what is open now, and what ended today; for programs, all of it. */
#include <inttypes.h>

#include "common/zone.h"
#include "server/cli/commands.h"
#include "server/cli/reply.h"
#include "server/cli/words.h"
#include "server/store/concerned.h"
#include "server/store/incident_list.h"
#include "server/watch/incident_json.h"

enum { BATCH = 200, COLUMNS = 6 };

/* Calls each incident that is open or was closed since then, in one view of the store. False: it could not be read. */
static bool each(
	struct cli *cli, int64_t closed_since, void (*call)(void *context, const struct incident *i), void *context)
{
	int64_t ids[BATCH], after = 0;
	size_t n;

	if (!db_begin_read(cli->store.db))
		return false;
	while ((n = incident_list(&cli->store, after, closed_since, ids, BATCH)) > 0) {
		for (size_t k = 0; k < n; k++) {
			struct incident i;

			if (incidents_find(&cli->store, ids[k], &i))
				call(context, &i);
		}
		after = ids[n - 1];
	}
	return db_commit(cli->store.db);
}

struct writing {
	struct cli *cli;
	size_t count;
};

static void write_json(void *context, const struct incident *i)
{
	struct writing *w = context;

	fputs(w->count++ ? ",\n" : "\n", stdout);
	incident_write_json(&w->cli->watch, i, stdout);
}

struct printing {
	struct cli *cli;
	const char *language;
	int32_t today;
	struct grid open, closed;
};

/* Whom it is about: a resident by id and name, a device, or how many. */
static const char *about_words(struct printing *p, const struct incident *i, char buf[WORDS])
{
	struct resident r;

	if (i->kind == INCIDENT_BLIND || i->kind == INCIDENT_AREA)
		return words_number(
			buf, TEXT_CONCERNED, "count", concerned_unsettled(&p->cli->store, i->id), p->language);
	snprintf(buf, WORDS, "%s", i->subject);
	if (i->resident_id[0] && residents_find(&p->cli->store, i->resident_id, &r))
		snprintf(buf, WORDS, "%s %s", r.resident_id, r.name);
	return buf;
}

static const char *handling_words(struct printing *p, const struct incident *i, char buf[WORDS])
{
	char time[WORDS];

	if (i->state != INCIDENT_CLOSED)
		return words_open(buf, &p->cli->watch, i, p->today, p->language);
	if (i->how[0])
		return words_handled(buf, i->how, i->seen_by, i->closed_at, p->today, p->language);
	snprintf(buf, WORDS, "%s %s", words_outcome(i->outcome, p->language),
		words_time(time, i->closed_at, p->today, p->language));
	return buf;
}

static void add_heads(const struct printing *p, struct grid *g)
{
	static const enum text_key columns[COLUMNS] = { TEXT_COLUMN_INCIDENT, TEXT_COLUMN_KIND, TEXT_COLUMN_NAME,
		TEXT_COLUMN_SINCE, TEXT_COLUMN_STEP, TEXT_COLUMN_HANDLING };

	for (size_t i = 0; i < COLUMNS; i++)
		grid_cell(g, GRID_FAINT, text_get(columns[i], p->language));
}

static void add_row(void *context, const struct incident *i)
{
	struct printing *p = context;
	bool open = i->state != INCIDENT_CLOSED;
	struct grid *g = open ? &p->open : &p->closed;
	char text[WORDS];

	if (!g->count)
		add_heads(p, g);
	snprintf(text, sizeof(text), "#%" PRId64, i->id);
	grid_cell(g, GRID_PLAIN, text);
	grid_cell(g,
		!open                        ? GRID_PLAIN
		: i->kind <= INCIDENT_MISSED ? GRID_RED
					     : GRID_YELLOW,
		words_kind(i->kind, p->language));
	grid_cell(g, GRID_PLAIN, about_words(p, i, text));
	grid_cell(g, GRID_PLAIN, words_time(text, i->opened_at, p->today, p->language));
	snprintf(text, sizeof(text), "%d", i->step);
	grid_cell(g, GRID_PLAIN, incident_of_person(i->kind) ? text : "");
	grid_cell(g, i->state == INCIDENT_OPEN ? GRID_RED : GRID_PLAIN, handling_words(p, i, text));
}

static void print_grid(const struct printing *p, struct grid *g, enum text_key heading)
{
	puts(text_get(heading, p->language));
	if (!g->count)
		puts(text_get(TEXT_INCIDENTS_NONE, p->language));
	grid_print(g, stdout);
}

static int print_lists(struct cli *cli)
{
	struct printing p = { .cli = cli, .language = cli->settings.language, .today = zone_day(cli->now) };
	bool done;

	grid_init(&p.open, COLUMNS, grid_wants_colour(cli->tty));
	grid_init(&p.closed, COLUMNS, grid_wants_colour(cli->tty));
	done = each(cli, zone_instant(p.today, 0, ZONE_FIRST), add_row, &p);
	print_grid(&p, &p.open, TEXT_INCIDENTS_OPEN);
	putchar('\n');
	print_grid(&p, &p.closed, TEXT_INCIDENTS_CLOSED);
	return done ? CLI_DONE : reply_store(cli);
}

int command_incidents(struct cli *cli, const struct arguments *a)
{
	struct writing w = { .cli = cli };
	bool done;

	if (!argument_given(a, "json"))
		return print_lists(cli);
	putchar('[');
	done = each(cli, 0, write_json, &w);
	puts(w.count ? "\n]" : "]");
	return done ? CLI_DONE : reply_store(cli);
}
