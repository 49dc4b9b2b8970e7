/*
 * answer_acts - what a watcher says through their link: each becomes an act of the rules (incident.h), once.
 *
 * A page may be sent twice by an impatient finger, and a link opened on a page that is out of date: a form counts once,
 * and "I am going" of whoever goes already is no wish for more time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "server/store/timeline.h"
#include "server/watch/answer.h"
#include "server/watch/telling.h"

enum { NOTE_BYTES = 1024, TOLD_MOST = 16 };

const char *const answer_signs[ANSWER_SIGNS] = { "newspapers", "lights", "sounds", "smell", "nothing" };

static const char *const names[ANSWER_ACTS] = { "yes", "going", "cannot", "longer", "seen", "heard", "no_answer",
	"needs_help", "note" };

const char *answer_act_name(enum answer_act act)
{
	return names[act];
}

bool answer_act_parse(const char *name, enum answer_act *act)
{
	for (int k = 0; k < ANSWER_ACTS; k++)
		if (strcmp(names[k], name) == 0) {
			*act = (enum answer_act)k;
			return true;
		}
	return false;
}

/* What was seen, in the words of staff, and then the watcher's own. */
static void write_note(struct watch *w, const struct answer_deed *d, char note[NOTE_BYTES])
{
	static const enum text_key keys[ANSWER_SIGNS] = { TEXT_PAGE_NEWSPAPERS, TEXT_PAGE_LIGHTS, TEXT_PAGE_SOUNDS,
		TEXT_PAGE_SMELL, TEXT_PAGE_NOTHING };
	size_t used = 0;

	note[0] = '\0';
	for (size_t k = 0; k < ANSWER_SIGNS; k++)
		if (items_have(d->signs, answer_signs[k]))
			used += (size_t)snprintf(note + used, NOTE_BYTES - used, "%s%s",
				used ? text_get(TEXT_LIST_SEPARATOR, w->language) : "", text_get(keys[k], w->language));
	if (d->note[0])
		snprintf(note + used, NOTE_BYTES - used, "%s%s", used ? " / " : "", d->note);
}

/* The telling that brought them here was seen, or answered. */
static void follow(struct watch *w, const struct answer *a, const char *person, bool answered, int64_t now)
{
	int64_t ids[TOLD_MOST];
	size_t n = notifications_open_of(w->store, a->incident_id, person, answered, ids, TOLD_MOST);

	for (size_t k = 0; k < n; k++)
		telling_followed(w, ids[k], answered ? "answered" : "seen", "page", now);
}

/* A note of its own goes to whoever is on duty at once. */
static bool leave_note(
	struct watch *w, const struct answer *a, const char *person, const char *note, int64_t now, struct refusal *no)
{
	struct incident i;

	if (!incident_note(w, a->incident_id, person, note, now, no) || !incidents_find(w->store, a->incident_id, &i))
		return false;
	i.round++;
	telling_staff(w, &i, "note", person, note, now);
	return incidents_save(w->store, &i, i.state);
}

static bool go(struct watch *w, const struct answer *a, const char *person, int64_t now, struct refusal *no)
{
	if (a->holds)
		return true;
	return incident_claim(w, a->incident_id, person, now, no);
}

static bool longer(struct watch *w, const struct answer *a, const char *person, int64_t now, struct refusal *no)
{
	if (!a->holds)
		return refuse(no, REFUSED_INVALID, "%s has not said that they go", a->watcher_id);
	return incident_claim(w, a->incident_id, person, now, no);
}

/* After a press came, "cannot" says that they did not meet. */
static bool cannot(struct watch *w, const struct answer *a, const char *person, int64_t now, struct refusal *no)
{
	if (a->phase == ANSWER_MET)
		return incident_release(w, a->incident_id, person, now, no);
	return incident_decline(w, a->incident_id, person, now, no);
}

static bool act(struct watch *w, const struct answer *a, const char *person, const struct answer_deed *d, int64_t now,
	struct refusal *no)
{
	int64_t id = a->incident_id;
	char note[NOTE_BYTES];

	write_note(w, d, note);
	switch (d->act) {
	case ANSWER_GO: return go(w, a, person, now, no);
	case ANSWER_CANNOT: return cannot(w, a, person, now, no);
	case ANSWER_LONGER: return longer(w, a, person, now, no);
	case ANSWER_SEEN: return incident_report(w, id, person, REPORT_SEEN, "", note, now, no);
	case ANSWER_HEARD: return incident_report(w, id, person, REPORT_HEARD, d->how, note, now, no);
	case ANSWER_NOBODY: return incident_report(w, id, person, REPORT_NO_ANSWER, "", note, now, no);
	case ANSWER_NEEDS_HELP: return incident_report(w, id, person, REPORT_NEEDS_HELP, "", note, now, no);
	case ANSWER_NOTE: return leave_note(w, a, person, note, now, no);
	case ANSWER_YES:
	case ANSWER_ACTS: break;
	}
	refuse(no, REFUSED_INVALID, "there is no such answer");
	return false;
}

/* Named as staff's acts are: whose it is, and of which incident. */
static void note_deed(
	struct watch *w, const struct answer *a, const char *person, const struct answer_deed *d, int64_t now)
{
	struct incident i;
	char detail[64];

	if (!incidents_find(w->store, a->incident_id, &i))
		return;
	snprintf(detail, sizeof(detail), "incident %" PRId64 ": %s", i.id, names[d->act]);
	watch_audit(w, now, person, "answer", i.resident_id, detail);
}

bool answer_do(struct watch *w, const struct answer *a, const char *browser, const struct answer_deed *deed,
	int64_t now, struct refusal *no)
{
	char person[PERSON];

	PERSON_OF(person, "watcher", a->watcher_id);
	if (deed->act == ANSWER_YES) {
		if (!browser[0] || (a->state != ANSWER_ASK && a->state != ANSWER_OPEN) ||
			!answer_browsers_take(w->store, a->watcher_id, a->incident_id, browser, now))
			return refuse(no, REFUSED_NOT_YOURS, "this link belongs to another browser");
		follow(w, a, person, false, now);
		note_deed(w, a, person, deed, now);
		return true;
	}
	if (a->state != ANSWER_OPEN)
		return refuse(no, REFUSED_NOT_YOURS, "this link is not this browser's: say yes first");
	if (deed->form[0] && !answer_browsers_form(w->store, a->watcher_id, a->incident_id, deed->form))
		return true;
	if (!act(w, a, person, deed, now, no))
		return false;
	follow(w, a, person, true, now);
	note_deed(w, a, person, deed, now);
	return true;
}
