/*
 * my - a watcher's own page, /my/{token}, and the same for programs: their residents, "I met them", "something worries
 * me", "I am away", news once a day.
 *
 * Residents are named in forms by a handle that is made of the token, so that no number of ours leaves the house.
 */
#include <string.h>

#include "common/zone.h"
#include "server/watch/disclosure.h"
#include "server/watch/json.h"
#include "server/watch/standing.h"
#include "server/watch/visit.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"
#include "server/web/my_page.h"

#define ACTS "yes met worry away back summary"

enum { MINUTES_MOST = 24 * 60 };

/* What the link shows now. False: the store cannot say. */
static bool read_page(struct link_page *p, struct standing *s)
{
	struct db *db = call_store(p->c)->db;
	bool good;

	if (!p->known) {
		*s = (struct standing){ .state = ANSWER_UNKNOWN };
		return true;
	}
	if (!db_begin_read(db))
		return false;
	standing_read(call_watch(p->c), p->hash, p->browser_id, call_now(p->c), s);
	good = db_status(db) == DB_FINE;
	db_rollback(db);
	return good;
}

/* Nobody reads unseen: where it cannot be noted what is shown, only the numbers on their sheet are. */
static void note_reading(struct call *c, struct standing *s)
{
	if (s->state != ANSWER_OPEN || s->count == 0)
		return;
	if (store_begin(call_store(c))) {
		for (size_t k = 0; k < s->count; k++)
			disclosure_shown(
				call_watch(c), s->list[k].resident_id, s->watcher_id, s->list[k].items, 0, call_now(c));
		if (store_commit(call_store(c)))
			return;
	}
	standing_hide(s);
}

static void show(struct link_page *p)
{
	struct standing s;
	bool read = read_page(p, &s);

	link_page_language(p, read ? s.language : "");
	if (!read) {
		link_page_again(p, 503);
		return;
	}
	note_reading(p->c, &s);
	switch (s.state) {
	case ANSWER_UNKNOWN: link_page_unknown(p, false); break;
	case ANSWER_DEAD: link_page_unknown(p, true); break;
	case ANSWER_ASK: link_page_ask(p, s.watcher, TEXT_MY_WHY); break;
	case ANSWER_ELSEWHERE: link_page_elsewhere(p); break;
	case ANSWER_OPEN: my_page_write(p, &s); break;
	}
}

void my_page(struct call *c)
{
	struct link_page page;

	link_page_init(&page, c, "/my");
	show(&page);
}

/* What was sent; the resident as the handle it came as. */
struct sent {
	struct standing_deed deed;
	const char *resident;
};

static bool read_sent(struct call *c, const char *once, struct sent *sent)
{
	struct standing_deed *d = &sent->deed;
	const char *act = body_word(c, "act", ACTS, BODY_NEEDED);

	*sent = (struct sent){ .resident = body_text(c, "resident", SECRET_HASH, BODY_MAY) };
	d->resident_id = "";
	d->form = once;
	d->how = body_word(c, "how", "visit call", BODY_MAY);
	d->minutes = (int)body_number(c, "minutes", 1, MINUTES_MOST, 0, BODY_MAY);
	d->note = body_text(c, "note", VISIT_NOTE, BODY_MAY);
	d->signs = body_text(c, "signs", 200, BODY_MAY);
	d->from_on = body_date(c, "from", BODY_MAY);
	d->to_on = body_date(c, "to", BODY_MAY);
	d->on = body_flag(c, "on", false);
	if (!items_are_of(d->signs, VISIT_TICKS))
		body_fault_coded(c, "signs", "one_of", VISIT_TICKS, "is any of: %s", VISIT_TICKS);
	return body_ends(c) && standing_act_parse(act, &d->act);
}

/* In one transaction. False: refused, or the store failed, for which no->code is REFUSED_NOT and 503 was replied. */
static bool act(struct link_page *p, struct sent *sent, struct standing *s, struct refusal *no)
{
	struct call *c = p->c;
	char handle[SECRET_HASH];

	*no = (struct refusal){ .code = REFUSED_NOT };
	if (!call_begin(c))
		return false;
	standing_read(call_watch(c), p->hash, p->browser_id, call_now(c), s);
	for (size_t k = 0; k < s->count; k++) {
		my_page_handle(p, s->list[k].resident_id, handle);
		if (secret_equal(handle, sent->resident))
			sent->deed.resident_id = s->list[k].resident_id;
	}
	if (standing_do(call_watch(c), s, p->browser_id, &sent->deed, call_now(c), no))
		return call_commit(c);
	if (no->code == REFUSED_NOT)
		reply_store(c);
	store_rollback(call_store(c));
	return false;
}

