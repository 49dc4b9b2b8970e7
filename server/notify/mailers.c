/* mailers - see there. */
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/notify/easy.h"
#include "server/notify/mailers.h"

#define SMTP_LONGEST (30 * SECOND)

enum { THREADS = LANE_CONNECTIONS + LANE_URGENT, LINE = 512 };

struct mailers {
	struct transfer_end end;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t work;
	struct transfer_queue urgent, normal; /* waiting */
	size_t threads, idle, normal_running;
	pthread_t thread[THREADS];
	atomic_bool stopping;
};

/* One mail under way. */
struct job {
	const struct request *request;
	struct mailers *mailers;
	size_t read;     /* of the body */
	char line[LINE]; /* the server's last, but no farewell after a refusal */
};

struct mailers *mailers_new(struct transfer_end end)
{
	struct mailers *m = calloc(1, sizeof(*m));

	if (!m)
		fatal("error=\"out of memory\"");
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->work, NULL);
	m->end = end;
	return m;
}

static size_t give_body(char *to, size_t size, size_t n, void *context)
{
	struct job *j = context;
	size_t left = j->request->body_len - j->read, give = left < size * n ? left : size * n;

	memcpy(to, j->request->body + j->read, give);
	j->read += give;
	return give;
}

/* What the server says comes line by line. */
static size_t keep_line(char *from, size_t size, size_t n, void *context)
{
	struct job *j = context;
	size_t len = size * n < LINE - 1 ? size * n : LINE - 1;

	if (j->line[0] >= '4' && size * n >= 3 && memcmp(from, "221", 3) == 0)
		return size * n;
	memcpy(j->line, from, len);
	j->line[len] = '\0';
	return size * n;
}

/* Called at least each second, also while curl waits. */
static int is_over(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct mailers *m = context;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return atomic_load(&m->stopping);
}

static void set_tls(CURL *easy, const struct request *r)
{
	switch (r->tls) {
	case TLS_NONE: curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_NONE); break;
	case TLS_TRY: curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY); break;
	case TLS_REQUIRED: curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL); break;
	}
	/* TLS when offered keeps out who only listens; as it may be plain as well, a name on a certificate adds
	 * nothing. */
	if (r->tls == TLS_TRY && strncasecmp(r->url, "smtp:", 5) == 0) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

static void read_answer(CURL *easy, const struct job *j, CURLcode code, struct answer *a)
{
	*a = (struct answer){ .done = code == CURLE_OK, .error = (int)code, .left = j->read == j->request->body_len };
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &a->status);
	if (a->done || a->status >= 400)
		mailers_clean(a->text, sizeof(a->text), j->line, j->request->mail_to);
	else
		snprintf(a->text, sizeof(a->text), "no answer: %s", curl_easy_strerror(code));
}

static void deliver(CURL *easy, struct mailers *m, const struct request *r, struct answer *a)
{
	struct job j = { .request = r, .mailers = m };
	struct curl_slist *recipients;
	char address[260];

	easy_prepare(easy, SMTP_LONGEST);
	curl_easy_setopt(easy, CURLOPT_URL, r->url);
	snprintf(address, sizeof(address), "<%s>", r->mail_to);
	recipients = curl_slist_append(NULL, address);
	if (!recipients)
		fatal("error=\"out of memory\"");
	snprintf(address, sizeof(address), "<%s>", r->mail_from);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, address);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
	curl_easy_setopt(easy, CURLOPT_READDATA, &j);
	curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)r->body_len);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, keep_line);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, &j);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, is_over);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, m);
	set_tls(easy, r);
	if (r->username[0]) {
		curl_easy_setopt(easy, CURLOPT_USERNAME, r->username);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, r->password);
	}
	read_answer(easy, &j, curl_easy_perform(easy), a);
	curl_easy_reset(easy); /* but for its connection; the pointers given to it end here */
	curl_slist_free_all(recipients);
}

/* The last connection would be left with a QUIT, whose answer curl waits two minutes for. */
static void leave(CURL *easy)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK && fd != CURL_SOCKET_BAD)
		shutdown(fd, SHUT_RDWR);
	curl_easy_cleanup(easy);
}

