/* status_csv - writes the rows, cell by cell in the order of the header. */
#include "server/tables/status_csv.h"

#include <string.h>

#include "common/log.h"
#include "common/zone.h"
#include "server/tables/csv.h"

static const char *const header[] = { "date", "resident_id", "name", "kana", "district", "household", "state",
	"checked_in_at", "kind", "due_at", "needs_person", "handled_by", "handled_how", "handled_at", "incident",
	"incident_kind", "incident_state", "step", "claimed_by", "claimed_until", "question", "online", "battery",
	"trouble" };

enum { CELLS = sizeof(header) / sizeof(header[0]), CELL = 256 };

struct cells {
	char text[CELLS][CELL];
	size_t count;
};

static char *next(struct cells *c)
{
	if (c->count == CELLS)
		fatal("error=\"more cells than the header has\"");
	return c->text[c->count++];
}

static void put(struct cells *c, const char *text)
{
	snprintf(next(c), CELL, "%s", text);
}

static void put_instant(struct cells *c, int64_t at)
{
	char text[ZONE_TEXT];

	put(c, at ? zone_format(text, at) : "");
}

static void put_number(struct cells *c, int64_t number, bool known)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	put(c, known ? text : "");
}

static void put_flag(struct cells *c, bool yes, bool known)
{
	put(c, !known ? "" : yes ? "yes" : "no");
}

static void write_row(const struct daily *d, const struct daily_row *r, FILE *out)
{
	struct cells c = { .count = 0 };
	const char *cells[CELLS];
	char date[DATE_TEXT];
	bool open = r->incident.id != 0, device = r->device.there;

	put(&c, date_format(date, d->day));
	put(&c, r->resident_id);
	put(&c, r->name);
	put(&c, r->kana);
	put(&c, r->district);
	put(&c, r->household);
	put(&c, daily_state_name(r->state));
	put_instant(&c, r->checked_in_at);
	put(&c, r->kind);
	put_instant(&c, r->due_at);
	put_flag(&c, r->needs_person, true);
	put(&c, r->handled.at ? r->handled.by : "");
	put(&c, r->handled.at ? r->handled.how : "");
	put_instant(&c, r->handled.at);
	put_number(&c, r->incident.id, open);
	put(&c, open ? incident_kind_name(r->incident.kind) : "");
	put(&c, open ? incident_state_name(r->incident.claimed ? INCIDENT_CLAIMED : INCIDENT_OPEN) : "");
	put_number(&c, r->incident.step, open);
	put(&c, r->incident.claimed_by);
	put_instant(&c, r->incident.claimed_until);
	put(&c, r->question.id ? incident_kind_name(r->question.kind) : "");
	put_flag(&c, r->device.online > 0, device && r->device.online >= 0);
	put_number(&c, r->device.battery, device && r->device.battery >= 0);
	put(&c, r->device.trouble);
	for (size_t i = 0; i < CELLS; i++)
		cells[i] = c.text[i];
	csv_write_defused(out, cells, CELLS);
}

void status_csv_write(const struct daily *d, FILE *out)
{
	fputs("\xEF\xBB\xBF", out);
	csv_write(out, header, CELLS);
	for (size_t i = 0; i < d->residents; i++)
		write_row(d, d->rows[i], out);
}
