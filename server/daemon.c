/*
 * daemon - mimamorid's parts put together.
 *
 * A reload is a stop and a start of the same process (main.c): so it reads everything anew, and there is one way to
 * begin and one to end. A configuration that is wrong is refused before that.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/daemon.h"
#include "server/supervise.h"
#include "server/watch/blind.h"
#include "server/watch/press.h"

#define TURN_WAIT     SECOND
#define STOP_LOOK_MS  20    /* at an end: whether the calls of the web are through */
#define WATCH_EACH_MS 5     /* what is due is looked for, where each press is a turn of its own */
#define DUE_AGAIN_MS  3     /* what is due and could not be done yet (a busy store) */
#define ACKS_WAIT_MS  4     /* for what is being judged */
#define MORE_AFTER_US 300   /* what is left of what is due: others, who look that often, may have the store between */
#define STORE_CACHE   10240 /* KiB, of the loop: a batch's pages, also of a large city */
#define LOG_MOST      (INT64_C(256) * 1024 * 1024) /* of the write-ahead log: then it is truncated */
#define DRAIN_LONGEST 1500                         /* ms, for a batch in hand */
#define CALLS_LONGEST 5000                         /* ms, for calls of the web under way while we still hear */

static void catch_signals(struct daemon *d)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL); /* in all threads, for none was started yet */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit on file size is a full disk, not our end */
	d->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	d->poke_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (d->signal_fd < 0 || d->poke_fd < 0)
		fatal("error=\"%m\"");
}

static void take_signals(struct daemon *d)
{
	struct signalfd_siginfo info;

	while (read(d->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGHUP) {
			log_info("signal=%u stopping=yes", info.ssi_signo);
			d->stopping = true;
			d->reloading = false;
		} else if (d->stopping) {
			log_info("signal=%u reloading=no error=\"we are ending as it is\"", info.ssi_signo);
		} else if (settings_check(d->config, stderr)) {
			log_info("signal=%u reloading=yes", info.ssi_signo);
			d->stopping = d->reloading = true;
		} else {
			log_error("signal=%u reloading=no error=\"the configuration is wrong; the old one stays\"",
				info.ssi_signo);
		}
	}
}

/* Tells the supervisor how we are, when that has changed. */
static void say_status(struct daemon *d, const char *text)
{
	if (strcmp(d->said, text) == 0)
		return;
	snprintf(d->said, sizeof(d->said), "%s", text);
	supervise_say("STATUS=%s", text);
}

static void feed_watchdog(struct daemon *d, int64_t boot, int64_t notify_turned_at)
{
	if (!d->watchdog_ms || boot - d->watchdog_at < d->watchdog_ms ||
		!health_moves(&d->health, notify_turned_at, boot))
		return;
	d->watchdog_at = boot;
	supervise_say("WATCHDOG=1");
}

/* A second before the loop turns, in which signals are heard and the watchdog is fed. False: we were asked to stop. */
static bool wait_to_start(struct daemon *d)
{
	struct pollfd wait = { d->signal_fd, POLLIN, 0 };

	poll(&wait, 1, (int)TURN_WAIT);
	take_signals(d);
	d->health.turned_at = clock_boot();
	feed_watchdog(d, clock_boot(), clock_boot());
	return !d->stopping;
}

/*
 * Opens the store, trying each second while it is locked or unwell. False: it never will be well (made by a newer
 * version, corrupt), or we were asked to stop.
 */
static bool open_store(struct daemon *d)
{
	char why[512], told[512] = "";

	for (;;) {
		enum db_status status = store_open(&d->store, d->settings.store_url, why, sizeof(why));

		if (status == DB_FINE)
			break;
		if (status == DB_REFUSED || status == DB_CORRUPT) {
			log_error("store=%s error=\"%s\"", status == DB_CORRUPT ? "corrupt" : "refused", why);
			return false;
		}
		health_unwell(&d->health, clock_boot());
		if (strcmp(told, why) != 0) {
			log_error("store=unwell error=\"%s; trying each second\"", why);
			supervise_say("READY=1\nSTATUS=waiting for the store");
		}
		snprintf(told, sizeof(told), "%s", why);
		if (!wait_to_start(d))
			return false;
	}
	if (health_well(&d->health, clock_boot()))
		log_info("store=well");
	db_wait(d->store.db, 0);
	db_cache(d->store.db, STORE_CACHE);
	db_checkpoint_off(d->store.db);
	return true;
}

/*
 * A machine without a clock of its own starts in the past until the network gives it the time. Whatever came in by such
 * a clock would be stored with a time that was not, and meet nothing; so we do not listen yet: the broker and the
 * buttons keep what is pressed, unanswered, and the pages change nothing. But not for long, for a help waits too.
 * False: we were asked to stop.
 */
