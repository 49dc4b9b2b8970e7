/* fuzz - what the targets share. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "common/utf8.h"
#include "common/zone.h"

enum { PATH_BYTES = 300 };

static char folder[PATH_BYTES];

void fuzz_broken(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

void fuzz_begin(void)
{
	static bool begun;

	if (begun)
		return;
	begun = true;
	log_level_set((enum log_level) - 1);
	zone_set("Asia/Tokyo");
	if (!freopen("/dev/null", "r", stdin))
		abort();
}

char *fuzz_text(const uint8_t *data, size_t size)
{
	size_t len = strnlen((const char *)data, size);
	char *text = malloc(len + 1);

	if (!text)
		abort();
	memcpy(text, data, len);
	text[len] = '\0';
	return text;
}

char *fuzz_line(const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size ? memchr(*data, '\n', *size) : NULL;
	size_t len = end ? (size_t)(end - *data) : *size, used = len + (end != NULL);
	char *line = fuzz_text(*data, len);

	*data += used;
	*size -= used;
	return line;
}

static void remove_folder(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	rmdir(folder);
}

const char *fuzz_folder(void)
{
	const char *above = getenv("TMPDIR");

	if (folder[0])
		return folder;
	snprintf(folder, sizeof(folder), "%s/mimamori-fuzz-XXXXXX", above ? above : "/tmp");
	if (!mkdtemp(folder))
		abort();
	atexit(remove_folder);
	return folder;
}

const char *fuzz_file(const char *name, const void *bytes, size_t size)
{
	static char path[PATH_BYTES + 300];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || close(fd) != 0)
		abort();
	return path;
}

void fuzz_listen(struct fuzz_said *said)
{
	*said = (struct fuzz_said){ 0 };
	said->out = open_memstream(&said->text, &said->len);
	if (!said->out)
		abort();
}

void fuzz_heard(struct fuzz_said *said, const char *begins)
{
	size_t start = begins ? strlen(begins) : 0;

	if (fclose(said->out) != 0)
		abort();
	MUST(utf8_valid(said->text, said->len) && strlen(said->text) == said->len);
	MUST(!said->len || said->text[said->len - 1] == '\n');
	for (const char *line = said->text; *line; line = strchr(line, '\n') + 1)
		MUST(strncmp(line, begins ? begins : "", start) == 0);
}

void fuzz_forget(struct fuzz_said *said)
{
	free(said->text);
	*said = (struct fuzz_said){ 0 };
}

bool fuzz_is_text(const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	return len < size && utf8_valid(text, len);
}
