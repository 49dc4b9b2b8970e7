/*
 * spool - presses that survive power cuts.
 *
 * One file a press, because then every step is atomic by itself: written beside under another name, fsynced, renamed,
 * the folder fsynced. One append-only file would need a format for torn tails, and compaction that is crash-safe again;
 * a button holds a handful of presses. A press is taken out by unlink alone, not fsynced: if a power cut brings it
 * back, it is sent again and the server knows its id.
 *
 * A cut, or the process's end, between writing and renaming leaves SEQ-ID.tmp. If it is whole, it is a press that a
 * person made, and is taken in: synced first, as saving would have done, and the folder after it. What looks like ours
 * but is not whole is set aside as *.bad, for whoever asks; other files are left alone. The checksum is there because
 * cheap flash returns garbage after a power cut without saying so.
 */
#include "device/button/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"

#define MAGIC        "mimamori-press-1 "
#define SUM_TEXT     32
#define SUM_BYTES    (SUM_TEXT / 2)
#define FILE_BYTES   1024
#define CLOCK_DIGITS 15
#define NAME_BYTES   (10 + 1 + CHECKIN_ID + 8)

void spool_boot(char boot[SPOOL_BOOT])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	bool got = file != NULL && fscanf(file, "%63s", boot) == 1;

	if (file != NULL)
		fclose(file);
	if (!got) { /* then every start is a new boot: ages are least ages, never too great */
		unsigned char random[SUM_BYTES];

		randombytes_buf(random, sizeof random);
		sodium_bin2hex(boot, SPOOL_BOOT, random, sizeof random);
	}
}

/* The checksum of everything after it in a file, as text. */
static void sum(char text[SUM_TEXT + 1], const char *data, size_t len)
{
	unsigned char bytes[SUM_BYTES];

	crypto_generichash(bytes, sizeof bytes, (const unsigned char *)data, len, NULL, 0);
	sodium_bin2hex(text, SUM_TEXT + 1, bytes, sizeof bytes);
}

static void name_file(char name[NAME_BYTES], const struct press *p, const char *suffix)
{
	snprintf(name, NAME_BYTES, "%010" PRIu32 "-%s.%s", p->seq, p->id, suffix);
}

/* Writes the file's text; its length, 0 if it does not fit. */
static size_t format_press(char text[FILE_BYTES], const struct spool *s, const struct press *p, int64_t now_ms)
{
	struct checkin c = { .kind = p->kind, .at = p->at, .age_ms = now_ms - p->pressed_ms, .battery = -1 };
	char json[FILE_BYTES / 2], rest[FILE_BYTES], checksum[SUM_TEXT + 1];

	memcpy(c.id, p->id, sizeof c.id);
	memcpy(c.reply_to, p->reply_to, sizeof c.reply_to);
	if (checkin_format(&c, json, sizeof json) == 0)
		return 0;
	int len = snprintf(
		rest, sizeof rest, " %s %" PRId64 " %s\n%s\n", s->boot, now_ms, p->age_exact ? "exact" : "least", json);
	if (len < 0 || (size_t)len >= sizeof rest)
		return 0;
	sum(checksum, rest, (size_t)len);
	len = snprintf(text, FILE_BYTES, MAGIC "%s%s", checksum, rest);
	return len < FILE_BYTES ? (size_t)len : 0;
}

/* A boot clock, ms: digits, and so few that no sum of it overflows. */
static bool parse_clock(const char *text, int64_t *ms)
{
	size_t len = strspn(text, "0123456789");

	*ms = strtoll(text, NULL, 10);
	return len >= 1 && len <= CLOCK_DIGITS && text[len] == '\0';
}

