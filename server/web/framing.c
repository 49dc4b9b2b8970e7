/* framing - a look at the headers by name (RFC 9110 5.1, RFC 9112 6). */
#include "server/web/framing.h"

#include <string.h>
#include <strings.h>

#include "server/web/exchange.h"

static bool is_token(const char *name)
{
	static const char marks[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return *name && !name[strspn(name, marks)];
}

bool framing_good(const struct call *c)
{
	int lengths = 0, encodings = 0, hosts = 0;

	for (size_t i = 0; i < c->pair_count; i++) {
		const struct pair *p = &c->pairs[i];

		if (p->kind != PAIR_HEADER)
			continue;
		if (!is_token(p->name))
			return false;
		lengths += strcasecmp(p->name, "Content-Length") == 0;
		hosts += strcasecmp(p->name, "Host") == 0;
		if (strcasecmp(p->name, "Transfer-Encoding") == 0) {
			encodings++;
			if (strcasecmp(p->value, "chunked") != 0)
				return false;
		}
	}
	return lengths + encodings <= 1 && hosts <= 1;
}
