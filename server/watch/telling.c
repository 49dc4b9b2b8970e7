/*
 * telling - who is written to, on which channel, and what became of it.
 *
 * A notification's round makes its key new. Steps raise the incident's round, and so does every event that tells
 * somebody, so that a second claim is told again; fired_round remembers which round asked people to go.
 */
#include <stdio.h>
#include <string.h>

#include "common/zone.h"
#include "server/store/addresses.h"
#include "server/store/expectations.h"
#include "server/store/never_told.h"
#include "server/store/timeline.h"
#include "server/store/users.h"
#include "server/store/watchers.h"
#include "server/watch/disclosure.h"
#include "server/watch/duty.h"
#include "server/watch/summary.h"
#include "server/watch/telling.h"

enum { TOLD_MOST = 512, LINKS_MOST = 64 };

static const char *after(const char *person, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(person, prefix, n) == 0 ? person + n : NULL;
}

const char *person_watcher(const char *person)
{
	return after(person, "watcher:");
}

const char *person_user(const char *person)
{
	return after(person, "user:");
}

const char *person_resident(const char *person)
{
	return after(person, "resident:");
}

void telling_channels(struct watch *w, const char *person, char *channels, size_t size)
{
	struct watcher watcher;
	struct user user;
	size_t used;

	channels[0] = '\0';
	if (person_watcher(person) && watchers_find(w->store, person_watcher(person), &watcher)) {
		snprintf(channels, size, "%s", watcher.channels);
	} else if (person_user(person) && users_find(w->store, person_user(person), &user)) {
		snprintf(channels, size, "%s", user.channels);
	} else if (person_resident(person)) {
		char own[sizeof(((struct resident *)0)->channels)];

		if (!residents_channels(w->store, person_resident(person), own, sizeof(own)))
			return;
		addresses_devices(w->store, person_resident(person), channels, size - sizeof(own));
		used = strlen(channels);
		if (own[0])
			snprintf(channels + used, size - used, "%s%s", used ? " " : "", own);
	}
}

const char *telling_language(struct watch *w, const char *person)
{
	struct resident resident;
	char of_watcher[8];
	const char *language = "";

	if (person_watcher(person) && watchers_language(w->store, person_watcher(person), of_watcher))
		language = of_watcher;
	else if (person_resident(person) && residents_find(w->store, person_resident(person), &resident))
		language = resident.language;
	if (!language[0])
		language = w->language;
	return strcmp(language, "en") == 0 ? "en" : "ja";
}

void telling_name(struct watch *w, const char *person, char name[PERSON_NAME])
{
	struct watcher watcher;
	struct user user;
	struct resident resident;
	const char *colon = strchr(person, ':');

	snprintf(name, PERSON_NAME, "%s", colon ? colon + 1 : person);
	if (person_watcher(person) && watchers_find(w->store, person_watcher(person), &watcher))
		snprintf(name, PERSON_NAME, "%s", watcher.name);
	else if (person_user(person) && users_find(w->store, person_user(person), &user))
		snprintf(name, PERSON_NAME, "%s", user.name);
	else if (person_resident(person) && residents_find(w->store, person_resident(person), &resident))
		snprintf(name, PERSON_NAME, "%s", resident.name);
}

/* Takes the next address of a space-separated list; false: there is none. */
static bool take_address(const char **at, char address[ADDRESS])
{
	size_t n;

	for (;; *at += n) {
		*at += strspn(*at, " ");
		n = strcspn(*at, " ");
		if (n < ADDRESS)
			break;
	}
	memcpy(address, *at, n);
	address[n] = '\0';
	*at += n;
	return n > 0;
}

/* The address after one that was tried; where that is no longer in the list, the first. */
static bool next_address(const char *channels, const char *tried, char next[ADDRESS])
{
	const char *at = channels;

	while (take_address(&at, next))
		if (strcmp(next, tried) == 0)
			return take_address(&at, next);
	at = channels;
	return take_address(&at, next);
}

