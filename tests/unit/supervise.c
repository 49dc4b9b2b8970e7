/* supervise - what a supervisor hears, on a socket of ours. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/supervise.h"
#include "tests/unit/test.h"

static int socket_at(const char *path, bool abstract)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	if (abstract)
		at.sun_path[0] = '\0';
	CHECK(fd >= 0);
	CHECK(bind(fd, (struct sockaddr *)&at, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path))) ==
		0);
	return fd;
}

static const char *heard(int fd)
{
	static char text[600];
	ssize_t len = recv(fd, text, sizeof(text) - 1, 0);

	text[len > 0 ? len : 0] = '\0';
	return text;
}

TEST(facts_arrive_as_one_datagram_each)
{
	const char *folder = getenv("TMPDIR");
	char path[100];

	snprintf(path, sizeof(path), "%s/mimamori-notify-%d", folder ? folder : "/tmp", (int)getpid());
	int fd = socket_at(path, false);
	setenv("NOTIFY_SOCKET", path, 1);
	supervise_say("READY=1\nSTATUS=%s", "listening");
	supervise_say("WATCHDOG=1");
	CHECK_TEXT(heard(fd), "READY=1\nSTATUS=listening");
	CHECK_TEXT(heard(fd), "WATCHDOG=1");
	CHECK_TEXT(heard(fd), "");
	close(fd);
	unlink(path);
}

TEST(without_a_descriptor_left_it_is_still_heard)
{
	struct rlimit was, none;
	char path[100];

	snprintf(path, sizeof(path), "@mimamori-notify-%d", (int)getpid());
	int fd = socket_at(path, true);
	setenv("NOTIFY_SOCKET", path, 1);
	supervise_say("READY=1");
	CHECK(getrlimit(RLIMIT_NOFILE, &was) == 0);
	none = was;
	none.rlim_cur = 0;
	CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
	supervise_say("WATCHDOG=1");
	CHECK(setrlimit(RLIMIT_NOFILE, &was) == 0);
	CHECK_TEXT(heard(fd), "READY=1");
	CHECK_TEXT(heard(fd), "WATCHDOG=1");
	close(fd);
}

TEST(an_abstract_name_is_reached_too)
{
	char path[100];

	snprintf(path, sizeof(path), "@mimamori-notify-%d", (int)getpid());
	int fd = socket_at(path, true);
	setenv("NOTIFY_SOCKET", path, 1);
	supervise_say("STOPPING=1");
	CHECK_TEXT(heard(fd), "STOPPING=1");
	close(fd);
}

TEST(without_a_supervisor_nothing_happens)
{
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	supervise_say("READY=1");
	CHECK_INT(supervise_watchdog_ms(), 0);
}

TEST(the_watchdog_is_fed_twice_as_often_as_it_must_and_only_ours)
{
	char pid[32];

	setenv("WATCHDOG_USEC", "30000000", 1);
	unsetenv("WATCHDOG_PID");
	CHECK_INT(supervise_watchdog_ms(), 15000);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	CHECK_INT(supervise_watchdog_ms(), 15000);
	setenv("WATCHDOG_PID", "1", 1);
	CHECK_INT(supervise_watchdog_ms(), 0);
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}