static bool wait_for_time(struct daemon *d)
{
	int64_t last_beat_at = blind_last_beat(&d->watch), limit_ms = d->settings.rules.clock_jump_ms;
	int64_t behind_ms = jump_behind_ms(clock_now(), last_beat_at, limit_ms);
	int64_t until = clock_boot() + d->settings.rules.clock_wait_ms;

	if (!behind_ms)
		return true;
	log_error("clock=behind by_ms=%lld error=\"it is waited for, and nobody heard, for %lld s at most\"",
		(long long)behind_ms, (long long)(d->settings.rules.clock_wait_ms / SECOND));
	supervise_say("READY=1\nSTATUS=waiting for the clock to be set");
	d->health.timeless = true;
	while (jump_behind_ms(clock_now(), last_beat_at, limit_ms) && clock_boot() < until)
		if (!wait_to_start(d))
			return false;
	d->health.timeless = false;
	if (jump_behind_ms(clock_now(), last_beat_at, limit_ms))
		log_error("clock=behind error=\"nobody set it: we go on by it\"");
	else
		log_info("clock=set");
	return true;
}

static bool presses_wait(void *context)
{
	struct daemon *d = context;
	struct pollfd p = { .fd = intake_fd(d->intake, &p.events) };

	return clock_boot() - d->watching_at >= ACKS_WAIT_MS && (intake_holds(d->intake) || poll(&p, 1, 0) > 0);
}

int daemon_start(struct daemon *d, const char *config)
{
	memset(d, 0, sizeof(*d));
	d->config = config;
	if (!settings_read(&d->settings, config, stderr) ||
		!settings_watch(&d->settings, &d->store, &d->watch, &d->holidays, stderr))
		return 2;
	log_info("mimamorid=starting version=%s client_id=%s", MIMAMORI_VERSION, d->settings.mqtt_client_id);
	catch_signals(d);
	d->watchdog_ms = supervise_watchdog_ms();
	health_init(&d->health, d->settings.rules.deaf_ms, clock_boot());
	d->watch.awaited = presses_wait;
	d->watch.awaited_by = d;
	d->web = web_start(&d->settings, &d->watch, &d->health, d->poke_fd, stderr);
	if (!d->web)
		return 1;
	if (!open_store(d) || !wait_for_time(d))
		return d->stopping ? 0 : 1;
	d->handover = handover_new(d->settings.mqtt_root, d->poke_fd);
	struct notify_device device = handover_device(d->handover);
	d->notify = notify_start(&d->settings, &device, stderr);
	if (!d->notify)
		return 1;
	handover_answers_to(d->handover, d->notify);
	web_notify(d->web, d->notify);
	d->intake = intake_new(&d->settings, &d->watch, &d->health, handover_published, d->handover, d->poke_fd);
	d->housekeeping = housekeeping_start(&d->settings, &d->watch, &d->health);
	d->heartbeat = heartbeat_start(d->settings.heartbeat_url, &d->health, d->notify);

	jump_init(&d->jump, clock_now(), clock_boot(), blind_last_beat(&d->watch), d->settings.rules.clock_jump_ms);
	d->due_at = INT64_MAX;
	supervise_say("READY=1");
	return 0;
}

void daemon_wait(struct daemon *d)
{
	int64_t now = clock_now(), ms = TURN_WAIT, other;
	struct pollfd fds[3] = { { d->signal_fd, POLLIN, 0 }, { d->poke_fd, POLLIN, 0 } };
	struct timespec wait;
	uint64_t pokes;

	fds[2].fd = intake_fd(d->intake, &fds[2].events);
	other = intake_wait_ms(d->intake, clock_boot());
	if (other < ms)
		ms = other;
	other = d->due_at <= now ? DUE_AGAIN_MS : d->due_at - now;
	if (other < ms)
		ms = other;
	if (d->watchdog_ms && d->watchdog_ms < ms)
		ms = d->watchdog_ms;
	if (d->unwatched && ms > WATCH_EACH_MS)
		ms = WATCH_EACH_MS;
	if (d->again && ms > DUE_AGAIN_MS)
		ms = DUE_AGAIN_MS;
	if (d->stop_by && ms > STOP_LOOK_MS)
		ms = STOP_LOOK_MS;
	wait.tv_sec = ms / SECOND;
	wait.tv_nsec = ms % SECOND * 1000000;
	if (ms > 0 && d->more && !intake_holds(d->intake))
		wait = (struct timespec){ .tv_nsec = MORE_AFTER_US * 1000 };
	if (ppoll(fds, 3, &wait, NULL) < 0)
		return;
	if (fds[0].revents)
		take_signals(d);
	if (fds[1].revents && read(d->poke_fd, &pokes, sizeof(pokes)) < 0)
		log_warn("poke=lost error=\"%m\"");
}

