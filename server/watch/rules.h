/*
 * rules - the numbers of the rules, with their defaults: one table that configuration, rules and manual share.
 *
 * RULE(name, default as written in a configuration file, what it is). Lengths of time are ms in the struct.
 */
#ifndef WATCH_RULES_H
#define WATCH_RULES_H

#include <stdint.h>

#define RULES(RULE)                                                                                   \
	RULE(early, "3h", "presses count from this long before a window opens")                       \
	RULE(stale, "48h", "an older press meets nothing")                                            \
	RULE(ahead, "120s", "a device clock further ahead of ours is not believed")                   \
	RULE(same_press, "10s", "presses of one device and kind within this are one")                 \
	RULE(settle, "5m", "nobody is judged until this long after we were deaf")                     \
	RULE(settle_long, "60m", "the same, where we were deaf for long")                             \
	RULE(deaf_long, "10m", "deaf for this long is long")                                          \
	RULE(gate_longest, "3h", "hearing that comes and goes holds nobody longer than this")         \
	RULE(deaf, "15s", "a gap between two echoes longer than this is a blind period")              \
	RULE(echo, "5s", "how often we listen to ourselves")                                          \
	RULE(deaf_told, "2m", "deaf for this long while somebody is expected: staff are told")        \
	RULE(undecided_told, "60m", "a deadline undecided for this long: staff are told")             \
	RULE(too_late, "24h", "a deadline further past than this is never judged missed")             \
	RULE(clock_jump, "60s", "realtime against boottime by more than this is a jump")              \
	RULE(clock_wait, "10m", "at start a clock that is behind is waited for, at most")             \
	RULE(claim, "30m", "a claim lasts")                                                           \
	RULE(claim_help, "15m", "a claim of a help lasts")                                            \
	RULE(claim_call, "15m", "a claim by somebody who can only call lasts")                        \
	RULE(repeat, "60m", "after the last step everybody is told again each")                       \
	RULE(repeat_help, "5m", "the same for help")                                                  \
	RULE(question, "60m", "a question is told again each, within duty")                           \
	RULE(unreached, "10m", "a step that waits this long for its channels has reached nobody")     \
	RULE(group, "30s", "what follows a message to a person within this waits and goes as one")    \
	RULE(retry_first, "5s", "a channel that failed is tried again after")                         \
	RULE(retry_longest, "10m", "and at the longest after")                                        \
	RULE(next_channel, "2m", "a channel that fails for this long: the person's next one as well") \
	RULE(end_retry, "24h", "the end is tried on the channel of the alert for")                    \
	RULE(pause_review, "24h", "a pause raises a question this long after it was entered")         \
	RULE(pause_last, "9h", "and on its last day, at this time after midnight")                    \
	RULE(pause_longest, "90d", "a pause lasts at most")                                           \
	RULE(link_life, "7d", "a watcher's link to an incident lives on this long after it closed")   \
	RULE(summary_at, "18h", "news in one mail a day: sent at this time after midnight")           \
	RULE(unsigned_at, "12h", "a list unsigned this long after midnight: staff are told")          \
	RULE(forgot_within, "14d", "three forgotten within this: staff are asked about it")           \
	RULE(visit_late, "30d", "a visit is entered at most this long after it")

struct rules {
#define RULE(name, standard, help) int64_t name##_ms;
	RULES(RULE)
#undef RULE
};

enum { CLAIM_RENEWALS = 2 }; /* then a claim lapses */
enum { FORGOT_TIMES = 3 };   /* then staff are asked */

void rules_default(struct rules *rules);

#endif
