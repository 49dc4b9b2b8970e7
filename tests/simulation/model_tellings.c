/* model_tellings - who is told what, on which channel, and what became of it (rule 5). */
#include <stdlib.h>
#include <string.h>

#include "tests/simulation/model.h"

#define GROUP         (30 * M_SECOND)
#define NEXT_CHANNEL  (2 * M_MINUTE)
#define END_RETRY     M_DAY
#define UNREACHED     (10 * M_MINUTE)
#define RETRY_LONGEST (10 * M_MINUTE)
#define PEOPLE        128
#define MESSAGE_HOLDS 200 /* notifications */

/* Channels: of a resident 0 is the button; else 0 is the first, 1 the second. */
static bool has_channel(const struct model *m, int person, int channel)
{
	int n = M_INDEX(person);

	switch (M_SORT(person)) {
	case M_IS_WATCHER: return channel < m->watchers[n].channels;
	case M_IS_USER: return channel < m->users[n].channels;
	default: return channel == 0 ? !m->residents[n].revoked : channel <= m->residents[n].channels;
	}
}

static int64_t *last_message(const struct model *m, int person, int channel)
{
	int n = M_INDEX(person);

	if (M_SORT(person) != M_IS_RESIDENT)
		n += m->residents_n;
	if (M_SORT(person) == M_IS_USER)
		n += m->watchers_n;
	return &m->last_message[2 * n + channel];
}

/* Keys. */