static bool write_on(struct watch *w, const struct incident *i, const char *what, const char *person,
	const char *channel, const char *detail, int64_t send_at, bool put_off, int64_t now)
{
	struct notification n = { 0 };

	if (person_watcher(person) && never_told_bars(w->store, i->resident_id, person_watcher(person)))
		return false; /* not even how what they were told before has ended */
	n.incident_id = i->id;
	n.round = i->round;
	n.urgent = i->kind == INCIDENT_HELP;
	n.put_off = put_off;
	n.written_at = now;
	n.send_at = send_at > now ? send_at : summary_send_at(w, i, what, person, now);
	snprintf(n.kind, sizeof(n.kind), "%s", incident_kind_name(i->kind));
	snprintf(n.what, sizeof(n.what), "%s", what);
	snprintf(n.person, sizeof(n.person), "%s", person);
	snprintf(n.channel, sizeof(n.channel), "%s", channel);
	snprintf(n.detail, sizeof(n.detail), "%s", detail);
	return notifications_add(w->store, &n);
}

bool telling_write_on(struct watch *w, const struct incident *i, const char *what, const char *person,
	const char *channels, const char *detail, int64_t send_at, bool put_off, int64_t now)
{
	char channel[ADDRESS];
	bool written = false;

	while (take_address(&channels, channel)) {
		written |= write_on(w, i, what, person, channel, detail, send_at, put_off, now);
		if (!person_resident(person))
			break;
	}
	return written;
}

bool telling_write(struct watch *w, const struct incident *i, const char *what, const char *person, const char *detail,
	int64_t send_at, bool put_off, int64_t now)
{
	char channels[2 * ADDRESS];

	telling_channels(w, person, channels, sizeof(channels));
	return telling_write_on(w, i, what, person, channels, detail, send_at, put_off, now);
}

bool telling_remind(struct watch *w, const char *resident_id, int64_t expectation_id, int round, int64_t now)
{
	char person[PERSON], channels[2 * ADDRESS], channel[ADDRESS];
	const char *at = channels;
	bool written = false;

	PERSON_OF(person, "resident", resident_id);
	telling_channels(w, person, channels, sizeof(channels));
	while (take_address(&at, channel)) {
		struct notification n = {
			.expectation_id = expectation_id, .round = round, .written_at = now, .send_at = now
		};

		snprintf(n.kind, sizeof(n.kind), "reminder");
		snprintf(n.what, sizeof(n.what), "reminder");
		snprintf(n.person, sizeof(n.person), "%s", person);
		snprintf(n.channel, sizeof(n.channel), "%s", channel);
		written |= notifications_add(w->store, &n);
	}
	return written;
}

/* Urgent, so that it goes alone: a subject that says "test" must not stand over an alert. */
size_t telling_test(struct watch *w, const char *person, int64_t now, int64_t *ids, size_t most)
{
	char channels[2 * ADDRESS], channel[ADDRESS];
	const char *at = channels;
	size_t n = 0;

	telling_channels(w, person, channels, sizeof(channels));
	while (n < most && take_address(&at, channel)) {
		struct notification test = { .round = 1, .urgent = true, .written_at = now, .send_at = now };

		snprintf(test.kind, sizeof(test.kind), "test");
		snprintf(test.what, sizeof(test.what), "test");
		snprintf(test.person, sizeof(test.person), "%s", person);
		snprintf(test.channel, sizeof(test.channel), "%s", channel);
		if (notifications_add(w->store, &test))
			ids[n++] = test.id;
	}
	return n;
}

bool telling_day(struct watch *w, const char *kind, const char *what, const char *person, int32_t day, int64_t now)
{
	struct notification n = { .round = day, .written_at = now, .send_at = now };
	char channels[2 * ADDRESS];
	const char *at = channels;

	telling_channels(w, person, channels, sizeof(channels));
	if (!take_address(&at, n.channel))
		return false;
	snprintf(n.kind, sizeof(n.kind), "%s", kind);
	snprintf(n.what, sizeof(n.what), "%s", what);
	snprintf(n.person, sizeof(n.person), "%s", person);
	return notifications_add(w->store, &n);
}

