/*
 * answers - the link of an alert, /w/{token}: its page, and the same for programs.
 *
 * The token and the browser's cookie are all the right there is. Every answer goes through the rules (watch/answer.h);
 * after one the browser is sent on, so that a reload sends nothing again.
 */
#include <string.h>

#include "server/watch/disclosure.h"
#include "server/watch/json.h"
#include "server/web/answer_page.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"

#define ACTS  "yes going cannot longer seen heard no_answer needs_help note"
#define SIGNS "newspapers lights sounds smell nothing"

static bool store_well(struct call *c)
{
	return db_status(call_store(c)->db) == DB_FINE;
}

/* What the link shows now. False: the store cannot say. */
static bool read_link(struct link_page *p, struct answer *a)
{
	struct db *db = call_store(p->c)->db;
	bool good;

	if (!p->known) {
		*a = (struct answer){ .state = ANSWER_UNKNOWN };
		return true;
	}
	if (!db_begin_read(db))
		return false;
	answer_read(call_watch(p->c), p->hash, p->browser_id, call_now(p->c), a);
	good = store_well(p->c);
	db_rollback(db);
	return good;
}

/* Nobody reads unseen: where it cannot be noted what is shown, only the number on their sheet is. */
static void note_reading(struct call *c, struct answer *a)
{
	if (a->state != ANSWER_OPEN || !a->items[0])
		return;
	if (store_begin(call_store(c))) {
		disclosure_shown(call_watch(c), a->resident_id, a->watcher_id, a->items, a->incident_id, call_now(c));
		if (store_commit(call_store(c)))
			return;
	}
	answer_hide(a);
}

static void show(struct link_page *p)
{
	struct answer a;
	bool read = read_link(p, &a);

	link_page_language(p, read ? a.language : "");
	if (!read) {
		link_page_again(p, 503);
		return;
	}
	note_reading(p->c, &a);
	switch (a.state) {
	case ANSWER_UNKNOWN: link_page_unknown(p, false); break;
	case ANSWER_DEAD: link_page_unknown(p, true); break;
	case ANSWER_ASK: link_page_ask(p, a.watcher, TEXT_PAGE_WHO_WHY); break;
	case ANSWER_ELSEWHERE: link_page_elsewhere(p); break;
	case ANSWER_OPEN: answer_page(p, &a); break;
	}
}

void answers_page(struct call *c)
{
	struct link_page page;

	link_page_init(&page, c, "/w");
	show(&page);
}

/* Reads what was sent, a form or JSON. False: something was wrong with it, replied. */
static bool read_deed(struct call *c, const char *once, struct answer_deed *deed)
{
	const char *act = body_word(c, "act", ACTS, BODY_NEEDED);

	deed->how = body_word(c, "how", "voice phone", BODY_MAY);
	deed->note = body_text(c, "note", ANSWER_NOTE_BYTES, BODY_MAY);
	deed->signs = body_text(c, "signs", 200, BODY_MAY);
	deed->form = once;
	if (!items_are_of(deed->signs, SIGNS))
		body_fault_coded(c, "signs", "one_of", SIGNS, "is any of: %s", SIGNS);
	return body_ends(c) && answer_act_parse(act, &deed->act);
}

/* In one transaction. False: refused, or the store failed, for which no->code is REFUSED_NOT and 503 was replied. */
static bool act(struct link_page *p, const struct answer_deed *deed, struct answer *a, struct refusal *no)
{
	struct call *c = p->c;

	*no = (struct refusal){ .code = REFUSED_NOT };
	if (!call_begin(c))
		return false;
	answer_read(call_watch(c), p->hash, p->browser_id, call_now(c), a);
	if (answer_do(call_watch(c), a, p->browser_id, deed, call_now(c), no))
		return call_commit(c);
	if (no->code == REFUSED_NOT)
		reply_store(c);
	store_rollback(call_store(c));
	return false;
}

/* Whether it says something that somebody must hear; the rest are answers to a question that is asked no more. */
static bool reports(enum answer_act act)
{
	return act == ANSWER_NEEDS_HELP || act == ANSWER_NOBODY || act == ANSWER_NOTE;
}

/*
 * The page says how it is now: answered by somebody else meanwhile, over, or dead. But nobody who reported something
 * may go in the belief that it was heard.
 */
static void show_refused(
	struct link_page *p, const struct answer *a, const struct answer_deed *deed, const struct refusal *no)
{
	bool ask_again = no->code == REFUSED_NOT || no->code == REFUSED_INVALID;

	if (no->code != REFUSED_NOT && !reports(deed->act)) {
		link_page_see(p, no->code == REFUSED_CLAIMED ? "late" : "");
		return;
	}
	link_page_retry(p, "/w", no->code == REFUSED_NOT ? 503 : ask_again ? 422 : 409);
	if (ask_again) {
		if (deed->act == ANSWER_NOTE && !deed->note[0])
			p->wrong = TEXT_PAGE_NOTE_EMPTY;
		show(p);
		return;
	}
	link_page_language(p, a->language);
	answer_page_lost(p, deed->act == ANSWER_NEEDS_HELP, no->code == REFUSED_CLOSED);
}