/* Reads a file's text, of which the name gave the seq. False if it is not whole or not ours. */
static bool parse_press(struct press *p, const struct spool *s, const char *text, size_t len)
{
	const size_t head = strlen(MAGIC) + SUM_TEXT;
	char checksum[SUM_TEXT + 1], boot[SPOOL_BOOT], boot_ms[24], how[8];
	const char *why;
	struct checkin c;
	int64_t saved_ms;
	int used = -1;

	if (len < head || memcmp(text, MAGIC, strlen(MAGIC)) != 0)
		return false;
	sum(checksum, text + head, len - head);
	if (memcmp(text + strlen(MAGIC), checksum, SUM_TEXT) != 0)
		return false;
	if (sscanf(text + head, " %63s %23s %7s\n%n", boot, boot_ms, how, &used) != 3 || used < 0 ||
		!parse_clock(boot_ms, &saved_ms))
		return false;
	if (!checkin_parse(&c, text + head + used, len - head - (size_t)used, &why) || c.age_ms < 0)
		return false;
	bool same_boot = strcmp(boot, s->boot) == 0;
	memcpy(p->id, c.id, sizeof p->id);
	memcpy(p->reply_to, c.reply_to, sizeof p->reply_to);
	p->kind = c.kind;
	p->at = c.at;
	p->pressed_ms = (same_boot ? saved_ms : 0) - c.age_ms;
	p->age_exact = same_boot && strcmp(how, "exact") == 0;
	return true;
}

void spool_init(struct spool *s, const char *path, const char *boot)
{
	if (sodium_init() < 0)
		fatal("libsodium does not start");
	snprintf(s->path, sizeof s->path, "%s", path);
	snprintf(s->boot, sizeof s->boot, "%s", boot);
	s->folder = -1;
}

/*
 * Makes the folder's own name durable: a press in a folder that a power cut took back would be lost. At each start, for
 * whoever made the folder may have ended before. A folder above that we may not read is somebody else's to keep.
 */
