/* easy - see there. */
#include "server/notify/easy.h"

#include <stdlib.h>

#include "common/clock.h"

#define CONNECT_LONGEST (10 * SECOND)

static size_t take_nothing(char *from, size_t size, size_t n, void *context)
{
	(void)from;
	(void)context;
	return size * n;
}

void easy_prepare(CURL *easy, int64_t longest_ms)
{
	const char *authorities = getenv("SSL_CERT_FILE");

	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_LONGEST);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)longest_ms);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_nothing);
	if (authorities)
		curl_easy_setopt(easy, CURLOPT_CAINFO, authorities);
}
