/* paper - writes the sheets, a district each on pages of its own. */
#include "server/web/paper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/fields.h"
#include "common/log.h"
#include "common/utf8.h"
#include "common/zone.h"
#include "server/store/audit.h"
#include "server/store/imports.h"
#include "server/store/watchers.h"
#include "server/web/assets.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"
#include "server/web/html.h"

enum { WATCHERS_MOST = 32, KEPT_DAYS = 2 };

struct sheet {
	struct watch *w;
	const struct daily *d;
	const char *language;
	int64_t now;
	FILE *out;
};

static const enum text_key states[DAILY_STATES] = { TEXT_STATE_HELP, TEXT_STATE_MISSED, TEXT_STATE_UNKNOWN,
	TEXT_STATE_LATE, TEXT_STATE_WAITING, TEXT_STATE_OK, TEXT_STATE_PAUSED, TEXT_STATE_UNSCHEDULED };

/* The number by which a watcher is called, of their channels; "" none. */
static void number_of(const struct watcher *watcher, char number[32])
{
	static const char *const by_phone[] = { "voice:", "sms:" };

	number[0] = '\0';
	for (size_t i = 0; i < 2 && !number[0]; i++) {
		const char *at = strstr(watcher->channels, by_phone[i]);

		if (at)
			snprintf(number, 32, "%.*s", (int)strcspn(at + strlen(by_phone[i]), " "),
				at + strlen(by_phone[i]));
	}
}

static void write_watchers(struct sheet *s, const char *resident_id)
{
	struct linked_watcher *list = calloc(WATCHERS_MOST, sizeof(*list));
	char number[32];
	size_t n;

	if (!list)
		fatal("error=\"out of memory\"");
	n = watchers_circle(s->w->store, resident_id, list, WATCHERS_MOST);
	for (size_t i = 0; i < n; i++) {
		number_of(&list[i].watcher, number);
		html(s->out, s->language, "%d. %s %s%h", list[i].link.tier, list[i].watcher.name, number,
			i + 1 < n ? "<br>" : "");
	}
	free(list);
}

static void write_row(struct sheet *s, const struct daily_row *row)
{
	struct resident r;

	if (!residents_find(s->w->store, row->resident_id, &r))
		return;
	html(s->out, s->language,
		"<tr><td class=\"box\">☐</td><td class=\"state\">%T</td><td>%s<small>%s · %s</small></td>"
		"<td class=\"phone\">%s</td><td>%s</td><td>",
		(int)states[row->state], r.name, r.kana, r.resident_id, r.phone, r.address[0] ? r.address : r.place);
	write_watchers(s, row->resident_id);
	fputs("</td><td class=\"note\"></td></tr>\n", s->out);
}

static void write_title(struct sheet *s, const struct daily_district *share, const char *name)
{
	struct fields f;
	char time[ZONE_TEXT];

	fields_init(&f, s->language, 0);
	fields_date(&f, "date", s->d->day);
	html(s->out, s->language, "<h1>");
	fields_say(&f, s->out, TEXT_PAPER_TITLE);
	html(s->out, s->language, " %s</h1><p><span class=\"sign\">%T ____________________</span>", name,
		(int)TEXT_PAPER_SIGNED);
	fields_number(&f, "residents", (int64_t)share->residents);
	fields_number(&f, "open", (int64_t)share->open);
	fields_say(&f, s->out, TEXT_PAPER_COUNT);
	fields_date(&f, "date", zone_day(s->now));
	fields_set(&f, "time", zone_clock(time, s->now));
	fputs(" · ", s->out);
	fields_say(&f, s->out, TEXT_PAPER_MADE);
	fputs("</p>\n", s->out);
}

static void write_district(struct sheet *s, const struct daily_district *share, const char *name)
{
	static const enum text_key heads[] = { TEXT_PAPER_DONE, TEXT_PAPER_STATE, TEXT_PAPER_NAME, TEXT_PAPER_PHONE,
		TEXT_PAPER_ADDRESS, TEXT_PAPER_WATCHERS, TEXT_PAPER_NOTE };

	fputs("<section>", s->out);
	write_title(s, share, name);
	fputs("<table><thead><tr>", s->out);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		html(s->out, s->language, "<th scope=\"col\">%T</th>", (int)heads[i]);
	fputs("</tr></thead><tbody>\n", s->out);
	for (size_t i = 0; i < s->d->residents; i++)
		if (strcmp(s->d->rows[i]->district, share->district) == 0)
			write_row(s, s->d->rows[i]);
	html(s->out, s->language, "</tbody></table><p class=\"foot\">%T %s %s</p></section>\n", (int)TEXT_PAPER_FOOT,
		s->w->council, s->w->phone);
}

/* The head of a file that lies in a folder: its style is in it. */
static void write_style(const char *title, const char *language, FILE *out)
{
	const struct asset *style = asset_path("paper.css") ? asset_find(asset_path("paper.css")) : NULL;

	html(out, language, "<!doctype html>\n<html lang=\"%s\"><meta charset=\"utf-8\"><title>%s</title><style>",
		language, title);
	if (style)
		fwrite(style->data, 1, style->len, out);
	fputs("</style><body><main>\n", out);
}