/* Nothing could be noted: a form that was sent before anything was pressed or written. */
static bool says_nothing(const struct standing_deed *d)
{
	return d->act == STANDING_WORRY && !d->signs[0] && !d->note[0];
}

void my_send(struct call *c)
{
	struct link_page page, *p = &page;
	struct sent sent;
	struct standing s = { .state = ANSWER_UNKNOWN };
	struct refusal no;
	char once[SECRET_TOKEN] = "";
	bool good, read;

	link_page_init(p, c, "/my");
	good = link_page_form_good(p, body_text(c, "form", 256, BODY_MAY), once);
	read = read_sent(c, once, &sent);
	if (!read)
		link_page_retry(p, "/my", 422);
	link_page_language(p, "");
	if (!p->known) {
		link_page_unknown(p, false);
	} else if (!p->had_cookie) {
		link_page_cannot(p);
	} else if (!good) {
		link_page_again(p, read ? 403 : 422);
	} else if (!read) {
		show(p);
	} else if (act(p, &sent, &s, &no)) {
		link_page_see(p, sent.deed.act == STANDING_YES ? "" : standing_act_name(sent.deed.act));
	} else if (no.code == REFUSED_INVALID) {
		link_page_retry(p, "/my", 422);
		if (says_nothing(&sent.deed))
			p->wrong = TEXT_MY_WORRY_EMPTY;
		show(p);
	} else if (no.code != REFUSED_NOT) {
		link_page_see(p, "wrong");
	} else {
		link_page_retry(p, "/my", 503);
		show(p);
	}
}

/* For programs. */

static cJSON *my_object(const struct link_page *p, const struct standing *s)
{
	cJSON *o = cJSON_CreateObject(), *list;

	cJSON_AddStringToObject(o, "state", s->state == ANSWER_OPEN ? "open" : "ask");
	cJSON_AddStringToObject(o, "watcher", s->watcher);
	list = cJSON_AddArrayToObject(o, "residents");
	for (size_t k = 0; k < s->count; k++) {
		cJSON *one = cJSON_CreateObject();
		char handle[SECRET_HASH];

		my_page_handle(p, s->list[k].resident_id, handle);
		cJSON_AddStringToObject(one, "resident", handle);
		json_text(one, "label", s->list[k].label);
		json_text(one, "name", s->list[k].name);
		json_text(one, "place", s->list[k].place);
		cJSON_AddStringToObject(one, "today", standing_today_name(s->list[k].today));
		cJSON_AddItemToArray(list, one);
	}
	json_text(o, "away_from", s->away_from);
	json_text(o, "away_to", s->away_to);
	cJSON_AddBoolToObject(o, "summary", s->summary);
	return o;
}

static void reply_my(struct link_page *p, struct standing *s)
{
	switch (s->state) {
	case ANSWER_UNKNOWN: reply_problem(p->c, 404, "unknown", "there is no such link"); break;
	case ANSWER_DEAD: reply_problem(p->c, 410, "dead", "this link is no longer in use"); break;
	case ANSWER_ELSEWHERE: reply_problem(p->c, 403, "elsewhere", "this link belongs to another browser"); break;
	case ANSWER_ASK:
	case ANSWER_OPEN:
		note_reading(p->c, s);
		reply_json(p->c, 200, my_object(p, s));
		break;
	}
}

/* How it is now. */
static void reply_now(struct link_page *p)
{
	struct standing s;

	if (read_page(p, &s))
		reply_my(p, &s);
	else
		reply_store(p->c);
}

void my_show(struct call *c)
{
	struct link_page page;

	link_page_init(&page, c, "/my");
	reply_now(&page);
}

void my_act(struct call *c)
{
	struct link_page page, *p = &page;
	struct sent sent;
	struct standing s;
	struct refusal no;
	const char *once;

	link_page_init(p, c, "/my");
	secret_hash(p->browser, p->browser_id);
	once = body_text(c, "once", 64, BODY_MAY);
	if (!read_sent(c, once, &sent))
		return;
	if (!read_page(p, &s)) {
		reply_store(c);
		return;
	}
	if ((s.state == ANSWER_OPEN || s.state == ANSWER_ASK) && !act(p, &sent, &s, &no)) {
		if (no.code != REFUSED_NOT)
			reply_refusal(c, &no);
		return;
	}
	reply_now(p);
}
