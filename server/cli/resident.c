/*
 * resident - `mimamori resident ID`: the page about one resident, as staff need it with a telephone in their hand.
 *
 * That somebody looked is audited; where the store cannot take that note, the page is shown all the same, for who looks
 * may be looking for an address in an emergency.
 */
#include <inttypes.h>
#include <string.h>

#include "common/zone.h"
#include "server/cli/commands.h"
#include "server/cli/reply.h"
#include "server/cli/words.h"
#include "server/store/audit.h"
#include "server/store/pauses.h"
#include "server/store/record.h"
#include "server/store/watchers.h"
#include "server/tables/tables.h"
#include "server/watch/telling.h"

enum { DAYS = 14, EVENTS = 15, ROWS = 64, EXPECTATIONS = DAYS * 8 };

struct page {
	struct cli *cli;
	const char *language;
	const char *id;
	struct resident r;
	int32_t today;
	struct grid g; /* of the part being written */
};

static void begin_part(struct page *p, enum text_key heading, size_t columns)
{
	char text[WORDS];

	grid_init(&p->g, columns, grid_wants_colour(p->cli->tty));
	snprintf(text, sizeof(text), "%s", text_get(heading, p->language));
	grid_line(&p->g, GRID_PLAIN, "");
	grid_line(&p->g, GRID_STRONG, text);
}

static void cell(struct page *p, const char *text)
{
	grid_cell(&p->g, GRID_PLAIN, text);
}

static void cell_time(struct page *p, int64_t at)
{
	char text[WORDS];

	cell(p, words_time(text, at, p->today, p->language));
}

static void end_part(struct page *p)
{
	grid_print(&p->g, stdout);
}

/* The record as import and export have it: the columns' names, what they hold. */
static void print_record(struct page *p)
{
	const struct table *t = &tables[IMPORT_RESIDENTS];
	struct import_row row;
	char text[WORDS];

	if (!imports_find(&p->cli->store, IMPORT_RESIDENTS, &p->id, &row))
		return;
	grid_init(&p->g, 2, grid_wants_colour(p->cli->tty));
	snprintf(text, sizeof(text), "%s %s", p->r.resident_id, p->r.name);
	grid_line(&p->g, GRID_STRONG, text);
	if (p->r.ended_at) {
		char time[WORDS];

		text_fill(text, sizeof(text), text_get(TEXT_RECORD_ENDED, p->language),
			(struct text_field[]){ { "time", words_time(time, p->r.ended_at, p->today, p->language) } }, 1);
		grid_line(&p->g, GRID_YELLOW, text);
	}
	for (size_t i = 2; i < t->count; i++) {
		bool standard = strcmp(t->columns[i].name, "schedule") == 0 && !*row.cells[i];

		if (!*row.cells[i] && !standard)
			continue;
		grid_cell(&p->g, GRID_FAINT, t->columns[i].name);
		cell(p, standard ? text_get(TEXT_RECORD_STANDARD, p->language) : row.cells[i]);
	}
	end_part(p);
}

static void print_next(struct page *p)
{
	const struct vigil *v = &p->r.vigil;
	char text[WORDS], opens[WORDS], due[WORDS], deadline[WORDS];

	begin_part(p, TEXT_RECORD_NEXT, 1);
	if (v->opens_at) {
		int32_t day = zone_day(v->opens_at);
		/* 24:00 is an end, never a beginning: another day than today stands with its date. */
		const struct text_field fields[] = {
			{ "opens", words_time(opens, v->opens_at, day == p->today ? day : day + 1, p->language) },
			{ "due", words_time(due, v->due_at, day, p->language) },
			{ "deadline", words_time(deadline, v->deadline_at, day, p->language) }
		};

		text_fill(text, sizeof(text), text_get(TEXT_RECORD_NEXT_TIMES, p->language), fields, 3);
	} else {
		snprintf(text, sizeof(text), "%s", text_get(TEXT_RECORD_NEXT_NONE, p->language));
	}
	cell(p, text);
	end_part(p);
}