static uint64_t key_of(const struct m_telling *t)
{
	uint64_t h = (uint64_t)(t->incident >= 0 ? t->incident : t->expectation) * 2 + (t->incident >= 0);

	h = h * 4096 + (uint64_t)t->round;
	h = h * 32 + t->what;
	h = (h * UINT64_C(0x9E3779B97F4A7C15)) ^ (uint64_t)(t->person * 4 + t->channel);
	h = (h ^ h >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
	h ^= h >> 32;
	return h ? h : 1;
}

static void keys_grow(struct model *m)
{
	size_t room = m->keys_room ? 2 * m->keys_room : 1024;
	uint64_t *keys = calloc(room, sizeof(*keys));

	if (!keys)
		abort();
	for (size_t k = 0; k < m->keys_room; k++)
		if (m->keys[k]) {
			size_t at = m->keys[k] & (room - 1);

			while (keys[at])
				at = (at + 1) & (room - 1);
			keys[at] = m->keys[k];
		}
	free(m->keys);
	m->keys = keys;
	m->keys_room = room;
}

/* False: it was written before. */
static bool keys_add(struct model *m, uint64_t key)
{
	size_t at;

	if (2 * m->keys_n >= m->keys_room)
		keys_grow(m);
	for (at = key & (m->keys_room - 1); m->keys[at]; at = (at + 1) & (m->keys_room - 1))
		if (m->keys[at] == key)
			return false;
	m->keys[at] = key;
	m->keys_n++;
	return true;
}

static bool add(struct model *m, const struct m_telling *t)
{
	int n;

	if (!keys_add(m, key_of(t)))
		return false;
	n = M_MORE(m->tellings, m->tellings_n);
	m->tellings[n] = *t;
	m->waiting[M_MORE(m->waiting, m->waiting_n)] = n;
	if (t->incident >= 0) {
		struct m_incident *i = m->incidents[t->incident];

		i->tellings[M_MORE(i->tellings, i->tellings_n)] = n;
	}
	return true;
}

static void leave_waiting(struct model *m, int n)
{
	for (int k = 0; k < m->waiting_n; k++)
		if (m->waiting[k] == n) {
			m->waiting[k] = m->waiting[--m->waiting_n];
			return;
		}
}

static void set(struct model *m, int n, enum m_delivery state)
{
	m->tellings[n].state = state;
	if (state > M_IN_FLIGHT)
		leave_waiting(m, n);
}

bool tell_declined(const struct m_incident *i, int person)
{
	for (int k = 0; k < i->declined_n; k++)
		if (i->declined[k] == person)
			return true;
	return false;
}

#define EACH(m, i, t)                                \
	for (int k_ = 0; k_ < (i)->tellings_n; k_++) \
		for (struct m_telling *t = &(m)->tellings[(i)->tellings[k_]]; t; t = NULL)

static bool heard_that_somebody_goes(const struct model *m, const struct m_incident *i, int person)
{
	bool heard = false;

	EACH(m, i, t)
	{
		if (t->person != person)
			continue;
		if (t->what == M_CLAIM && (t->state == M_IN_FLIGHT || t->state == M_SENT))
			heard = true;
		else if (t->what == M_RELEASED)
			heard = false;
	}
	return heard;
}

/* News that one who wishes to get it once a day waits for: at 18:00. */
static int64_t leaves(const struct model *m, const struct m_incident *i, enum m_what what, int person, int64_t now)
{
	int64_t at;

	if (i->kind == M_HELP || i->claimant == person || M_SORT(person) != M_IS_WATCHER ||
		!m->watchers[M_INDEX(person)].summary)
		return now;
	if (what == M_RELEASED ? heard_that_somebody_goes(m, i, person) : what != M_CLAIM && what != M_ENDED)
		return now;
	at = calendar_at(calendar_day(now), 18 * 60, false);
	return at > now ? at : calendar_at(calendar_day(now) + 1, 18 * 60, false);
}

static bool write_on(struct model *m, struct m_incident *i, enum m_what what, int round, int person, int channel,
	int64_t send, bool put_off, int64_t now)
{
	struct m_telling t = { .incident = i->number,
		.expectation = -1,
		.kind = i->kind,
		.what = what,
		.round = round,
		.person = person,
		.channel = channel,
		.urgent = i->kind == M_HELP,
		.put_off = put_off,
		.written = now,
		.send = send > now ? send : leaves(m, i, what, person, now) };

	model_stir(m, i);
	return add(m, &t);
}

bool tell(struct model *m, struct m_incident *i, enum m_what what, int person, int64_t send, bool put_off, int64_t now)
{
	bool written = false;

	for (int channel = 0; channel < 2; channel++) {
		if (!has_channel(m, person, channel))
			continue;
		written |= write_on(m, i, what, i->round, person, channel, send, put_off, now);
		if (M_SORT(person) != M_IS_RESIDENT)
			break;
	}
	return written;
}

bool tell_reminder(struct model *m, int resident, int expectation, int round, int64_t now)
{
	bool written = false;

	for (int channel = 0; channel < 2; channel++)
		if (has_channel(m, resident, channel)) {
			written |= add(m, &(struct m_telling){ .incident = -1,
						  .expectation = expectation,
						  .what = M_REMINDER,
						  .round = round,
						  .person = resident,
						  .channel = channel,
						  .written = now,
						  .send = now });
			if (round > m->expectations[expectation].reminders)
				m->expectations[expectation].reminders = round;
			m->expectations[expectation].reminded = now;
		}
	return written;
}

/* Those told: each once, on the channel that took something last, or may have; not who has heard an end since. */
struct told {
	int person, channel;
	enum m_kind kind;
	bool ended;
};

static int told_list(const struct model *m, const struct m_incident *i, struct told *list)
{
	int n = 0, kept = 0;

	EACH(m, i, t)
	{
		int k = 0;

		if (t->what != M_ENDED && t->state != M_SENT && !t->unsure)
			continue;
		while (k < n && list[k].person != t->person)
			k++;
		if (k == n) {
			if (t->what == M_ENDED || n == PEOPLE)
				continue;
			list[n++].person = t->person;
		}
		if (t->what == M_ENDED) {
			list[k].ended = true;
			continue;
		}
		list[k].channel = t->channel;
		list[k].kind = t->kind;
		list[k].ended = false;
	}
	for (int k = 0; k < n; k++)
		if (!list[k].ended)
			list[kept++] = list[k];
	return kept;
}

static bool alerted_in(const struct model *m, const struct m_incident *i, int person, int round)
{
	EACH(m, i, t)
	if (t->person == person && t->round == round && (t->what == M_ALERT || t->what == M_QUESTION))
		return true;
	return false;
}

void tell_told(struct model *m, struct m_incident *i, enum m_what what, int except, bool staff_too, bool alerted_too,
	int64_t now)
{
	struct told list[PEOPLE];
	int n = told_list(m, i, list);

	for (int k = 0; k < n; k++) {
		int person = list[k].person;

		if (person == except || M_SORT(person) == M_IS_RESIDENT || tell_declined(i, person) ||
			(M_SORT(person) == M_IS_USER && !staff_too) ||
			(!alerted_too && alerted_in(m, i, person, i->fired_round)))
			continue;
		write_on(m, i, what, i->round, person, list[k].channel, now, false, now);
	}
}

int tell_staff(struct model *m, struct m_incident *i, enum m_what what, int except, int64_t now)
{
	int users[PEOPLE], n = model_staff(m, i->district, now, users), told = 0;

	for (int k = 0; k < n; k++)
		if (M_USER(users[k]) != except)
			told += tell(m, i, what, M_USER(users[k]), now, false, now);
	return told;
}

/* Everyone told hears the end; whoever held it; and, once a watcher was told, those who only know. */
void tell_end(struct model *m, struct m_incident *i, int64_t now)
{
	struct told list[PEOPLE];
	bool watchers = false, claimant = i->claimant == M_NOBODY;
	int n;

	tell_drops_all(m, i);
	n = told_list(m, i, list);
	for (int k = 0; k < n; k++) {
		claimant |= list[k].person == i->claimant;
		if (M_SORT(list[k].person) == M_IS_RESIDENT)
			continue;
		watchers |= M_SORT(list[k].person) == M_IS_WATCHER;
		write_on(m, i, M_ENDED, i->round, list[k].person, list[k].channel, now, false, now);
	}
	if (!claimant)
		tell(m, i, M_ENDED, i->claimant, now, false, now);
	if (!watchers || !m->residents[i->resident].consents)
		return;
	for (const struct m_link *l = m->links[i->resident]; l->watcher >= 0; l++)
		if (l->can == M_KNOWS)
			tell(m, i, M_ENDED, M_WATCHER(l->watcher), now, false, now);
}

void tell_end_of_kind(struct model *m, struct m_incident *i, enum m_kind kind, int64_t now)
{
	struct told list[PEOPLE];
	int n = told_list(m, i, list);

	for (int k = 0; k < n; k++)
		if (M_SORT(list[k].person) != M_IS_RESIDENT && list[k].kind == kind && list[k].person != i->claimant)
			write_on(m, i, M_ENDED, i->round, list[k].person, list[k].channel, now, false, now);
}

void tell_drops(struct model *m, struct m_incident *i, int person, enum m_what what)
{
	EACH(m, i, t)
	if (t->state == M_WAITING && t->what == what && (person == M_NOBODY || t->person == person))
		set(m, i->tellings[k_], M_DROPPED);
}

void tell_drops_all(struct model *m, struct m_incident *i)
{
	EACH(m, i, t)
	if (t->state == M_WAITING && t->what != M_ENDED)
		set(m, i->tellings[k_], M_DROPPED);
}

void tell_holds(struct model *m, struct m_incident *i)
{
	EACH(m, i, t)
	if (t->state == M_WAITING && t->what == M_ALERT && M_SORT(t->person) == M_IS_WATCHER)
		t->put_off = true;
}

static bool asks(const struct m_telling *t)
{
	return t->what == M_ALERT || t->what == M_QUESTION || t->what == M_DUTY;
}

/* What this channel has not taken since before waits as long already, though it is asked anew. */
static bool waits_long(const struct model *m, const struct m_incident *i, const struct m_telling *of, int64_t since)
{
	bool waits = false;

	EACH(m, i, t)
	{
		if (t->person != of->person || t->channel != of->channel)
			continue;
		if (t->sent)
			waits = false;
		else if ((t->what == M_ALERT || t->what == M_QUESTION) &&
			 (t->state == M_WAITING || t->state == M_DROPPED) && t->tries && t->written <= since)
			waits = true;
	}
	return waits;
}

bool tell_reached(const struct model *m, const struct m_incident *i, int64_t waiting_since)
{
	EACH(m, i, t)
	{
		if (t->round < i->fired_round || !asks(t) || M_SORT(t->person) == M_IS_RESIDENT)
			continue;
		if (t->state == M_SENT || t->state == M_IN_FLIGHT)
			return true;
		if (t->state == M_WAITING && !t->put_off && t->written > waiting_since &&
			!waits_long(m, i, t, waiting_since))
			return true;
	}
	return false;
}

bool tell_taken(const struct model *m, const struct m_incident *i)
{
	EACH(m, i, t)
	if (t->round >= i->fired_round && asks(t) && M_SORT(t->person) != M_IS_RESIDENT && t->state == M_SENT)
		return true;
	return false;
}

bool tell_all_declined(const struct model *m, const struct m_incident *i)
{
	int asked = 0;

	EACH(m, i, t)
	{
		bool declined;

		if (t->round != i->fired_round || (t->what != M_ALERT && t->what != M_QUESTION) ||
			M_SORT(t->person) == M_IS_RESIDENT)
			continue;
		declined = tell_declined(i, t->person);
		if ((t->state == M_REFUSED || t->state == M_DROPPED) && !declined)
			continue;
		if (!declined)
			return false;
		asked++;
	}
	return asked > 0;
}

/* Delivery. */

static bool held(const struct model *m, const struct m_telling *t)
{
	return t->put_off && t->incident >= 0 && m->incidents[t->incident]->state == M_CLAIMED;
}

int64_t model_leaves_at(const struct model *m, const struct m_telling *t)
{
	int64_t at = t->send, grouped = *last_message(m, t->person, t->channel) + GROUP;

	if (held(m, t))
		return M_NEVER;
	if (!t->urgent && !t->tries && *last_message(m, t->person, t->channel) && grouped > at)
		at = grouped;
	return at;
}

bool model_due(const struct model *m, const struct m_telling *t, int64_t now)
{
	int64_t last = *last_message(m, t->person, t->channel);

	if (held(m, t) || t->send > now)
		return false;
	return t->urgent || t->tries || !last || last > now || last + GROUP <= now;
}

const char *model_offered(struct model *m, const int *tellings, size_t n, int64_t now)
{
	bool again = m->tellings[tellings[0]].tries > 0;
	int64_t *last;

	for (size_t k = 0; k < n; k++) {
		const struct m_telling *t = &m->tellings[tellings[k]];

		if (t->state != M_WAITING && t->state != M_IN_FLIGHT)
			return "what was sent, refused or dropped is offered again";
		if (!again && !model_due(m, t, now))
			return "it leaves before its time, or while it is held";
		if ((t->tries > 0) != again)
			return "a message that is sent again has other members than before";
		if (t->person != m->tellings[tellings[0]].person || t->channel != m->tellings[tellings[0]].channel)
			return "one message for several";
		if (t->urgent && n > 1 && !again)
			return "what is urgent does not go alone";
	}
	last = last_message(m, m->tellings[tellings[0]].person, m->tellings[tellings[0]].channel);
	/* Help lets what waits wait no longer; and what a full message leaves over follows at once. */
	if (!again && n < MESSAGE_HOLDS && (*last > now || *last + GROUP <= now))
		*last = now;
	for (size_t k = 0; k < n; k++) {
		struct m_telling *t = &m->tellings[tellings[k]];

		t->unsure |= t->state == M_IN_FLIGHT;
		t->state = M_IN_FLIGHT;
		t->tries++;
		if (!t->first_try)
			t->first_try = now;
		if (t->incident >= 0)
			model_stir(m, m->incidents[t->incident]);
	}
	return NULL;
}

/* An alert was taken after what it asks for changed; where an earlier try of it was answered already, that still waits.
 */
static void write_late(struct model *m, struct m_incident *i, enum m_what what, const struct m_telling *of, int64_t now)
{
	EACH(m, i, t)
	if (t->what == what && t->person == of->person && t->channel == of->channel && t->state == M_WAITING)
		return;
	write_on(m, i, what, of->round, of->person, of->channel, now, false, now);
}

void model_took(struct model *m, int telling, int64_t now)
{
	struct m_telling t;
	struct m_incident *i;

	set(m, telling, M_SENT);
	m->tellings[telling].sent = now;
	t = m->tellings[telling];
	if (t.incident < 0 || M_SORT(t.person) == M_IS_RESIDENT || t.what == M_ENDED)
		return;
	i = m->incidents[t.incident];
	model_stir(m, i);
	if (i->state == M_CLOSED)
		write_late(m, i, M_ENDED, &t, now);
	else if (asks(&t) && m_of_person(i->kind) && t.kind < i->kind && i->claimant != t.person)
		write_late(m, i, M_ENDED, &t, now); /* of what was answered */
	else if (asks(&t) && i->state == M_CLAIMED && i->claimant != t.person && m_of_person(i->kind))
		write_late(m, i, M_CLAIM, &t, now);
	else if (asks(&t) && !i->reached)
		i->reached = true;
}

static bool useful(const struct model *m, const struct m_telling *t, int64_t now)
{
	if (t->expectation >= 0) {
		const struct m_expectation *e = &m->expectations[t->expectation];

		return e->outcome == M_UNDECIDED || e->decided > now;
	}
	if (t->what == M_ENDED)
		return now - t->first_try <= END_RETRY;
	if (t->what == M_CLAIM || t->what == M_COMING)
		return m->incidents[t->incident]->state == M_CLAIMED;
	return m->incidents[t->incident]->state != M_CLOSED;
}

static void on_next_channel(struct model *m, const struct m_telling *of, int64_t now)
{
	struct m_telling t = *of;

	t.channel++;
	if (!has_channel(m, t.person, t.channel))
		return;
	t.written = t.send = now;
	t.put_off = t.fell_back = t.unsure = false;
	t.state = M_WAITING;
	t.first_try = t.sent = t.system = 0;
	t.tries = 0;
	add(m, &t);
}

/* A firing that may have lost its last reader is looked at now. */
static void look_again(struct model *m, const struct m_telling *t, int64_t now)
{
	struct m_incident *i;

	if (!asks(t) || t->incident < 0)
		return;
	i = m->incidents[t->incident];
	if (i->state == M_OPEN && m_of_person(i->kind) && i->reached && t->round >= i->fired_round &&
		!tell_reached(m, i, now - UNREACHED)) {
		i->next_at = now;
		model_stir(m, i);
	}
}

static void end_if_told(struct model *m, struct m_incident *i, const struct m_telling *t, int64_t now)
{
	struct told list[PEOPLE];
	int n = M_SORT(t->person) == M_IS_RESIDENT ? 0 : told_list(m, i, list);

	for (int k = 0; k < n; k++)
		if (list[k].person == t->person)
			write_on(m, i, M_ENDED, t->round, t->person, list[k].channel, now, false, now);
}

void model_failed(struct model *m, int telling, bool for_good, int64_t retry_at, int64_t now)
{
	struct m_telling t = m->tellings[telling];
	struct m_incident *i = t.incident >= 0 ? m->incidents[t.incident] : NULL;
	bool ends = t.what == M_ENDED, still = useful(m, &t, now), resident = M_SORT(t.person) == M_IS_RESIDENT;

	if (i)
		model_stir(m, i);
	if (for_good || (ends && !still)) {
		set(m, telling, M_REFUSED);
		if (!t.fell_back && !resident && (ends || still))
			on_next_channel(m, &t, now);
		look_again(m, &t, now);
		return;
	}
	if (!still) {
		set(m, telling, M_DROPPED);
		if (i && i->state == M_CLOSED)
			end_if_told(m, i, &t, now);
		return;
	}
	m->tellings[telling].state = M_WAITING;
	m->tellings[telling].send = retry_at;
	if (!ends && !resident && t.first_try && now - t.first_try < NEXT_CHANNEL && !t.fell_back &&
		retry_at > t.first_try + NEXT_CHANNEL)
		m->tellings[telling].send = t.first_try +
					    NEXT_CHANNEL; /* it has its time, whatever a server asks for */
	if (!ends && !resident && t.first_try && now - t.first_try >= NEXT_CHANNEL && !t.fell_back) {
		m->tellings[telling].fell_back = true;
		on_next_channel(m, &t, now);
	}
	look_again(m, &t, now);
}

void model_unsure(struct model *m, int telling)
{
	m->tellings[telling].unsure = true;
}

void model_cut_tellings(struct model *m, int64_t now)
{
	for (int k = 0; k < m->waiting_n; k++) {
		struct m_telling *t = &m->tellings[m->waiting[k]];
		bool ahead = t->written > now;

		if (!ahead && t->first_try <= now && t->send <= now + RETRY_LONGEST)
			continue;
		if (!t->put_off && (t->send > now + RETRY_LONGEST || (t->send > now && ahead && !t->tries)))
			t->send = now;
		else if (t->put_off && ahead)
			t->send = now + (t->send - now) % M_DAY;
		if (ahead)
			t->written = now;
		if (t->first_try > now)
			t->first_try = now;
		if (t->incident >= 0)
			model_stir(m, m->incidents[t->incident]);
	}
}
