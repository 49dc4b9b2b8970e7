/*
 * mails - the yardstick of a burst of mail: libcurl's multi interface and sixteen connections, nothing else.
 *
 *   mails PORT COUNT FILE      sends the bytes of FILE that often
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS = 16, MAIL_MOST = 1 << 20 };

static struct mail {
	CURL *easy;
	size_t read;
	struct curl_slist *to;
} mails[CONNECTIONS];

static char body[MAIL_MOST], url[64];
static size_t body_len;
static long wanted, started, ended;

static size_t give(char *to, size_t size, size_t n, void *context)
{
	struct mail *m = context;
	size_t left = body_len - m->read, len = left < size * n ? left : size * n;

	memcpy(to, body + m->read, len);
	m->read += len;
	return len;
}

static void start(CURLM *multi, struct mail *m)
{
	char address[64];

	snprintf(address, sizeof(address), "<w%ld@example.jp>", started++);
	curl_slist_free_all(m->to);
	m->to = curl_slist_append(NULL, address);
	m->read = 0;
	curl_easy_setopt(m->easy, CURLOPT_URL, url);
	curl_easy_setopt(m->easy, CURLOPT_MAIL_FROM, "<mimamori@example.jp>");
	curl_easy_setopt(m->easy, CURLOPT_MAIL_RCPT, m->to);
	curl_easy_setopt(m->easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(m->easy, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(m->easy, CURLOPT_READDATA, m);
	curl_easy_setopt(m->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)body_len);
	curl_easy_setopt(m->easy, CURLOPT_PRIVATE, m);
	curl_multi_add_handle(multi, m->easy);
}

static void take_ended(CURLM *multi)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(multi, &left)) != NULL) {
		struct mail *m;

		if (message->data.result != CURLE_OK) {
			fprintf(stderr, "mails: %s\n", curl_easy_strerror(message->data.result));
			exit(1);
		}
		ended++;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&m);
		curl_multi_remove_handle(multi, m->easy);
		if (started < wanted)
			start(multi, m);
	}
}

int main(int argc, char **argv)
{
	CURLM *multi;
	FILE *f;
	int running;

	if (argc != 4)
		return 2;
	snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", atoi(argv[1]));
	wanted = atol(argv[2]);
	f = fopen(argv[3], "r");
	if (!f || (body_len = fread(body, 1, sizeof(body), f)) == 0)
		return 1;
	fclose(f);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	multi = curl_multi_init();
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS);
	for (int i = 0; i < CONNECTIONS && started < wanted; i++) {
		mails[i].easy = curl_easy_init();
		start(multi, &mails[i]);
	}
	while (ended < wanted) {
		curl_multi_perform(multi, &running);
		take_ended(multi);
		curl_multi_poll(multi, NULL, 0, 100, NULL);
	}
	return 0;
}
