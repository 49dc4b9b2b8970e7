/* Press sources: the bytes of Linux input events, the configuration of keys, lines on standard input; and the lamp. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "device/button/lamp.h"
#include "device/button/source.h"

#define NOW (2000 * SECOND)

static struct source_event taken[64];
static size_t count;

static void take(void *to, const struct source_event *event)
{
	(void)to;
	CHECK(count < 64);
	taken[count++] = *event;
}

static struct evdev device(const char *text)
{
	struct evdev e;
	const char *why = "";

	if (!evdev_parse(&e, text, &why))
		fail_msg("%s %s", text, why);
	count = 0;
	return e;
}

static struct input_event event(int type, int code, int value)
{
	struct input_event e = { .type = (uint16_t)type, .code = (uint16_t)code, .value = value };

	e.input_event_sec = 1000;
	e.input_event_usec = 250000;
	return e;
}

static void feed(struct evdev *e, int type, int code, int value)
{
	struct input_event raw = event(type, code, value);

	evdev_feed(e, &raw, sizeof raw, NOW, take, NULL);
}

TEST(a_key_goes_down_and_up_and_its_autorepeat_is_nothing)
{
	struct evdev e = device("/dev/input/event0:KEY_ENTER");

	feed(&e, EV_MSC, MSC_SCAN, 28);
	feed(&e, EV_KEY, KEY_ENTER, 1);
	feed(&e, EV_SYN, SYN_REPORT, 0);
	for (int i = 0; i < 50; i++)
		feed(&e, EV_KEY, KEY_ENTER, 2);
	feed(&e, EV_KEY, KEY_ENTER, 0);
	CHECK_INT(count, 2);
	CHECK_INT(taken[0].what, SOURCE_DOWN);
	CHECK_INT(taken[1].what, SOURCE_UP);
	CHECK_INT(taken[0].at_ms, NOW);
}

TEST(keys_that_nobody_named_are_nothing_unless_none_is_named)
{
	struct evdev e = device("/dev/input/event0:KEY_ENTER:help=KEY_H");

	feed(&e, EV_KEY, KEY_A, 1);
	feed(&e, EV_KEY, KEY_A, 0);
	CHECK_INT(count, 0);
	e = device("/dev/input/event0:help=KEY_H");
	feed(&e, EV_KEY, KEY_A, 1);
	feed(&e, EV_KEY, KEY_H, 1);
	CHECK_INT(count, 2);
	CHECK_INT(taken[0].what, SOURCE_DOWN);
	CHECK_INT(taken[1].what, SOURCE_HELP_DOWN);
}

TEST(help_unwell_and_talk_have_keys_of_their_own)
{
	struct evdev e = device("/dev/input/event0:KEY_ENTER:help=KEY_H:unwell=BTN_1:talk=35");

	feed(&e, EV_KEY, KEY_H, 1); /* KEY_H is 35: the first that has it keeps it */
	feed(&e, EV_KEY, KEY_H, 0);
	feed(&e, EV_KEY, BTN_1, 1);
	CHECK_INT(count, 2); /* a press counts on its release */
	feed(&e, EV_KEY, BTN_1, 0);
	CHECK_INT(count, 3);
	CHECK_INT(taken[0].what, SOURCE_HELP_DOWN);
	CHECK_INT(taken[1].what, SOURCE_HELP_UP);
	CHECK_INT(taken[2].what, SOURCE_PRESS);
	CHECK_INT(taken[2].kind, CHECKIN_UNWELL);
}

TEST(events_may_come_in_pieces_of_any_size)
{
	struct input_event raw[4] = { event(EV_KEY, KEY_ENTER, 1), event(EV_SYN, SYN_REPORT, 0),
		event(EV_KEY, KEY_ENTER, 0), event(EV_SYN, SYN_REPORT, 0) };

	for (size_t piece = 1; piece <= sizeof raw; piece++) {
		struct evdev e = device("/dev/input/event0:KEY_ENTER");

		for (size_t at = 0; at < sizeof raw; at += piece)
			evdev_feed(&e, (char *)raw + at, sizeof raw - at < piece ? sizeof raw - at : piece, NOW, take,
				NULL);
		CHECK_INT(count, 2);
		CHECK_INT(taken[1].what, SOURCE_UP);
	}
}

