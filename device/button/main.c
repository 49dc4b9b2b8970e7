/*
 * mimamori-button - a Linux home button: press source -> core -> spool, MQTT link, lamp and console.
 *
 * One loop in one thread around the core; only the link has a thread of its own. Here the core meets its machine.
 */
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/timex.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/memory.h"
#include "common/secret.h"
#include "common/zone.h"
#include "device/button/console.h"
#include "device/button/core.h"
#include "device/button/lamp.h"
#include "device/button/link.h"
#include "device/button/settings.h"
#include "device/button/source.h"
#include "device/button/spool.h"

#define QUEUE_MAX   1000   /* presses kept while nobody hears us: weeks of them */
#define NAP_MS      MINUTE /* look at least so often: nobody tells us when the clock is set */
#define FAREWELL_MS 2000   /* for the last words to the broker */

struct machine {
	struct settings settings;
	struct core core;
	struct press queue[QUEUE_MAX];
	struct spool spool;
	struct source source;
	struct lamp lamp;
	struct console console;
	struct link_settings link_settings;
	struct link *link;
	bool online;
};

/* The wall clock counts only when the kernel says that something (NTP, …) has set it. */
static bool clock_is_set(void)
{
	struct timex status = { .modes = 0 };
	int state = adjtimex(&status);

	return state >= 0 && state != TIME_ERROR && (status.status & STA_UNSYNC) == 0;
}

static struct moment look_at_clock(void)
{
	struct moment now = { .ms = clock_boot(), .wall_at = clock_is_set() ? clock_now() : -1 };

	if (getrandom(&now.random, sizeof now.random, GRND_NONBLOCK) < 0)
		now.random = 0; /* it is jitter only */
	return now;
}

/* Percent; -1: not known. */
static int read_battery(const char *path)
{
	FILE *file = path[0] != '\0' ? fopen(path, "re") : NULL;
	char text[16] = "";
	char *end = text;
	long percent = -1;

	if (file == NULL)
		return -1;
	if (fgets(text, sizeof text, file) != NULL)
		percent = strtol(text, &end, 10);
	fclose(file);
	return end != text && percent >= 0 && percent <= 100 ? (int)percent : -1;
}

static bool send_checkin(void *self, const struct checkin *c)
{
	struct machine *m = self;
	struct checkin whole = *c;
	char json[PAYLOAD_MAX];

	whole.battery = read_battery(m->settings.battery);
	return link_publish(m->link, "checkin", false, json, checkin_format(&whole, json, sizeof json));
}

static void say(void *self, const struct saying *s)
{
	struct machine *m = self;

	console_say(&m->console, s);
	if (s->what == SAY_SENDING) { /* before the disk, which may take its time */
		lamp_turn(&m->lamp, core_lamp(&m->core, clock_boot()), clock_boot());
		if (!m->online)
			link_hurry(m->link);
	}
	if (s->what == SAY_REJECTED || s->what == SAY_GIVEN_UP)
		log_error("press=%s result=%s reason=%s", s->id, s->what == SAY_REJECTED ? "rejected" : "given_up",
			s->text);
}

static void take_event(void *to, const struct source_event *event)
{
	struct machine *m = to;
	struct moment now = look_at_clock();

	switch (event->what) {
	case SOURCE_DOWN: core_key(&m->core, GESTURE_DOWN, event->at_ms, &now); break;
	case SOURCE_UP: core_key(&m->core, GESTURE_UP, event->at_ms, &now); break;
	case SOURCE_HELP_DOWN: core_help_key(&m->core, true, event->at_ms, &now); break;
	case SOURCE_HELP_UP: core_help_key(&m->core, false, event->at_ms, &now); break;
	case SOURCE_PRESS: core_press(&m->core, event->kind, event->at_ms, &now); break;
	case SOURCE_LOST: core_keys_lost(&m->core, &now); break;
	}
}

static void publish_state(struct machine *m, bool online)
{
	struct device_state state = { .online = online, .battery = -1 };
	char json[PAYLOAD_MAX];

	if (online) {
		state.battery = read_battery(m->settings.battery);
		snprintf(state.firmware, sizeof state.firmware, "%s", m->settings.firmware);
	}
	link_publish(m->link, "state", true, json, device_state_format(&state, json, sizeof json));
}

static void take_message(struct machine *m, const struct link_frame *frame, const struct moment *now)
{
	struct ack ack;
	struct message message;

	if (strcmp(frame->leaf, "ack") == 0 && ack_parse(&ack, frame->payload, frame->len))
		core_ack(&m->core, &ack, now);
	else if (strcmp(frame->leaf, "message") == 0 && message_parse(&message, frame->payload, frame->len))
		core_message(&m->core, &message, now);
	else
		log_warn("leaf=%s bytes=%u result=not_understood", frame->leaf, frame->len);
}

