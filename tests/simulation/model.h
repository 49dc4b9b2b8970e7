/*
 * model - what must be true of the system, said by somebody who knows the rules and none of its code.
 *
 * Plain C over plain memory: no store, no server header, a calendar of its own. The simulation tells it what happens in
 * the world (a press arrives, a person acts, a channel takes a message, the clock is set) and lets it turn whenever the
 * system turns; it then knows what the system must have made of it.
 *
 * Predicted exactly: every expectation (window, outcome, when it was decided, when it was met late); every incident and
 * question (whom or what it is about, kind, state, step, round, since when its ladder runs, whether the last firing
 * reached anybody, with staff, its causes, claimant, lease, renewals, nudge, "did you meet?", outcome) and each refusal
 * of an act; every telling (what, to whom, on which channel, in which round, with which state), so also who hears the
 * end, reminders, and that a repeat is new while a re-send is not; pauses, ends, blind periods, the gate.
 * Bounded, not predicted: which of several due messages a sender takes first, and how it groups them (nothing may
 * leave early, join later than within its half minute, or stay behind while its channel has room); the wording, the
 * timeline, and rows kept for reports.
 *
 * One file a noun: model_residents.c (rules 1, 2, 7), model_incidents.c (3), model_ladder.c (4), model_tellings.c (5),
 * model_hearing.c (6). What one file says, it says in the words of rules.md, with the numbers of rules.md written out.
 */
#ifndef TESTS_SIMULATION_MODEL_H
#define TESTS_SIMULATION_MODEL_H

#include <stddef.h>

#include "tests/simulation/calendar.h"

/* Persons: one number for all sorts. */
#define M_NOBODY        (-1)
#define M_RESIDENT(n)   (n)
#define M_WATCHER(n)    (100000 + (n))
#define M_USER(n)       (200000 + (n))
#define M_SORT(person)  ((person) / 100000) /* 0 resident, 1 watcher, 2 user */
#define M_INDEX(person) ((person) % 100000)
enum { M_IS_RESIDENT, M_IS_WATCHER, M_IS_USER };

enum m_press { M_PRESS_OK, M_PRESS_UNWELL, M_PRESS_TALK, M_PRESS_HELP, M_PRESS_ACTIVITY };
enum m_heard { M_STORED, M_DUPLICATE, M_UNKNOWN_DEVICE, M_REJECTED };
enum m_kind { M_HELP, M_MISSED, M_UNWELL, M_TALK, M_PAUSE, M_DEVICE, M_BLIND, M_KINDS };
enum m_state { M_OPEN, M_CLAIMED, M_CLOSED };
enum m_outcome { M_UNDECIDED, M_OK, M_WAS_MISSED, M_PAUSED, M_UNKNOWN };
enum m_look { M_NO_LOOK, M_AT_DUE, M_AT_HALF, M_AT_DEADLINE };
enum m_can { M_GOES, M_CALLS, M_KNOWS };
enum m_what {
	M_ALERT,
	M_DUTY,
	M_QUESTION,
	M_REMINDER,
	M_COMING,
	M_CLAIM,
	M_RELEASED,
	M_NUDGE,
	M_ASKED,
	M_GRAVER,
	M_JOINED,
	M_REPLACED,
	M_LOST,
	M_LAPSED,
	M_RENEWED,
	M_NO_ANSWER,
	M_NEEDS_HELP,
	M_ENDED,
	M_WHATS
};
enum m_delivery { M_WAITING, M_IN_FLIGHT, M_SENT, M_REFUSED, M_DROPPED };
enum m_answer { M_DONE, M_NO, M_NO_CLOSED };
enum m_report { M_SEEN, M_HEARD, M_NOBODY_ANSWERED, M_HELP_IS_NEEDED };
enum m_end { M_SAFE, M_EMERGENCY, M_FALSE_ALARM, M_HOSPITAL, M_AWAY, M_FACILITY, M_DECEASED, M_MOVED, M_ENDS };
enum m_how { M_FACE, M_PHONE, M_VOICE, M_KIN, M_AUTHORITY, M_HOWS };
enum { M_TO_RESIDENT = 1, M_TO_TIER1 = 2, M_TO_TIER2 = 4, M_TO_TIER3 = 8, M_TO_STAFF = 16 };
#define M_TO_TIERS (M_TO_TIER1 | M_TO_TIER2 | M_TO_TIER3)
#define M_STEPS    6