TEST(a_device_that_stamps_with_the_boot_clock_is_believed)
{
	struct evdev e = device("/dev/input/event0");

	e.own_clock = true;
	feed(&e, EV_KEY, KEY_ENTER, 1);
	CHECK_INT(taken[0].at_ms, 1000 * SECOND + 250);
}

TEST(events_that_the_kernel_dropped_mean_that_nobody_knows_which_keys_are_down)
{
	struct evdev e = device("/dev/input/event0");

	feed(&e, EV_KEY, KEY_ENTER, 1);
	feed(&e, EV_SYN, SYN_DROPPED, 0);
	CHECK_INT(count, 2);
	CHECK_INT(taken[1].what, SOURCE_LOST);
}

TEST(a_path_may_hold_colons)
{
	struct evdev e = device("/dev/input/by-path/pci-0000:00:14.0-usb-0:1:1.0-event-kbd:KEY_SPACE:help=30");

	CHECK_TEXT(e.path, "/dev/input/by-path/pci-0000:00:14.0-usb-0:1:1.0-event-kbd");
	CHECK_INT(e.main_key, KEY_SPACE);
	CHECK_INT(e.key_of[CHECKIN_HELP], 30);
}

TEST(what_is_no_source_is_refused_with_a_reason)
{
	static const char *const bad[] = { "", "keyboard", "gpio:4", "evdev:", "evdev:event0", "evdev:/dev/x:KEY_NOPE",
		"evdev:/dev/x:help=KEY_NOPE", "evdev:/dev/x:help=0", "evdev:/dev/x:help=99999",
		"evdev:/dev/x:KEY_A:KEY_B", "evdev:/dev/x:help=KEY_A:help=KEY_B", "evdev:/dev/x:help=" };
	struct source s;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *why = NULL;

		if (source_parse(&s, bad[i], &why) || why == NULL)
			fail_msg("%s", bad[i]);
	}
}

/* A source of lines on a pipe. */
static int lines(struct source *s)
{
	int ends[2];
	const char *why;

	CHECK(source_parse(s, "stdin", &why));
	CHECK_INT(pipe(ends), 0);
	s->fd = ends[0];
	count = 0;
	return ends[1];
}

static void write_text(struct source *s, int fd, const char *text)
{
	CHECK_INT(write(fd, text, strlen(text)), strlen(text));
	source_read(s, NOW, take, NULL);
}

TEST(lines_are_presses_and_holds)
{
	struct source s;
	int fd = lines(&s);

	write_text(&s, fd, "\nok\r\nhelp\n unwell \ntalk\ndown\nup\n");
	CHECK_INT(count, 7);
	static const enum checkin_kind kinds[] = { CHECKIN_OK, CHECKIN_OK, CHECKIN_HELP, CHECKIN_UNWELL, CHECKIN_TALK };
	for (int i = 0; i < 5; i++) {
		CHECK_INT(taken[i].what, SOURCE_PRESS);
		CHECK_INT(taken[i].kind, kinds[i]);
	}
	CHECK_INT(taken[5].what, SOURCE_DOWN);
	CHECK_INT(taken[6].what, SOURCE_UP);
	close(fd);
	close(s.fd);
}

TEST(lines_may_come_in_pieces_and_nonsense_is_no_press)
{
	struct source s;
	int fd = lines(&s);

	log_level_set(LOG_LEVEL_ERROR);
	write_text(&s, fd, "he");
	CHECK_INT(count, 0);
	write_text(&s, fd, "lp\nactivity\nhelpp\nhe");
	CHECK_INT(count, 1);
	CHECK_INT(taken[0].kind, CHECKIN_HELP);
	write_text(&s, fd,
		"lp me please, this is a very long line that no button would ever send, and help is not in it\n");
	CHECK_INT(count, 1);
	close(fd);
	close(s.fd);
}

TEST(the_end_of_lines_lets_go_of_the_key_and_asks_for_no_more)
{
	struct source s;
	int fd = lines(&s), read_end = s.fd;

	log_level_set(LOG_LEVEL_ERROR);
	write_text(&s, fd, "down\n");
	close(fd);
	source_read(&s, NOW, take, NULL);
	CHECK_INT(count, 2);
	CHECK_INT(taken[1].what, SOURCE_LOST);
	CHECK_INT(s.fd, -1);
	CHECK_INT(source_due(&s), -1);
	close(read_end);
}

