/* status - `mimamori status`: the daily list, for people, for programs, for spreadsheets. */
#include <string.h>

#include "common/zone.h"
#include "server/cli/commands.h"
#include "server/cli/reply.h"
#include "server/cli/words.h"
#include "server/store/imports.h"
#include "server/tables/status_csv.h"

/* Groups of the list, in order; within each the list's own order stays. */
enum group { GROUP_NEEDED, GROUP_LATE, GROUP_DONE, GROUPS };

struct printing {
	struct cli *cli;
	const struct daily *daily;
	const char *language;
	bool colour;
	char district[65], district_name[PERSON_NAME]; /* the latest that was looked up */
};

static enum group group_of(const struct daily_row *r)
{
	if (r->needs_person)
		return GROUP_NEEDED;
	return r->state == DAILY_LATE || r->state == DAILY_WAITING || r->state == DAILY_UNKNOWN ? GROUP_LATE
												: GROUP_DONE;
}

static void line(const struct printing *p, enum grid_colour colour, const char *text)
{
	struct grid g;

	grid_init(&g, 1, p->colour);
	grid_line(&g, colour, text);
	grid_print(&g, stdout);
}

static void print_title(const struct printing *p)
{
	char date[DATE_TEXT], time[ZONE_TEXT], title[WORDS], part[WORDS];
	const struct daily *d = p->daily;
	size_t used;

	date_format(date, d->day);
	if (d->day == zone_day(p->cli->now)) {
		text_fill(title, sizeof(title), text_get(TEXT_LIST_TITLE, p->language),
			(struct text_field[]){ { "date", date }, { "time", zone_clock(time, p->cli->now) } }, 2);
	} else {
		snprintf(title, sizeof(title), "%s", date);
	}
	used = strlen(title);
	snprintf(title + used, sizeof(title) - used, "  %s",
		words_number(part, TEXT_LIST_RESIDENTS, "residents", (int64_t)d->residents, p->language));
	line(p, GRID_STRONG, title);
}

static void print_totals(const struct printing *p)
{
	struct grid g;
	char text[WORDS];

	grid_init(&g, DAILY_STATES + 1, p->colour);
	snprintf(text, sizeof(text), "%s %zu", text_get(TEXT_GROUP_NEEDED, p->language), p->daily->open);
	grid_cell(&g, p->daily->open ? GRID_RED : GRID_PLAIN, text);
	for (enum daily_state s = 0; s < DAILY_STATES; s++) {
		snprintf(text, sizeof(text), "%s %zu", words_state(s, p->language), p->daily->totals[s]);
		grid_cell(&g, p->daily->totals[s] ? words_colour(s) : GRID_FAINT, text);
	}
	grid_print(&g, stdout);
}

/* What concerns the whole list: we could not hear, nobody can be told. */
static void print_banners(const struct printing *p)
{
	const struct daily *d = p->daily;
	char text[WORDS], from[WORDS], to[WORDS];

	for (size_t i = 0; i < d->blind_count; i++) {
		const struct daily_blind *b = &d->blind[i];
		const struct text_field fields[] = { { "from", words_time(from, b->from_at, d->day, p->language) },
			{ "to", words_time(to, b->to_at, d->day, p->language) } };

		text_fill(text, sizeof(text), text_get(b->to_at ? TEXT_BANNER_BLIND : TEXT_BANNER_DEAF, p->language),
			fields, 2);
		line(p, GRID_MAGENTA, text);
	}
	if (d->unreached)
		line(p, GRID_RED, text_get(TEXT_BANNER_NOBODY, p->language));
}

static const char *district_name(struct printing *p, const char *district)
{
	struct import_row row;

	if (strcmp(district, p->district) != 0) {
		snprintf(p->district, sizeof(p->district), "%s", district);
		snprintf(p->district_name, sizeof(p->district_name), "%s",
			imports_find(&p->cli->store, IMPORT_DISTRICTS, &district, &row) ? row.cells[1] : district);
	}
	return p->district_name;
}

static const char *press_words(const struct printing *p, const struct daily_row *r, char buf[WORDS])
{
	const char *kind = words_press(r->kind, p->language);
	size_t used;

	words_time(buf, r->checked_in_at, p->daily->day, p->language);
	used = strlen(buf);
	if (used && kind[0])
		snprintf(buf + used, WORDS - used, " %s", kind);
	return buf;
}

/* The incident's number stands first: it is what claim, report and close ask for. */
static const char *handling_words(const struct printing *p, const struct daily_row *r, char buf[WORDS])
{
	const struct handling h = { .claimed = r->incident.claimed,
		.calling = r->incident.calling,
		.no_answer = r->incident.no_answer,
		.reached = r->incident.reached,
		.who = r->incident.claimed_by,
		.until_at = r->incident.claimed_until };
	char words[WORDS];

	buf[0] = '\0';
	if (r->incident.id)
		snprintf(buf, WORDS, "#%lld %s", (long long)r->incident.id,
			words_handling(words, &h, p->daily->day, p->language));
	else if (r->question.id)
		snprintf(buf, WORDS, "#%lld %s", (long long)r->question.id, words_kind(r->question.kind, p->language));
	else if (r->handled.at)
		words_handled(buf, r->handled.how, r->handled.by, r->handled.at, p->daily->day, p->language);
	return buf;
}

