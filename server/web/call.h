/*
 * call - one HTTP request and the answer to it, in plain terms: what the handlers of every page and every call work
 * with. They know neither the HTTP library nor threads.
 *
 * A handler runs in a worker's thread, on that worker's own store and watch. It reads what was asked (call_arg,
 * call_query, body_…), changes things through watch rules in one transaction, and replies exactly once. What is wrong
 * with a body is collected while it is read and answered once, with every fault named:
 *
 *     const char *reason = body_text(c, "reason", 500, BODY_NEEDED);
 *     const char *to = body_date(c, "to", BODY_NEEDED);
 *     if (!body_ends(c))           // 422 was replied, members nobody asked for included
 *         return;
 *     if (!call_begin(c))          // 503 was replied
 *         return;
 *     if (!pause_enter(…, why)) {
 *         reply_problem(c, 422, "refused", "%s", why);
 *         return;                  // whoever called the handler rolls back
 *     }
 *     call_audit(c, "pause", resident_id, "2026-11-23 to 2026-11-30", reason);
 *     if (call_commit(c))          // else 503 was replied, nothing was stored
 *         reply_json(c, 201, object);
 */
#ifndef WEB_CALL_H
#define WEB_CALL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "server/settings.h"
#include "server/store/users.h"
#include "server/watch/incident.h"

/* What a caller may do; a role is a set of these, an API key's scopes a part of its user's (guard.c). */
enum right {
	RIGHT_LIST = 1 << 0,   /* list: read the daily list and incidents */
	RIGHT_RECORD = 1 << 1, /* record: read a resident's record, watchers, timeline */
	RIGHT_ACT = 1 << 2,    /* act: claim, report, note, close; check-ins, visits, pauses as they are told */
	RIGHT_SIGN = 1 << 3,   /* sign: sign the daily list off */
	RIGHT_EDIT = 1 << 4,   /* edit: change residents, watchers, links, devices, consents */
	RIGHT_REPORT = 1 << 5, /* report: read reports */
	RIGHT_EXPORT = 1 << 6, /* export: CSV of anything that names people, one person's whole record */
	RIGHT_ADMIN = 1 << 7,  /* admin: users, keys, policies, districts, imports, targets */
	RIGHT_AUDIT = 1 << 8,  /* audit: read and export the audit */
	RIGHTS_ALL = (1 << 9) - 1,
};
const char *right_name(enum right right);               /* "list", …; of one right */
bool rights_parse(const char *words, unsigned *rights); /* space separated; false: an unknown word */

enum caller_kind {
	CALLER_NOBODY, /* not signed in */
	CALLER_USER,   /* by session */
	CALLER_KEY,    /* a program, by API key, as the user the key belongs to */
};
struct caller {
	enum caller_kind kind;
	struct user user;    /* as stored now, but its password and TOTP secret */
	char person[PERSON]; /* user:LOGIN, for watch rules */
	char who[PERSON];    /* for the audit: user:LOGIN, or key:NAME/LOGIN */
	unsigned rights;
	bool all_districts; /* else those of user.districts */
	char session[65];   /* hash of the session, or of the key; "" none */
	char csrf[65];      /* what X-CSRF-Token must say with this session */
};

struct call;

/* What was asked. Texts live as long as the call. */
const char *call_method(const struct call *c);
const char *call_path(const struct call *c);
const char *call_arg(const struct call *c, size_t n);            /* the n-th {…} of the route, decoded; never NULL */
bool call_id(struct call *c, size_t n, int64_t *id);             /* the same as a number; false: 404 was replied */
const char *call_query(const struct call *c, const char *name);  /* ?name=…; NULL: it is not there */
const char *call_asked(const struct call *c, const char *name);  /* the same; "": it is not there */
const char *call_header(const struct call *c, const char *name); /* NULL: it is not there */
const char *call_header_last(const struct call *c, const char *name); /* of several of that name */
const char *call_cookie(const struct call *c, const char *name);      /* NULL: it is not there */
const char *call_body(const struct call *c, size_t *len);             /* as it came, NUL behind it */
const char *call_address(const struct call *c); /* of the peer, or whom our own front server names */
/* "ja", "en" or, where the caller asks for it, "ja-easy": ?lang=, then the cookie `lang`, the user's, the settings'. */
const char *call_language(const struct call *c);
int64_t call_now(const struct call *c);
const struct caller *call_caller(const struct call *c);
struct watch *call_watch(const struct call *c); /* the worker's, over its store */
struct store *call_store(const struct call *c);
const struct settings *call_settings(const struct call *c);
/* The local day of ?date=…, today where there is none. False: 422 was replied. */
bool call_day(struct call *c, const char *name, int32_t *day);
/* A whole number of the query within bounds, `none` where there is none. False: 422 was replied. */
bool call_number(struct call *c, const char *name, int64_t least, int64_t most, int64_t none, int64_t *number);
/* ?name=true or false, false where there is none. False: 422 was replied. */
bool call_flag(struct call *c, const char *name, bool *flag);

/* AT.ID, an instant and an id from 1 on, and nothing behind it. */
bool place_parse(const char *text, int64_t *at, int64_t *id);
/* ?cursor=AT.ID of a list in the order of time: the last row that was given, `none` twice where there is none. False:
 * 422. */
bool call_place(struct call *c, int64_t none, int64_t *at, int64_t *id);

