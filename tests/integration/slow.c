/*
 * slow - stands between a process and the machine (LD_PRELOAD), and makes a disk and a name server slow, as a test says
 * while the process runs: the file that SLOW_FILE names holds "DISK NAMES", both in ms. DISK: each fsync and fdatasync
 * takes so much longer. NAMES: the look-up of a name that ends in ".slow.test" takes so long, and then finds this
 * machine.
 */
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void delays(long *disk_ms, long *names_ms)
{
	const char *path = getenv("SLOW_FILE");
	FILE *file = path ? fopen(path, "re") : NULL;

	*disk_ms = *names_ms = 0;
	if (file && fscanf(file, "%ld %ld", disk_ms, names_ms) != 2)
		*disk_ms = *names_ms = 0;
	if (file)
		fclose(file);
}

static void wait_ms(long ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&left, &left) != 0)
		;
}

static int slow_sync(const char *name, int fd)
{
	int (*real)(int);
	long disk_ms, names_ms;
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(&real, &found, sizeof(real));
	delays(&disk_ms, &names_ms);
	wait_ms(disk_ms);
	return real(fd);
}

int fsync(int fd)
{
	return slow_sync("fsync", fd);
}

int fdatasync(int fd)
{
	return slow_sync("fdatasync", fd);
}

int getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints,
	struct addrinfo **restrict list)
{
	static const char suffix[] = ".slow.test";
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	size_t len = node ? strlen(node) : 0;
	long disk_ms, names_ms;
	void *found = dlsym(RTLD_NEXT, "getaddrinfo");

	memcpy(&real, &found, sizeof(real));
	if (len < sizeof(suffix) || strcmp(node + len - sizeof(suffix) + 1, suffix) != 0)
		return real(node, service, hints, list);
	delays(&disk_ms, &names_ms);
	wait_ms(names_ms);
	return real("127.0.0.1", service, hints, list);
}
