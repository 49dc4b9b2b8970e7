/* disk_log - see disk_log.h. */
#include "tests/power/disk_log.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct disk_log disk_log;

void disk_stop(const char *what)
{
	perror(what);
	abort();
}

void *disk_grown(void *memory, size_t size)
{
	memory = realloc(memory, size);
	if (!memory)
		disk_stop("disk");
	return memory;
}

struct request *disk_log_add(enum act act, int node)
{
	struct request *r;

	if (disk_log.count == disk_log.room) {
		disk_log.room = disk_log.room ? 2 * disk_log.room : 1024;
		disk_log.list = disk_grown(disk_log.list, disk_log.room * sizeof(*disk_log.list));
	}
	r = &disk_log.list[disk_log.count++];
	*r = (struct request){ .act = act, .node = node, .folder = NOBODY };
	return r;
}

void disk_copy_name(char to[DISK_NAME], const char *name)
{
	if (strlen(name) >= DISK_NAME)
		disk_stop("a long name");
	strcpy(to, name);
}

int disk_log_node(int folder, const char *name, bool is_folder)
{
	struct node *n;

	disk_log.nodes = disk_grown(disk_log.nodes, (disk_log.node_count + 1) * sizeof(*disk_log.nodes));
	n = &disk_log.nodes[disk_log.node_count];
	*n = (struct node){ .is_folder = is_folder, .folder = folder };
	disk_copy_name(n->name, name);
	return (int)disk_log.node_count++;
}

void disk_log_write(int node, const void *bytes, size_t len, size_t offset)
{
	struct request *r = disk_log_add(ACT_WRITE, node);

	r->offset = offset;
	r->len = len;
	r->bytes = disk_grown(NULL, len ? len : 1);
	memcpy(r->bytes, bytes, len);
}

void disk_log_name(int node)
{
	struct request *r = disk_log_add(ACT_NAME, node);

	r->folder = disk_log.nodes[node].folder;
	disk_copy_name(r->name, disk_log.nodes[node].name);
}

static int child(int folder, const char *name, size_t len)
{
	for (size_t i = 1; i < disk_log.node_count; i++)
		if (disk_log.nodes[i].folder == folder && strlen(disk_log.nodes[i].name) == len &&
			strncmp(disk_log.nodes[i].name, name, len) == 0)
			return (int)i;
	return NOBODY;
}

int disk_log_at(const char *path, int *folder, const char **name)
{
	size_t top = strlen(disk_log.folder);
	int node = 0;

	*folder = NOBODY;
	*name = "";
	if (strncmp(path, disk_log.folder, top) != 0 || (path[top] && path[top] != '/'))
		return NOBODY;
	for (path += top; node != NOBODY && *path == '/' && path[1];) {
		size_t len = strcspn(++path, "/");

		*folder = node;
		*name = path;
		node = child(node, path, len);
		path += len;
	}
	if (*path == '/' && path[1])
		*folder = NOBODY; /* below what is not there */
	return node;
}

bool disk_log_leaves_out(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && strcmp(name + len - 4, "-shm") == 0;
}

static void forget(void)
{
	for (size_t i = 0; i < disk_log.count; i++)
		free(disk_log.list[i].bytes);
	disk_log.count = disk_log.node_count = 0;
}

/* NOLINTNEXTLINE(misc-no-recursion): a call deeper for each folder within a folder */
static void take_in(int folder, const char *path)
{
	DIR *dir = opendir(path);

	for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
		char below_path[PATH_MAX], bytes[65536];
		struct stat st;
		size_t len, offset = 0;

		if (entry->d_name[0] == '.' || disk_log_leaves_out(entry->d_name))
			continue;
		snprintf(below_path, sizeof(below_path), "%s/%s", path, entry->d_name);
		if (stat(below_path, &st) != 0)
			disk_stop(below_path);
		int node = disk_log_node(folder, entry->d_name, S_ISDIR(st.st_mode));
		disk_log_name(node);
		if (S_ISDIR(st.st_mode)) {
			take_in(node, below_path);
			continue;
		}
		FILE *file = fopen(below_path, "re");
		if (!file)
			disk_stop(below_path);
		for (; (len = fread(bytes, 1, sizeof(bytes), file)) > 0; offset += len)
			disk_log_write(node, bytes, len, offset);
		fclose(file);
		disk_log_add(ACT_SYNC, node);
	}
	if (dir)
		closedir(dir);
	disk_log_add(ACT_SYNC, folder);
}

void disk_log_begin(const char *folder)
{
	forget();
	if (!realpath(folder, disk_log.folder))
		disk_stop(folder);
	take_in(disk_log_node(NOBODY, "", true), disk_log.folder);
	disk_log.start = disk_log.count;
}