TEST(a_device_that_vanishes_is_looked_for_until_it_is_back)
{
	struct source s;
	char folder[] = "/tmp/mimamori-source-XXXXXX", path[64], text[80];
	struct input_event raw[2] = { event(EV_KEY, KEY_ENTER, 1), event(EV_KEY, KEY_ENTER, 0) };
	const char *why;

	log_level_set(LOG_LEVEL_ERROR);
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/event0", folder);
	snprintf(text, sizeof text, "evdev:%s:KEY_ENTER", path);
	CHECK(source_parse(&s, text, &why));
	count = 0;
	source_turn(&s, NOW);
	CHECK_INT(s.fd, -1);
	CHECK_INT(source_due(&s), NOW + 2 * SECOND);

	CHECK_INT(mkfifo(path, 0600), 0);
	source_turn(&s, NOW + 1999);
	CHECK_INT(s.fd, -1);
	source_turn(&s, NOW + 2000);
	CHECK(s.fd >= 0);
	FILE *keys = fopen(path, "we");
	CHECK(keys != NULL);
	fwrite(raw, sizeof raw, 1, keys);
	fflush(keys);
	source_read(&s, NOW, take, NULL);
	CHECK_INT(count, 2);
	fwrite(raw, sizeof raw[0] / 2, 1, keys); /* torn in the middle of an event */
	fclose(keys);
	source_read(&s, NOW, take, NULL);
	source_read(&s, NOW + 3000, take, NULL);
	CHECK_INT(count, 3);
	CHECK_INT(taken[2].what, SOURCE_LOST);
	CHECK_INT(s.fd, -1);

	source_turn(&s, NOW + 5000);
	CHECK(s.fd >= 0);
	keys = fopen(path, "we");
	fwrite(raw, sizeof raw, 1, keys);
	fclose(keys);
	source_read(&s, NOW + 5000, take, NULL);
	CHECK_INT(count, 5); /* the torn half is forgotten */
	CHECK_INT(taken[4].what, SOURCE_UP);
	source_close(&s);
	CHECK_INT(unlink(path), 0);
	CHECK_INT(rmdir(folder), 0);
}

TEST(a_plain_file_is_no_device)
{
	struct source s;
	const char *why;

	log_level_set(LOG_LEVEL_ERROR);
	CHECK(source_parse(&s, "evdev:/etc/passwd", &why));
	source_turn(&s, NOW);
	CHECK_INT(s.fd, -1);
}

static char lit(const char *path)
{
	FILE *file = fopen(path, "re");
	int c = fgetc(file);

	fclose(file);
	return (char)c;
}

TEST(the_lamp_blinks_as_its_pattern_says)
{
	char path[] = "/tmp/mimamori-lamp-XXXXXX";
	static const struct {
		enum lamp_show show;
		int64_t on_ms, off_ms;
	} blinks[] = { { LAMP_SENDING, 500, 500 }, { LAMP_NOT_YET, 1000, 2000 }, { LAMP_ANNOUNCED, 125, 125 } };
	int64_t now = NOW;
	struct lamp l;

	close(mkstemp(path));
	lamp_init(&l, path);
	lamp_turn(&l, LAMP_OFF, now);
	CHECK_INT(lit(path), '0');
	CHECK_INT(lamp_due(&l, now), -1);
	for (int i = 0; i < 3; i++) {
		lamp_turn(&l, blinks[i].show, now);
		for (int turn = 0; turn < 3; turn++) {
			CHECK_INT(lit(path), '2');
			CHECK_INT(lamp_due(&l, now + 1), now + blinks[i].on_ms);
			lamp_turn(&l, blinks[i].show, now += blinks[i].on_ms);
			CHECK_INT(lit(path), '0');
			CHECK_INT(lamp_due(&l, now + 1), now + blinks[i].off_ms);
			lamp_turn(&l, blinks[i].show, now += blinks[i].off_ms);
		}
	}
	lamp_turn(&l, LAMP_HEARD, now);
	CHECK_INT(lit(path), '2');
	CHECK_INT(lamp_due(&l, now), -1);
	lamp_turn(&l, LAMP_OFF, now + HOUR);
	CHECK_INT(lit(path), '0');
	CHECK_INT(unlink(path), 0);
}