bool daemon_check_clock(struct daemon *d, int64_t now, int64_t boot)
{
	bool jumped = jump_look(&d->jump, now, boot);

	if ((jumped || !d->started) && store_begin(&d->store)) {
		if (!d->started)
			blind_started(&d->watch, now);
		if (jumped && d->jump.kept_at)
			press_clock_was_behind(&d->watch, d->jump.kept_at, d->jump.by_ms, now);
		if (jumped)
			blind_clock_jumped(&d->watch, d->jump.by_ms, now);
		if (store_commit(&d->store)) {
			d->started = true;
			d->jump.pending = false;
			if (jumped && d->jump.by_ms > 0)
				d->jump.kept_at = 0; /* it is set now */
		}
	}
	return d->started && !d->jump.pending;
}

/* Between two batches, right after housekeeping has moved nearly all: what is left is a matter of milliseconds. */
static void end_log(struct daemon *d)
{
	if (!d->health.log_nearly || intake_holds(d->intake))
		return;
	d->health.log_nearly = false;
	db_checkpoint(d->store.db, false);
}

/* Between two batches, and only as far as no reader holds on to it; one that does so for long is told of once. */
static void shorten_log(struct daemon *d)
{
	int64_t bytes = d->health.log_bytes;

	if (bytes <= LOG_MOST) {
		d->log_told = false;
	} else if (!intake_holds(d->intake)) {
		if (db_checkpoint(d->store.db, true)) {
			log_info("store_log=truncated");
		} else if (!d->log_told) {
			log_warn(
				"store_log=grows bytes=%lld why=\"another program has been reading the store for long\"",
				(long long)bytes);
			d->log_told = true;
		}
	}
}

static void each_second(struct daemon *d, int64_t boot)
{
	struct health *h = &d->health;

	if (!health_stores(h))
		say_status(d, "the store is unwell: no press is answered");
	else if (!health_hears(h, boot))
		say_status(d, h->connected_at ? "connected, not hearing yet" : "deaf: no connection to the broker");
	else
		say_status(d, "listening");
	shorten_log(d);
}

bool daemon_watches(struct daemon *d, int64_t now, int64_t boot)
{
	d->unwatched = now < d->due_at && !d->more && !d->again && !d->store.posted && boot >= d->watched_at &&
		       boot - d->watched_at < WATCH_EACH_MS;
	if (!d->unwatched) {
		d->watched_at = boot;
		d->watching_at = clock_boot();
	}
	return !d->unwatched;
}

void daemon_end_turn(struct daemon *d, int64_t now, int64_t boot)
{
	if (db_ruined(d->store.db)) /* say by a look: nobody would be judged any more, and nobody know */
		fatal("store=corrupt error=\"%s\"", db_why(d->store.db));
	d->more = d->more && db_status(d->store.db) == DB_FINE;
	d->again = db_turned_away(d->store.db) != d->turned_away;
	d->turned_away = db_turned_away(d->store.db);
	notify_spare(d->notify, d->more);
	if (d->store.posted)
		notify_poke(d->notify); /* not for each press: it would ask the store, too */
	d->store.posted = false;
	if (!d->unwatched)
		d->due_at = watch_next_due(&d->watch, now);
	end_log(d);
	d->health.turned_at = boot;
	d->health.turns++;
	feed_watchdog(d, boot, notify_turned_at(d->notify));
	if (boot - d->second_at >= SECOND) {
		d->second_at = boot;
		each_second(d, boot);
	}
}

bool daemon_over(struct daemon *d)
{
	if (!d->stopping)
		return false;
	if (!d->stop_by) {
		d->stop_by = clock_boot() + CALLS_LONGEST;
		web_close(d->web);
	}
	return !d->intake || !web_busy(d->web) || clock_boot() > d->stop_by; /* without an intake no loop has begun */
}

bool daemon_stop(struct daemon *d)
{
	int64_t until = clock_boot() + DRAIN_LONGEST;
	bool ended;

	supervise_say(d->reloading ? "RELOADING=1" : "STOPPING=1");
	if (d->intake) {
		intake_close(d->intake);
		do
			intake_run(d->intake, clock_now(), clock_boot(), INT64_MAX);
		while (intake_holds(d->intake) && clock_boot() < until && poll(NULL, 0, 5) == 0);
	}
	ended = intake_free(d->intake);
	if (d->handover)
		handover_close(d->handover);
	heartbeat_stop(d->heartbeat);
	web_stop(d->web);
	notify_stop(d->notify);
	handover_free(d->handover);
	housekeeping_stop(d->housekeeping);
	store_close(&d->store);
	holidays_release(&d->holidays);
	log_info("mimamorid=stopped");
	return ended;
}
