/*
 * watch - one turn over everything that is due. Each stage finds its own rows by their stored, indexed time, so a turn
 * costs what is due and not what exists.
 */
#include "server/watch/blind.h"
#include "server/watch/expectation.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"
#include "server/watch/watch.h"

bool watch_run(struct watch *w, int64_t now)
{
	bool more = blind_run(w, now);

	more |= pause_run(w, now);
	more |= expectation_run(w, now);
	more |= incident_run(w, now);
	return more;
}

int64_t watch_next_due(struct watch *w, int64_t now)
{
	int64_t next = expectation_next_due(w, now), other = incident_next_due(w, now);

	if (other < next)
		next = other;
	other = pause_next_due(w, now);
	return other < next ? other : next;
}
