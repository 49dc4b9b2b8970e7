/* watchers - the list of those who look in, searched as one types, and one of them with everything staff need. */
#include "server/web/watchers.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/store/addresses.h"
#include "server/store/answer_tokens.h"
#include "server/store/imports.h"
#include "server/store/record.h"
#include "server/watch/alike.h"
#include "server/watch/duty.h"
#include "server/watch/json.h"
#include "server/watch/ladder.h"
#include "server/watch/telling.h"
#include "server/web/cursor.h"
#include "server/web/handlers.h"
#include "server/web/rows.h"

enum { PAGE = 50, PAGE_MOST = 200, AT_ONCE = 32, DISTRICTS_MOST = 256, LINKS_MOST = 1000, REASON_BYTES = 512 };

static size_t covered(const struct call *c, const char *watcher_id, size_t *all)
{
	char districts[DISTRICTS_MOST][65];
	size_t n = 0;

	*all = watchers_districts(call_store(c), watcher_id, districts, DISTRICTS_MOST);
	for (size_t k = 0; k < *all; k++)
		n += call_covers(c, districts[k]);
	return n;
}

bool watcher_covered(const struct call *c, const char *watcher_id)
{
	size_t all;

	return call_caller(c)->all_districts || covered(c, watcher_id, &all) > 0;
}

bool watcher_covered_whole(const struct call *c, const char *watcher_id)
{
	size_t all;

	return call_caller(c)->all_districts || (covered(c, watcher_id, &all) == all && all > 0);
}

bool call_watcher(struct call *c, const char *watcher_id, struct watcher *w)
{
	if (watchers_find(call_store(c), watcher_id, w) && watcher_covered(c, watcher_id))
		return true;
	if (db_status(call_store(c)->db) != DB_FINE)
		reply_store(c);
	else
		reply_problem(c, 404, "unknown", "there is no watcher %.64s", watcher_id);
	return false;
}

bool call_person(struct call *c, const char *who, char person[PERSON])
{
	return incident_person(call_watch(c), who, person) &&
	       (!person_watcher(person) || watcher_covered(c, person_watcher(person)));
}

static bool has_ended(const struct call *c, const struct watcher *w)
{
	return duty_away(w->ends, "", call_now(c));
}

/* What the list shows and the page begins with. */
static cJSON *brief(struct call *c, const struct watcher *w)
{
	cJSON *object = cJSON_CreateObject();
	char person[PERSON];

	PERSON_OF(person, "watcher", w->watcher_id);
	cJSON_AddStringToObject(object, "watcher_id", w->watcher_id);
	cJSON_AddStringToObject(object, "name", w->name);
	json_text(object, "kana", w->kana);
	json_text(object, "relation", w->relation);
	cJSON_AddBoolToObject(object, "away", duty_away(w->away_from, w->away_to, call_now(c)));
	json_text(object, "away_from", w->away_from);
	json_text(object, "away_to", w->away_to);
	cJSON_AddBoolToObject(object, "ended", has_ended(c, w));
	json_text(object, "ends", w->ends);
	json_instant(object, "reached_at", record_reached(call_store(c), person));
	return object;
}

/* Takes the next of space-separated addresses; false: there is none. */
static bool next_channel(const char **at, char channel[ADDRESS])
{
	size_t len;

	*at += strspn(*at, " ");
	len = strcspn(*at, " ");
	snprintf(channel, ADDRESS, "%.*s", (int)len, *at);
	*at += len;
	return len > 0;
}

/* How they are reached, without saying where: the addresses stand on their page. */
static cJSON *schemes(const char *channels)
{
	cJSON *list = cJSON_CreateArray();
	char channel[ADDRESS];

	while (next_channel(&channels, channel)) {
		channel[strcspn(channel, ":")] = '\0';
		cJSON_AddItemToArray(list, cJSON_CreateString(channel));
	}
	return list;
}

/* A list while it is being read. */
struct list {
	struct call *c;
	const char *district;
	struct folded words; /* q; count 0: all */
	bool ended;
	cJSON *watchers;
	size_t limit, count;
	bool more;
	char last[WATCHER_ID], kana[PERSON_NAME]; /* given: one that was only looked at is somebody else's */
};

static bool is_found(const struct list *l, const struct watcher *w)
{
	const char *const texts[] = { w->name, w->kana, w->watcher_id };

	return alike_found(texts, 3, &l->words);
}

static bool is_in(const struct list *l, const char *watcher_id)
{
	char districts[DISTRICTS_MOST][65];
	size_t n;

	if (!*l->district)
		return watcher_covered(l->c, watcher_id);
	n = watchers_districts(call_store(l->c), watcher_id, districts, DISTRICTS_MOST);
	while (n-- > 0)
		if (strcmp(districts[n], l->district) == 0)
			return true;
	return false;
}

static cJSON *row_of(struct list *l, const struct watcher *w)
{
	cJSON *object = brief(l->c, w);

	cJSON_AddItemToObject(object, "channels", schemes(w->channels));
	cJSON_AddNumberToObject(object, "residents", (double)imports_links_of(call_store(l->c), w->watcher_id));
	return object;
}

/* False: the page is full, and there is more. */
static bool take(struct list *l, const struct watcher *w)
{
	if (has_ended(l->c, w) != l->ended || !is_found(l, w) || !is_in(l, w->watcher_id))
		return true;
	if (l->count == l->limit)
		return false;
	cJSON_AddItemToArray(l->watchers, row_of(l, w));
	memcpy(l->last, w->watcher_id, sizeof(l->last));
	memcpy(l->kana, w->kana, sizeof(l->kana));
	l->count++;
	return true;
}

