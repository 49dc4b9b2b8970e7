/*
 * spool - a press as the button finds it on its disk (device/button/spool.h). The input: a line, the file's name; what
 * the file holds behind it, where `SUM` in the place of the checksum stands for the right one: else nothing that
 * libFuzzer makes up would ever be read further.
 */
#include <dirent.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/utf8.h"
#include "device/button/spool.h"
#include "tests/fuzz/fuzz.h"

#define MAGIC "mimamori-press-1 "
#define BOOT  "b0071d00-0000-4000-8000-000000000001"

#define CLOCK_FAR INT64_C(1000000000000000) /* ms either way: no sum of it overflows */

#define SUM_TEXT ((size_t)2 * SUM_BYTES)

enum { SUM_BYTES = 16, MOST = 4096, NOW = 50000 };

struct found {
	struct press press;
	size_t count;
};

static void take(void *to, const struct press *p)
{
	struct found *f = to;

	f->press = *p;
	f->count++;
}

/* The file's bytes with the checksum that they say they have. */
static size_t with_sum(char text[MOST], const uint8_t *data, size_t size)
{
	static const char head[] = MAGIC "SUM";
	const size_t len = sizeof(head) - 1, magic = strlen(MAGIC);
	unsigned char sum[SUM_BYTES];

	if (size < len || memcmp(data, head, len) != 0 || size - len > MOST - 200) {
		size = size < MOST ? size : MOST;
		memcpy(text, data, size);
		return size;
	}
	crypto_generichash(sum, sizeof(sum), data + len, size - len, NULL, 0);
	memcpy(text, MAGIC, magic);
	sodium_bin2hex(text + magic, SUM_TEXT + 1, sum, sizeof(sum));
	memcpy(text + magic + SUM_TEXT, data + len, size - len);
	return magic + SUM_TEXT + size - len;
}

static void read_all(struct spool *s, struct found *f)
{
	struct press_store store = spool_store(s);

	*f = (struct found){ .count = 0 };
	store.each(store.self, take, f);
}

static void empty(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

/* What was read is saved anew under its own name, and read again as the same. */
static void check_saved(struct spool *s, const struct press *p)
{
	struct press_store store = spool_store(s);
	struct found again;

	MUST(store.add(store.self, p, NOW));
	read_all(s, &again);
	MUST(again.count == 1 && again.press.seq == p->seq && again.press.kind == p->kind);
	MUST(strcmp(again.press.id, p->id) == 0 && strcmp(again.press.reply_to, p->reply_to) == 0);
	MUST(again.press.at == p->at && again.press.age_exact == p->age_exact);
	store.remove(store.self, &again.press);
	read_all(s, &again);
	MUST(again.count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[MOST], boot[SPOOL_BOOT] = BOOT, *name = fuzz_line(&data, &size);
	struct spool s;
	struct found f;
	size_t len;

	fuzz_begin();
	spool_init(&s, fuzz_folder(), boot);
	len = with_sum(text, data, size);
	if (name[0] && name[0] != '.' && !strchr(name, '/') && strlen(name) < NAME_MAX - 4) {
		fuzz_file(name, text, len);
		MUST(spool_open(&s) == SPOOL_OPEN);
		read_all(&s, &f);
		MUST(f.count <= 1);
		if (f.count) {
			FUZZ_TEXT(f.press.id);
			FUZZ_TEXT(f.press.reply_to);
			MUST(f.press.id[0] && f.press.kind >= CHECKIN_OK && f.press.kind < CHECKIN_KINDS);
			MUST(f.press.pressed_ms < CLOCK_FAR && f.press.pressed_ms > -CLOCK_FAR);
			check_saved(&s, &f.press);
		}
		spool_close(&s);
		empty(fuzz_folder());
	}
	free(name);
	return 0;
}
