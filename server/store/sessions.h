/*
 * sessions - who is signed in: browsers by session, programs by API key. Tokens are kept as their hash (secret.h).
 */
#ifndef STORE_SESSIONS_H
#define STORE_SESSIONS_H

#include "server/store/incidents.h"
#include "server/store/users.h"

#define SESSION_AGENT 200

struct session {
	char hash[65], login[LOGIN], address[64], agent[SESSION_AGENT];
	int64_t began_at, seen_at;
	int64_t ended_at; /* signed out, or taken away; 0: it stands */
};
void sessions_add(struct store *s, const struct session *session);
bool sessions_find(struct store *s, const char *hash, struct session *session);
void sessions_seen(struct store *s, const char *hash, int64_t now);
/* False: there is none that stands. */
bool sessions_end(struct store *s, const char *hash, int64_t now);
/* All of a user's but one ("" none); how many. */
int64_t sessions_end_all(struct store *s, const char *login, const char *except, int64_t now);
/* Those that stand, latest seen first, of one user or ("") all; seen since. */
size_t sessions_list(struct store *s, const char *login, int64_t seen_since, struct session *list, size_t most);
/* Rows of sessions that ended or were last seen before an instant are taken away; how many. */
int64_t sessions_sweep(struct store *s, int64_t before);

struct api_key {
	int64_t id;
	char hash[65], name[65], login[LOGIN], scopes[128], made_by[PERSON];
	int64_t made_at, seen_at, revoked_at; /* 0: never */
};
void api_keys_add(struct store *s, struct api_key *k); /* sets id */
bool api_keys_find(struct store *s, const char *hash, struct api_key *k);
void api_keys_seen(struct store *s, int64_t id, int64_t now);
bool api_keys_revoke(struct store *s, int64_t id, int64_t now); /* false: there is none that stands */
size_t api_keys_list(struct store *s, struct api_key *list, size_t most);

/* How often something failed lately, by what is counted: 'login:tanaka'. 0 where nothing did. */
int64_t throttles_failures(struct store *s, const char *key, int64_t *last_at);
/* One more; what failed longer than `forget_ms` ago no longer counts. */
void throttles_add(struct store *s, const char *key, int64_t now, int64_t forget_ms);
void throttles_clear(struct store *s, const char *key);
/* So many of them no longer count. */
void throttles_forgive(struct store *s, const char *key, int64_t failures);
int64_t throttles_sweep(struct store *s, int64_t before);

/* The clock was set back: whatever was seen, failed or made later than now was so now. */
void sessions_until(struct store *s, int64_t now);

/* Browsers in which an account signed in before, by a hash of both. */
void browsers_add(struct store *s, const char *hash, int64_t now);
bool browsers_known(struct store *s, const char *hash);

/* One-time links that make the first account. */
void setups_add(struct store *s, const char *hash, int64_t now, int64_t until_at);
bool setups_use(struct store *s, const char *hash, int64_t now);  /* false: unknown, used or over */
bool setups_open(struct store *s, const char *hash, int64_t now); /* could it be used? */

#endif
