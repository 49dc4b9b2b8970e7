/*
 * mail - one message to one recipient over SMTP, so that each person has a result of their own and sees nobody else's
 * address.
 *
 * The whole message is written here as one text/plain part: old telephones show it as it is, and a re-send has the same
 * Message-ID, by which a repeat is recognised.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/log.h"
#include "common/utf8.h"
#include "common/written.h"
#include "common/zone.h"
#include "server/notify/channel.h"
#include "server/notify/mail.h"

bool mail_address_valid(const char *address)
{
	const char *at = strchr(address, '@');

	if (!at || at == address || !at[1] || strchr(at + 1, '@') || strlen(address) > 254)
		return false;
	for (const char *c = address; *c; c++)
		if (*c <= ' ' || *c > '~' || strchr("<>()[]\\,;:\"", *c))
			return false;
	return true;
}

/* Bytes of text in one encoded word: with its frame it stays under 75 characters, with "Subject: " under 76 a line. */
enum { WORD_BYTES = 39 };

static bool plain(const char *text)
{
	for (const char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			return false;
	return strlen(text) <= 60 && !strstr(text, "=?");
}

static void encode(char *out, size_t size, const char *text)
{
	char word[WORD_BYTES + 1], base64[sodium_base64_ENCODED_LEN(WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];
	size_t len = strlen(text), used = 0;

	out[0] = '\0';
	for (size_t at = 0, n; at < len; at += n) {
		n = utf8_cut(text + at, len - at, WORD_BYTES);
		for (size_t i = 0; i < n; i++)
			word[i] = (unsigned char)text[at + i] < ' ' || text[at + i] == 0x7f ? ' ' : text[at + i];
		sodium_bin2base64(
			base64, sizeof(base64), (const unsigned char *)word, n, sodium_base64_VARIANT_ORIGINAL);
		if (n == 0 || used + strlen(base64) + 16 > size)
			return; /* what does not fit is left out whole */
		used += (size_t)snprintf(out + used, size - used, "%s=?UTF-8?B?%s?=", at ? "\r\n " : "", base64);
	}
}

void mail_encode(char *out, size_t size, const char *text)
{
	if (plain(text))
		snprintf(out, size, "%s", text);
	else
		encode(out, size, text);
}

static void format_date(char buf[40], int64_t at)
{
	static const char *const weekdays[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
		"Nov", "Dec" };
	int32_t day = zone_day(at), second = zone_second(at);
	int year, month, mday;
	char iso[ZONE_TEXT];
	const char *offset = zone_format(iso, at) + 19; /* +09:00 */

	date_civil(day, &year, &month, &mday);
	snprintf(buf, 40, "%s, %d %s %04d %02d:%02d:%02d %.3s%.2s", weekdays[date_weekday(day)], mday,
		months[month - 1], year, (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60), offset,
		offset + 4);
}

/* The text with CR LF at each line's end, as base64 in lines of 76. */
static void write_body(FILE *out, const char *text)
{
	char *crlf = malloc(2 * strlen(text) + 1), line[sodium_base64_ENCODED_LEN(57, sodium_base64_VARIANT_ORIGINAL)];
	size_t len = 0;

	if (!crlf)
		fatal("error=\"out of memory\"");
	for (const char *c = text; *c; c++) {
		if (*c == '\n')
			crlf[len++] = '\r';
		crlf[len++] = *c;
	}
	for (size_t at = 0; at < len; at += 57) {
		sodium_bin2base64(line, sizeof(line), (const unsigned char *)crlf + at, len - at < 57 ? len - at : 57,
			sodium_base64_VARIANT_ORIGINAL);
		fprintf(out, "%s\r\n", line);
	}
	free(crlf);
}

static void mail_server(char name[SERVER_NAME], const char *address)
{
	(void)address;
	snprintf(name, SERVER_NAME, "mail");
}

static bool mail_compose(
	struct request *r, const struct letter *l, const struct settings *s, int64_t now, const char **why)
{
	const char *to = l->channel + strlen("mail:");
	char subject[2048], from[1024], date[40];
	FILE *out;

	if (!mail_address_valid(s->mail_from)) {
		*why = "[mail] from is no address";
		return false;
	}
	if (!mail_address_valid(to)) {
		*why = "no mail address";
		return false;
	}
	*r = (struct request){ .carrier = CARRIER_SMTP, .username = s->mail_username, .password = s->mail_password };
	r->tls = strcmp(s->mail_starttls, "no") == 0         ? TLS_NONE
		 : strcmp(s->mail_starttls, "required") == 0 ? TLS_REQUIRED
							     : TLS_TRY;
	snprintf(r->url, sizeof(r->url), "%s", s->mail_url);
	snprintf(r->mail_from, sizeof(r->mail_from), "%s", s->mail_from);
	snprintf(r->mail_to, sizeof(r->mail_to), "%s", to);
	mail_encode(subject, sizeof(subject), l->subject);
	encode(from, sizeof(from), s->name);
	format_date(date, now);
	out = written_open(&r->body, &r->body_len);
	fprintf(out, "From: %s%s<%s>\r\n", from, from[0] ? "\r\n " : "", s->mail_from);
	fprintf(out, "To: %s\r\nSubject: %s\r\nDate: %s\r\n", to, subject, date);
	fprintf(out, "Message-ID: <mimamori.%s@%s>\r\n", l->id, strchr(s->mail_from, '@') + 1);
	fprintf(out, "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n"
		     "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	write_body(out, l->text);
	written_close(out);
	return true;
}

/* What the other side says of how we come, not of whom we write to. */
static bool mail_misconfigured(const struct answer *a)
{
	if (a->done)
		return false;
	switch (a->error) {
	case CURLE_LOGIN_DENIED:
	case CURLE_USE_SSL_FAILED:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT: return true;
	default: break;
	}
	return a->status == 530 || a->status == 534 || a->status == 535 || a->status == 538;
}

/* A code counts only beside an error: the last one seen may be of an earlier command (reference: channels 8). */
static enum delivery mail_judge(const struct answer *a)
{
	if (a->done)
		return DELIVERY_TAKEN;
	if (a->left && a->status < 400) /* the last word was "go on" */
		return DELIVERY_UNSURE;
	if (mail_misconfigured(a) || a->status < 500 || a->status > 599)
		return DELIVERY_RETRY;
	return DELIVERY_REFUSED;
}

const struct channel mail_channel = { "mail", mail_server, mail_compose, mail_judge, mail_misconfigured, true, 0 };
