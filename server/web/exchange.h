/*
 * exchange - the inside of a call: for the files that carry one from the socket to a handler and back (serve.c,
 * guard.c, call.c, body.c, reply.c). Handlers see call.h only.
 */
#ifndef WEB_EXCHANGE_H
#define WEB_EXCHANGE_H

#include "common/secret.h"
#include "server/health.h"
#include "server/notify/notify.h"
#include "server/web/call.h"

#define SESSION_COOKIE "mimamori_session"

enum {
	CALL_ARGS = 4,
	CALL_PAIRS = 96,  /* headers, cookies and query fields of one request together */
	CALL_FAULTS = 20, /* of a body that are named */
	CALL_DEPTH = 4,   /* of body_enter */
	REPLY_HEADERS = 12,
};

/* What all calls share, for as long as the web runs. */
struct web_shared {
	const struct settings *settings;
	const struct watch *watch; /* as each thread's own begins */
	struct health *health;
	_Atomic(struct notify *) notify; /* NULL: there is none yet */
	struct board *board;
	struct streams *streams;
	struct readings *readings;
	struct counted *counted;
	int poke_fd;       /* wakes the loop */
	bool secure;       /* browsers come by https: cookies say so */
	bool behind_proxy; /* we listen on this machine only: a front server says who calls */
};

/* A thread that answers calls, with a store of its own. */
struct worker {
	struct web_shared *shared;
	struct store store; /* store.db NULL: it cannot be opened now */
	struct watch watch; /* over it */
};

enum pair_kind { PAIR_HEADER, PAIR_COOKIE, PAIR_QUERY };
struct pair {
	enum pair_kind kind;
	const char *name, *value;
};

struct body_fault {
	char *pointer, *detail;
	const char *code, *about; /* NULL: none was given */
};

struct call {
	struct worker *worker;
	const struct route *route;
	int64_t now;
	/* asked */
	char method[8];
	char *path; /* as it came, still encoded */
	const char *args[CALL_ARGS];
	struct pair pairs[CALL_PAIRS];
	size_t pair_count;
	char address[64];
	char *body;
	size_t body_len, body_room;
	struct caller caller;
	char language[8];
	/* the body, read */
	cJSON *json; /* object; of a form: texts by name */
	bool form, body_read;
	bool body_secret; /* it holds what is wiped at the end */
	struct {
		const cJSON *object;
		char prefix[96];
		const char *seen[48];
		size_t seen_count;
	} level[CALL_DEPTH];
	size_t depth;
	struct body_fault faults[CALL_FAULTS];
	size_t fault_count;
	/* under way */
	bool in_transaction;
	char (*read)[SECRET_HASH]; /* readings.h: what is noted in the transaction */
	size_t read_count;
	struct stream *stream; /* the answer goes on: streams.h */
	void **kept;           /* freed with the call */
	size_t kept_count, kept_room;
	/* the answer */
	bool replied;
	unsigned status;
	const char *type;
	char *text;
	size_t len;
	const void *fixed; /* instead of text: bytes that outlive every call */
	size_t fixed_len;
	struct {
		char *name, *value;
	} headers[REPLY_HEADERS];
	size_t header_count;
	FILE *out;
	char *out_text;
	size_t out_len;
};

struct call *call_new(const char *method, const char *path);
void call_free(struct call *c);
void *call_keep(struct call *c, void *memory); /* freed with the call; memory NULL is out of memory */
/* Percent-decodes; NULL: not UTF-8, or a NUL in it. plus: + is a space. Kept. */
const char *call_decode(struct call *c, const char *text, bool plus);
/* Copies a pair, decoded where it is of the query. False: too many, or not readable. */
bool call_add_pair(struct call *c, enum pair_kind kind, const char *name, const char *value);

/* Finds out who calls and whether they may: sets caller; false: 401, 403 or 415 was replied. */
bool guard_admit(struct call *c);
/* Only who calls, of a route that is not public: before the body is here. False: 401, 403 or 503 was replied. */
bool guard_stands(struct call *c);
unsigned guard_rights(const char *role);
/* The caller is this user from now on, by a session that has just begun. */
void guard_set_user(struct call *c, const char *login, const char *session, const char *token);
/* The scheme and the like of every answer: type-independent headers. */
void reply_reset(struct call *c); /* as if nothing had been replied yet */
/* Bytes that outlive every call, such as an asset's. */
void reply_fixed(struct call *c, unsigned status, const char *type, const void *bytes, size_t len);

#endif