static const char *device_words(const struct printing *p, const struct daily_row *r, char buf[WORDS])
{
	if (strcmp(r->device.trouble, "battery") == 0 && r->device.battery >= 0)
		return words_number(buf, TEXT_BATTERY, "percent", r->device.battery, p->language);
	return words_trouble(r->device.trouble, p->language);
}

/* The gravest that is open says more than the day's state where that is not missed or help. */
static const char *state_words(const struct printing *p, const struct daily_row *r, char buf[WORDS])
{
	if (r->incident.id && r->incident.kind > INCIDENT_MISSED)
		snprintf(buf, WORDS, "%s %s", words_state(r->state, p->language),
			words_kind(r->incident.kind, p->language));
	else
		snprintf(buf, WORDS, "%s", words_state(r->state, p->language));
	return buf;
}

static void print_row(struct printing *p, struct grid *g, const struct daily_row *r)
{
	enum grid_colour colour = r->needs_person && r->state > DAILY_MISSED ? GRID_YELLOW : words_colour(r->state);
	char text[WORDS];

	grid_cell(g, r->handled.at ? GRID_PLAIN : colour, state_words(p, r, text));
	grid_cell(g, GRID_PLAIN, r->resident_id);
	grid_cell(g, GRID_PLAIN, r->name);
	grid_cell(g, GRID_PLAIN, district_name(p, r->district));
	grid_cell(g, GRID_PLAIN, words_time(text, r->due_at, p->daily->day, p->language));
	grid_cell(g, GRID_PLAIN, press_words(p, r, text));
	grid_cell(g, r->incident.id && !r->incident.claimed ? GRID_RED : GRID_PLAIN, handling_words(p, r, text));
	grid_cell(g, GRID_YELLOW, device_words(p, r, text));
}

static void print_rows(struct printing *p)
{
	static const enum text_key headings[GROUPS] = { TEXT_GROUP_NEEDED, TEXT_GROUP_LATE, TEXT_GROUP_DONE };
	static const enum text_key columns[] = { TEXT_COLUMN_STATE, TEXT_COLUMN_ID, TEXT_COLUMN_NAME,
		TEXT_COLUMN_DISTRICT, TEXT_COLUMN_DUE, TEXT_COLUMN_PRESS, TEXT_COLUMN_HANDLING, TEXT_COLUMN_DEVICE };
	const size_t n = sizeof(columns) / sizeof(columns[0]);
	struct grid g;
	char heading[WORDS];

	grid_init(&g, n, p->colour);
	for (size_t i = 0; i < n; i++)
		grid_cell(&g, GRID_FAINT, text_get(columns[i], p->language));
	for (enum group group = 0; group < GROUPS; group++) {
		size_t count = 0;

		for (size_t i = 0; i < p->daily->residents; i++)
			count += group_of(p->daily->rows[i]) == group;
		if (!count)
			continue;
		snprintf(heading, sizeof(heading), "%s (%zu)", text_get(headings[group], p->language), count);
		grid_line(&g, GRID_PLAIN, "");
		grid_line(&g, GRID_STRONG, heading);
		for (size_t i = 0; i < p->daily->residents; i++)
			if (group_of(p->daily->rows[i]) == group)
				print_row(p, &g, p->daily->rows[i]);
	}
	grid_print(&g, stdout);
}

static void print_list(struct cli *cli, const struct daily *d)
{
	struct printing p = {
		.cli = cli, .daily = d, .language = cli->settings.language, .colour = grid_wants_colour(cli->tty)
	};

	print_title(&p);
	print_totals(&p);
	print_banners(&p);
	if (d->residents) {
		putchar('\n');
		print_rows(&p);
	}
}

int command_status(struct cli *cli, const struct arguments *a)
{
	const char *district = argument(a, "district");
	int32_t day = zone_day(cli->now);
	struct daily d;

	if (argument_given(a, "date") && !argument_date(a, "date", &day))
		return CLI_USAGE;
	if (argument_given(a, "json") && argument_given(a, "csv"))
		return argument_wrong(a, "--json or --csv, not both");
	if (argument_given(a, "district") && !daily_district(&cli->store, district))
		return reply_refused(cli, "there is no district %s", district);
	if (!daily_read(&d, &cli->watch, day, district, cli->now))
		return reply_store(cli);
	if (argument_given(a, "json"))
		daily_write_json(&d, stdout);
	else if (argument_given(a, "csv"))
		status_csv_write(&d, stdout);
	else
		print_list(cli, &d);
	daily_release(&d);
	return CLI_DONE;
}
