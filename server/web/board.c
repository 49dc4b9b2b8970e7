/*
 * board - the thread that reads today's list, and those who wait for it.
 *
 * What others commit is noticed by two numbers that only grow: the last event and the last check-in. What time alone
 * changes (a window opens, DUE passes) shows when the list is read again after a while.
 */
#include "server/web/board.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/written.h"
#include "common/zone.h"
#include "server/store/marks.h"
#include "server/store/sessions.h"
#include "server/store/timeline.h"
#include "server/watch/json.h"

enum {
	LOOK_EACH = 500,        /* ms: has anything changed? */
	EVENTS_EACH = 1000,     /* that a look follows up */
	READ_AGAIN = 10 * 1000, /* although nothing has */
	FRESH = 3 * 1000,       /* a list that was right so long ago is still given */
	REST = 4,               /* times as long as reading took, until it is read again */
	ASKED_FOR = 60 * 1000,  /* since the last reader: then nobody looks */
	TEND_EACH = 15 * 1000,  /* streams */
	GIVE_UP = 8 * 1000,     /* waiting for a list */
	STACK = 8 << 20,
};

struct board {
	const struct settings *settings;
	struct streams *streams;
	struct store store; /* the thread's */
	struct watch watch;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t wake;  /* the thread: somebody wants a list, or stop */
	pthread_cond_t fresh; /* readers: there is a new list, or reading failed */
	bool stopping;
	struct board_list *list; /* NULL: none yet */
	int64_t right_at;        /* clock_boot: when the list was last known to be so */
	int64_t touched_at;      /* clock_boot: what must be on it */
	int64_t asked_at;        /* by a reader */
	size_t waiting;          /* readers */
	int64_t failures;        /* readings that failed */
	int64_t cost_ms;         /* of the last reading */
	struct marks marks;
	int64_t event; /* incidents with events up to this one were said */
	int64_t tended_at;
};

struct board_list *board_read(struct watch *w, int32_t day, int64_t now)
{
	struct board_list *list = calloc(1, sizeof(*list));
	const char *at;
	size_t len;
	FILE *out;

	if (!list)
		fatal("error=\"out of memory\"");
	list->began = clock_boot();
	if (!daily_read(&list->daily, w, day, "", now)) {
		free(list);
		return NULL;
	}
	list->json = calloc(list->daily.residents + 1, sizeof(*list->json));
	list->more = calloc(list->daily.residents + 1, sizeof(*list->more));
	out = written_open(&list->memory, &len);
	if (!list->json || !list->more)
		fatal("error=\"out of memory\"");
	for (size_t i = 0; i < list->daily.residents; i++) {
		daily_write_row(list->daily.rows[i], out);
		fputc('\0', out);
		daily_write_more(list->daily.rows[i], out);
		fputc('\0', out);
	}
	written_close(out);
	out = written_open(&list->questions, &len);
	daily_write_questions(&list->daily, out);
	written_close(out);
	at = list->memory;
	for (size_t i = 0; i < list->daily.residents; i++) {
		list->json[i] = at;
		list->more[i] = at + strlen(at) + 1;
		at = list->more[i] + strlen(list->more[i]) + 1;
	}
	list->holders = 1;
	return list;
}

void board_free(struct board_list *list)
{
	if (!list)
		return;
	daily_release(&list->daily);
	free(list->json);
	free(list->more);
	free(list->memory);
	free(list->questions);
	free(list);
}

/* What has changed from one list to the next */

struct place {
	const char *resident_id;
	size_t index;
};

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct place *)a)->resident_id, ((const struct place *)b)->resident_id);
}

static struct place *places_of(const struct board_list *list)
{
	struct place *places = calloc(list->daily.residents + 1, sizeof(*places));

	if (!places)
		fatal("error=\"out of memory\"");
	for (size_t i = 0; i < list->daily.residents; i++)
		places[i] = (struct place){ list->daily.rows[i]->resident_id, i };
	qsort(places, list->daily.residents, sizeof(*places), by_id);
	return places;
}

/* What differs in one district: texts that grow while the lists are compared. */
struct changes {
	struct {
		char *text;
		size_t len;
		FILE *out;
	} rows, more, gone;
};

static void open_changes(struct changes *c)
{
	if (c->rows.out)
		return;
	c->rows.out = written_open(&c->rows.text, &c->rows.len);
	c->more.out = written_open(&c->more.text, &c->more.len);
	c->gone.out = written_open(&c->gone.text, &c->gone.len);
}

static void close_changes(struct changes *c)
{
	if (!c->rows.out)
		return;
	written_close(c->rows.out);
	written_close(c->more.out);
	written_close(c->gone.out);
}

