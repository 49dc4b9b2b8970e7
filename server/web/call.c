/* call - what was asked, read for the handlers; and the one transaction in which they change things. */
#include "server/web/call.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/utf8.h"
#include "common/zone.h"
#include "server/store/audit.h"
#include "server/store/concerned.h"
#include "server/store/daily.h"
#include "server/watch/duty.h"
#include "server/web/board.h"
#include "server/web/exchange.h"
#include "server/web/readings.h"
#include "server/web/streams.h"

struct call *call_new(const char *method, const char *path)
{
	struct call *c = calloc(1, sizeof(*c));

	if (!c)
		fatal("error=\"out of memory\"");
	snprintf(c->method, sizeof(c->method), "%s", method);
	c->path = call_keep(c, strdup(path));
	return c;
}

/* A password stays in our memory no longer than the call that brought it. */
static void wipe_json(cJSON *json)
{
	for (cJSON *m = json ? json->child : NULL; m; m = m->next)
		if (cJSON_IsString(m))
			explicit_bzero(m->valuestring, strlen(m->valuestring));
}

void call_free(struct call *c)
{
	if (!c)
		return;
	if (c->stream)
		streams_drop(c->stream);
	reply_reset(c);
	if (c->body_secret)
		wipe_json(c->json);
	cJSON_Delete(c->json);
	for (size_t i = 0; i < c->kept_count; i++)
		free(c->kept[i]);
	free(c->kept);
	free(c->read);
	free(c->body);
	free(c);
}

void *call_keep(struct call *c, void *memory)
{
	if (!memory)
		fatal("error=\"out of memory\"");
	if (c->kept_count == c->kept_room) {
		c->kept_room = c->kept_room ? 2 * c->kept_room : 64;
		c->kept = realloc(c->kept, c->kept_room * sizeof(*c->kept));
		if (!c->kept)
			fatal("error=\"out of memory\"");
	}
	c->kept[c->kept_count++] = memory;
	return memory;
}

static int hex(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit = (char)tolower((unsigned char)digit);
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

const char *call_decode(struct call *c, const char *text, bool plus)
{
	char *decoded = call_keep(c, malloc(strlen(text) + 1)), *to = decoded;

	for (; *text; text++)
		if (*text == '%') {
			int high = hex(text[1]), low = high < 0 ? -1 : hex(text[2]);

			if (low < 0 || (!high && !low))
				return NULL;
			*to++ = (char)(16 * high + low);
			text += 2;
		} else {
			*to++ = *text == '+' && plus ? ' ' : *text;
		}
	*to = '\0';
	return utf8_valid(decoded, (size_t)(to - decoded)) ? decoded : NULL;
}

bool call_add_pair(struct call *c, enum pair_kind kind, const char *name, const char *value)
{
	struct pair *p = &c->pairs[c->pair_count];

	if (c->pair_count == CALL_PAIRS)
		return false;
	p->kind = kind;
	if (kind == PAIR_QUERY) {
		p->name = call_decode(c, name, true);
		p->value = call_decode(c, value ? value : "", true);
	} else {
		p->name = call_keep(c, strdup(name));
		p->value = call_keep(c, strdup(value ? value : ""));
	}
	if (!p->name || !p->value)
		return false; /* it is none */
	c->pair_count++;
	return true;
}

static const char *find_pair(const struct call *c, enum pair_kind kind, const char *name)
{
	for (size_t i = 0; i < c->pair_count; i++) {
		const struct pair *p = &c->pairs[i];

		if (p->kind == kind &&
			(kind == PAIR_HEADER ? strcasecmp(p->name, name) == 0 : strcmp(p->name, name) == 0))
			return p->value;
	}
	return NULL;
}

const char *call_method(const struct call *c)
{
	return c->method;
}

const char *call_path(const struct call *c)
{
	return c->path;
}

const char *call_arg(const struct call *c, size_t n)
{
	return n < CALL_ARGS && c->args[n] ? c->args[n] : "";
}

static bool whole_number(const char *text, int64_t least, int64_t most, int64_t *number)
{
	char *end;

	if (!isdigit((unsigned char)text[*text == '-']) || strlen(text) > 18)
		return false;
	*number = strtoll(text, &end, 10);
	return !*end && *number >= least && *number <= most;
}

bool call_id(struct call *c, size_t n, int64_t *id)
{
	if (whole_number(call_arg(c, n), 1, INT64_MAX, id))
		return true;
	reply_problem(c, 404, "unknown", "there is no %s", c->path);
	return false;
}

const char *call_query(const struct call *c, const char *name)
{
	return find_pair(c, PAIR_QUERY, name);
}

const char *call_asked(const struct call *c, const char *name)
{
	const char *value = call_query(c, name);

	return value ? value : "";
}

const char *call_header(const struct call *c, const char *name)
{
	return find_pair(c, PAIR_HEADER, name);
}

const char *call_header_last(const struct call *c, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < c->pair_count; i++)
		if (c->pairs[i].kind == PAIR_HEADER && strcasecmp(c->pairs[i].name, name) == 0)
			value = c->pairs[i].value;
	return value;
}

