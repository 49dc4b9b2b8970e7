/*
 * watcher_sheet - a watcher's homes on paper: by the number that stands in alerts, what may be told of each, how to
 * answer, the council's telephone. For one who takes over, the homes to come as well. Never where a key is.
 *
 * Handing it out tells a third party, so what it says is on record like a message (watch/disclosure.h).
 */
#include <stdlib.h>
#include <string.h>

#include "common/fields.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/replacements.h"
#include "server/watch/disclosure.h"
#include "server/watch/items.h"
#include "server/watch/replacement.h"
#include "server/watch/sharing.h"
#include "server/watch/telling.h"
#include "server/web/handlers.h"
#include "server/web/html.h"
#include "server/web/watchers.h"

enum { LINKS_MOST = 1000, SAID = 1024 };

/* A home on the sheet: the link as it is, or as it will be. */
struct home {
	struct link link;
	struct resident r;
	bool name, place, address, care; /* shown */
};

struct sheet {
	struct call *c;
	FILE *out;
	const char *language;
	struct watcher watcher;
	struct home *homes; /* those of the table in hand */
	size_t count;
	bool blanks; /* something was left out somewhere */
	struct fields fields;
	char said[SAID];
};

static const char *say(struct sheet *s, enum text_key key)
{
	text_fill(s->said, sizeof(s->said), text_get(key, s->language), s->fields.list, s->fields.count);
	return s->said;
}

static void set_fields(struct sheet *s)
{
	const struct watch *w = call_watch(s->c);

	fields_init(&s->fields, s->language, call_now(s->c));
	if (w->council[0])
		fields_set(&s->fields, "council", w->council);
	else
		fields_text(&s->fields, "council", TEXT_COUNCIL_UNNAMED);
	fields_set(&s->fields, "phone", w->phone);
	fields_set(&s->fields, "watcher", s->watcher.name);
	fields_date(&s->fields, "date", zone_day(call_now(s->c)));
}

static int by_label(const void *a, const void *b)
{
	const struct home *one = a, *other = b;
	size_t len = strlen(one->link.label), other_len = strlen(other->link.label);

	if (len != other_len)
		return len < other_len ? -1 : 1;
	return strcmp(one->link.label, other->link.label);
}

static void add_home(struct sheet *s, const struct link *l)
{
	struct home *h = &s->homes[s->count];

	if (s->count == LINKS_MOST || !residents_find(call_store(s->c), l->resident_id, &h->r) || h->r.ended_at ||
		!h->r.consent_on[0] || !call_covers(s->c, h->r.district))
		return;
	h->link = *l;
	h->name = sharing_allows(l, "name");
	h->place = sharing_allows(l, "place") && h->r.place[0];
	h->address = sharing_allows(l, "address") && h->r.address[0];
	h->care = sharing_allows(l, "care") && h->r.care[0];
	s->blanks |= !h->name;
	s->count++;
}

/* Those whom the watcher may be told about now. */
static void read_own(struct sheet *s)
{
	struct link *list = calloc(LINKS_MOST, sizeof(*list)), in_circle;
	size_t n;

	if (!list)
		fatal("error=\"out of memory\"");
	s->count = 0;
	n = watchers_links(call_store(s->c), s->watcher.watcher_id, list, LINKS_MOST);
	for (size_t k = 0; k < n; k++)
		if (watchers_in_circle(call_store(s->c), list[k].resident_id, s->watcher.watcher_id, &in_circle))
			add_home(s, &list[k]);
	free(list);
}

/* Those that will be added by a replacement. */
static void read_coming(struct sheet *s, const struct replacement *r)
{
	struct replacement_home *list = calloc(REPLACEMENT_HOMES, sizeof(*list));
	size_t n;

	if (!list)
		fatal("error=\"out of memory\"");
	s->count = 0;
	n = replacement_homes(call_watch(s->c), r->old_id, r->new_id, list, REPLACEMENT_HOMES);
	for (size_t k = 0; k < n; k++) {
		if (list[k].barred || list[k].linked)
			continue;
		if (list[k].renumbered)
			list[k].link.label[0] = '\0';
		add_home(s, &list[k].link);
	}
	free(list);
}

static void write_row(struct sheet *s, const struct home *h)
{
	enum text_key task = strcmp(h->link.can, "call") == 0   ? TEXT_SHEET_CALL
			     : strcmp(h->link.can, "know") == 0 ? TEXT_SHEET_KNOW
								: TEXT_SHEET_GO;

	html(s->out, s->language,
		"<tr><td class=\"label\">%s</td><td>%s%h%s</td><td>%s%h%s</td><td>%T</td><td>%s</td></tr>\n",
		h->link.label, h->name ? h->r.name : "", h->name && h->link.relation[0] ? "<br>" : "",
		h->name ? h->link.relation : "", h->place ? h->r.place : "", h->place && h->address ? "<br>" : "",
		h->address ? h->r.address : "", (int)task, h->care ? h->r.care : "");
}

