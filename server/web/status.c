/*
 * status - the daily list (contract 5): of the caller's districts, searched and cut as they ask.
 *
 * Totals and version are of all that the caller may see of the district asked for, whatever else narrows the rows. A
 * cursor names the last row that was given, so that what comes after it is found on any later list too.
 */
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/utf8.h"
#include "common/written.h"
#include "common/zone.h"
#include "server/store/districts.h"
#include "server/tables/status_csv.h"
#include "server/watch/alike.h"
#include "server/watch/json.h"
#include "server/web/board.h"
#include "server/web/cursor.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"

enum { LIMIT_MOST = 20000 };

/* What is asked for, and the list it is asked of. */
struct asking {
	struct call *c;
	const struct board_list *list;
	struct board_list *own; /* read for this call; NULL: today's, which is shared */
	const char *district;   /* "": all that are the caller's */
	unsigned states;        /* bits by enum daily_state; 0: all */
	bool needed;            /* besides, those who need a person */
	struct folded words;    /* q; count 0: none */
	const char *q;
	int64_t limit;
	struct daily_row after; /* the row of the cursor; resident_id "": none */
};

static bool read_states(struct asking *a)
{
	const char *text = call_query(a->c, "state");

	while (text && *text) {
		size_t len = strcspn(text, ","), state = 0;

		if (len == 6 && memcmp(text, "needed", 6) == 0) {
			a->needed = true;
		} else {
			while (state < DAILY_STATES &&
				(strlen(daily_state_name((enum daily_state)state)) != len ||
					memcmp(daily_state_name((enum daily_state)state), text, len) != 0))
				state++;
			if (state == DAILY_STATES) {
				reply_problem(a->c, 422, "invalid", "state=%.20s is no state of the list", text);
				return false;
			}
			a->states |= 1u << state;
		}
		text += len + (text[len] == ',');
	}
	return true;
}

/* needs|state|district|kana|id, as write_cursor makes it. */
static bool read_cursor(struct asking *a)
{
	const char *parts[5];

	if (!cursor_read(a->c, parts, 5))
		return false;
	if (!*parts[4])
		return true;
	if (strlen(parts[0]) != 1 || strlen(parts[1]) != 1 || *parts[1] < '0' || *parts[1] >= '0' + DAILY_STATES) {
		reply_problem(a->c, 422, "invalid", "cursor is none that an answer to this gave");
		return false;
	}
	a->after.needs_person = *parts[0] == '1';
	a->after.state = (enum daily_state)(*parts[1] - '0');
	snprintf(a->after.district, sizeof(a->after.district), "%s", parts[2]);
	snprintf(a->after.kana, sizeof(a->after.kana), "%s", parts[3]);
	snprintf(a->after.resident_id, sizeof(a->after.resident_id), "%s", parts[4]);
	return true;
}

static void write_cursor(struct call *c, const struct daily_row *row, FILE *out)
{
	const char state[] = { (char)('0' + row->state), '\0' };
	const char *const parts[] = { row->needs_person ? "1" : "0", state, row->district, row->kana,
		row->resident_id };

	json_write_text(cursor_make(c, parts, 5), out);
}

/* Everything that was asked for; false: a problem was replied. */
static bool read_asking(struct asking *a, struct call *c)
{
	int32_t day;

	*a = (struct asking){ .c = c };
	a->district = call_query(c, "district");
	a->district = a->district ? a->district : "";
	a->q = call_query(c, "q");
	if (a->q)
		alike_fold(&a->words, a->q);
	if (!call_day(c, "date", &day) || !call_number(c, "limit", 1, LIMIT_MOST, LIMIT_MOST, &a->limit) ||
		!read_states(a) || !read_cursor(a))
		return false;
	if (!call_district(c, a->district))
		return false;
	if (day == zone_day(call_now(c)))
		a->list = board_hold(c->worker->shared->board);
	else
		a->list = a->own = board_read(call_watch(c), day, call_now(c));
	if (!a->list)
		reply_store(c);
	return a->list != NULL;
}

static void end_asking(struct asking *a)
{
	if (a->own)
		board_free(a->own);
	else
		board_drop(a->c->worker->shared->board, a->list);
}

static bool theirs(const struct asking *a, const char *district)
{
	return a->district[0] ? strcmp(district, a->district) == 0 : call_covers(a->c, district);
}

static bool found(const struct asking *a, const struct daily_row *row)
{
	const char *const texts[] = { row->name, row->kana, row->resident_id };

	return alike_found(texts, 3, &a->words);
}

static bool wanted(const struct asking *a, const struct daily_row *row)
{
	bool asked = (!a->states && !a->needed) || a->states & 1u << row->state || (a->needed && row->needs_person);

	return theirs(a, row->district) && asked && found(a, row);
}

/* The shares of the districts together: totals, and the version where it is one district's. */
static int64_t sum_up(const struct asking *a, size_t totals[DAILY_STATES], size_t *residents, size_t *open)
{
	const struct daily *d = &a->list->daily;
	int64_t version = 0;

	*residents = *open = 0;
	memset(totals, 0, DAILY_STATES * sizeof(*totals));
	for (size_t i = 0; i < d->district_count; i++) {
		const struct daily_district *share = &d->districts[i];

		if (!theirs(a, share->district))
			continue;
		*residents += share->residents;
		*open += share->open;
		for (size_t k = 0; k < DAILY_STATES; k++)
			totals[k] += share->totals[k];
		version = share->version > version ? share->version : version;
	}
	return a->district[0] ? version : d->version;
}

