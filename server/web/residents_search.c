/*
 * residents_search - finds residents by what is known of them, those whose service has ended too: the daily list has
 * only who is in service.
 *
 * Something is to be looked for, so that nobody is handed everybody; and whoever is shown was read, which is noted
 * before it is given out.
 */
#include <stdlib.h>
#include <string.h>

#include "server/store/residents.h"
#include "server/watch/alike.h"
#include "server/watch/json.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"

enum { PAGE = 50, PAGE_MOST = 200, AT_ONCE = 256 };

/* What is looked for, and what was found so far. */
struct search {
	struct call *c;
	struct folded words;
	const char *district; /* "": all that are the caller's */
	bool ended, more;
	int64_t limit, count;
	cJSON *residents;
	char last[RESIDENT_ID]; /* given: one that was only looked at is somebody else's */
};

static bool is_found(const struct search *s, const struct resident_brief *r)
{
	const char *const texts[] = { r->name, r->kana, r->resident_id };

	if (s->district[0] ? strcmp(r->district, s->district) != 0 : !call_covers(s->c, r->district))
		return false;
	return alike_found(texts, 3, &s->words);
}

static void add(struct search *s, const struct resident_brief *r)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "resident_id", r->resident_id);
	json_text(object, "name", r->name);
	json_text(object, "kana", r->kana);
	cJSON_AddStringToObject(object, "district", r->district);
	json_text(object, "place", r->place);
	json_instant(object, "ended_at", r->ended_at);
	json_text(object, "end_reason", r->end_reason);
	cJSON_AddItemToArray(s->residents, object);
	memcpy(s->last, r->resident_id, sizeof(s->last));
	s->count++;
}

/* False: the page is full, and there is more. */
static bool take(struct search *s, const struct resident_brief *r)
{
	if (!is_found(s, r))
		return true;
	if (s->count == s->limit)
		return false;
	add(s, r);
	return true;
}

static void look(struct search *s)
{
	struct resident_brief *page = call_keep(s->c, calloc(AT_ONCE, sizeof(*page)));
	char looked[RESIDENT_ID];
	size_t n;

	memcpy(looked, s->last, sizeof(looked));
	do {
		n = residents_briefs(call_store(s->c), s->ended, looked, page, AT_ONCE);
		for (size_t k = 0; k < n; k++) {
			if (!take(s, &page[k])) {
				s->more = true;
				return;
			}
			memcpy(looked, page[k].resident_id, sizeof(looked));
		}
	} while (n == AT_ONCE);
}

/* False: a problem was replied. */
static bool read_query(struct call *c, struct search *s)
{
	*s = (struct search){ .c = c, .district = call_asked(c, "district") };
	alike_fold(&s->words, call_asked(c, "q"));
	snprintf(s->last, sizeof(s->last), "%s", call_asked(c, "cursor"));
	if (!call_number(c, "limit", 1, PAGE_MOST, PAGE, &s->limit))
		return false;
	if (!s->words.count) {
		reply_problem(c, 422, "invalid", "q is part of a name, kana or id");
		return false;
	}
	return call_flag(c, "ended", &s->ended) && call_district(c, s->district);
}

/* False: it cannot be noted, 503 was replied. */
static bool note(const struct search *s)
{
	const cJSON *resident;

	if (!s->count)
		return true;
	if (!call_begin(s->c))
		return false;
	cJSON_ArrayForEach(resident, s->residents)
		call_audit(s->c, "read", cJSON_GetObjectItem(resident, "resident_id")->valuestring, "search", "");
	return call_noted(s->c);
}

void residents_search(struct call *c)
{
	struct search s;
	cJSON *object;

	if (!read_query(c, &s))
		return;
	object = cJSON_CreateObject();
	s.residents = cJSON_AddArrayToObject(object, "residents");
	look(&s);
	json_text(object, "next_cursor", s.more ? s.last : "");
	if (db_status(call_store(c)->db) != DB_FINE) {
		cJSON_Delete(object);
		reply_store(c);
		return;
	}
	if (note(&s))
		reply_json(c, 200, object);
	else
		cJSON_Delete(object);
}
