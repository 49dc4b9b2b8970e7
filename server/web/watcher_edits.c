/*
 * watcher_edits - a watcher is enrolled, their data put right, or they end; and whom they look in on.
 *
 * A watcher is shared by all districts they look in on: each may put right who they are. How and when they are told,
 * and that they end, is for who has all of these districts: it would turn the others' alerts away. A coordinator
 * enrols nobody who looks in on no one: that watcher would be nobody's.
 */
#include <string.h>

#include "common/zone.h"
#include "server/store/consents.h"
#include "server/watch/barred.h"
#include "server/watch/json.h"
#include "server/web/handlers.h"
#include "server/web/rows.h"
#include "server/web/watchers.h"

enum { LINKS_MOST = 50, END_REASON = 500 };

/* A resident who is not theirs does not exist for them. False: a fault was noted. */
static bool check_resident(struct call *c, const char *name, const char *resident_id, struct resident *r)
{
	if (residents_find(call_store(c), resident_id, r) && call_covers(c, r->district))
		return true;
	body_fault_coded(c, name, "row_unknown", resident_id, "there is no resident %s", resident_id);
	return false;
}

/* Who they are as a resident. */
static void check_self(struct call *c, const struct rows *e)
{
	const char *resident_id = table_cell(&tables[IMPORT_WATCHERS], e->cells, "resident_id");
	struct resident r;

	if (resident_id && *resident_id)
		check_resident(c, "resident_id", resident_id, &r);
}

/* The links that a new watcher begins with, one row behind the other; how many. */
static size_t read_links(struct call *c, const char *cells[])
{
	const struct table *t = &tables[IMPORT_LINKS];
	const cJSON *list = body_list(c, "links", LINKS_MOST, BODY_MAY), *one;
	size_t n = 0;

	cJSON_ArrayForEach(one, list)
	{
		const char **row = cells + n * t->count;
		struct resident r;

		body_enter(c, "links", n++, one);
		memset(row, 0, t->count * sizeof(*row));
		row[0] = body_text(c, "resident_id", RESIDENT_ID - 1, BODY_NEEDED);
		rows_read_cells(c, IMPORT_LINKS, "", row);
		if (*row[0])
			check_resident(c, "resident_id", row[0], &r);
		body_leave(c);
	}
	return n;
}

/* Warns of a name that resembles one who must never be told. */
static void add_likeness(struct call *c, const char *resident_id, const char *watcher_id, cJSON *warnings)
{
	char name[PERSON_NAME];
	struct watcher w;
	cJSON *one;

	if (!watchers_find(call_store(c), watcher_id, &w) || !barred_resembles(call_watch(c), resident_id, &w, name))
		return;
	one = cJSON_CreateObject();
	cJSON_AddStringToObject(one, "column", "watcher_id");
	cJSON_AddStringToObject(one, "code", "resembles");
	cJSON_AddStringToObject(one, "about", name);
	cJSON_AddStringToObject(one, "detail", "has the name of somebody never to be told about this resident");
	cJSON_AddItemToArray(warnings, one);
}

/* The watcher's row and the links' stand; answers 201. */
static void add_both(struct call *c, struct rows *watcher, struct rows *links, const char **cells, size_t count)
{
	const char *id = watcher->cells[0];
	cJSON *object;

	if (!rows_write(c, watcher, ROWS_NEW))
		return;
	for (size_t i = 0; i < count; i++)
		cells[i * tables[IMPORT_LINKS].count + 1] = id;
	if (count && !rows_write_list(c, links, "links", cells, count))
		return;
	rows_audit(c, watcher, "watcher_added", id);
	for (size_t i = 0; i < count; i++)
		call_audit(c, "link_added", cells[i * tables[IMPORT_LINKS].count], id, watcher->reason);
	object = rows_object(watcher, "watcher_id", id);
	for (size_t i = 0; i < count; i++)
		add_likeness(c, cells[i * tables[IMPORT_LINKS].count], id, cJSON_GetObjectItem(object, "warnings"));
	if (call_commit(c))
		reply_json(c, 201, object);
	else
		cJSON_Delete(object);
}

void watchers_add(struct call *c)
{
	const char *cells[LINKS_MOST * IMPORT_CELLS];
	struct rows watcher, links = { .table = IMPORT_LINKS };
	size_t count;

	rows_read(c, &watcher, IMPORT_WATCHERS, "ends");
	rows_read_key(c, &watcher, "watcher_id");
	check_self(c, &watcher);
	count = read_links(c, cells);
	if (!count && !call_caller(c)->all_districts)
		body_fault_coded(c, "links", "required", "", "is missing: whom in your districts they look in on");
	if (body_ends(c) && call_begin(c))
		add_both(c, &watcher, &links, cells, count);
	rows_release(&watcher);
	rows_release(&links);
}

/* An end is taken back by null; one is given with its date and reason (POST …/end). */
static void read_no_end(struct call *c, struct rows *e)
{
	if (!body_has(c, "ends"))
		return;
	if (*body_text(c, "ends", 40, BODY_MAY))
		body_fault_coded(c, "ends", "end_by_reason", "", "is given with its reason: POST …/end");
	e->cells[table_column(&tables[IMPORT_WATCHERS], "ends")] = "";
}

/* Whether what was written is for who has all their districts alone. */
static bool is_shared(const struct rows *e)
{
	static const char *const own[] = { "name", "kana", "relation", "note" };
	uint32_t shared = e->edit.columns;

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		shared &= ~(UINT32_C(1) << table_column(&tables[IMPORT_WATCHERS], own[i]));
	return shared;
}

static void reply_not_yours(struct call *c, const char *watcher_id)
{
	reply_problem(c, 403, "not_yours", "%s looks in on residents of other districts too", watcher_id);
}