static void write_districts(const struct asking *a, FILE *out)
{
	const struct daily *d = &a->list->daily;
	struct query *q = districts_all(call_store(a->c));
	const char *between = "";
	struct district district;

	fputs(",\n\"districts\":[", out);
	while (districts_next(q, &district)) {
		const struct daily_district *share = daily_district_of(d, district.district);

		if (!call_covers(a->c, district.district) || (district.ended_at && !share))
			continue; /* one that has ended has a list only where somebody stands on it */
		fprintf(out, "%s{\"district\":", between);
		json_write_text(district.district, out);
		fputs(",\"name\":", out);
		json_write_text(district.name, out);
		fprintf(out, ",\"version\":%lld,\"totals\":", share ? (long long)share->version : 0);
		daily_write_totals(share ? share->residents : 0, share ? share->open : 0,
			share ? share->totals : (const size_t[DAILY_STATES]){ 0 }, out);
		fputc('}', out);
		between = ",";
	}
	fputc(']', out);
}

static void write_signoffs(const struct asking *a, FILE *out)
{
	const struct daily *d = &a->list->daily;
	const char *between = "";
	char at[ZONE_TEXT];
	struct user user;

	fputs(",\n\"signoffs\":[", out);
	for (size_t i = 0; i < d->district_count; i++) {
		const struct daily_district *share = &d->districts[i];
		cJSON *signoff;

		if (!share->signed_at || !theirs(a, share->district))
			continue;
		signoff = cJSON_CreateObject();
		cJSON_AddStringToObject(signoff, "district", share->district);
		cJSON_AddStringToObject(signoff, "by",
			users_find(call_store(a->c), share->signed_by, &user) ? user.name : share->signed_by);
		cJSON_AddStringToObject(signoff, "at", zone_format(at, share->signed_at));
		cJSON_AddNumberToObject(signoff, "version", (double)share->signed_version);
		fputs(between, out);
		json_write(signoff, out);
		between = ",";
	}
	fputc(']', out);
}

static void write_more(const char *resident_id, const char *more, FILE *out)
{
	fputc(',', out);
	json_write_text(resident_id, out);
	fprintf(out, ":%s", more);
}

void status_show(struct call *c)
{
	struct asking a;
	size_t totals[DAILY_STATES], residents, open;
	const struct daily_row *last = NULL;
	char *besides = NULL;
	size_t besides_len;
	int64_t given = 0, version;
	bool more = false;
	FILE *out, *notes;

	if (!read_asking(&a, c))
		return;
	out = reply_out(c);
	notes = written_open(&besides, &besides_len);
	version = sum_up(&a, totals, &residents, &open);
	daily_write_head(&a.list->daily, version, out);
	fprintf(out, ",\"nobody_can_be_told\":%s,\n\"totals\":", a.list->daily.unreached ? "true" : "false");
	daily_write_totals(residents, open, totals, out);
	fprintf(out, ",\n\"questions\":%s", call_answers(c) ? a.list->questions : "[]");
	write_districts(&a, out);
	write_signoffs(&a, out);
	fputs(",\n\"residents\":[", out);
	for (size_t i = 0; i < a.list->daily.residents && !more; i++) {
		const struct daily_row *row = a.list->daily.rows[i];

		if ((a.after.resident_id[0] && daily_compare(row, &a.after) <= 0) || !wanted(&a, row))
			continue;
		more = given == a.limit;
		if (more)
			break;
		fputs(given++ ? ",\n" : "\n", out);
		fputs(a.list->json[i], out);
		if (*a.list->more[i])
			write_more(row->resident_id, a.list->more[i], notes);
		last = row;
	}
	written_close(notes);
	fprintf(out, "],\n\"more\":{%s},\n\"next_cursor\":", besides + (besides_len > 0));
	free(besides);
	if (more && last)
		write_cursor(c, last, out);
	else
		fputs("null", out);
	fputs("}\n", out);
	end_asking(&a);
	reply_written(c, 200, "application/json");
}

void status_csv(struct call *c)
{
	struct asking a;
	struct daily narrowed;
	char date[DATE_TEXT], name[64], detail[256];

	if (!read_asking(&a, c))
		return;
	date_format(date, a.list->daily.day);
	snprintf(name, sizeof(name), "mimamori-%s.csv", date);
	snprintf(detail, sizeof(detail), "%s %.64s %.100s", date, a.district, a.q ? a.q : "");
	utf8_mend(detail);
	if (call_note(c, "export", "status", detail)) {
		narrowed = a.list->daily;
		narrowed.residents = 0;
		narrowed.rows = calloc(a.list->daily.residents + 1, sizeof(*narrowed.rows));
		if (!narrowed.rows)
			fatal("error=\"out of memory\"");
		for (size_t i = 0; i < a.list->daily.residents; i++)
			if (wanted(&a, a.list->daily.rows[i]))
				narrowed.rows[narrowed.residents++] = a.list->daily.rows[i];
		status_csv_write(&narrowed, reply_out(c));
		free(narrowed.rows);
		reply_file_name(c, name);
		reply_written(c, 200, "text/csv; charset=utf-8");
	}
	end_asking(&a);
}