struct m_policy {
	struct {
		int count; /* 0: this kind is the standard's */
		struct {
			int after; /* minutes */
			unsigned tell;
		} steps[M_STEPS];
	} kinds[4];
};

struct m_expectation {
	int resident;
	int64_t opens, counts_from, due, deadline;
	enum m_outcome outcome;
	int64_t decided, met, met_late;
	int reminders; /* the highest round */
	int64_t reminded;
};

struct m_pause {
	int number; /* in the order in which they were entered */
	int32_t to_day;
	int64_t from, to, entered, ended, question; /* 0: not; none */
	int32_t contradicted;                       /* the day of the last question because of a press */
};

/* The people, as the record has them. */
struct m_resident {
	int plan, policy, district;
	bool consents, passive;
	int64_t ended;   /* 0: in service */
	bool ended_ill;  /* deceased, or in a facility */
	int32_t ends_on; /* planned; 0 */
	bool revoked;    /* the button */
	/* what is expected now */
	enum m_look look;
	int64_t look_at, opens, counts_from, due, deadline;
	int expectation; /* its row, or -1 */
	int64_t pressed, sign, maybe;
	int *expectations;
	int expectations_n;
	struct m_pause *pauses;
	int pauses_n;
	struct {
		int id;
		enum m_press kind;
		int64_t heard;
	} * presses;
	int presses_n;
	struct {
		enum m_kind kind;
		int64_t at;
	} * pressed_causes;
	int pressed_causes_n;
	int64_t *forgot; /* when incidents closed because of it */
	int forgot_n;
	int64_t forgot_asked; /* when staff were last asked about it */
	int incident;         /* the open one of a person's kinds; -1 */
	int channels;         /* addresses besides the button */
};

struct m_watcher {
	int resident; /* who they are themselves; -1 */
	int hours, channels;
	bool night, named, summary;
	int32_t away_from, away_to; /* 0: not */
	int *links;                 /* residents */
	int links_n;
};

struct m_link {
	int watcher, tier;
	enum m_can can;
};

struct m_user {
	int duty, channels;
	unsigned districts; /* bits; 0 all */
	bool coordinator;
	int32_t away_from, away_to;
	int64_t next_duty; /* 0: none in sight */
};

struct m_cause {
	enum m_kind kind;
	int expectation; /* or -1 */
	int64_t at, counts_from, answered;
};

struct m_incident {
	int number;
	int64_t system; /* its number there; 0: not seen yet */
	enum m_kind kind;
	int resident; /* or -1 */
	int subject;  /* of a question: see subject_of in compare.c */
	char detail[48];
	int district; /* -1 all */
	enum m_state state;
	int64_t opened, ladder_at, fired_at, next_at; /* next_at: when it must be looked at again */
	int step, round, fired_round;
	bool reached, with_staff;
	int claimant;
	int64_t claimed, until;
	bool call, nudged, asked;
	int renewals;
	int64_t closed;
	const char *outcome;
	struct m_policy ladder;
	struct m_cause *causes;
	int causes_n;
	int *declined;
	int declined_n;
	int *tellings;
	int tellings_n;
	bool touched, changed; /* since the last look at what was touched, at everything */
};

/* Questions: what they are about, besides the resident. */
enum m_subject { M_OF_PERSON, M_ABOUT_PAUSES, M_ABOUT_BUTTON, M_ABOUT_FORGETTING, M_ABOUT_HEARING };

struct m_telling {
	int64_t system;            /* its number there, once it was offered */
	int incident, expectation; /* one of them, or -1 */
	enum m_kind kind;          /* of the incident when it was written */
	enum m_what what;
	int round, person, channel;
	enum m_delivery state;
	bool urgent, put_off, fell_back, unsure;
	int64_t written, send, first_try, sent;
	int tries;
};

struct m_concerned {
	int incident, resident;
	int64_t since, due;
	bool settled;
};

struct m_blind {
	int64_t from, to;
	bool remind;
};

struct model {
	const struct m_plan *plans; /* schedules, hours and duties alike */
	struct m_policy *policies;  /* 0: the standard */
	struct m_resident *residents;
	struct m_watcher *watchers;
	struct m_user *users;
	int residents_n, watchers_n, users_n;
	struct m_link *links[4096]; /* of each resident, -1 watcher ends it */