static void read_list(struct list *l)
{
	const char *districts = call_districts(l->c);
	char looked[WATCHER_ID], kana[PERSON_NAME];
	struct watcher page[AT_ONCE];
	size_t n;

	memcpy(looked, l->last, sizeof(looked));
	memcpy(kana, l->kana, sizeof(kana));
	do {
		n = watchers_page(call_store(l->c), kana, looked, districts, page, AT_ONCE);
		for (size_t k = 0; k < n; k++) {
			if (!take(l, &page[k])) {
				l->more = true;
				return;
			}
			memcpy(looked, page[k].watcher_id, sizeof(looked));
			memcpy(kana, page[k].kana, sizeof(kana));
		}
	} while (n == AT_ONCE);
}

/* The cursor is the last watcher that the page before gave: those between are not the caller's to know. */
static bool read_query(struct call *c, struct list *l)
{
	const char *after[2];
	int64_t limit;
	bool ended;

	if (!call_number(c, "limit", 1, PAGE_MOST, PAGE, &limit) || !call_flag(c, "ended", &ended) ||
		!cursor_read(c, after, 2))
		return false;
	*l = (struct list){ .c = c, .district = call_asked(c, "district"), .ended = ended, .limit = (size_t)limit };
	if (!call_district(c, l->district))
		return false;
	alike_fold(&l->words, call_asked(c, "q"));
	snprintf(l->kana, sizeof(l->kana), "%s", after[0]);
	snprintf(l->last, sizeof(l->last), "%s", after[1]);
	return true;
}

void watchers_show(struct call *c)
{
	struct list l;
	cJSON *object;

	if (!read_query(c, &l))
		return;
	object = cJSON_CreateObject();
	l.watchers = cJSON_AddArrayToObject(object, "watchers");
	read_list(&l);
	json_text(object, "next_cursor", l.more ? cursor_make(c, (const char *const[]){ l.kana, l.last }, 2) : "");
	reply_json(c, 200, object);
}

static void add_addresses(struct call *c, const struct watcher *w, cJSON *object)
{
	cJSON *list = cJSON_AddArrayToObject(object, "addresses");
	char person[PERSON], channel[ADDRESS];
	const char *at = w->channels;

	PERSON_OF(person, "watcher", w->watcher_id);
	while (next_channel(&at, channel)) {
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "channel", channel);
		json_instant(one, "reached_at", addresses_reached_at(call_store(c), person, channel));
		cJSON_AddItemToArray(list, one);
	}
}

static cJSON *link_object(struct call *c, const struct link *l, const struct resident *r)
{
	cJSON *object = cJSON_CreateObject();
	struct link in_circle;

	cJSON_AddStringToObject(object, "resident_id", r->resident_id);
	cJSON_AddStringToObject(object, "name", r->name);
	json_text(object, "kana", r->kana);
	cJSON_AddStringToObject(object, "district", r->district);
	cJSON_AddBoolToObject(object, "ended", r->ended_at != 0);
	cJSON_AddNumberToObject(object, "tier", l->tier);
	json_text(object, "can", l->can);
	json_text(object, "shares", l->shares);
	json_text(object, "label", l->label);
	json_text(object, "relation", l->relation);
	json_text(object, "key", call_caller(c)->rights & RIGHT_ACT ? l->key : "");
	/* Whether they may be told at all: there is consent, and nobody said never. */
	cJSON_AddBoolToObject(
		object, "may_be_told", watchers_in_circle(call_store(c), r->resident_id, l->watcher_id, &in_circle));
	return object;
}

/* Whom they look in on; of other districts only how many there are. */
static void add_links(struct call *c, const struct watcher *w, cJSON *object)
{
	struct link *list = calloc(LINKS_MOST, sizeof(*list));
	cJSON *links = cJSON_AddArrayToObject(object, "links");
	size_t n, elsewhere = 0;

	if (!list)
		fatal("error=\"out of memory\"");
	n = watchers_links(call_store(c), w->watcher_id, list, LINKS_MOST);
	for (size_t k = 0; k < n; k++) {
		struct resident r;

		if (residents_find(call_store(c), list[k].resident_id, &r) && call_covers(c, r.district))
			cJSON_AddItemToArray(links, link_object(c, &list[k], &r));
		else
			elsewhere++;
	}
	cJSON_AddNumberToObject(object, "links_elsewhere", (double)elsewhere);
	free(list);
}

/* Who they are as a resident, if they are one of the caller's districts. */
static void add_resident(struct call *c, const struct watcher *w, cJSON *object)
{
	struct resident r;
	bool known = w->resident_id[0] && residents_find(call_store(c), w->resident_id, &r) &&
		     call_covers(c, r.district);

	json_text(object, "resident_id", known ? r.resident_id : "");
	json_text(object, "resident_name", known ? r.name : "");
}

void watchers_show_one(struct call *c)
{
	char reason[REASON_BYTES];
	struct watcher w;
	cJSON *object;

	if (!call_watcher(c, call_arg(c, 0), &w) || !call_note(c, "read", w.watcher_id, "watcher"))
		return;
	object = brief(c, &w);
	watchers_end_reason(call_store(c), w.watcher_id, reason);
	json_text(object, "end_reason", reason);
	json_text(object, "channels", w.channels);
	json_text(object, "hours", w.hours);
	rows_add_hours(object, "hours_words", w.hours, LADDER_HOURS);
	json_text(object, "night", w.night);
	json_text(object, "named", w.named);
	json_text(object, "language", w.language);
	json_text(object, "note", w.note);
	cJSON_AddBoolToObject(object, "summary", w.summary[0] != '\0');
	json_instant(object, "own_page_at", answer_tokens_page(call_store(c), w.watcher_id));
	add_resident(c, &w, object);
	add_addresses(c, &w, object);
	add_links(c, &w, object);
	reply_json(c, 200, object);
}