void watchers_change(struct call *c)
{
	struct watcher w;
	struct rows e;
	bool has_summary, summary;

	if (!call_watcher(c, call_arg(c, 0), &w))
		return;
	rows_read(c, &e, IMPORT_WATCHERS, "ends");
	e.cells[0] = w.watcher_id;
	read_no_end(c, &e);
	check_self(c, &e);
	has_summary = body_has(c, "summary");
	summary = body_flag(c, "summary", w.summary[0] != '\0');
	if (body_ends(c) && call_begin(c) && rows_write(c, &e, ROWS_OLD)) {
		if ((is_shared(&e) || summary != (w.summary[0] != '\0')) && !watcher_covered_whole(c, w.watcher_id)) {
			reply_not_yours(c, w.watcher_id);
			rows_release(&e);
			return;
		}
		if (e.cells[table_column(&tables[IMPORT_WATCHERS], "ends")])
			watchers_set_end_reason(call_store(c), w.watcher_id, "");
		if (has_summary)
			watchers_set_summary(call_store(c), w.watcher_id, summary);
		if (e.edit.change != ROW_SAME || has_summary)
			rows_audit(c, &e, "watcher_changed", w.watcher_id);
		if (call_commit(c))
			reply_json(c, 200, rows_object(&e, "watcher_id", w.watcher_id));
	}
	rows_release(&e);
}

void watchers_end(struct call *c)
{
	struct rows e = { .table = IMPORT_WATCHERS };
	struct watcher w;
	const char *on;

	if (!call_watcher(c, call_arg(c, 0), &w))
		return;
	on = body_date(c, "on", BODY_NEEDED);
	e.reason = body_text(c, "reason", END_REASON, BODY_NEEDED);
	e.cells[0] = w.watcher_id;
	e.cells[table_column(&tables[IMPORT_WATCHERS], "ends")] = on;
	if (!body_ends(c))
		return;
	if (!watcher_covered_whole(c, w.watcher_id)) {
		reply_not_yours(c, w.watcher_id);
		return;
	}
	if (call_begin(c) && rows_write(c, &e, ROWS_OLD)) {
		watchers_set_end_reason(call_store(c), w.watcher_id, e.reason);
		rows_audit(c, &e, "watcher_ended", w.watcher_id);
		if (call_commit(c))
			reply_json(c, 200, rows_object(&e, "watcher_id", w.watcher_id));
	}
	rows_release(&e);
}

/* What may be told is not for a form where the resident's consent says it. */
static void check_shares(struct call *c, const struct rows *e)
{
	const char *shares = table_cell(&tables[IMPORT_LINKS], e->cells, "shares");
	struct consent consent;
	struct link l;

	if (!shares || !consents_latest(call_store(c), e->cells[0], "link", e->cells[1], &consent) ||
		(watchers_link(call_store(c), e->cells[0], e->cells[1], &l) && strcmp(l.shares, shares) == 0))
		return;
	body_fault_coded(c, "shares", "by_consent", "", "is what the resident agreed to on %s: record another consent",
		consent.agreed_on);
}

/* The link of the address: resident and watcher, both the caller's. False: it was replied. */
static bool find_both(struct call *c, struct resident *r, struct watcher *w)
{
	return call_resident(c, call_arg(c, 0), r) && call_watcher(c, call_arg(c, 1), w);
}

void watcher_links_put(struct call *c)
{
	struct resident r;
	struct watcher w;
	struct refusal no;
	struct rows e;
	bool is_new;

	if (!find_both(c, &r, &w))
		return;
	rows_read(c, &e, IMPORT_LINKS, "");
	e.cells[0] = r.resident_id;
	e.cells[1] = w.watcher_id;
	if (!e.cells[table_column(&tables[IMPORT_LINKS], "tier")])
		body_fault_coded(c, "tier", "required", "", "is missing");
	check_shares(c, &e);
	if (body_ends(c) && call_begin(c)) {
		struct link there;

		is_new = !watchers_link(call_store(c), r.resident_id, w.watcher_id, &there);
		if (is_new && !barred_may_link(call_watch(c), r.resident_id, w.watcher_id, &no)) {
			reply_refusal(c, &no);
		} else if (rows_write(c, &e, ROWS_ANY)) {
			cJSON *object = rows_object(&e, "watcher_id", w.watcher_id);

			add_likeness(c, r.resident_id, w.watcher_id, cJSON_GetObjectItem(object, "warnings"));
			if (e.edit.change != ROW_SAME)
				rows_audit(c, &e, is_new ? "link_added" : "link_changed", r.resident_id);
			if (call_commit(c))
				reply_json(c, is_new ? 201 : 200, object);
			else
				cJSON_Delete(object);
		}
	}
	rows_release(&e);
}

void watcher_links_remove(struct call *c)
{
	struct rows e = { .table = IMPORT_LINKS };
	struct resident r;
	struct watcher w;
	struct link l;

	if (!find_both(c, &r, &w))
		return;
	e.reason = body_text(c, "reason", END_REASON, BODY_NEEDED);
	e.cells[0] = r.resident_id;
	e.cells[1] = w.watcher_id;
	e.cells[table_column(&tables[IMPORT_LINKS], "tier")] = ""; /* as an import says it */
	if (!body_ends(c) || !call_begin(c))
		return;
	if (!watchers_link(call_store(c), r.resident_id, w.watcher_id, &l)) {
		reply_problem(c, 404, "unknown", "%s does not look in on %s", w.watcher_id, r.resident_id);
		return;
	}
	if (rows_write(c, &e, ROWS_OLD)) {
		rows_audit(c, &e, "link_removed", r.resident_id);
		if (call_commit(c))
			reply_nothing(c);
	}
	rows_release(&e);
}
