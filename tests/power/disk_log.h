/*
 * disk_log - what a folder's disk was asked to do, one request after another; within disk.h only.
 */
#ifndef TESTS_POWER_DISK_LOG_H
#define TESTS_POWER_DISK_LOG_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum { DISK_NAME = 64, NOBODY = -1 };

enum act {
	ACT_NAME,   /* node gets a name in a folder */
	ACT_UNNAME, /* a name goes */
	ACT_RENAME, /* both at once */
	ACT_WRITE,
	ACT_SIZE,
	ACT_SYNC,
};

struct request {
	enum act act;
	int node, folder; /* whose bytes, or what is named; in which folder */
	char name[DISK_NAME], to[DISK_NAME];
	size_t offset, len;
	char *bytes;
};

/* A file or folder, as long as anything was asked about it. */
struct node {
	bool is_folder;
	int folder; /* where it stands now; NOBODY: nowhere any more */
	char name[DISK_NAME];
};

extern struct disk_log {
	char folder[PATH_MAX]; /* node 0 */
	struct request *list;
	size_t count, room, start; /* before start: what was there */
	struct node *nodes;
	size_t node_count;
} disk_log;

void disk_log_begin(const char *folder); /* what is in it is on the disk */
struct request *disk_log_add(enum act act, int node);
int disk_log_node(int folder, const char *name, bool is_folder);
void disk_log_write(int node, const void *bytes, size_t len, size_t offset);
void disk_log_name(int node); /* it has got the name that it has */
/* The node at a whole path; NOBODY: there is none. *folder and *name: where it stands or would. */
int disk_log_at(const char *path, int *folder, const char **name);
bool disk_log_leaves_out(const char *name); /* it is in memory only */

/* For all of disk: they end the program where they cannot do it. */
__attribute__((noreturn)) void disk_stop(const char *what);
void *disk_grown(void *memory, size_t size);
void disk_copy_name(char to[DISK_NAME], const char *name);

#endif