static void write_table(struct sheet *s)
{
	static const enum text_key heads[] = { TEXT_SHEET_LABEL, TEXT_SHEET_WHO, TEXT_SHEET_WHERE, TEXT_SHEET_TASK,
		TEXT_SHEET_CARE };

	if (s->count)
		qsort(s->homes, s->count, sizeof(*s->homes), by_label);
	fputs("<table><thead><tr>", s->out);
	for (size_t k = 0; k < sizeof(heads) / sizeof(heads[0]); k++)
		html(s->out, s->language, "<th scope=\"col\">%T</th>", (int)heads[k]);
	fputs("</tr></thead><tbody>\n", s->out);
	for (size_t k = 0; k < s->count; k++)
		write_row(s, &s->homes[k]);
	fputs("</tbody></table>\n", s->out);
}

/* What the table in hand tells is on record. Inside a transaction. */
static void note_table(struct sheet *s)
{
	for (size_t k = 0; k < s->count; k++) {
		const struct home *h = &s->homes[k];
		char items[DISCLOSURE_ITEMS] = "";

		if (h->name)
			items_add(items, sizeof(items), "name");
		if (h->place)
			items_add(items, sizeof(items), "place");
		if (h->address)
			items_add(items, sizeof(items), "address");
		if (h->care)
			items_add(items, sizeof(items), "care");
		disclosure_paper(call_watch(s->c), h->r.resident_id, s->watcher.watcher_id, items, call_now(s->c));
	}
}

static void write_how(struct sheet *s)
{
	bool page = call_settings(s->c)->web_public_url[0] != '\0';
	const enum text_key lines[] = { page ? TEXT_MAIL_GO_FIRST : TEXT_MAIL_TEL,
		page ? TEXT_MAIL_NO_ANSWER : TEXT_MAIL_NO_ANSWER_TEL, TEXT_SHEET_119 };

	html(s->out, s->language, "<h2>%T</h2>\n", (int)TEXT_SHEET_ANSWER);
	for (size_t k = 0; k < sizeof(lines) / sizeof(lines[0]); k++)
		html(s->out, s->language, "<p>%s</p>\n", say(s, lines[k]));
	html(s->out, s->language, "<p class=\"council\">%T<br>%s <strong>%s</strong></p>\n", (int)TEXT_SHEET_COUNCIL,
		call_watch(s->c)->council, call_watch(s->c)->phone);
}

static void write_sheet(struct sheet *s, const struct replacement *coming)
{
	int32_t day;
	char person[PERSON], name[PERSON_NAME];

	html_begin(s->out, s->language, say(s, TEXT_SHEET_TITLE), "sheet.css", NULL);
	html_languages(s->out, s->language, NULL);
	html(s->out, s->language, "<h1>%s</h1>\n", say(s, TEXT_SHEET_TITLE));
	html(s->out, s->language, "<p class=\"made\">%s</p>\n<p>%T</p>\n", say(s, TEXT_SHEET_MADE),
		(int)TEXT_SHEET_KEEP);
	read_own(s);
	note_table(s);
	if (s->count)
		write_table(s);
	else if (!coming)
		html(s->out, s->language, "<p>%T</p>\n", (int)TEXT_SHEET_NONE);
	if (coming && date_parse(coming->from_on, &day)) {
		PERSON_OF(person, "watcher", coming->old_id);
		telling_name(call_watch(s->c), person, name);
		fields_date(&s->fields, "date", day);
		fields_set(&s->fields, "old", name);
		html(s->out, s->language, "<h2>%s</h2>\n", say(s, TEXT_SHEET_FROM));
		read_coming(s, coming);
		note_table(s);
		write_table(s);
	}
	if (s->blanks)
		html(s->out, s->language, "<p>%T</p>\n", (int)TEXT_SHEET_BLANK);
	write_how(s);
	html_end(s->out);
}

void watcher_sheets_show(struct call *c)
{
	struct sheet *s = calloc(1, sizeof(*s));
	struct replacement coming;
	bool takes_over;

	if (!s)
		fatal("error=\"out of memory\"");
	if (call_watcher(c, call_arg(c, 0), &s->watcher) && call_begin(c)) {
		s->homes = calloc(LINKS_MOST, sizeof(*s->homes));
		if (!s->homes)
			fatal("error=\"out of memory\"");
		s->c = c;
		s->language = call_language(c);
		s->out = reply_out(c);
		set_fields(s);
		takes_over = replacements_pending(call_store(c), s->watcher.watcher_id, &coming) &&
			     strcmp(coming.new_id, s->watcher.watcher_id) == 0;
		write_sheet(s, takes_over ? &coming : NULL);
		call_audit(c, "print", s->watcher.watcher_id, "sheet", "");
		free(s->homes);
		if (call_commit(c))
			reply_written(c, 200, "text/html; charset=utf-8");
	}
	free(s);
}