	struct m_expectation *expectations;
	int expectations_n;
	struct m_incident **incidents; /* they stay where they are */
	int incidents_n;
	struct m_telling *tellings;
	int tellings_n;
	int *waiting; /* tellings that wait or are in flight */
	int waiting_n;
	int *open; /* incidents that are not closed */
	int open_n;
	struct m_concerned *concerned;
	int concerned_n;

	int64_t heard_until; /* 0: never */
	int64_t beat;        /* by our clock, when that was noted */
	bool hearing;
	int pauses_n;
	struct m_blind *blind;
	int blind_n;
	int64_t checked;       /* when it was last asked whom our deafness concerns */
	int64_t *last_message; /* by person and channel */
	uint64_t *keys;        /* of tellings, so that the same is written once */
	size_t keys_n, keys_room;
	struct {
		int device, id;
	} * unknown_helps;
	int unknown_helps_n;

	struct {
		int resident;
		enum m_press kind;
		int64_t pressed, heard;
	} * checkins; /* all that was stored, in order */
	int checkins_n;
	int64_t began;

	int *touched; /* residents whom the steps since the last look concerned */
	int touched_n;
	bool *is_touched;
	int *fresh; /* expectations decided or met late since then */
	int fresh_n;
	int *stirred; /* incidents */
	int stirred_n;
};

/* The people are filled by the caller, plans and policies before them. */
void model_begin(struct model *m, int64_t now);
void model_end(struct model *m);

/* model_hearing.c: our own hearing, clocks, restarts. */
void model_beat(struct model *m, int64_t now);  /* echoes came back all along until now */
void model_heard(struct model *m, int64_t now); /* one came back again */
void model_clock_jumped(struct model *m, int64_t by, int64_t now);
void model_restarted(struct model *m);
int64_t model_deaf_since(const struct model *m, int64_t now); /* 0: we hear */
bool model_may_judge(const struct model *m, int64_t deadline, int64_t now);
bool model_calm(const struct model *m, int64_t now);
bool model_gate_shut(const struct model *m, int64_t now);
void model_turn_hearing(struct model *m, int64_t now);

/*
 * One turn over what is due: of each stage a bounded amount, the earliest first. crowded: some of it waits for the next
 * turn, so it matters which turn does what.
 */
enum { M_LOOKS_A_TURN = 100 /* of each kind */, M_QUESTIONS_A_TURN = 100, M_STEPS_A_TURN = 100 };
void model_turn(struct model *m, int64_t now);
bool model_crowded(const struct model *m, int64_t now);
/* When something is due by a time that is known; M_NEVER. May be past: then it waits, or is due again at once. */
int64_t model_next(const struct model *m, int64_t now);

/* model_residents.c */
struct m_pressing {
	int resident, id;
	enum m_press kind;
	int64_t at, age;    /* the device's clock; how long ago; -1: not said */
	int64_t kept_since; /* 0, or since when the broker may have kept it */
	bool retained;
};
enum m_heard model_press(struct model *m, const struct m_pressing *p, int64_t now);
void model_met(struct model *m, int resident, int64_t at, int64_t now); /* by a person */
bool model_staff_checkin(struct model *m, int resident, int64_t now);
bool model_pause(struct model *m, int resident, int from_days, int to_days, int64_t now);
bool model_resume(struct model *m, int resident, int64_t now);
bool model_end_service(struct model *m, int resident, bool ill, int64_t now);
void model_reschedule(struct model *m, int resident, int plan, int64_t now);
bool model_paused(const struct model *m, int resident, int64_t at);
void model_revoke(struct model *m, int resident);
void model_expect_again(struct model *m, int64_t wrong_from, int64_t now);
void model_cut_pauses(struct model *m, int64_t now);
void model_clock_returned(struct model *m, int64_t by, int64_t now);
void model_started(struct model *m, int64_t now);
void model_turn_pauses(struct model *m, int64_t now);
void model_turn_looks(struct model *m, int64_t now);
int model_row(struct model *m, int resident, int64_t now); /* of the open expectation; -1: it was decided before */
void model_touch(struct model *m, int resident);
void model_stir(struct model *m, struct m_incident *i);