static void free_changes(struct changes *c)
{
	free(c->rows.text);
	free(c->more.text);
	free(c->gone.text);
}

/* What is said to those who follow, while it is being written. */
struct saying {
	char *text;
	size_t len;
	FILE *out;
};

static FILE *open_saying(struct saying *s)
{
	s->out = written_open(&s->text, &s->len);
	return s->out;
}

static void say(struct board *b, struct saying *s, const char *event, const char *district)
{
	written_close(s->out);
	streams_say(b->streams, event, district, s->text);
	free(s->text);
}

/* Each text begins with the comma of its first element. */
static void say_rows(
	struct board *b, const struct daily_district *share, const char *rows, const char *more, const char *gone)
{
	struct saying s;
	FILE *out = open_saying(&s);

	fputs("{\"district\":", out);
	json_write_text(share->district, out);
	fprintf(out, ",\"version\":%lld,\"rows\":[%s],\"more\":{%s},\"gone\":[%s]}", (long long)share->version,
		rows + (*rows == ','), more + (*more == ','), gone + (*gone == ','));
	say(b, &s, "rows", share->district);
}

/* It is no more on the list of the district it was in; a district with nobody left is not on the list itself. */
static void say_gone(struct board *b, const struct board_list *is, struct changes *changes, const struct daily_row *row)
{
	const struct daily_district *share = daily_district_of(&is->daily, row->district);

	if (!share) {
		streams_say(b->streams, "reload", row->district, "{}");
		return;
	}
	open_changes(&changes[share - is->daily.districts]);
	fputc(',', changes[share - is->daily.districts].gone.out);
	json_write_text(row->resident_id, changes[share - is->daily.districts].gone.out);
}

/* Compares the two, both by id, and says what differs, district by district. */
static void say_changes(struct board *b, const struct board_list *was, const struct board_list *is)
{
	struct place *old = places_of(was), *new = places_of(is);
	struct changes *changes = calloc(is->daily.district_count + 1, sizeof(*changes));
	size_t i = 0, k = 0;

	if (!changes)
		fatal("error=\"out of memory\"");
	while (i < was->daily.residents || k < is->daily.residents) {
		int order = i == was->daily.residents  ? 1
			    : k == is->daily.residents ? -1
						       : strcmp(old[i].resident_id, new[k].resident_id);
		const struct daily_row *row = order < 0 ? was->daily.rows[old[i].index] : is->daily.rows[new[k].index];
		const struct daily_district *share = daily_district_of(&is->daily, row->district);

		if (!order && strcmp(row->district, was->daily.rows[old[i].index]->district) != 0)
			say_gone(b, is, changes, was->daily.rows[old[i].index]);
		if (order < 0) {
			say_gone(b, is, changes, row);
		} else if (share && (order || strcmp(was->json[old[i].index], is->json[new[k].index]) != 0 ||
					    strcmp(was->more[old[i].index], is->more[new[k].index]) != 0)) {
			struct changes *c = &changes[share - is->daily.districts];

			open_changes(c);
			fprintf(c->rows.out, ",%s", is->json[new[k].index]);
			if (*is->more[new[k].index]) {
				fputc(',', c->more.out);
				json_write_text(row->resident_id, c->more.out);
				fprintf(c->more.out, ":%s", is->more[new[k].index]);
			}
		}
		i += order <= 0;
		k += order >= 0;
	}
	for (size_t d = 0; d < is->daily.district_count; d++) {
		close_changes(&changes[d]);
		if (changes[d].gone.len) /* of all districts first: whoever moved between two of them has come last */
			say_rows(b, &is->daily.districts[d], "", "", changes[d].gone.text);
	}
	for (size_t d = 0; d < is->daily.district_count; d++) {
		const struct daily_district *share = &is->daily.districts[d];
		const struct daily_district *before = daily_district_of(&was->daily, share->district);

		if (changes[d].rows.len)
			say_rows(b, share, changes[d].rows.text, changes[d].more.text, "");
		else if (!before || before->version != share->version)
			say_rows(b, share, "", "", ""); /* who signs has read this version, though no row is another */
		free_changes(&changes[d]);
	}
	free(changes);
	free(old);
	free(new);
}

/* What stands over the rows, for all who follow: each district's part says the rest. */
static void say_head(struct board *b, const struct board_list *is)
{
	struct saying s;
	FILE *out = open_saying(&s);

	daily_write_head(&is->daily, is->daily.version, out);
	fputs(",\"nobody_can_be_told\":", out);
	fputs(is->daily.unreached ? "true}" : "false}", out);
	say(b, &s, "list", "");
}