const char *call_cookie(const struct call *c, const char *name)
{
	return find_pair(c, PAIR_COOKIE, name);
}

const char *call_body(const struct call *c, size_t *len)
{
	*len = c->body_len;
	return c->body ? c->body : "";
}

const char *call_address(const struct call *c)
{
	return c->address;
}

static bool is_language(const char *text)
{
	return text && (strcmp(text, "ja") == 0 || strcmp(text, "en") == 0 || strcmp(text, "ja-easy") == 0);
}

const char *call_language(const struct call *c)
{
	const char *asked = call_query(c, "lang"), *cookie = call_cookie(c, "lang");

	if (is_language(asked))
		return asked;
	if (is_language(cookie))
		return cookie;
	if (c->caller.user.language[0])
		return c->caller.user.language;
	return c->worker->shared->settings->language;
}

int64_t call_now(const struct call *c)
{
	return c->now;
}

const struct caller *call_caller(const struct call *c)
{
	return &c->caller;
}

struct watch *call_watch(const struct call *c)
{
	return &c->worker->watch;
}

struct store *call_store(const struct call *c)
{
	return &c->worker->store;
}

const struct settings *call_settings(const struct call *c)
{
	return c->worker->shared->settings;
}

bool call_day(struct call *c, const char *name, int32_t *day)
{
	const char *text = call_query(c, name);

	*day = zone_day(c->now);
	if (!text || !*text || date_parse(text, day))
		return true;
	reply_problem(c, 422, "invalid", "%s=%.40s is no date (2026-11-23)", name, text);
	return false;
}

bool call_number(struct call *c, const char *name, int64_t least, int64_t most, int64_t none, int64_t *number)
{
	const char *text = call_query(c, name);

	*number = none;
	if (!text || !*text || whole_number(text, least, most, number))
		return true;
	reply_problem(c, 422, "invalid", "%s=%.40s is no whole number from %lld to %lld", name, text, (long long)least,
		(long long)most);
	return false;
}

bool call_flag(struct call *c, const char *name, bool *flag)
{
	const char *text = call_asked(c, name);

	*flag = strcmp(text, "true") == 0;
	if (!*text || *flag || strcmp(text, "false") == 0)
		return true;
	reply_problem(c, 422, "invalid", "%s is true or false", name);
	return false;
}

bool place_parse(const char *text, int64_t *at, int64_t *id)
{
	const char *dot = strchr(text, '.');
	char first[24];

	if (!dot || dot - text >= (ptrdiff_t)sizeof(first))
		return false;
	snprintf(first, sizeof(first), "%.*s", (int)(dot - text), text);
	return whole_number(first, INT64_MIN, INT64_MAX, at) && whole_number(dot + 1, 1, INT64_MAX, id);
}

bool call_place(struct call *c, int64_t none, int64_t *at, int64_t *id)
{
	const char *cursor = call_query(c, "cursor");

	*at = *id = none;
	if (!cursor || !*cursor || place_parse(cursor, at, id))
		return true;
	reply_problem(c, 422, "invalid", "cursor is none that an answer to this gave");
	return false;
}

bool call_by_person(struct call *c)
{
	if (c->caller.kind == CALLER_USER)
		return true;
	reply_problem(c, 403, "right", "this is for a person who signed in, not for a program");
	return false;
}

const char *call_districts(struct call *c)
{
	const char *districts = c->caller.user.districts;
	size_t len = strlen(districts);
	char *text;

	if (c->caller.all_districts || !len)
		return "";
	text = call_keep(c, malloc(len + 3));
	snprintf(text, len + 3, " %s ", districts);
	for (char *at = text; *at; at++)
		if (*at == ',' || *at == ';')
			*at = ' ';
	return text;
}

bool call_covers(const struct call *c, const char *district)
{
	return c->caller.all_districts || (*district && duty_covers(&c->caller.user, district));
}

