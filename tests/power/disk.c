/*
 * disk - in front of the kernel, which is asked by syscall(2), so that nothing of ours is in its own way; see disk.h.
 */
#undef _FORTIFY_SOURCE /* its names for these functions would not be these */
#include "tests/power/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/power/disk_log.h"

enum { FDS = 1024 };

static struct {
	bool on, paused;
	int by_fd[FDS]; /* node + 1 */
	enum disk_trouble trouble;
	size_t until, more, met;
	void (*meanwhile)(void *context);
	void *context;
} disk;

const char *const disk_trouble_names[DISK_TROUBLES] = { "well", "full", "read only", "writes bad", "syncs bad",
	"opens bad", "reads bad" };

static bool recording(void)
{
	return disk.on && !disk.paused;
}

static void whole_path(char path[PATH_MAX], int at, const char *name)
{
	char link[64];
	ssize_t len = 0;

	if (name[0] != '/') {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", at);
		len = at == AT_FDCWD ? readlink("/proc/self/cwd", path, PATH_MAX - 1)
				     : readlink(link, path, PATH_MAX - 1);
		if (len < 0)
			len = 0;
		path[len++] = '/';
	}
	if (strlen(name) >= PATH_MAX - (size_t)len)
		disk_stop("a long path");
	strcpy(path + len, name);
}

static int node_of_fd(int fd)
{
	return fd >= 0 && fd < FDS ? disk.by_fd[fd] - 1 : NOBODY;
}

/* Trouble. */

enum sort { SORT_WRITE = 1, SORT_GROW = 2, SORT_SYNC = 4, SORT_OPEN = 8, SORT_READ = 16 };

/* Counts a request of these sorts; true: it fails, and errno says how. */
static bool fails(int sorts)
{
	static const struct {
		int sorts, error;
	} troubles[DISK_TROUBLES] = {
		[DISK_FULL] = { SORT_GROW, ENOSPC },
		[DISK_READ_ONLY] = { SORT_WRITE, EROFS },
		[DISK_WRITES_BAD] = { SORT_WRITE, EIO },
		[DISK_SYNCS_BAD] = { SORT_SYNC, EIO },
		[DISK_OPENS_BAD] = { SORT_OPEN, EMFILE },
		[DISK_READS_BAD] = { SORT_READ, EIO },
	};

	if (!recording() || !disk.until || !(sorts & troubles[disk.trouble].sorts))
		return false;
	if (disk.until > 1) {
		disk.until--;
		return false;
	}
	disk.met++;
	if (disk.more)
		disk.more--;
	else
		disk.until = 0;
	errno = troubles[disk.trouble].error;
	return true;
}

void disk_fail(enum disk_trouble trouble, size_t nth, size_t more)
{
	disk.trouble = trouble;
	disk.until = trouble == DISK_WELL ? 0 : nth;
	disk.more = more;
	disk.met = 0;
}

size_t disk_met(void)
{
	return disk.met;
}

void disk_slow(void (*meanwhile)(void *context), void *context)
{
	disk.meanwhile = meanwhile;
	disk.context = context;
}

/* What stands in front of the kernel. */

static int open_at(int at, const char *name, int flags, unsigned mode)
{
	char path[PATH_MAX];
	const char *last = "";
	int folder = NOBODY, node = NOBODY, fd;
	bool ours = false, new = false;

	if (recording()) {
		whole_path(path, at, name);
		ours = strncmp(path, disk_log.folder, strlen(disk_log.folder)) == 0;
	}
	if (ours) {
		new = flags &O_CREAT &&syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0;
		if (fails(SORT_OPEN | (new ? SORT_GROW : 0) | ((flags & O_ACCMODE) != O_RDONLY ? SORT_WRITE : 0)))
			return -1;
	}
	fd = (int)syscall(SYS_openat, at, name, flags, mode);
	if (!ours || fd < 0 || fd >= FDS)
		return fd;
	/* By the name that the kernel knows: ".." and the like are gone from it. */
	whole_path(path, fd, "");
	path[strlen(path) - 1] = '\0';
	node = disk_log_at(path, &folder, &last);
	if (disk_log_leaves_out(last)) {
		disk.by_fd[fd] = 0;
		return fd;
	}
	if (node == NOBODY && folder != NOBODY && new) {
		node = disk_log_node(folder, last, false);
		disk_log_name(node);
	} else if (node != NOBODY && flags & O_TRUNC) {
		disk_log_add(ACT_SIZE, node);
	}
	disk.by_fd[fd] = node + 1;
	return fd;
}

