/*
 * world - a small town under a stepped clock over the real store, for stories.
 *
 * A story sets up residents, watchers and users, lets time pass, and names every telling it expects. A telling that
 * nobody expected, or a broken invariant of the store, fails the story at its end. Times are local, "2026-11-23 10:30"
 * or "10:30" (of the day the clock is at). Every resident R has a button "b-R"; every person one mail address
 * "mail:ID@example.jp" unless given otherwise.
 *
 * Every story is told in three manners, and must come out the same: plainly; with every turn and every press twice, and
 * turns when nothing is due; and with a restart every few minutes and after every act, so that nothing rests on memory.
 */
#ifndef TESTS_STORIES_WORLD_H
#define TESTS_STORIES_WORLD_H

#include "common/checkin.h"
#include "common/clock.h"
#include "common/zone.h"
#include "server/store/incidents.h"
#include "server/watch/incident.h"
#include "server/watch/watch.h"
#include "tests/unit/test.h"

struct world;

enum world_manner { WORLD_PLAIN, WORLD_TWICE, WORLD_RESTARTING, WORLD_MANNERS };

/* Story is a TEST with a world in Tokyo (or the zone given) that starts at a local time, hearing everything. */
#define STORY_IN(zone, start, name)                                                                 \
	static void name##_story(struct world *);                                                   \
	TEST(name)                                                                                  \
	{                                                                                           \
		for (enum world_manner manner_ = WORLD_PLAIN; manner_ < WORLD_MANNERS; manner_++) { \
			struct world *world_ = world_new(zone, start, manner_);                     \
			name##_story(world_);                                                       \
			world_end(world_);                                                          \
		}                                                                                   \
	}                                                                                           \
	static void name##_story(struct world *w)
#define STORY(start, name) STORY_IN("Asia/Tokyo", start, name)

struct world *world_new(const char *zone, const char *start, enum world_manner manner);
void world_end(struct world *w);

struct watch *world_watch(struct world *w);
int64_t world_now(struct world *w);
int64_t world_time(struct world *w, const char *local); /* "01:30 again": of two, when clocks go back, the second */
/* Plain SQL for what has no function of its own here: "UPDATE watchers SET night = 'yes' WHERE …". */
void world_sql(struct world *w, const char *sql);
int64_t world_count(struct world *w, const char *sql); /* the one integer a query gives */

/* The town. "" or NULL: the default. District D1 is there. */
void world_resident(struct world *w, const char *id, const char *schedule, const char *policy);
void world_watcher(struct world *w, const char *id, const char *resident, int tier, const char *can);
void world_link(struct world *w, const char *resident, const char *watcher, int tier, const char *can);
void world_user(struct world *w, const char *login, const char *duty); /* role staff, all districts */
void world_policy(struct world *w, const char *policy, const char *kind, const char *after, const char *notify);
void world_holidays(struct world *w, const char *csv_path); /* NULL: none */
/* Lists that are not signed at noon are told of; stories about something else do without. */
void world_lists(struct world *w);

/* Time passes: everything that is due on the way happens at its own time, and channels take what they are given. */
void world_to(struct world *w, const char *local);
void world_pass(struct world *w, int64_t ms);
void world_turn(struct world *w); /* one turn now, no time passes */

/* Deafness: no echo comes back from now on; and again, which ends a blind period if it was long enough. */
void world_deafen(struct world *w);
void world_hears_again(struct world *w);
/* Nothing of ours runs until then; it starts again deaf. */
void world_stopped_until(struct world *w, const char *local);
/* Our clock is set; what time it really is does not change. */
void world_clock_set(struct world *w, const char *local);

/* Presses. Returns what the button hears. Ids are made up unless given. */
enum ack_result world_press(struct world *w, const char *resident, enum checkin_kind kind);
enum ack_result world_press_at(struct world *w, const char *resident, enum checkin_kind kind, int64_t at);
enum ack_result world_press_with(struct world *w, struct checkin *c, int64_t kept_since_at, struct ack *ack);
/* A check-in of R's button with an id of its own and no clock, to be changed and pressed. */
struct checkin world_checkin(struct world *w, const char *resident, enum checkin_kind kind);

/* What channels do with what they get: "mail:W1@example.jp". */
enum world_channel {
	WORLD_TAKES,
	WORLD_REFUSES,
	WORLD_FAILS,
	WORLD_UNSURE, /* gives no answer */
	WORLD_FULL    /* has no room yet: nothing is even tried */
};
void world_channel(struct world *w, const char *channel, enum world_channel how);

/*
 * The telling of `what` (watch/telling.h) to a person ("watcher:W1") must have happened, or happen within the half
 * minute for which messages to one person are grouped; each is expected once.
 */
void world_told(struct world *w, const char *person, const char *what);
void world_told_on(struct world *w, const char *person, const char *what, const char *channel);
void world_told_at(struct world *w, const char *person, const char *what, const char *local);
/* Nothing was told but what was named. */
void world_quiet(struct world *w);
/* Forgets what was told so far and in the next half minute: for stories about something later. */
void world_hush(struct world *w);

/* The resident's latest incident; the test fails where there is none. */
struct incident world_incident(struct world *w, const char *resident);
struct incident world_question(struct world *w, const char *kind, const char *subject);
int64_t world_incidents(struct world *w); /* how many there ever were */
bool world_outcome(
	struct world *w, const char *resident, const char *date, const char *outcome); /* of an expectation */
const char *world_state(struct world *w, const char *resident);                        /* on the list of today */

/* Acts; each must succeed, or be refused with this code. */
void world_claim(struct world *w, const char *resident, const char *person);
void world_claim_refused(struct world *w, const char *resident, const char *person, enum refusal_code code);
void world_release(struct world *w, const char *resident, const char *person);
void world_decline(struct world *w, const char *resident, const char *person);
void world_report(struct world *w, const char *resident, const char *person, enum report report, const char *how);
void world_close(struct world *w, const char *resident, const char *by, const char *outcome, const char *how);
void world_answer(struct world *w, const char *kind, const char *subject, const char *by); /* closes a question */

/* What staff enter; false: refused, nothing changed. Dates "2026-11-24". */
bool world_pause(struct world *w, const char *resident, const char *from_on, const char *to_on);
bool world_resume(struct world *w, const char *resident);
bool world_end_service(struct world *w, const char *resident, const char *reason);
bool world_staff_checkin(struct world *w, const char *resident);
/* A changed schedule of the record, as an import writes it. */
void world_reschedule(struct world *w, const char *resident, const char *schedule);

#endif