bool call_district(struct call *c, const char *district)
{
	if (!district[0] || (call_covers(c, district) && daily_district(call_store(c), district)))
		return true;
	if (db_status(call_store(c)->db) != DB_FINE)
		reply_store(c);
	else
		reply_problem(c, 404, "unknown", "there is no district %.64s", district);
	return false;
}

bool call_resident(struct call *c, const char *resident_id, struct resident *r)
{
	if (residents_find(call_store(c), resident_id, r) && call_covers(c, r->district))
		return true;
	if (db_status(call_store(c)->db) != DB_FINE)
		reply_store(c);
	else
		reply_problem(c, 404, "unknown", "there is no resident %.64s", resident_id);
	return false;
}

bool call_answers(const struct call *c)
{
	return c->caller.all_districts || c->caller.rights & RIGHT_ACT;
}

bool call_covers_incident(struct call *c, const struct incident *i)
{
	char districts[256][65];
	size_t n;

	if (call_covers(c, i->district))
		return true;
	n = concerned_districts(call_store(c), i->id, districts, 256);
	if (!n && !i->district[0])
		return call_answers(c);
	while (n-- > 0)
		if (call_covers(c, districts[n]))
			return true;
	return false;
}

bool call_incident(struct call *c, int64_t id, struct incident *i)
{
	if (incidents_find(call_store(c), id, i) && call_covers_incident(c, i))
		return true;
	if (db_status(call_store(c)->db) != DB_FINE)
		reply_store(c);
	else
		reply_problem(c, 404, "unknown", "there is no incident %lld", (long long)id);
	return false;
}

bool call_begin(struct call *c)
{
	struct watch *w = call_watch(c);

	c->in_transaction = store_begin(call_store(c));
	c->read_count = 0;
	if (!c->in_transaction)
		reply_store(c);
	/* The clock may have been set while we waited for the store: nothing is written by what it was (rules 6). */
	c->now = clock_now();
	memcpy(w->acting.who, c->caller.who, sizeof(w->acting.who));
	memcpy(w->acting.address, c->address, sizeof(w->acting.address));
	return c->in_transaction;
}

/*
 * Two threads that note the same reading at once may both write it; that the second waits for the first would be to
 * trust a row that may not come to be.
 */
static bool commit(struct call *c)
{
	c->in_transaction = false;
	if (!store_commit(call_store(c))) {
		reply_store(c);
		return false;
	}
	for (size_t i = 0; i < c->read_count; i++)
		readings_noted(c->worker->shared->readings, c->read[i], c->now);
	return true;
}

bool call_commit(struct call *c)
{
	static const uint64_t one = 1;
	struct notify *notify = c->worker->shared->notify;

	if (!commit(c))
		return false;
	board_touch(c->worker->shared->board);
	if (c->worker->shared->poke_fd >= 0 && write(c->worker->shared->poke_fd, &one, sizeof(one)) < 0)
		log_debug("poke=full"); /* the loop is awake as it is */
	if (notify)
		notify_poke(notify);
	return true;
}

/* Who reads what by which session, where it is a reading and somebody is signed in. */
static bool is_reading(
	const struct call *c, const char *what, const char *subject, const char *detail, char key[SECRET_HASH])
{
	return strcmp(what, "read") == 0 && c->caller.session[0] &&
	       readings_key(c->caller.session, subject, detail, key);
}

static void keep_reading(struct call *c, const char *key)
{
	c->read = realloc(c->read, (c->read_count + 1) * sizeof(*c->read));
	if (!c->read)
		fatal("error=\"out of memory\"");
	memcpy(c->read[c->read_count++], key, sizeof(*c->read));
}

void call_audit(struct call *c, const char *what, const char *subject, const char *detail, const char *reason)
{
	char key[SECRET_HASH];

	if (is_reading(c, what, subject, detail, key)) {
		if (readings_known(c->worker->shared->readings, key, c->now))
			return;
		keep_reading(c, key);
	}
	audit_note(call_store(c), &(struct audit_entry){ .at = c->now,
					  .who = c->caller.who,
					  .what = what,
					  .subject = subject,
					  .detail = detail,
					  .address = c->address,
					  .reason = reason });
}

bool call_noted(struct call *c)
{
	return commit(c);
}

bool call_note(struct call *c, const char *what, const char *subject, const char *detail)
{
	char key[SECRET_HASH];

	if (is_reading(c, what, subject, detail, key) && readings_known(c->worker->shared->readings, key, c->now))
		return true;
	if (!call_begin(c))
		return false;
	call_audit(c, what, subject, detail, "");
	return call_noted(c);
}
