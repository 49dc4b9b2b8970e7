/* words_resident - what a resident reads, on the button or elsewhere: a reminder, or that somebody is coming. */
#include <string.h>

#include "server/notify/matter.h"

enum { ROUND_HALF = 2 }; /* of reminders: watch/telling.h */

static enum text_key alert_text(enum incident_kind kind)
{
	switch (kind) {
	case INCIDENT_HELP: return TEXT_ACK_HELP;
	case INCIDENT_UNWELL:
	case INCIDENT_TALK: return TEXT_ACK_UNWELL;
	case INCIDENT_MISSED:
	case INCIDENT_PAUSE:
	case INCIDENT_DEVICE:
	case INCIDENT_BLIND:
	case INCIDENT_AREA:
	case INCIDENT_KINDS: break;
	}
	return TEXT_REMIND_MISSED;
}

/* That somebody worries about them is said by people, or not at all. */
static bool worry_of_others(const struct matter *m)
{
	return matter_kind(m) == INCIDENT_UNWELL && m->cause.id && !m->cause.checkin_seq;
}

bool resident_paragraph(struct matter *m, FILE *out)
{
	if (!m->has_resident)
		return false;
	if (matter_is(m, "reminder")) {
		fields_say_line(&m->fields, out, m->n.round == ROUND_HALF ? TEXT_REMIND_HALF : TEXT_REMIND_DUE);
	} else if (matter_is(m, "alert") && !worry_of_others(m)) {
		fields_say_line(&m->fields, out, alert_text(matter_kind(m)));
	} else if (matter_is(m, "coming")) {
		fields_set(&m->fields, "watcher", m->n.detail);
		fields_say_line(&m->fields, out, TEXT_REMIND_CLAIMED);
	} else {
		return false; /* what else happens is said to them by people */
	}
	return true;
}