void telling_told(struct watch *w, const struct incident *i, const char *what, const char *except, const char *detail,
	const char *for_staff, bool alerted_too, int64_t now)
{
	struct told list[TOLD_MOST];
	size_t n = notifications_told(w->store, i->id, list, TOLD_MOST);

	for (size_t k = 0; k < n; k++) {
		const char *person = list[k].person;

		if (strcmp(person, except) == 0 || person_resident(person) || declines_has(w->store, i->id, person) ||
			(person_user(person) && !for_staff))
			continue;
		if (!alerted_too && notifications_alerted(w->store, i->id, person, i->fired_round))
			continue;
		write_on(
			w, i, what, person, list[k].channel, person_user(person) ? for_staff : detail, now, false, now);
	}
}

size_t telling_staff(struct watch *w, const struct incident *i, const char *what, const char *except,
	const char *detail, int64_t now)
{
	struct user staff[DUTY_MOST];
	size_t n = duty_staff(w, i->district, now, staff, DUTY_MOST), told = 0;

	for (size_t k = 0; k < n; k++) {
		char person[PERSON];

		PERSON_OF(person, "user", staff[k].login);
		if (strcmp(person, except) != 0)
			told += telling_write_on(w, i, what, person, staff[k].channels, detail, now, false, now);
	}
	return told;
}

/* Those whose link only lets them know hear the end, once any watcher was told of what it is the end of. */
static void end_for_those_who_know(struct watch *w, const struct incident *i, int64_t now)
{
	struct linked_watcher list[LINKS_MOST];
	size_t n = watchers_circle(w->store, i->resident_id, list, LINKS_MOST);

	for (size_t k = 0; k < n; k++) {
		char person[PERSON];

		if (strcmp(list[k].link.can, "know") != 0 || duty_away(list[k].watcher.ends, "", now))
			continue;
		PERSON_OF(person, "watcher", list[k].watcher.watcher_id);
		telling_write(w, i, "ended", person, "", now, false, now);
	}
}

void telling_end(struct watch *w, const struct incident *i, int64_t now)
{
	struct told list[TOLD_MOST];
	bool watchers = false, claimant_told = !i->claimed_by[0];
	size_t n;

	notifications_drop(w->store, i->id);
	n = notifications_told(w->store, i->id, list, TOLD_MOST);
	for (size_t k = 0; k < n; k++) {
		claimant_told |= strcmp(list[k].person, i->claimed_by) == 0;
		if (person_resident(list[k].person))
			continue; /* they know how they are; a button already said "heard" */
		watchers |= person_watcher(list[k].person) != NULL;
		write_on(w, i, "ended", list[k].person, list[k].channel, "", now, false, now);
	}
	if (!claimant_told)
		telling_write(w, i, "ended", i->claimed_by, "", now, false, now);
	if (watchers)
		end_for_those_who_know(w, i, now);
}

void telling_end_kind(struct watch *w, const struct incident *i, enum incident_kind kind, int64_t now)
{
	struct told list[TOLD_MOST];
	size_t n = notifications_told(w->store, i->id, list, TOLD_MOST);

	for (size_t k = 0; k < n; k++)
		if (!person_resident(list[k].person) && strcmp(list[k].kind, incident_kind_name(kind)) == 0 &&
			strcmp(list[k].person, i->claimed_by) != 0)
			write_on(w, i, "ended", list[k].person, list[k].channel, incident_kind_name(kind), now, false,
				now);
}

static bool asks_to_go(const struct notification *n)
{
	return strcmp(n->what, "alert") == 0 || strcmp(n->what, "question") == 0 || strcmp(n->what, "duty") == 0;
}

/* The same words on the person's next channel; where the one that failed is no longer theirs, on their first. */
static bool to_next_channel(struct watch *w, const struct notification *n, int64_t now)
{
	struct notification next = *n;
	char channels[2 * ADDRESS];

	telling_channels(w, n->person, channels, sizeof(channels));
	if (strcmp(n->what, "test") == 0 || !next_address(channels, n->channel, next.channel))
		return false;
	next.written_at = next.send_at = now;
	next.put_off = false;
	return notifications_add(w->store, &next);
}

/*
 * A firing that may have lost its last reader is looked at now and not at its time; one that had none has none to lose,
 * and a question waits for its hour.
 */