static void print_open(struct page *p)
{
	int64_t ids[ROWS];
	size_t n = record_open(&p->cli->store, p->id, ids, ROWS);

	if (!n)
		return;
	begin_part(p, TEXT_RECORD_OPEN, 4);
	for (size_t k = 0; k < n; k++) {
		char text[WORDS];
		struct incident i;

		if (!incidents_find(&p->cli->store, ids[k], &i))
			continue;
		snprintf(text, sizeof(text), "#%" PRId64, i.id);
		cell(p, text);
		cell(p, words_kind(i.kind, p->language));
		cell_time(p, i.opened_at);
		cell(p, words_open(text, &p->cli->watch, &i, p->today, p->language));
	}
	end_part(p);
}

static void print_pauses(struct page *p)
{
	struct pause list[ROWS];
	size_t n = pauses_of(&p->cli->store, p->id, p->cli->now, list, ROWS);

	if (!n)
		return;
	begin_part(p, TEXT_RECORD_PAUSES, 4);
	for (size_t k = 0; k < n; k++) {
		cell(p, list[k].from_on);
		cell(p, list[k].to_on);
		cell(p, list[k].reason);
		cell(p, list[k].told_by);
	}
	end_part(p);
}

/* mail line …: of an address no more is shown than how it is reached. */
static void schemes_of(const char *channels, char *schemes, size_t size)
{
	size_t used = 0;

	schemes[0] = '\0';
	while (*(channels += strspn(channels, " "))) {
		int len = snprintf(
			schemes + used, size - used, "%s%.*s", used ? " " : "", (int)strcspn(channels, ": "), channels);

		used += len > 0 && (size_t)len < size - used ? (size_t)len : 0;
		channels += strcspn(channels, " ");
	}
}

static void print_watchers(struct page *p)
{
	static struct linked_watcher list[ROWS];
	size_t n = watchers_of(&p->cli->store, p->id, 0, list, ROWS);

	if (!n)
		return;
	begin_part(p, TEXT_RECORD_WATCHERS, 7);
	for (size_t k = 0; k < n; k++) {
		const struct linked_watcher *l = &list[k];
		char person[PERSON], text[WORDS], time[WORDS];
		int64_t reached_at;

		PERSON_OF(person, "watcher", l->watcher.watcher_id);
		reached_at = record_reached(&p->cli->store, person);
		snprintf(text, sizeof(text), "%d", l->link.tier);
		cell(p, text);
		cell(p, l->watcher.watcher_id);
		cell(p, l->watcher.name);
		cell(p, l->watcher.relation);
		cell(p, l->link.can[0] ? l->link.can : "go");
		schemes_of(l->watcher.channels, text, sizeof(text));
		cell(p, text);
		text_fill(text, sizeof(text),
			text_get(reached_at ? TEXT_RECORD_REACHED : TEXT_RECORD_NOT_REACHED, p->language),
			(struct text_field[]){ { "time", words_time(time, reached_at, p->today, p->language) } }, 1);
		cell(p, text);
	}
	end_part(p);
}

static void print_devices(struct page *p)
{
	static struct record_device list[ROWS];
	size_t n = record_devices(&p->cli->store, p->id, list, ROWS);

	if (!n)
		return;
	begin_part(p, TEXT_RECORD_DEVICES, 3);
	for (size_t k = 0; k < n; k++) {
		const struct device *d = &list[k].device;
		char battery[WORDS] = "";

		cell(p, d->device_id);
		if (d->revoked_at)
			cell(p, text_get(TEXT_RECORD_REVOKED, p->language));
		else if (d->trouble[0])
			grid_cell(&p->g, GRID_YELLOW, words_trouble(d->trouble, p->language));
		else
			cell(p, d->online > 0 ? text_get(TEXT_RECORD_ONLINE, p->language) : "");
		cell(p, d->battery < 0 ? "" : words_number(battery, TEXT_BATTERY, "percent", d->battery, p->language));
	}
	end_part(p);
}