/* Districts: what is not theirs does not exist for them. */
bool call_covers(const struct call *c, const char *district);
/* The same for lists of the store, which need not read all to find the caller's own: " D01 D02 "; "" all. */
const char *call_districts(struct call *c);
bool call_by_person(struct call *c); /* no program by its key; else 403 was replied */
/* One that is asked for; "" is none, and fine. False: there is none of that id for the caller, 404 was replied. */
bool call_district(struct call *c, const char *district);
/* The resident, if there is one and in the caller's districts; else 404 was replied. Not audited yet. */
bool call_resident(struct call *c, const char *resident_id, struct resident *r);
/*
 * Whether an incident is the caller's to see: one of their districts, or about several residents one of whom is. A
 * question that is about nobody (help of an unknown button) has no district: it is for all who may act, wherever.
 */
bool call_covers_incident(struct call *c, const struct incident *i);
bool call_answers(const struct call *c); /* whether such questions about nobody are theirs to see */
/* The incident, if there is one and it is the caller's to see; else 404 was replied. */
bool call_incident(struct call *c, int64_t id, struct incident *i);

/*
 * The members of a JSON object, or the fields of a form (application/x-www-form-urlencoded): each accessor says what
 * it wants, and remembers what is wrong. A text is valid UTF-8 without control characters but newlines, trimmed.
 */
enum body_need { BODY_MAY, BODY_NEEDED };
const char *body_text(struct call *c, const char *name, size_t most, enum body_need need); /* bytes; "" left out */
const char *body_secret(struct call *c, const char *name, size_t most); /* a password: as it was typed; "" left out */
const char *body_word(struct call *c, const char *name, const char *words, enum body_need need); /* one of "a b c" */
const char *body_date(struct call *c, const char *name, enum body_need need); /* YYYY-MM-DD; "" left out */
bool body_flag(struct call *c, const char *name, bool none);                  /* true, false; of a form: yes, on, 1 */
int64_t body_number(struct call *c, const char *name, int64_t least, int64_t most, int64_t none, enum body_need need);
/* A number of at most one decimal, in tenths, from 0 to `most` tenths. */
int64_t body_tenths(struct call *c, const char *name, int64_t most, int64_t none, enum body_need need);
int64_t body_instant(struct call *c, const char *name, enum body_need need); /* RFC 3339 with offset; 0 left out */
const cJSON *body_list(struct call *c, const char *name, size_t most, enum body_need need); /* array; NULL left out */
const cJSON *body_object(struct call *c, const char *name, enum body_need need);
bool body_has(struct call *c, const char *name); /* is it there at all? */
/* The same accessors read `object`, an element of `name`, until body_leave; faults name it as name/index/member. */
void body_enter(struct call *c, const char *name, size_t index, const cJSON *object);
void body_leave(struct call *c);
__attribute__((format(printf, 3, 4))) void body_fault(struct call *c, const char *name, const char *format, ...);
/*
 * The same with a word by which pages say it in their reader's language (required, too_long, …; common with the faults
 * of import files, tables/faults.h), and what it is about; code lives as long as the call, about is copied.
 */
__attribute__((format(printf, 5, 6))) void body_fault_coded(
	struct call *c, const char *name, const char *code, const char *about, const char *format, ...);
/* All was read. False: something was wrong, or there was more; 400 or 422 was replied. */
bool body_ends(struct call *c);
/* The 422 that body_ends replies, for faults that were found later. */
void reply_faults(struct call *c);

/* One transaction of the worker's store. call_commit wakes the loop, notify and those who look at the list. */
bool call_begin(struct call *c);
bool call_commit(struct call *c);
/*
 * Who, when and from where are added. Inside a transaction; subject: an id (R001, W001, a login, 17), "" none. What
 * is "read" by the same session, of the same subject and detail, is noted once in ten minutes (readings.h).
 */
void call_audit(struct call *c, const char *what, const char *subject, const char *detail, const char *reason);
/* The end of a transaction that only audits a reading. False: it cannot be noted, 503 was replied: nobody reads unseen.
 */
bool call_noted(struct call *c);
/* A reading of one thing, as a transaction of its own. */
bool call_note(struct call *c, const char *what, const char *subject, const char *detail);

/* The answer, exactly one. `object` and `text` (from malloc) are taken over. */
void reply_json(struct call *c, unsigned status, cJSON *object);
/* 200 with what was read since db_begin_read, if all of it could be; else, or for NULL, 503. */
void reply_view(struct call *c, cJSON *object);
void reply_text(struct call *c, unsigned status, const char *type, char *text, size_t len);
void reply_nothing(struct call *c);               /* 204 */
void reply_see(struct call *c, const char *path); /* 303, after a form */
/* RFC 9457. code: a word for programs (unknown, closed, claimed, not_yours, invalid, …); detail in English. */
__attribute__((format(printf, 4, 5))) void reply_problem(
	struct call *c, unsigned status, const char *code, const char *detail, ...);
void reply_refusal(struct call *c, const struct refusal *no);           /* of a watch rule: 404, 409, 403 or 422 */
void reply_store(struct call *c);                                       /* 503: busy or unwell; nothing was changed */
void reply_header(struct call *c, const char *name, const char *value); /* besides; before or after the reply */
/* A cookie for all paths; seconds 0: as long as the browser; -1: away with it. HttpOnly always. */
void reply_cookie(struct call *c, const char *name, const char *value, int64_t seconds, bool strict);
/* A download of that name: Content-Disposition. */
void reply_file_name(struct call *c, const char *name);

/*
 * To write an answer by fprintf: `out` is the answer's text; reply_written takes it. For JSON made line by line, CSV
 * and pages.
 */
FILE *reply_out(struct call *c);
void reply_written(struct call *c, unsigned status, const char *type);

#endif
