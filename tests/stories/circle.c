/* Stories of a watcher who looks in no more while something is under way: nobody waits for them, and they hear nothing.
 */
#include "server/watch/circle.h"
#include "server/watch/telling.h"
#include "tests/stories/world.h"

static void street(struct world *w)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_policy(w, "P", "missed", "4h", "tier2");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 1, "go");
	world_watcher(w, "W3", "R1", 2, "go");
}

static void link_goes(struct world *w, const char *resident, const char *watcher)
{
	struct store *s = world_watch(w)->store;

	world_sql(w, "DELETE FROM links WHERE watcher_id = 'W1'");
	assert_true(store_begin(s));
	circle_left(world_watch(w), resident, watcher, world_now(w));
	assert_true(store_commit(s));
}

static void ends(struct world *w, const char *watcher)
{
	struct store *s = world_watch(w)->store;

	world_sql(w, "UPDATE watchers SET ends = '2026-11-24' WHERE watcher_id = 'W1'");
	assert_true(store_begin(s));
	circle_ended(world_watch(w), watcher, world_now(w));
	assert_true(store_commit(s));
}

STORY("2026-11-24 02:00", what_a_watcher_holds_is_open_again_when_their_link_goes)
{
	street(w);
	world_to(w, "10:05");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:W2", "alert");
	world_claim(w, "R1", "watcher:W1");
	world_told(w, "watcher:W2", "claimed");
	link_goes(w, "R1", "W1");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_told(w, "watcher:W2", "released");
	world_claim_refused(w, "R1", "watcher:W1", REFUSED_NOT_YOURS);
	world_claim(w, "R1", "watcher:W2");
	world_report(w, "R1", "watcher:W2", REPORT_SEEN, "face");
	world_hush(w);
}

STORY("2026-11-24 02:00", what_a_watcher_holds_is_open_again_when_they_end)
{
	street(w);
	world_to(w, "10:05");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:W2", "alert");
	world_claim(w, "R1", "watcher:W1");
	world_told(w, "watcher:W2", "claimed");
	ends(w, "W1");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_told(w, "watcher:W2", "released");
	world_claim_refused(w, "R1", "watcher:W1", REFUSED_NOT_YOURS);
	world_hush(w);
}

/* Both are put off to the morning; one of them ends before it. */
STORY("2026-11-23 12:00", what_waits_for_a_watcher_who_ends_is_never_told)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_policy(w, "P", "missed", "12h", "tier2");
	world_resident(w, "R1", "daily 20:00-22:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 1, "go");
	world_to(w, "22:10");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE state = 'waiting'"), 2);
	world_to(w, "2026-11-24 00:10");
	ends(w, "W1");
	world_to(w, "07:01");
	world_told(w, "watcher:W2", "alert");
	world_quiet(w);
}