void answers_send(struct call *c)
{
	struct link_page page, *p = &page;
	struct answer a = { .state = ANSWER_UNKNOWN };
	struct answer_deed deed;
	struct refusal no;
	char once[SECRET_TOKEN] = "";
	bool good, read;

	link_page_init(p, c, "/w");
	good = link_page_form_good(p, body_text(c, "form", 256, BODY_MAY), once);
	read = read_deed(c, once, &deed);
	if (!read)
		link_page_retry(p, "/w", 422);
	link_page_language(p, "");
	if (!p->known)
		link_page_unknown(p, false);
	else if (!p->had_cookie)
		link_page_cannot(p);
	else if (!good)
		link_page_again(p, read ? 403 : 422);
	else if (!read)
		show(p);
	else if (act(p, &deed, &a, &no))
		link_page_see(p, deed.act == ANSWER_NOTE ? "note" : "");
	else
		show_refused(p, &a, &deed, &no);
}

/* For programs. */

static const char *phase_name(enum answer_phase phase)
{
	static const char *const names[] = { "asked", "declined", "taken", "going", "met", "no_answer", "helping",
		"closed" };

	return names[phase];
}

static const char *news_name(enum answer_news news)
{
	static const char *const names[] = { "", "lapsed", "replaced", "graver", "passed" };

	return names[news];
}

static const char *end_name(const struct answer *a)
{
	static const char *const names[] = { "checked_in", "safe", "spoke", "other" };

	return a->phase == ANSWER_CLOSED ? names[a->end] : "";
}

/* All members in either state; of a link that only asks who reads it, but for the name, nothing. */
static cJSON *answer_object(const struct answer *a)
{
	cJSON *o = cJSON_CreateObject();
	bool open = a->state == ANSWER_OPEN;

	cJSON_AddStringToObject(o, "state", open ? "open" : "ask");
	cJSON_AddStringToObject(o, "watcher", a->watcher);
	json_text(o, "phase", open ? phase_name(a->phase) : "");
	json_text(o, "news", open ? news_name(a->news) : "");
	json_text(o, "kind", open ? incident_kind_name(a->kind) : "");
	json_instant(o, "since", a->since_at);
	json_instant(o, "deadline", a->deadline_at);
	cJSON_AddBoolToObject(o, "reported", a->reported);
	json_text(o, "can", !open ? "" : a->can_go ? "go" : "call");
	json_instant(o, "until", a->until_at);
	cJSON_AddBoolToObject(o, "may_renew", a->may_renew);
	cJSON_AddBoolToObject(o, "may_take_over", a->may_take_over);
	json_text(o, "taken_by", a->taken_by);
	cJSON_AddBoolToObject(o, "taken_by_call", a->taken_by_call);
	cJSON_AddNumberToObject(o, "others", (double)a->others);
	json_text(o, "label", a->label);
	json_text(o, "name", a->name);
	json_text(o, "place", a->place);
	json_text(o, "address", a->address);
	json_text(o, "care", a->care);
	json_instant(o, "closed_at", a->closed_at);
	json_text(o, "end", open ? end_name(a) : "");
	return o;
}

static void reply_answer(struct call *c, struct answer *a)
{
	switch (a->state) {
	case ANSWER_UNKNOWN: reply_problem(c, 404, "unknown", "there is no such link"); break;
	case ANSWER_DEAD: reply_problem(c, 410, "dead", "this link is no longer in use"); break;
	case ANSWER_ELSEWHERE: reply_problem(c, 403, "elsewhere", "this link belongs to another browser"); break;
	case ANSWER_ASK:
	case ANSWER_OPEN:
		note_reading(c, a);
		reply_json(c, 200, answer_object(a));
		break;
	}
}

/* How it is now. */
static void reply_now(struct link_page *p)
{
	struct answer a;

	if (read_link(p, &a))
		reply_answer(p->c, &a);
	else
		reply_store(p->c);
}

void answers_show(struct call *c)
{
	struct link_page page;

	link_page_init(&page, c, "/w");
	reply_now(&page);
}

/* A program that comes without a cookie and says yes gets one with the answer. */
void answers_act(struct call *c)
{
	struct link_page page, *p = &page;
	struct answer a;
	struct answer_deed deed;
	struct refusal no;
	const char *once;

	link_page_init(p, c, "/w");
	secret_hash(p->browser, p->browser_id);
	once = body_text(c, "once", 64, BODY_MAY);
	if (!read_deed(c, once, &deed))
		return;
	if (!read_link(p, &a)) {
		reply_store(c);
		return;
	}
	if ((a.state == ANSWER_OPEN || a.state == ANSWER_ASK) && !act(p, &deed, &a, &no)) {
		if (no.code != REFUSED_NOT)
			reply_refusal(c, &no);
		return;
	}
	reply_now(p);
}
