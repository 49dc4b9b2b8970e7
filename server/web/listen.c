/* listen - finds the address, binds, listens. */
#include "server/web/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"

#define TLS_FILE_MOST 65536
#define UNREAD_MOST   (128 * 1024) /* bytes that the kernel keeps for one who does not read; it doubles them */

static bool is_local(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return (ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24) == 127;
	return address->sa_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

int listen_on(const char *address, bool *local, const char **why)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *list, *a;
	char host[128];
	int fd = -1, on = 1, unread = UNREAD_MOST;

	snprintf(host, sizeof(host), "%s", address + (address[0] == '['));
	char *colon = strrchr(host, ':');
	*colon = '\0';
	if (colon > host && colon[-1] == ']')
		colon[-1] = '\0';
	int error = getaddrinfo(host, colon + 1, &hints, &list);
	if (error) {
		*why = gai_strerror(error);
		return -1;
	}
	*local = true;
	for (a = list; a && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
		if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
			setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &unread, sizeof(unread)) == 0 &&
			bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, 1024) == 0) {
			*local = is_local(a->ai_addr);
			break;
		}
		*why = strerror(errno);
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	return fd;
}

char *listen_read_file(const char *path, FILE *errors, bool *good)
{
	char *text;
	size_t len;
	FILE *file;

	if (!path[0])
		return NULL;
	file = fopen(path, "re");
	text = calloc(1, TLS_FILE_MOST);
	if (!text)
		fatal("error=\"out of memory\"");
	len = file ? fread(text, 1, TLS_FILE_MOST - 1, file) : 0;
	if (!len) {
		fprintf(errors, "%s: %s\n", path, file ? "is empty" : strerror(errno));
		*good = false;
	}
	if (file)
		fclose(file);
	return text;
}