static void look_again(struct watch *w, const struct notification *n, int64_t now)
{
	struct incident i;

	if (!asks_to_go(n) || !incidents_find(w->store, n->incident_id, &i) || i.state != INCIDENT_OPEN || !i.reached)
		return;
	if (incident_of_person(i.kind) && n->round >= i.fired_round &&
		!notifications_reached(w->store, i.id, i.fired_round, now - w->rules.unreached_ms))
		incidents_put_off(w->store, i.id, now);
}

static void note_attempt(struct watch *w, const struct notification *n, const char *event, const char *answer,
	const struct incident *i, int64_t now)
{
	char detail[512], scheme[32];

	snprintf(scheme, sizeof(scheme), "%.*s", (int)strcspn(n->channel, ":"), n->channel);
	snprintf(detail, sizeof(detail), "%s %s: %s", n->what, scheme, answer);
	timeline_add(w->store, n->incident_id, i ? i->resident_id : person_resident(n->person), now, event, n->person,
		detail);
}

/*
 * An alert was taken after what it asks for changed: its reader hears that. Where an earlier try of it may have
 * arrived, it was written then; while it waits it comes after this one as well, and is said once.
 */
static void write_late(struct watch *w, const struct incident *i, const char *what, const struct notification *n,
	const char *detail, int64_t now)
{
	if (!notifications_waits(w->store, i->id, what, n->person, n->channel))
		write_on(w, i, what, n->person, n->channel, detail, now, false, now);
}

/* The alert was on its way when somebody said that they go. */
static void tell_claimed_late(struct watch *w, const struct incident *i, const struct notification *n, int64_t now)
{
	char name[PERSON_NAME] = "";

	if (person_user(n->person))
		telling_name(w, i->claimed_by, name);
	write_late(w, i, "claimed", n, name, now);
}

/* The alert was on its way when what it tells of was answered, and something lesser was left. */
static bool answered_since(const struct notification *n, const struct incident *i)
{
	enum incident_kind told;

	return incident_of_person(i->kind) && incident_kind_parse(n->kind, &told) && told < i->kind;
}

void telling_sent(struct watch *w, int64_t notification_id, const char *items, const char *answer, int64_t now)
{
	struct notification n;
	struct incident i;
	bool has;

	if (!notifications_find(w->store, notification_id, &n) ||
		!notifications_move(w->store, n.id, "in_flight", "sent", answer, now))
		return;
	addresses_reached(w->store, n.person, n.channel, now);
	has = n.incident_id && incidents_find(w->store, n.incident_id, &i);
	note_attempt(w, &n, "told", answer, has ? &i : NULL, now);
	if (has)
		disclosure_told(w, i.resident_id, n.person, items, n.channel, i.id, now);
	if (!has || person_resident(n.person) || strcmp(n.what, "ended") == 0)
		return;
	i.round = n.round;
	if (i.state == INCIDENT_CLOSED)
		write_late(w, &i, "ended", &n, "", now);
	else if (asks_to_go(&n) && answered_since(&n, &i) && strcmp(i.claimed_by, n.person) != 0)
		write_late(w, &i, "ended", &n, n.kind, now);
	else if (asks_to_go(&n) && i.state == INCIDENT_CLAIMED && strcmp(i.claimed_by, n.person) != 0 &&
		 incident_of_person(i.kind))
		tell_claimed_late(w, &i, &n, now);
	else if (asks_to_go(&n) && !i.reached)
		incidents_reached(w->store, i.id);
}

/* Whether it still helps anybody to try. */
static bool still_useful(struct watch *w, const struct notification *n, const struct incident *i, int64_t now)
{
	if (n->expectation_id)
		return expectations_open_at(w->store, n->expectation_id, now);
	if (strcmp(n->what, "ended") == 0 || strcmp(n->what, "test") == 0)
		return now - n->first_try_at <= w->rules.end_retry_ms;
	if (!n->incident_id)
		return zone_day(now) == n->round;
	if (strcmp(n->what, "claimed") == 0 || strcmp(n->what, "coming") == 0)
		return i && i->state == INCIDENT_CLAIMED;
	return i && i->state != INCIDENT_CLOSED;
}