static void take_frame(struct machine *m, const struct link_frame *frame)
{
	struct moment now = look_at_clock();

	if (frame->what == LINK_MESSAGE) {
		take_message(m, frame, &now);
		return;
	}
	m->online = frame->what == LINK_ONLINE;
	console_link(&m->console, m->online);
	if (m->online) {
		publish_state(m, true);
		core_connected(&m->core, &now);
	} else {
		core_disconnected(&m->core, &now);
	}
}

/* Milliseconds to sleep until the earliest of what is due. */
static int sleep_ms(const struct machine *m, int64_t now_ms)
{
	const int64_t dues[] = { core_due(&m->core, now_ms), lamp_due(&m->lamp, now_ms), source_due(&m->source) };
	int64_t due = now_ms + NAP_MS;

	for (size_t i = 0; i < sizeof dues / sizeof *dues; i++)
		if (dues[i] >= 0 && dues[i] < due)
			due = dues[i];
	return due > now_ms ? (int)(due - now_ms) : 0;
}

/* Serves until a signal asks to end. */
static void serve(struct machine *m, int signals)
{
	struct link_frame frame;

	for (;;) {
		struct moment now = look_at_clock();

		source_turn(&m->source, now.ms);
		core_turn(&m->core, &now);
		lamp_turn(&m->lamp, core_lamp(&m->core, now.ms), now.ms);

		struct pollfd fds[] = { { signals, POLLIN, 0 }, { link_fd(m->link), POLLIN, 0 },
			{ m->source.fd, POLLIN, 0 } };
		poll(fds, sizeof fds / sizeof *fds, sleep_ms(m, now.ms));
		if (fds[0].revents != 0)
			return;
		if (fds[2].revents != 0) /* fingers before answers: what happened first is heard first */
			source_read(&m->source, clock_boot(), take_event, m);
		while (link_next(m->link, &frame))
			take_frame(m, &frame);
	}
}

static int catch_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL); /* before the link's thread, which inherits it */
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* Builds the machine from its settings, but for the link. False: another process has the spool. */
static bool build(struct machine *m)
{
	const struct settings *s = &m->settings;
	const struct core_rules rules = { s->hold, s->announce, s->repeat, s->patience, s->heard, s->retry,
		s->retry_max };
	const struct core_machine outside = { m, send_checkin, say };
	struct moment now = look_at_clock();
	char boot[SPOOL_BOOT];
	uint64_t session;
	const char *why;

	if (getrandom(&session, sizeof session, 0) != sizeof session)
		fatal("no random numbers");
	zone_set(s->timezone);
	source_parse(&m->source, s->source, &why);
	lamp_init(&m->lamp, s->lamp);
	m->console = (struct console){ strcmp(s->console, "lines") == 0, s->language };
	m->link_settings = (struct link_settings){ s->host, s->username, s->password, s->ca_file, s->root, s->device,
		"{\"online\":false}", (int)s->port, (int)(s->keepalive / SECOND), s->reconnect_max };
	spool_boot(boot);
	spool_init(&m->spool, s->spool, boot);
	if (spool_open(&m->spool) == SPOOL_BUSY)
		return false;
	struct press_store store = spool_store(&m->spool);
	core_init(&m->core, &rules, &store, &outside, m->queue, QUEUE_MAX, session, &now);
	return true;
}

static void take_down(struct machine *m)
{
	struct moment now = look_at_clock();

	core_stop(&m->core, &now);
	lamp_turn(&m->lamp, LAMP_OFF, now.ms);
	source_close(&m->source);
	spool_close(&m->spool);
	if (m->online)
		publish_state(m, false);
	if (!link_stop(m->link, FAREWELL_MS))
		_exit(0);
}

/* The configuration's path; NULL: `status` says how to exit. */
static const char *read_arguments(int argc, char **argv, int *status)
{
	static const struct option names[] = { { "config", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'v' }, { NULL, 0, NULL, 0 } };
	const char *path = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (option) {
		case 'c': path = optarg; break;
		case 'h':
			printf("Usage: mimamori-button --config FILE\n\nThe file's options, with their defaults:\n\n");
			settings_help(stdout);
			return *status = 0, NULL;
		case 'v': printf("mimamori-button %s\n", MIMAMORI_VERSION); return *status = 0, NULL;
		default: return *status = 2, NULL;
		}
	}
	if (path == NULL || optind < argc) {
		fprintf(stderr, "Usage: mimamori-button --config FILE (--help shows its options)\n");
		return *status = 2, NULL;
	}
	return path;
}

int main(int argc, char **argv)
{
	static struct machine m;
	int status;
	const char *path = read_arguments(argc, argv, &status);

	secret_guard_process();
	memory_init();
	if (path == NULL)
		return status;
	if (!settings_read(path, &m.settings, stderr))
		return 2;
	int signals = catch_signals();
	if (!build(&m)) {
		log_error("spool=%s result=busy why=\"another mimamori-button uses it\"", m.settings.spool);
		return 1;
	}
	m.link = link_start(&m.link_settings);
	serve(&m, signals);
	take_down(&m);
	return 0;
}