/* model_incidents.c */
void model_cause(struct model *m, int resident, struct m_cause cause, int64_t ladder_at, int64_t now);
void model_checked_in(struct model *m, int resident, int64_t at, int64_t now);
void model_lose_claims(struct model *m, int resident, int64_t now);
int model_ask(struct model *m, enum m_kind kind, int subject, int resident, const char *detail, int64_t now);
void model_answer_itself(struct model *m, enum m_kind kind, int subject, int resident, int64_t now);
int model_question(const struct model *m, enum m_kind kind, int subject, int resident); /* the open one; -1 */
enum m_answer model_claim(struct model *m, int incident, int person, int64_t now);
enum m_answer model_release(struct model *m, int incident, int person, int64_t now);
enum m_answer model_decline(struct model *m, int incident, int person, int64_t now);
enum m_answer model_report(
	struct model *m, int incident, int person, enum m_report report, enum m_how how, int64_t now);
struct m_closing {
	int person;
	enum m_end end;
	enum m_how how;
	bool forgot;
	int until_days; /* of hospital and away: the pause ends so many days from today */
};
enum m_answer model_close(struct model *m, int incident, const struct m_closing *c, int64_t now);
enum m_answer model_close_question(struct model *m, int incident, int person, int64_t now);
void model_turn_duty(struct model *m, int64_t now);
void model_turn_steps(struct model *m, int64_t now);
void model_cut_incidents(struct model *m, int64_t now);
bool m_of_person(enum m_kind kind);
bool model_waits(const struct model *m, const struct m_incident *i, int64_t now); /* for our hearing, or the gate */

/* model_ladder.c */
bool ladder_fires(struct model *m, struct m_incident *i, bool at_once, int except, int64_t now);
bool ladder_goes_on(const struct m_incident *i);
void ladder_wakes_users(struct model *m, struct m_incident *i, int64_t now);
void ladder_asks_staff(struct model *m, struct m_incident *i, int64_t now); /* a question */
int64_t ladder_looks_at(const struct model *m, const struct m_incident *i, int64_t now);
int model_staff(const struct model *m, int district, int64_t now, int *users); /* on duty; how many */
bool model_on_duty(const struct model *m, int user, int64_t now);
int64_t model_duty_until(const struct model *m, int user, int64_t now, int64_t latest);
void model_plan_duty(struct model *m, int user, int64_t now);
bool model_covers(const struct m_user *u, int district);
bool model_away(int32_t from, int32_t to, int64_t now);
bool model_in_circle(const struct model *m, int resident, int watcher, enum m_can *can);

/* model_tellings.c */
bool tell(struct model *m, struct m_incident *i, enum m_what what, int person, int64_t send, bool put_off, int64_t now);
void tell_told(struct model *m, struct m_incident *i, enum m_what what, int except, bool staff_too, bool alerted_too,
	int64_t now);
int tell_staff(struct model *m, struct m_incident *i, enum m_what what, int except, int64_t now);
void tell_end(struct model *m, struct m_incident *i, int64_t now);
void tell_end_of_kind(struct model *m, struct m_incident *i, enum m_kind kind, int64_t now);
bool tell_reminder(struct model *m, int resident, int expectation, int round, int64_t now);
void tell_drops(struct model *m, struct m_incident *i, int person, enum m_what what); /* waiting ones; M_NOBODY all */
void tell_drops_all(struct model *m, struct m_incident *i);
void tell_holds(struct model *m, struct m_incident *i);
bool tell_reached(const struct model *m, const struct m_incident *i, int64_t waiting_since);
bool tell_taken(const struct model *m, const struct m_incident *i);
bool tell_all_declined(const struct model *m, const struct m_incident *i);
bool tell_declined(const struct m_incident *i, int person);
void model_cut_tellings(struct model *m, int64_t now);

/* What the channels did. NULL: as it should be; else what is wrong. */
const char *model_offered(struct model *m, const int *tellings, size_t n, int64_t now);
void model_took(struct model *m, int telling, int64_t now);
void model_failed(struct model *m, int telling, bool for_good, int64_t retry_at, int64_t now);
void model_unsure(struct model *m, int telling);
bool model_due(const struct model *m, const struct m_telling *t, int64_t now); /* may leave now */
int64_t model_leaves_at(const struct model *m, const struct m_telling *t);     /* M_NEVER: it is held */

/* Makes an array longer by one zeroed place; which that is. */
#define M_MORE(array, n) ((array) = m_more((array), (n), sizeof(*(array))), (n)++)
void *m_more(void *array, int n, size_t size);

#endif
