/* disk_cut - what a disk may hold after a power cut: disk.h says by what rules. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/power/disk.h"
#include "tests/power/disk_log.h"

uint64_t disk_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static size_t below(uint64_t *random, size_t n)
{
	return (size_t)(disk_random(random) % n);
}

struct image {
	char *bytes;
	size_t size, room;
};

static void image_size(struct image *im, size_t size)
{
	if (!im->bytes || size > im->room) {
		im->room = size + size / 2 + 1;
		im->bytes = disk_grown(im->bytes, im->room);
	}
	if (size > im->size)
		memset(im->bytes + im->size, 0, size - im->size);
	im->size = size;
}

static void image_take(struct image *im, const struct request *r)
{
	if (r->act == ACT_SIZE) {
		image_size(im, r->len);
		return;
	}
	if (r->offset + r->len > im->size)
		image_size(im, r->offset + r->len);
	memcpy(im->bytes + r->offset, r->bytes, r->len);
}

/* After the last of these that was synced before the cut; what is at the cut may be half done. */
static size_t synced(int node, size_t at)
{
	size_t i = at;

	while (i > 0 && !(disk_log.list[i - 1].act == ACT_SYNC && disk_log.list[i - 1].node == node))
		i--;
	return i;
}

static bool is_of(const struct request *r, int node)
{
	return r->node == node && (r->act == ACT_WRITE || r->act == ACT_SIZE);
}

/* How much of what was not synced is there. */
enum kept { KEPT_NONE, KEPT_ALL, KEPT_SECTORS, KEPT_PAGES, KEPTS };

static void scatter(struct image *im, const struct request **list, size_t n, size_t unit, uint64_t *random)
{
	struct image is = { 0 };
	size_t size_after = below(random, n + 1), size = im->size, units, *chosen;
	bool garbage = below(random, 2);

	image_size(&is, im->size);
	memcpy(is.bytes, im->bytes, im->size);
	for (size_t k = 0; k < n; k++) {
		image_take(&is, list[k]);
		if (k + 1 == size_after)
			size = is.size;
	}
	units = (size + unit - 1) / unit;
	chosen = disk_grown(NULL, (units + 1) * sizeof(*chosen));
	for (size_t u = 0; u < units; u++)
		chosen[u] = below(random, n + 1);
	struct image out = { 0 };
	image_size(&out, size);
	for (size_t i = 0; garbage && i < size; i++)
		out.bytes[i] = (char)disk_random(random);
	for (size_t k = 0; k <= n; k++) {
		if (k)
			image_take(im, list[k - 1]);
		for (size_t u = 0; u < units; u++) {
			size_t from = u * unit, to = from + unit;

			to = to < im->size ? to : im->size;
			to = to < size ? to : size;
			if (chosen[u] == k && from < to)
				memcpy(out.bytes + from, im->bytes + from, to - from);
		}
	}
	free(chosen);
	free(is.bytes);
	free(im->bytes);
	*im = out;
}

static void write_file(int node, size_t at, uint64_t *random, const char *path)
{
	size_t from = synced(node, at), end = at < disk_log.count ? at + 1 : at, n = 0;
	const struct request **list = disk_grown(NULL, (end - from + 1) * sizeof(const struct request *));
	enum kept kept = (enum kept)below(random, KEPTS);
	struct image im = { 0 };
	FILE *file = fopen(path, "we");

	if (!file)
		disk_stop(path);
	image_size(&im, 0);
	for (size_t i = 0; i < from; i++)
		if (is_of(&disk_log.list[i], node))
			image_take(&im, &disk_log.list[i]);
	for (size_t i = from; i < end; i++)
		if (is_of(&disk_log.list[i], node))
			list[n++] = &disk_log.list[i];
	if (kept == KEPT_ALL)
		for (size_t i = 0; i < n; i++)
			image_take(&im, list[i]);
	else if (n && kept != KEPT_NONE)
		scatter(&im, list, n, kept == KEPT_SECTORS ? 512 : 4096, random);
	if (fwrite(im.bytes, 1, im.size, file) != im.size || fclose(file) != 0)
		disk_stop(path);
	free(im.bytes);
	free(list);
}

/* The names in a folder, one after another as they were given and taken. */
struct names {
	size_t count;
	struct {
		char name[DISK_NAME];
		int node;
	} list[256];
};

static void set_name(struct names *names, const char *name, int node)
{
	size_t i = 0;

	while (i < names->count && strcmp(names->list[i].name, name) != 0)
		i++;
	if (i == sizeof(names->list) / sizeof(*names->list))
		disk_stop("many names");
	names->count += i == names->count;
	disk_copy_name(names->list[i].name, name);
	names->list[i].node = node;
}

static void take_name(struct names *names, const struct request *r)
{
	set_name(names, r->name, r->act == ACT_NAME ? r->node : NOBODY);
	if (r->act == ACT_RENAME)
		set_name(names, r->to, r->node);
}

static bool is_name(const struct request *r, int folder)
{
	return r->folder == folder && (r->act == ACT_NAME || r->act == ACT_UNNAME || r->act == ACT_RENAME);
}

/* NOLINTNEXTLINE(misc-no-recursion): a call deeper for each folder within a folder */
static void write_folder(int folder, size_t at, uint64_t *random, const char *path)
{
	size_t from = synced(folder, at), end = at < disk_log.count ? at + 1 : at;
	struct names *names = disk_grown(NULL, sizeof(*names));
	enum kept kept = (enum kept)below(random, KEPTS);

	names->count = 0;
	for (size_t i = 0; i < end; i++) {
		const struct request *r = &disk_log.list[i];
		bool there = i < from || kept == KEPT_ALL || (kept != KEPT_NONE && below(random, 2));

		if (is_name(r, folder) && there)
			take_name(names, r);
	}
	for (size_t i = 0; i < names->count; i++) {
		char below_path[PATH_MAX];
		int node = names->list[i].node;

		if (node == NOBODY)
			continue;
		snprintf(below_path, sizeof(below_path), "%s/%s", path, names->list[i].name);
		if (!disk_log.nodes[node].is_folder)
			write_file(node, at, random, below_path);
		else if (syscall(SYS_mkdirat, AT_FDCWD, below_path, 0700) == 0)
			write_folder(node, at, random, below_path);
		else
			disk_stop(below_path);
	}
	free(names);
}

void disk_cut(size_t at, uint64_t *random, const char *target)
{
	write_folder(0, at, random, target);
}