static void say_questions(struct board *b, const struct board_list *is)
{
	char *data;

	if (asprintf(&data, "{\"questions\":%s}", is->questions) < 0)
		fatal("error=\"out of memory\"");
	streams_say_answering(b->streams, "questions", data);
	free(data);
}

static bool same_head(const struct board_list *a, const struct board_list *b)
{
	return a->daily.day == b->daily.day && a->daily.version == b->daily.version &&
	       a->daily.listening == b->daily.listening && a->daily.blind_count == b->daily.blind_count &&
	       a->daily.unreached == b->daily.unreached;
}

static void say_difference(struct board *b, const struct board_list *was, const struct board_list *is)
{
	if (was && was->daily.day != is->daily.day) {
		streams_say(b->streams, "reload", "", "{}"); /* a new day: a new list */
		return;
	}
	if (!was || !streams_count(b->streams))
		return;
	if (!same_head(was, is))
		say_head(b, is);
	if (strcmp(was->questions, is->questions) != 0)
		say_questions(b, is);
	say_changes(b, was, is);
}

/* The thread */

static bool open_store(struct board *b)
{
	char why[256];

	if (b->store.db)
		return true;
	if (store_open(&b->store, b->settings->store_url, why, sizeof(why)) == DB_FINE)
		return true;
	b->store.db = NULL;
	return false;
}

static bool is_same(const struct user *was, const struct user *is)
{
	return !is->disabled_at && strcmp(was->role, is->role) == 0 && strcmp(was->districts, is->districts) == 0;
}

/* Whether a session or a key still lets its user in as who they were; a store that is unwell ends nothing. */
static bool stands(void *context, const struct user *was, const char *hash)
{
	struct board *b = context;
	struct session session;
	struct api_key key;
	struct user user;
	int64_t now = clock_now();

	if (!b->store.db)
		return true;
	if (sessions_find(&b->store, hash, &session))
		return !session.ended_at && now - session.seen_at < b->settings->session_idle_ms &&
		       now - session.began_at < b->settings->session_longest_ms &&
		       users_find(&b->store, session.login, &user) && is_same(was, &user);
	if (api_keys_find(&b->store, hash, &key))
		return !key.revoked_at && users_find(&b->store, key.login, &user) && is_same(was, &user);
	return db_status(b->store.db) != DB_FINE;
}

/* Reads the list anew. The lock is not held. False: the store gave none. */
static bool read_list(struct board *b, const struct marks *marks)
{
	int64_t now = clock_now();
	struct board_list *list = board_read(&b->watch, zone_day(now), now), *was;

	pthread_mutex_lock(&b->lock);
	was = b->list;
	if (list) {
		b->list = list;
		b->marks = *marks;
		b->right_at = list->began;
		b->cost_ms = clock_boot() - list->began;
	} else {
		b->failures++;
	}
	pthread_cond_broadcast(&b->fresh);
	pthread_mutex_unlock(&b->lock);
	if (!list) {
		store_close(&b->store);
		return false;
	}
	if (was) {
		say_difference(b, was, list);
		board_drop(b, was);
	}
	return true;
}

/*
 * Says which incidents something happened to: a note, say, or what became of a mail, is on no line of the list. What
 * one may read of it is the reader's own matter.
 */
static void say_incidents(struct board *b, int64_t latest)
{
	int64_t until = latest - b->event > EVENTS_EACH ? b->event + EVENTS_EACH : latest, id;
	char resident_id[65], district[65];
	struct query *q;

	if (!b->list || !streams_count(b->streams) || latest < b->event) {
		b->event = latest;
		return;
	}
	if (until == b->event)
		return;
	q = timeline_touched(&b->store, b->event, until);
	while (timeline_touched_next(q, &id, resident_id, district)) {
		struct saying s;
		FILE *out = open_saying(&s);

		fprintf(out, "{\"id\":%lld,\"resident_id\":", (long long)id);
		json_write_text(resident_id, out);
		fputc('}', out);
		say(b, &s, "incident", district);
	}
	db_done(q);
	if (db_status(b->store.db) == DB_FINE)
		b->event = until;
}

/* Whether a page wrote something since the list was read: a record, say, of which no event tells. */
static bool is_behind(const struct board *b)
{
	return b->list && b->list->began <= b->touched_at;
}

/*
 * One look: has anything changed, is anybody there to see it, and was the last reading long enough ago? False: there is
 * no sense in another one at once.
 */
