/* visit - see there. */
#include "server/watch/visit.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/duration.h"
#include "server/store/timeline.h"
#include "server/store/users.h"
#include "server/store/watchers.h"
#include "server/watch/duty.h"
#include "server/watch/incident.h"
#include "server/watch/items.h"
#include "server/watch/press.h"
#include "server/watch/telling.h"

enum { MINUTES_MOST = 24 * 60 };

static bool blank(const char *text)
{
	return !text[strspn(text, " \t\r\n")];
}

/* Somebody known, where it says that it is a user or a watcher; else a name. */
static bool check_person(struct watch *w, const char *person, struct refusal *no)
{
	struct watcher watcher;
	struct user user;

	if (blank(person))
		return refuse(no, REFUSED_INVALID, "who met them?");
	if (person_user(person) && !users_find(w->store, person_user(person), &user))
		return refuse(no, REFUSED_INVALID, "there is no user %s", person_user(person));
	if (person_watcher(person) && !watchers_find(w->store, person_watcher(person), &watcher))
		return refuse(no, REFUSED_INVALID, "there is no watcher %s", person_watcher(person));
	return true;
}

static bool check_visit(struct watch *w, const struct visit *v, int64_t now, struct refusal *no)
{
	char late[DURATION_TEXT];
	struct resident r;

	if (!residents_find(w->store, v->resident_id, &r))
		return refuse(no, REFUSED_UNKNOWN, "there is no resident %s", v->resident_id);
	if (r.ended_at && v->at >= r.ended_at)
		return refuse(no, REFUSED_INVALID, "the service of %s has ended", v->resident_id);
	if (strcmp(v->kind, "visit") != 0 && strcmp(v->kind, "call") != 0)
		return refuse(no, REFUSED_INVALID, "\"%s\" is neither visit nor call", v->kind);
	if (v->at > now)
		return refuse(no, REFUSED_INVALID, "that is still to come");
	if (now - v->at > w->rules.visit_late_ms)
		return refuse(no, REFUSED_INVALID, "a visit or call is entered within %s",
			duration_format(late, w->rules.visit_late_ms));
	if (v->minutes < 0 || v->minutes > MINUTES_MOST)
		return refuse(no, REFUSED_INVALID, "minutes are 0 (unknown) to %d", MINUTES_MOST);
	return check_person(w, v->person, no);
}

/* "told by NAME: 20 min: NOTE", of it what is there. */
static void note_visit(struct watch *w, const struct visit *v, const char *told_by, int64_t now)
{
	char detail[PERSON_NAME + sizeof(v->note) + 48], minutes[24] = "", told[PERSON_NAME + 16] = "";

	if (told_by[0])
		snprintf(told, sizeof(told), "told by %s%s", told_by, v->minutes || v->note[0] ? ": " : "");
	if (v->minutes)
		snprintf(minutes, sizeof(minutes), "%d min%s", v->minutes, v->note[0] ? ": " : "");
	snprintf(detail, sizeof(detail), "%s%s%s", told, minutes, v->note);
	timeline_add(w->store, 0, v->resident_id, now, strcmp(v->kind, "visit") == 0 ? "visited" : "called", v->person,
		detail);
}

bool visit_enter(struct watch *w, struct visit *v, const char *told_by, int64_t now, struct refusal *no)
{
	*no = (struct refusal){ .code = REFUSED_NOT };
	if (!check_visit(w, v, now, no))
		return false;
	if (visits_same(w->store, v))
		return true;
	v->entered_at = now;
	visits_add(w->store, v);
	note_visit(w, v, told_by, now);
	if (now - v->at <= w->rules.stale_ms)
		press_record(w, v->resident_id, v->entered_by, v->at, now);
	return true;
}

static bool check_worry(struct watch *w, const char *resident_id, const char *by, const char *ticks, const char *note,
	int64_t now, struct refusal *no)
{
	struct watcher watcher;
	struct resident r;
	struct link link;

	if (!residents_find(w->store, resident_id, &r))
		return refuse(no, REFUSED_UNKNOWN, "there is no resident %s", resident_id);
	if (!person_watcher(by) || !watchers_find(w->store, person_watcher(by), &watcher) ||
		duty_away(watcher.ends, "", now) || !watchers_link(w->store, resident_id, watcher.watcher_id, &link))
		return refuse(no, REFUSED_NOT_YOURS, "%s is no watcher of this resident", by);
	if (r.ended_at)
		return refuse(no, REFUSED_INVALID, "the service of %s has ended", resident_id);
	if (!items_are_of(ticks, VISIT_TICKS))
		return refuse(no, REFUSED_INVALID, "what was seen is any of: " VISIT_TICKS);
	if (blank(ticks) && blank(note))
		return refuse(no, REFUSED_INVALID, "what is it that worries you?");
	if (strlen(note) > VISIT_NOTE)
		return refuse(no, REFUSED_INVALID, "the note is too long");
	return true;
}

/* Sent a moment ago by the same watcher: one form, sent twice. */
static bool said_before(struct watch *w, const char *resident_id, const char *by, const char *detail, int64_t now)
{
	struct timeline_row row;
	struct incident i;

	return incidents_open_of(w->store, resident_id, &i) && timeline_last(w->store, i.id, "worry", &row) &&
	       strcmp(row.person, by) == 0 && strcmp(row.detail, detail) == 0 && now - row.at <= w->rules.same_press_ms;
}

/* Those whom a step alerts in this very moment read it there. */
static void tell_staff(struct watch *w, struct incident *i, const char *detail, int64_t now)
{
	struct user staff[DUTY_MOST];
	size_t n = duty_staff(w, i->district, now, staff, DUTY_MOST);

	i->round++;
	for (size_t k = 0; k < n; k++) {
		char person[PERSON];

		PERSON_OF(person, "user", staff[k].login);
		if (i->fired_at != now || !notifications_alerted(w->store, i->id, person, i->fired_round))
			telling_write(w, i, "worry", person, detail, now, false, now);
	}
	incidents_save(w->store, i, i->state);
}

bool visit_worry(struct watch *w, const char *resident_id, const char *by, const char *ticks, const char *note,
	int64_t now, struct refusal *no)
{
	char detail[sizeof(VISIT_TICKS) + VISIT_NOTE + 3];
	struct incident i;

	*no = (struct refusal){ .code = REFUSED_NOT };
	if (!check_worry(w, resident_id, by, ticks, note, now, no))
		return false;
	snprintf(detail, sizeof(detail), "%s: %s", ticks, note);
	if (said_before(w, resident_id, by, detail, now))
		return true;
	incident_worried(w, resident_id, by, now);
	if (!incidents_open_of(w->store, resident_id, &i))
		return refuse(no, REFUSED_INVALID, "the incident could not be opened");
	timeline_add(w->store, i.id, resident_id, now, "worry", by, detail);
	tell_staff(w, &i, detail, now);
	return true;
}