static enum daily_state state_of(const struct page *p, const char *outcome)
{
	if (!outcome[0])
		return p->r.vigil.last_press_at >= p->r.vigil.counts_from_at ? DAILY_OK : DAILY_WAITING;
	if (strcmp(outcome, "ok") == 0)
		return DAILY_OK;
	if (strcmp(outcome, "missed") == 0)
		return DAILY_MISSED;
	return strcmp(outcome, "paused") == 0 ? DAILY_PAUSED : DAILY_UNKNOWN;
}

/* The last days as signs, the worst of each, under their dates. */
static void print_days(struct page *p)
{
	struct record_day list[EXPECTATIONS];
	int32_t first = p->today - DAYS + 1;
	size_t n = record_days(&p->cli->store, p->id, first, list, EXPECTATIONS);
	enum daily_state states[DAYS];

	for (int i = 0; i < DAYS; i++)
		states[i] = DAILY_UNSCHEDULED;
	for (size_t k = 0; k < n; k++) {
		enum daily_state state = state_of(p, list[k].outcome);
		int32_t i = list[k].day - first;

		if (i < DAYS && state < states[i])
			states[i] = state;
	}
	begin_part(p, TEXT_RECORD_DAYS, DAYS);
	for (int i = 0; i < DAYS; i++) {
		char text[16];
		int y, m, d;

		date_civil(first + i, &y, &m, &d);
		snprintf(text, sizeof(text), "%d/%d", m, d);
		grid_cell(&p->g, GRID_FAINT, text);
	}
	for (int i = 0; i < DAYS; i++) {
		char sign[16];
		const char *words = words_state(states[i], p->language);

		snprintf(sign, sizeof(sign), "%.*s", (int)strcspn(words, " "), words);
		grid_cell(&p->g, words_colour(states[i]), sign);
	}
	end_part(p);
}

static void print_timeline(struct page *p)
{
	static struct timeline_row list[EVENTS];
	size_t n = record_timeline(&p->cli->store, p->id, list, EVENTS);

	if (!n)
		return;
	begin_part(p, TEXT_RECORD_TIMELINE, 5);
	while (n-- > 0) {
		const struct timeline_row *t = &list[n];
		char text[WORDS], name[PERSON_NAME] = "";

		cell_time(p, t->at);
		snprintf(text, sizeof(text), "#%" PRId64, t->incident_id);
		cell(p, t->incident_id ? text : "");
		cell(p, t->event);
		if (t->person[0])
			telling_name(&p->cli->watch, t->person, name);
		cell(p, name);
		cell(p, t->detail);
	}
	end_part(p);
}

static void note_look(struct cli *cli, const char *resident_id)
{
	if (store_begin(&cli->store)) {
		audit_add(&cli->store, cli->now, cli->who, "resident", resident_id, "");
		if (store_commit(&cli->store))
			return;
	}
	fprintf(stderr, "mimamori: that you looked could not be noted: %s\n", db_why(cli->store.db));
}

int command_resident(struct cli *cli, const struct arguments *a)
{
	static struct page page;

	page = (struct page){
		.cli = cli, .language = cli->settings.language, .id = a->word, .today = zone_day(cli->now)
	};
	if (!residents_find(&cli->store, a->word, &page.r))
		return reply_refused(cli, "there is no resident %s", a->word);
	note_look(cli, a->word);
	if (!db_begin_read(cli->store.db))
		return reply_store(cli);
	print_record(&page);
	print_next(&page);
	print_open(&page);
	print_days(&page);
	print_pauses(&page);
	print_watchers(&page);
	print_devices(&page);
	print_timeline(&page);
	return db_commit(cli->store.db) ? CLI_DONE : reply_store(cli);
}
