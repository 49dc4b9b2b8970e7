/*
 * watch - one turn over everything that is due. Each stage finds its own rows by their stored, indexed time, so a turn
 * costs what is due and not what exists.
 */
#include "common/log.h"
#include "server/store/audit.h"
#include "server/watch/blind.h"
#include "server/watch/expectation.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"
#include "server/watch/replacement.h"
#include "server/watch/signoff.h"
#include "server/watch/watch.h"

bool watch_run(struct watch *w, int64_t now)
{
	struct log_lines lines;
	bool more;

	log_gather(&lines);
	more = blind_run(w, now);
	more |= pause_run(w, now);
	more |= replacement_run(w, now);
	more |= expectation_run(w, now);
	more |= incident_run(w, now);
	signoff_run(w, now);
	log_scatter();
	return more;
}

bool watch_awaited(const struct watch *w)
{
	return w->awaited && w->awaited(w->awaited_by);
}

int64_t watch_next_due(struct watch *w, int64_t now)
{
	int64_t next = expectation_next_due(w, now), other = incident_next_due(w, now);

	if (other < next)
		next = other;
	other = pause_next_due(w, now);
	if (other < next)
		next = other;
	other = replacement_next_due(w, now);
	if (other < next)
		next = other;
	other = signoff_next_due(w, now);
	return other < next ? other : next;
}

void watch_audit(
	struct watch *w, int64_t at, const char *who, const char *what, const char *subject, const char *detail)
{
	audit_note(w->store, &(struct audit_entry){ .at = at,
				     .who = w->acting.who[0] ? w->acting.who : who,
				     .what = what,
				     .subject = subject,
				     .detail = detail,
				     .address = w->acting.address,
				     .reason = "" });
}
