/* guests: who takes too long is cut off, and nobody else. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "server/web/guests.h"
#include "tests/unit/test.h"

static struct guests all;
static int ends[2]; /* the guest's, ours */

static struct guest *come(int64_t longest_ms)
{
	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	return guests_add(&all, ends[1], longest_ms);
}

static bool is_cut_off(int64_t later_ms)
{
	char byte;

	guests_sweep(&all, clock_boot() + later_ms);
	return recv(ends[0], &byte, 1, 0) == 0;
}

static void go(struct guest *g)
{
	guests_remove(g);
	close(ends[0]);
	close(ends[1]);
}

TEST(who_does_not_say_what_they_want_is_cut_off_after_a_while)
{
	struct guest *g;

	guests_init(&all);
	g = come(30 * SECOND);
	CHECK(!is_cut_off(29 * SECOND));
	CHECK(is_cut_off(31 * SECOND));
	go(g);
	guests_release(&all);
}

TEST(each_turn_has_its_own_time_and_while_it_is_ours_nobody_is_hurried)
{
	struct guest *g;

	guests_init(&all);
	g = come(30 * SECOND);
	guest_rests(g);
	CHECK(!is_cut_off(DAY));
	guest_reads(g, 60 * SECOND);
	CHECK(!is_cut_off(59 * SECOND));
	CHECK(is_cut_off(61 * SECOND));
	go(g);
	guests_release(&all);
}

TEST(those_who_have_gone_are_not_looked_at)
{
	struct guest *first, *second, *third;

	guests_init(&all);
	first = guests_add(&all, -1, SECOND);
	second = guests_add(&all, -1, SECOND);
	third = guests_add(&all, -1, SECOND);
	guests_remove(second);
	guests_sweep(&all, clock_boot() + MINUTE);
	guests_remove(third);
	guests_remove(first);
	CHECK(all.first == NULL);
	guests_release(&all);
}

/* A guest by TCP who has read nothing of an answer, cut off: how much of it still arrives. */
static size_t cut_off(void (*turn)(struct guest *, int64_t))
{
	static char answer[64 * 1024];
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(address);
	int door = socket(AF_INET, SOCK_STREAM, 0), small = 2048;
	struct guest *g;
	size_t got = 0;
	ssize_t n;

	guests_init(&all);
	CHECK_INT(bind(door, (struct sockaddr *)&address, sizeof(address)), 0);
	CHECK_INT(listen(door, 1), 0);
	CHECK_INT(getsockname(door, (struct sockaddr *)&address, &len), 0);
	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	CHECK_INT(setsockopt(ends[0], SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	CHECK_INT(connect(ends[0], (struct sockaddr *)&address, sizeof(address)), 0);
	ends[1] = accept(door, NULL, NULL);
	CHECK_INT(send(ends[1], answer, sizeof(answer), 0), sizeof(answer));
	g = guests_add(&all, ends[1], SECOND);
	turn(g, SECOND);
	guests_sweep(&all, clock_boot() + MINUTE);
	guests_remove(g);
	close(ends[1]);
	while ((n = recv(ends[0], answer, sizeof(answer), 0)) > 0)
		got += (size_t)n;
	close(ends[0]);
	close(door);
	guests_release(&all);
	return got;
}

TEST(what_one_does_not_read_is_thrown_away_and_what_one_was_given_before_is_not)
{
	CHECK(cut_off(guest_reads) < (size_t)32 * 1024);
	CHECK_INT(cut_off(guest_says), (size_t)64 * 1024);
}