#define OPEN(at, name)                                           \
	va_list args;                                            \
	unsigned mode = 0;                                       \
	va_start(args, flags);                                   \
	if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) \
		mode = va_arg(args, unsigned);                   \
	va_end(args);                                            \
	return open_at(at, name, flags, mode)

int open(const char *path, int flags, ...)
{
	OPEN(AT_FDCWD, path);
}

int open64(const char *path, int flags, ...)
{
	OPEN(AT_FDCWD, path);
}

int openat(int at, const char *path, int flags, ...)
{
	OPEN(at, path);
}

int openat64(int at, const char *path, int flags, ...)
{
	OPEN(at, path);
}

/* What a fortified program calls instead, where the flags are no constants. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int at, const char *path, int flags);
int __openat64_2(int at, const char *path, int flags);

int __open_2(const char *path, int flags)
{
	return open_at(AT_FDCWD, path, flags, 0);
}

int __open64_2(const char *path, int flags)
{
	return open_at(AT_FDCWD, path, flags, 0);
}

int __openat_2(int at, const char *path, int flags)
{
	return open_at(at, path, flags, 0);
}

int __openat64_2(int at, const char *path, int flags)
{
	return open_at(at, path, flags, 0);
}

int close(int fd)
{
	if (fd >= 0 && fd < FDS)
		disk.by_fd[fd] = 0;
	return (int)syscall(SYS_close, fd);
}

static size_t size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? (size_t)st.st_size : 0;
}

static bool is_watched(int fd)
{
	char path[PATH_MAX];

	if (node_of_fd(fd) != NOBODY)
		return true;
	if (!disk.until || fd <= STDERR_FILENO) /* a file that is left out may fail as well */
		return false;
	whole_path(path, fd, "");
	return strncmp(path, disk_log.folder, strlen(disk_log.folder)) == 0;
}