/* An earlier try, or this one, may have arrived although nobody said so. */
static void end_if_told(struct watch *w, const struct incident *i, const struct notification *n, int64_t now)
{
	struct told list[TOLD_MOST];
	size_t count = person_resident(n->person) ? 0 : notifications_told(w->store, i->id, list, TOLD_MOST);
	struct incident of_then = *i;

	of_then.round = n->round;
	for (size_t k = 0; k < count; k++)
		if (strcmp(list[k].person, n->person) == 0)
			write_on(w, &of_then, "ended", n->person, list[k].channel, "", now, false, now);
}

void telling_failed(
	struct watch *w, int64_t notification_id, bool permanent, const char *answer, int64_t retry_at, int64_t now)
{
	struct notification n;
	struct incident i;
	bool has, end, useful;
	int64_t falls_back_at;

	if (!notifications_find(w->store, notification_id, &n) || strcmp(n.state, "in_flight") != 0)
		return;
	has = n.incident_id && incidents_find(w->store, n.incident_id, &i);
	end = strcmp(n.what, "ended") == 0;
	useful = still_useful(w, &n, has ? &i : NULL, now);
	note_attempt(w, &n, permanent ? "refused" : "retry", answer, has ? &i : NULL, now);
	if (permanent || (end && !useful)) {
		notifications_move(w->store, n.id, "in_flight", "refused", answer, 0);
		/* To a resident all channels were written to at once. */
		if (!n.fallen_back && !person_resident(n.person) && (end || useful))
			to_next_channel(w, &n, now);
		look_again(w, &n, now);
		return;
	}
	if (!useful) {
		notifications_move(w->store, n.id, "in_flight", "dropped", answer, 0);
		if (has && i.state == INCIDENT_CLOSED)
			end_if_told(w, &i, &n, now);
		return;
	}
	falls_back_at = end || person_resident(n.person) || n.fallen_back || !n.first_try_at
				? INT64_MAX
				: n.first_try_at + w->rules.next_channel_ms;
	/* A server may ask for an hour: it is tried when the next channel's time has come, and that one is asked. */
	if (now < falls_back_at && retry_at > falls_back_at)
		retry_at = falls_back_at;
	notifications_retry(w->store, n.id, retry_at, answer);
	if (now >= falls_back_at && notifications_fall_back(w->store, n.id))
		to_next_channel(w, &n, now);
	look_again(w, &n, now);
}

void telling_unsure(struct watch *w, int64_t notification_id, const char *answer, int64_t retry_at, int64_t now)
{
	notifications_unsure(w->store, notification_id);
	telling_failed(w, notification_id, false, answer, retry_at, now);
}

void telling_waited(struct watch *w, int64_t notification_id, int64_t now)
{
	struct notification n;
	struct incident i;

	if (!notifications_find(w->store, notification_id, &n) || !notifications_give_back(w->store, n.id))
		return;
	if (!n.incident_id || !incidents_find(w->store, n.incident_id, &i))
		return;
	if (i.state == INCIDENT_CLAIMED) {
		notifications_hold(w->store, i.id);
	} else if (i.state == INCIDENT_CLOSED && strcmp(n.what, "ended") != 0) {
		notifications_drop(w->store, i.id);
		end_if_told(w, &i, &n, now);
	} else if (i.state == INCIDENT_OPEN) {
		notifications_drop_claimed(w->store, i.id);
	}
}

void telling_followed(struct watch *w, int64_t notification_id, const char *state, const char *answer, int64_t now)
{
	struct notification n;
	struct incident i;
	bool has;

	if (!notifications_find(w->store, notification_id, &n) ||
		!notifications_move(w->store, n.id, n.state, state, answer, 0))
		return;
	has = n.incident_id && incidents_find(w->store, n.incident_id, &i);
	note_attempt(w, &n, state, answer, has ? &i : NULL, now);
	if (strcmp(state, "bounced") == 0) {
		if (strcmp(n.what, "ended") == 0 || still_useful(w, &n, has ? &i : NULL, now))
			to_next_channel(w, &n, now);
		look_again(w, &n, now);
	}
}