static bool sync_parent(const struct spool *s)
{
	int parent = openat(s->folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = parent >= 0 && fsync(parent) == 0;

	if (!done)
		log_error("spool=%s result=folder_not_durable why=\"%m\"", s->path);
	if (parent >= 0)
		close(parent);
	return done || parent < 0;
}

enum spool_result spool_open(struct spool *s)
{
	if (mkdir(s->path, 0700) != 0 && errno != EEXIST)
		log_error("spool=%s result=no_folder why=\"%m\"", s->path);
	s->folder = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->folder < 0) {
		log_error("spool=%s result=not_open why=\"%m\"", s->path);
		return SPOOL_FAILED;
	}
	if (flock(s->folder, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
		spool_close(s);
		return SPOOL_BUSY;
	}
	s->named = sync_parent(s);
	return SPOOL_OPEN;
}

void spool_close(struct spool *s)
{
	if (s->folder >= 0)
		close(s->folder);
	s->folder = -1;
}

static bool write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return false;
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool write_file(const struct spool *s, const char *name, const char *text, size_t len)
{
	int fd = openat(s->folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return false;
	bool done = write_all(fd, text, len) && fsync(fd) == 0;
	int error = errno;
	done = close(fd) == 0 && done;
	errno = error;
	return done;
}

static bool add_press(void *self, const struct press *p, int64_t now_ms)
{
	struct spool *s = self;
	char text[FILE_BYTES], name[NAME_BYTES], beside[NAME_BYTES];
	size_t len = format_press(text, s, p, now_ms);

	if (len == 0)
		fatal("press=%s result=too_long", p->id);
	if (s->folder < 0 && spool_open(s) != SPOOL_OPEN)
		return false;
	if (!s->named && !(s->named = sync_parent(s)))
		return false;
	name_file(name, p, "press");
	name_file(beside, p, "tmp");
	if (write_file(s, beside, text, len) && renameat(s->folder, beside, s->folder, name) == 0 &&
		fsync(s->folder) == 0)
		return true;
	log_error("press=%s spool=%s result=not_saved why=\"%m\"", p->id, s->path);
	unlinkat(s->folder, beside, 0);
	return false;
}

static void remove_press(void *self, const struct press *p)
{
	struct spool *s = self;
	char name[NAME_BYTES];

	name_file(name, p, "press");
	if (s->folder >= 0 && unlinkat(s->folder, name, 0) != 0 && errno != ENOENT)
		log_error("press=%s spool=%s result=not_removed why=\"%m\"", p->id, s->path);
}

enum reading {
	READ_PRESS,
	READ_GARBAGE,
	READ_FAILED /* the disk or a right, not the content: left for the next start */
};

static enum reading read_press(const struct spool *s, const char *name, const char *suffix, struct press *p)
{
	char text[FILE_BYTES + 1], wanted[NAME_BYTES];
	size_t len = 0;
	ssize_t n = -1;
	int fd = openat(s->folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);

	*p = (struct press){ .seq = (uint32_t)strtoul(name, NULL, 10) };
	while (fd >= 0 && len < FILE_BYTES && (n = read(fd, text + len, FILE_BYTES - len)) > 0)
		len += (size_t)n;
	if (n < 0)
		log_error("file=%s spool=%s result=not_read why=\"%m\"", name, s->path);
	if (fd >= 0)
		close(fd);
	text[len] = '\0';
	if (n < 0)
		return READ_FAILED;
	if (n > 0 || !parse_press(p, s, text, len))
		return READ_GARBAGE;
	name_file(wanted, p, suffix);
	return strcmp(wanted, name) == 0 ? READ_PRESS : READ_GARBAGE;
}

static bool ends_with(const char *name, const char *suffix)
{
	size_t len = strlen(name), n = strlen(suffix);

	return len > n && strcmp(name + len - n, suffix) == 0;
}

static void set_aside(const struct spool *s, const char *name)
{
	char bad[NAME_MAX + 1];

	snprintf(bad, sizeof bad, "%.*s.bad", NAME_MAX - 4, name);
	log_warn("file=%s spool=%s result=set_aside why=\"holds no whole press\"", name, s->path);
	if (renameat(s->folder, name, s->folder, bad) != 0)
		log_error("file=%s spool=%s result=not_set_aside why=\"%m\"", name, s->path);
}

/* What a process that was killed wrote may be in memory only. */
static bool sync_press(const struct spool *s, const char *name)
{
	int fd = openat(s->folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool done = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return done;
}

/* A whole press that an end midway kept from its name gets it. */
static void finish_press(const struct spool *s, const char *name)
{
	struct press p;
	char finished[NAME_BYTES];

	switch (read_press(s, name, "tmp", &p)) {
	case READ_PRESS:
		name_file(finished, &p, "press");
		if (!sync_press(s, name) || renameat(s->folder, name, s->folder, finished) != 0)
			log_error("press=%s spool=%s result=not_finished why=\"%m\"", p.id, s->path);
		break;
	case READ_GARBAGE: set_aside(s, name); break;
	case READ_FAILED: break;
	}
}

static void find_press(
	const struct spool *s, const char *name, void (*found)(void *to, const struct press *p), void *to)
{
	struct press p;

	switch (read_press(s, name, "press", &p)) {
	case READ_PRESS: found(to, &p); break;
	case READ_GARBAGE: set_aside(s, name); break;
	case READ_FAILED: break;
	}
}

/* The names in the folder, sorted: by seq, as they begin with it. To be freed with free_names. */
static int list_names(const struct spool *s, struct dirent ***names)
{
	int n = scandirat(s->folder, ".", names, NULL, alphasort);

	if (n < 0 && errno == ENOMEM)
		fatal("spool=%s error=\"out of memory\"", s->path);
	if (n < 0)
		log_error("spool=%s result=not_read why=\"%m\"", s->path);
	return n < 0 ? 0 : n;
}

static void each_press(void *self, void (*found)(void *to, const struct press *p), void *to)
{
	struct spool *s = self;
	struct dirent **names = NULL;

	if (s->folder < 0)
		return;
	for (int i = 0, n = list_names(s, &names); i < n; i++) {
		if (ends_with(names[i]->d_name, ".tmp"))
			finish_press(s, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	/* From here on the core counts on what is found, and a name may not be durable yet. */
	if (fsync(s->folder) != 0)
		log_error("spool=%s result=names_not_durable why=\"%m\"", s->path);
	names = NULL;
	for (int i = 0, n = list_names(s, &names); i < n; i++) {
		const char *name = names[i]->d_name;

		if (ends_with(name, ".press"))
			find_press(s, name, found, to);
		else if (name[0] != '.' && !ends_with(name, ".bad"))
			log_warn("file=%s spool=%s result=left_alone why=\"not ours\"", name, s->path);
		free(names[i]);
	}
	free(names);
}

struct press_store spool_store(struct spool *s)
{
	return (struct press_store){ s, add_press, remove_press, each_press };
}