/* Some threads are left to what is urgent. */
static struct transfer *next_waiting(struct mailers *m)
{
	if (m->urgent.first)
		return transfer_take(&m->urgent);
	return m->normal_running < LANE_CONNECTIONS ? transfer_take(&m->normal) : NULL;
}

static void *run(void *context)
{
	struct mailers *m = context;
	CURL *easy = curl_easy_init();

	if (!easy)
		fatal("error=\"out of memory\"");
	pthread_mutex_lock(&m->lock);
	while (!atomic_load(&m->stopping)) {
		struct transfer *x = next_waiting(m);
		bool normal = x && !x->urgent;

		if (!x) {
			m->idle++;
			pthread_cond_wait(&m->work, &m->lock);
			m->idle--;
			continue;
		}
		m->normal_running += normal;
		pthread_mutex_unlock(&m->lock);
		deliver(easy, m, x->request, &x->answer);
		m->end.ended(m->end.context, x);
		pthread_mutex_lock(&m->lock);
		m->normal_running -= normal;
	}
	pthread_mutex_unlock(&m->lock);
	leave(easy);
	return NULL;
}

/* Those for whom a thread may be started or woken. */
static size_t count_startable(const struct mailers *m)
{
	size_t free = LANE_CONNECTIONS - m->normal_running;

	return m->urgent.count + (m->normal.count < free ? m->normal.count : free);
}

void mailers_start(struct mailers *m, struct transfer *x)
{
	size_t startable;

	pthread_mutex_lock(&m->lock);
	transfer_put(x->urgent ? &m->urgent : &m->normal, x);
	startable = count_startable(m);
	/* Who is idle may have been woken for an earlier one already. */
	if (m->idle < startable && m->threads < THREADS && pthread_create(&m->thread[m->threads], NULL, run, m) == 0)
		m->threads++;
	if (m->threads == 0)
		fatal("error=\"no thread can be started\"");
	if (m->idle && startable)
		pthread_cond_signal(&m->work);
	pthread_mutex_unlock(&m->lock);
}

void mailers_recall(struct mailers *m, int64_t before, struct transfer_queue *back)
{
	pthread_mutex_lock(&m->lock);
	transfer_recall(&m->urgent, before, back);
	transfer_recall(&m->normal, before, back);
	pthread_mutex_unlock(&m->lock);
}

void mailers_free(struct mailers *m)
{
	struct transfer *x;

	if (!m)
		return;
	pthread_mutex_lock(&m->lock);
	atomic_store(&m->stopping, true);
	pthread_cond_broadcast(&m->work);
	pthread_mutex_unlock(&m->lock);
	for (size_t i = 0; i < m->threads; i++)
		pthread_join(m->thread[i], NULL);
	while ((x = transfer_take(&m->urgent)) != NULL || (x = transfer_take(&m->normal)) != NULL)
		free(x);
	pthread_cond_destroy(&m->work);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

/* The recipient's name itself, or, where it is long enough to mean something, within a word. */
static bool names(const char *word, const char *user)
{
	return strchr(word, '@') || strcasecmp(word, user) == 0 || (strlen(user) > 2 && strcasestr(word, user));
}

void mailers_clean(char *out, size_t size, const char *line, const char *recipient)
{
	size_t used = 0;
	char word[LINE], user[256];

	snprintf(user, sizeof(user), "%.*s", (int)strcspn(recipient, "@"), recipient);
	out[0] = '\0';
	while (*line) {
		size_t len = strcspn(line, " \t\r\n"), n = 0;

		for (size_t i = 0; i < len && n < sizeof(word) - 1; i++)
			if (line[i] > ' ' && line[i] <= '~')
				word[n++] = line[i];
		word[n] = '\0';
		line += len;
		line += strspn(line, " \t\r\n");
		if (n == 0 || names(word, user))
			continue;
		if (used + n + 2 > size)
			return;
		used += (size_t)snprintf(out + used, size - used, "%s%s", used ? " " : "", word);
	}
}