static ssize_t write_at(int fd, const void *bytes, size_t len, off_t offset)
{
	bool grows = recording() && is_watched(fd) && (size_t)offset + len > size_of(fd);
	ssize_t written;

	if (recording() && is_watched(fd) && fails(SORT_WRITE | (grows ? SORT_GROW : 0))) {
		if (disk.trouble != DISK_FULL || len < 2)
			return -1;
		len /= 2; /* and whoever goes on with the rest hears it next */
		if (!disk.until)
			disk.until = 1;
	}
	written = (ssize_t)syscall(SYS_pwrite64, fd, bytes, len, offset);
	if (written > 0 && recording() && node_of_fd(fd) != NOBODY)
		disk_log_write(node_of_fd(fd), bytes, (size_t)written, (size_t)offset);
	return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
	return write_at(fd, bytes, len, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
	return write_at(fd, bytes, len, offset);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
	if (!recording() || node_of_fd(fd) == NOBODY)
		return (ssize_t)syscall(SYS_write, fd, bytes, len);

	off_t offset = lseek(fd, 0, SEEK_CUR);
	ssize_t written = write_at(fd, bytes, len, offset);
	if (written > 0)
		lseek(fd, offset + written, SEEK_SET);
	return written;
}

static ssize_t read_at(long number, int fd, void *bytes, size_t len, off_t offset)
{
	if (recording() && is_watched(fd) && fails(SORT_READ))
		return -1;
	return number == SYS_read ? (ssize_t)syscall(SYS_read, fd, bytes, len)
				  : (ssize_t)syscall(SYS_pread64, fd, bytes, len, offset);
}

ssize_t read(int fd, void *bytes, size_t len)
{
	return read_at(SYS_read, fd, bytes, len, 0);
}

ssize_t pread(int fd, void *bytes, size_t len, off_t offset)
{
	return read_at(SYS_pread64, fd, bytes, len, offset);
}

ssize_t pread64(int fd, void *bytes, size_t len, off64_t offset)
{
	return read_at(SYS_pread64, fd, bytes, len, offset);
}

static int resize(int fd, off_t size)
{
	bool grows = recording() && is_watched(fd) && (size_t)size > size_of(fd);

	if (recording() && is_watched(fd) && fails(SORT_WRITE | (grows ? SORT_GROW : 0)))
		return -1;
	int result = (int)syscall(SYS_ftruncate, fd, size);
	if (result == 0 && recording() && node_of_fd(fd) != NOBODY)
		disk_log_add(ACT_SIZE, node_of_fd(fd))->len = (size_t)size;
	return result;
}

int ftruncate(int fd, off_t size)
{
	return resize(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
	return resize(fd, size);
}

/* The kernel is never asked, it would only take its time: what is synced is what the record says. */
static int sync_file(int fd)
{
	if (!recording() || node_of_fd(fd) == NOBODY)
		return 0;
	if (fails(SORT_SYNC))
		return -1;
	if (disk.meanwhile)
		disk.meanwhile(disk.context);
	disk_log_add(ACT_SYNC, node_of_fd(fd));
	return 0;
}

int fsync(int fd)
{
	return sync_file(fd);
}

int fdatasync(int fd)
{
	return sync_file(fd);
}

static int unlink_at(int at, const char *name, int flags)
{
	char path[PATH_MAX];
	const char *last = "";
	int folder = NOBODY, node = NOBODY;

	if (recording()) {
		whole_path(path, at, name);
		node = disk_log_at(path, &folder, &last);
		if (node != NOBODY && fails(SORT_WRITE))
			return -1;
	}
	if (syscall(SYS_unlinkat, at, name, flags) != 0)
		return -1;
	if (node != NOBODY) {
		struct request *r = disk_log_add(ACT_UNNAME, node);

		r->folder = folder;
		disk_copy_name(r->name, last);
		disk_log.nodes[node].folder = NOBODY;
	}
	return 0;
}

int unlink(const char *path)
{
	return unlink_at(AT_FDCWD, path, 0);
}

int unlinkat(int at, const char *path, int flags)
{
	return unlink_at(at, path, flags);
}

static int rename_at(int from, const char *a, int to, const char *b, unsigned flags)
{
	char path[PATH_MAX], path_b[PATH_MAX];
	const char *name = "", *name_b = "";
	int folder = NOBODY, folder_b = NOBODY, node = NOBODY, old = NOBODY;

	if (recording()) {
		whole_path(path, from, a);
		whole_path(path_b, to, b);
		node = disk_log_at(path, &folder, &name);
		old = disk_log_at(path_b, &folder_b, &name_b);
		if (node != NOBODY && fails(SORT_WRITE))
			return -1;
	}
	if (syscall(SYS_renameat2, from, a, to, b, flags) != 0)
		return -1;
	if (node != NOBODY) {
		struct request *r = disk_log_add(ACT_RENAME, node);

		if (folder != folder_b)
			disk_stop("a name that changes its folder");
		r->folder = folder;
		disk_copy_name(r->name, name);
		disk_copy_name(r->to, name_b);
		if (old != NOBODY)
			disk_log.nodes[old].folder = NOBODY;
		disk_copy_name(disk_log.nodes[node].name, name_b);
	}
	return 0;
}

int renameat2(int from, const char *a, int to, const char *b, unsigned flags)
{
	return rename_at(from, a, to, b, flags);
}

int renameat(int from, const char *a, int to, const char *b)
{
	return rename_at(from, a, to, b, 0);
}

int rename(const char *a, const char *b)
{
	return rename_at(AT_FDCWD, a, AT_FDCWD, b, 0);
}

int mkdir(const char *path, mode_t mode)
{
	char whole[PATH_MAX];
	const char *name = "";
	int folder = NOBODY;

	if (recording()) {
		whole_path(whole, AT_FDCWD, path);
		(void)disk_log_at(whole, &folder, &name);
		if (folder != NOBODY && fails(SORT_WRITE | SORT_GROW))
			return -1;
	}
	if (syscall(SYS_mkdirat, AT_FDCWD, path, mode) != 0)
		return -1;
	if (folder != NOBODY)
		disk_log_name(disk_log_node(folder, name, true));
	return 0;
}

void disk_record(const char *folder)
{
	disk.on = false;
	memset(disk.by_fd, 0, sizeof(disk.by_fd));
	disk_log_begin(folder);
	disk.on = true;
	disk.paused = false;
	disk_fail(DISK_WELL, 0, 0);
	disk_slow(NULL, NULL);
}

void disk_pause(bool paused)
{
	disk.paused = paused;
}

size_t disk_start(void)
{
	return disk_log.start;
}

size_t disk_now(void)
{
	return disk_log.count;
}