static bool look(struct board *b)
{
	int64_t boot = clock_boot();
	struct marks marks = { 0 };
	bool touched, behind, wanted, changed, due;

	pthread_mutex_lock(&b->lock);
	wanted = streams_count(b->streams) || boot - b->asked_at < ASKED_FOR;
	behind = is_behind(b);
	touched = !b->list || (b->waiting && behind);
	due = !b->list || boot - b->list->began >= READ_AGAIN;
	pthread_mutex_unlock(&b->lock);
	if (!wanted)
		return false;
	if (!open_store(b) || !marks_read(&b->store, &marks)) {
		pthread_mutex_lock(&b->lock);
		b->failures++;
		pthread_cond_broadcast(&b->fresh);
		pthread_mutex_unlock(&b->lock);
		store_close(&b->store);
		return false;
	}
	say_incidents(b, marks.event);
	changed = behind || memcmp(&marks, &b->marks, sizeof(marks)) != 0;
	if (touched || due || (changed && boot - b->list->began >= (1 + REST) * b->cost_ms)) {
		return read_list(b, &marks);
	}
	pthread_mutex_lock(&b->lock);
	b->right_at = changed ? b->right_at : boot;
	pthread_cond_broadcast(&b->fresh);
	pthread_mutex_unlock(&b->lock);
	return true;
}

/* `again`: not if a reader waits for what was touched since. */
static void rest(struct board *b, bool again)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += LOOK_EACH * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&b->lock);
	if (!b->stopping && !(again && b->waiting && is_behind(b)))
		pthread_cond_timedwait(&b->wake, &b->lock, &until);
	pthread_mutex_unlock(&b->lock);
}

static void *run(void *context)
{
	struct board *b = context;
	int64_t boot;
	bool stopping, again;

	do {
		again = look(b);
		boot = clock_boot();
		if (boot - b->tended_at >= TEND_EACH) {
			b->tended_at = boot;
			open_store(b);
			streams_tend(b->streams, stands, b);
		}
		rest(b, again);
		pthread_mutex_lock(&b->lock);
		stopping = b->stopping;
		pthread_mutex_unlock(&b->lock);
	} while (!stopping);
	store_close(&b->store);
	return NULL;
}

struct board *board_start(const struct settings *settings, const struct watch *watch, struct streams *streams)
{
	struct board *b = calloc(1, sizeof(*b));
	pthread_condattr_t monotonic;
	pthread_attr_t attributes;

	if (!b)
		fatal("error=\"out of memory\"");
	b->settings = settings;
	b->streams = streams;
	b->watch = *watch;
	b->watch.store = &b->store;
	b->asked_at = -ASKED_FOR;
	pthread_mutex_init(&b->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&b->wake, &monotonic);
	pthread_cond_init(&b->fresh, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK);
	if (pthread_create(&b->thread, &attributes, run, b) != 0)
		fatal("error=\"no thread for the list: %m\"");
	pthread_attr_destroy(&attributes);
	return b;
}

void board_stop(struct board *b)
{
	if (!b)
		return;
	pthread_mutex_lock(&b->lock);
	b->stopping = true;
	pthread_cond_broadcast(&b->wake);
	pthread_mutex_unlock(&b->lock);
	pthread_join(b->thread, NULL);
	board_free(b->list);
	pthread_mutex_destroy(&b->lock);
	pthread_cond_destroy(&b->wake);
	pthread_cond_destroy(&b->fresh);
	free(b);
}

const struct board_list *board_hold(struct board *b)
{
	int64_t boot = clock_boot(), failures, touched_at;
	struct timespec until;
	struct board_list *list = NULL;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += GIVE_UP / 1000;
	pthread_mutex_lock(&b->lock);
	b->asked_at = boot;
	b->waiting++;
	touched_at = b->touched_at; /* what others do meanwhile is not waited for */
	failures = b->failures;
	for (;;) {
		if (b->list && b->list->began > touched_at && boot - b->right_at <= FRESH + (1 + REST) * b->cost_ms) {
			list = b->list;
			list->holders++;
			break;
		}
		pthread_cond_signal(&b->wake);
		if (b->failures != failures || pthread_cond_timedwait(&b->fresh, &b->lock, &until) != 0)
			break;
	}
	b->waiting--;
	pthread_mutex_unlock(&b->lock);
	return list;
}

void board_drop(struct board *b, const struct board_list *held)
{
	struct board_list *list = (struct board_list *)(uintptr_t)held;
	bool last;

	pthread_mutex_lock(&b->lock);
	last = --list->holders == 0;
	pthread_mutex_unlock(&b->lock);
	if (last)
		board_free(list);
}

void board_touch(struct board *b)
{
	pthread_mutex_lock(&b->lock);
	b->touched_at = clock_boot();
	pthread_cond_signal(&b->wake);
	pthread_mutex_unlock(&b->lock);
}