void paper_write(struct watch *w, const struct daily *d, const char *language, int64_t now, const char *asked,
	bool (*wanted)(void *context, const char *district), void *context, FILE *out)
{
	struct sheet s = { .w = w, .d = d, .language = language, .now = now, .out = out };
	char date[DATE_TEXT], title[160];
	const char *id;
	struct import_row *row = calloc(1, sizeof(*row));

	if (!row)
		fatal("error=\"out of memory\"");
	snprintf(title, sizeof(title), "%s %s", w->council, date_format(date, d->day));
	if (asked) {
		html_begin(out, language, title, "paper.css", NULL);
		html_languages(out, language, "date", date, "district", asked, NULL);
	} else {
		write_style(title, language, out);
	}
	for (size_t i = 0; i < d->district_count; i++) {
		id = d->districts[i].district;
		if (wanted(context, id))
			write_district(&s, &d->districts[i],
				imports_find(w->store, IMPORT_DISTRICTS, &id, row) ? row->cells[1] : id);
	}
	html_end(out);
	free(row);
}

struct asked {
	struct call *c;
	const char *district;
};

static bool is_asked(void *context, const char *district)
{
	struct asked *a = context;

	return *a->district ? strcmp(a->district, district) == 0 : call_covers(a->c, district);
}

void paper_show(struct call *c)
{
	const char *district = call_query(c, "district");
	struct asked asked = { c, district ? district : "" };
	struct board_list *list;
	char detail[128], date[DATE_TEXT];
	int32_t day;

	if (!call_day(c, "date", &day))
		return;
	if (!call_district(c, asked.district))
		return;
	snprintf(detail, sizeof(detail), "%s %.64s", date_format(date, day), asked.district);
	utf8_mend(detail);
	if (!call_note(c, "print", "status", detail))
		return;
	list = board_read(call_watch(c), day, call_now(c));
	if (!list) {
		reply_store(c);
		return;
	}
	paper_write(call_watch(c), &list->daily, call_language(c), call_now(c), asked.district, is_asked, &asked,
		reply_out(c));
	board_free(list);
	reply_written(c, 200, "text/html; charset=utf-8");
}

/* Each night, into a folder */

static bool every_district(void *context, const char *district)
{
	(void)context, (void)district;
	return true;
}

/* Whether a file is a sheet of ours that is too old, or what a crash left of the writing of one: nobody writes now. */
static bool is_over(const char *name, int32_t today)
{
	char date[DATE_TEXT];
	int32_t day;

	if (strncmp(name, "mimamori-", 9) != 0 || strlen(name) < 9 + 10)
		return false;
	snprintf(date, sizeof(date), "%.10s", name + 9);
	if (!date_parse(date, &day))
		return false;
	return strcmp(name + 19, ".html.new") == 0 || (strcmp(name + 19, ".html") == 0 && day <= today - KEPT_DAYS);
}

static void remove_old(const char *folder, int32_t today)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (is_over(entry->d_name, today) && unlinkat(dirfd(dir), entry->d_name, 0) != 0)
			log_warn("paper=kept file=%s error=\"%m\"", entry->d_name);
	if (dir)
		closedir(dir);
}

/* A sheet is a print like any other, of nobody's wish but ours. */
static bool note_print(struct store *s, int32_t day, int64_t now)
{
	char date[DATE_TEXT];

	if (!store_begin(s))
		return false;
	audit_add(s, now, "daemon", "print", "status", date_format(date, day));
	return store_commit(s);
}

/* Whole and audited, or not at all: written beside, then renamed. */
static bool write_file(const char *path, struct watch *w, const struct daily *d, const char *language, int64_t now)
{
	char beside[600];
	FILE *out;
	bool good;
	int fd;

	snprintf(beside, sizeof(beside), "%s.new", path);
	unlink(beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	paper_write(w, d, language, now, NULL, every_district, NULL, out);
	good = fflush(out) == 0 && !ferror(out) && fsync(fd) == 0;
	good = fclose(out) == 0 && good && db_status(w->store->db) == DB_FINE && note_print(w->store, d->day, now) &&
	       rename(beside, path) == 0;
	if (!good)
		unlink(beside);
	return good;
}

void paper_keep(const struct settings *s, struct watch *w, int64_t now)
{
	char path[580], date[DATE_TEXT];
	int32_t today = zone_day(now);
	struct board_list *list;
	struct stat there;

	if (!s->web_paper[0])
		return;
	remove_old(s->web_paper, today); /* whether or not there is room for another */
	if (now < zone_instant(today, 0, ZONE_FIRST) + s->web_paper_at_ms)
		return;
	snprintf(path, sizeof(path), "%s/mimamori-%s.html", s->web_paper, date_format(date, today));
	if (stat(path, &there) == 0)
		return;
	list = board_read(w, today, now);
	if (!list)
		return;
	if (write_file(path, w, &list->daily, s->language, now))
		log_info("paper=written date=%s", date);
	else
		log_error("paper=failed error=\"%m\"");
	board_free(list);
}
