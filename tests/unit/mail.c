/* mail: the message as it leaves, and what a server's answer means (reference: channels 8). */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"
#include "common/zone.h"
#include "server/notify/channel.h"
#include "server/notify/mail.h"
#include "server/notify/mailers.h"
#include "tests/unit/test.h"

#include <sodium.h>

#define SENT INT64_C(1795403400000) /* 2026-11-23T12:10:00+09:00 */

static struct settings settings(void)
{
	struct settings s = { .name = "本町市社会福祉協議会",
		.mail_from = "mimamori@shakyo.example.jp",
		.mail_url = "smtp://127.0.0.1:2525",
		.mail_starttls = "yes" };

	CHECK(zone_set("Asia/Tokyo"));
	return s;
}

static struct letter letter(const char *channel)
{
	static char text[] = "◯◯市社会福祉協議会です。\n見守りのご確認を1件お願いします。\n";
	struct letter l = { .id = "52.1795403390123", .message_id = 52, .text = text };

	snprintf(l.channel, sizeof(l.channel), "%s", channel);
	snprintf(l.subject, sizeof(l.subject), "【見守り】ご確認のお願い（本町市社会福祉協議会）");
	return l;
}

/* Encoded words back into text; each must stand alone as UTF-8 and be at most 75 characters. */
static void decode(const char *encoded, char *out, size_t size)
{
	size_t used = 0;

	while (encoded && (encoded = strstr(encoded, "=?UTF-8?B?")) != NULL) {
		const char *end = strstr(encoded, "?=");
		size_t len;

		CHECK(end != NULL);
		CHECK(end + 2 - encoded <= 75);
		CHECK(sodium_base642bin((unsigned char *)out + used, size - 1 - used, encoded + 10,
			      (size_t)(end - encoded - 10), NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0);
		CHECK(utf8_valid(out + used, len));
		used += len;
		encoded = end + 2;
	}
	out[used] = '\0';
}

TEST(a_subject_is_encoded_in_words_of_whole_characters_that_read_back)
{
	char encoded[2048], text[1024];
	const char *subject = "【至急・見守り】すぐにご確認ください（◯◯市社会福祉協議会・とても長い名前の地区🏠）";

	mail_encode(encoded, sizeof(encoded), subject);
	decode(encoded, text, sizeof(text));
	CHECK_TEXT(text, subject);
	for (const char *line = encoded; line; line = strstr(line, "\r\n")) {
		line += strspn(line, "\r\n");
		CHECK(strcspn(line, "\r") <= 76);
	}
}

TEST(a_plain_subject_stays_as_it_is_and_control_characters_become_spaces)
{
	char encoded[2048], text[1024];

	mail_encode(encoded, sizeof(encoded), "[Mimamori] Please look in (Council)");
	CHECK_TEXT(encoded, "[Mimamori] Please look in (Council)");
	mail_encode(encoded, sizeof(encoded), "one\r\nBcc: x@example.jp");
	CHECK(strchr(encoded, ':') == NULL);
	decode(encoded, text, sizeof(text));
	CHECK_TEXT(text, "one  Bcc: x@example.jp");
	mail_encode(encoded, sizeof(encoded), "=?UTF-8?B?44GC?=");
	decode(encoded, text, sizeof(text));
	CHECK_TEXT(text, "=?UTF-8?B?44GC?=");
}

TEST(an_address_that_could_add_a_header_or_a_command_is_none)
{
	CHECK(mail_address_valid("a.b-c+d@example.jp"));
	CHECK(mail_address_valid("a..b.@docomo.ne.jp"));
	CHECK(!mail_address_valid(""));
	CHECK(!mail_address_valid("@example.jp"));
	CHECK(!mail_address_valid("a@"));
	CHECK(!mail_address_valid("a@b@c"));
	CHECK(!mail_address_valid("a b@example.jp"));
	CHECK(!mail_address_valid("a@example.jp\r\nBcc: b@example.jp"));
	CHECK(!mail_address_valid("a@example.jp>"));
	CHECK(!mail_address_valid("\"a\"@example.jp"));
	CHECK(!mail_address_valid("花子@example.jp"));
}

TEST(the_message_has_its_headers_and_one_plain_part)
{
	struct settings s = settings();
	struct letter l = letter("mail:suzuki@example.jp");
	struct request r;
	const char *why, *body;
	char text[512];
	unsigned char plain[512];
	size_t len;

	CHECK(mail_channel.compose(&r, &l, &s, SENT, &why));
	CHECK_INT(r.carrier, CARRIER_SMTP);
	CHECK_INT(r.tls, TLS_TRY);
	CHECK_TEXT(r.mail_to, "suzuki@example.jp");
	CHECK_TEXT(r.mail_from, "mimamori@shakyo.example.jp");
	CHECK(strstr(r.body, "\r\nTo: suzuki@example.jp\r\n") != NULL);
	CHECK(strstr(r.body, "\r\nDate: Mon, 23 Nov 2026 12:10:00 +0900\r\n") != NULL);
	CHECK(strstr(r.body, "\r\nMessage-ID: <mimamori.52.1795403390123@shakyo.example.jp>\r\n") != NULL);
	CHECK(strstr(r.body, "\r\nAuto-Submitted: auto-generated\r\n") != NULL);
	CHECK(strstr(r.body, "\r\nX-Auto-Response-Suppress: All\r\n") != NULL);
	CHECK(strstr(r.body, "\r\nContent-Type: text/plain; charset=UTF-8\r\n") != NULL);
	CHECK(strncmp(r.body, "From: =?UTF-8?B?", 16) == 0);
	CHECK(strstr(r.body, "\r\n <mimamori@shakyo.example.jp>\r\n") != NULL);
	decode(strstr(r.body, "Subject:"), text, sizeof(text));
	CHECK_TEXT(text, l.subject);
	body = strstr(r.body, "\r\n\r\n") + 4;
	CHECK(sodium_base642bin(plain, sizeof(plain), body, strlen(body), "\r\n", &len, NULL,
		      sodium_base64_VARIANT_ORIGINAL) == 0);
	plain[len] = '\0';
	CHECK_TEXT((char *)plain, "◯◯市社会福祉協議会です。\r\n見守りのご確認を1件お願いします。\r\n");
	for (const char *line = r.body; *line; line += strcspn(line, "\n") + 1)
		CHECK(strcspn(line, "\r") <= 78 && line[strcspn(line, "\r")] == '\r');
	request_release(&r);
}

TEST(a_resend_has_the_same_message_id)
{
	struct settings s = settings();
	struct letter l = letter("mail:suzuki@example.jp");
	struct request first, second;
	const char *why, *id;

	CHECK(mail_channel.compose(&first, &l, &s, SENT, &why));
	CHECK(mail_channel.compose(&second, &l, &s, SENT + 3600000, &why));
	id = strstr(first.body, "Message-ID:");
	CHECK(strncmp(id, strstr(second.body, "Message-ID:"), strcspn(id, "\r")) == 0);
	request_release(&first);
	request_release(&second);
}

TEST(no_mail_leaves_without_a_valid_sender_and_recipient)
{
	struct settings s = settings();
	struct letter l = letter("mail:suzuki@example.jp\nRCPT TO:<x@example.jp>");
	struct request r;
	const char *why = NULL;

	CHECK(!mail_channel.compose(&r, &l, &s, SENT, &why));
	CHECK_TEXT(why, "no mail address");
	l = letter("mail:suzuki@example.jp");
	s.mail_from[0] = '\0';
	CHECK(!mail_channel.compose(&r, &l, &s, SENT, &why));
	CHECK_TEXT(why, "[mail] from is no address");
}

TEST(starttls_is_as_configured)
{
	struct settings s = settings();
	struct letter l = letter("mail:suzuki@example.jp");
	struct request r;
	const char *why;

	snprintf(s.mail_starttls, sizeof(s.mail_starttls), "no");
	CHECK(mail_channel.compose(&r, &l, &s, SENT, &why));
	CHECK_INT(r.tls, TLS_NONE);
	request_release(&r);
	snprintf(s.mail_starttls, sizeof(s.mail_starttls), "required");
	CHECK(mail_channel.compose(&r, &l, &s, SENT, &why));
	CHECK_INT(r.tls, TLS_REQUIRED);
	request_release(&r);
}

TEST(only_a_transfer_that_curl_calls_done_is_taken)
{
	static const struct {
		bool done;
		int error;
		long status;
		enum delivery delivery;
		bool misconfigured;
	} answers[] = {
		{ true, 0, 250, DELIVERY_TAKEN, false },
		{ false, CURLE_SEND_ERROR, 550, DELIVERY_REFUSED, false },
		{ false, CURLE_SEND_ERROR, 450, DELIVERY_RETRY, false },
		{ false, CURLE_WEIRD_SERVER_REPLY, 554, DELIVERY_REFUSED, false },
		{ false, CURLE_WEIRD_SERVER_REPLY, 451, DELIVERY_RETRY, false },
		{ false, CURLE_LOGIN_DENIED, 535, DELIVERY_RETRY, true },
		{ false, CURLE_SEND_ERROR, 530, DELIVERY_RETRY, true },
		{ false, CURLE_USE_SSL_FAILED, 250, DELIVERY_RETRY, true },
		{ false, CURLE_USE_SSL_FAILED, 502, DELIVERY_RETRY, true },
		{ false, CURLE_PEER_FAILED_VERIFICATION, 220, DELIVERY_RETRY, true },
		{ false, CURLE_OPERATION_TIMEDOUT, 354, DELIVERY_RETRY, false },
		{ false, CURLE_RECV_ERROR, 250, DELIVERY_RETRY, false },
		{ false, CURLE_COULDNT_CONNECT, 0, DELIVERY_RETRY, false },
	};

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct answer a = { .done = answers[i].done, .error = answers[i].error, .status = answers[i].status };

		CHECK_INT(mail_channel.judge(&a), answers[i].delivery);
		CHECK_INT(mail_channel.misconfigured(&a), answers[i].misconfigured);
	}
}

TEST(what_had_left_us_and_got_no_answer_may_have_arrived)
{
	struct answer a = { .error = CURLE_OPERATION_TIMEDOUT, .status = 354, .left = true };

	CHECK_INT(mail_channel.judge(&a), DELIVERY_UNSURE);
	a.status = 451;
	CHECK_INT(mail_channel.judge(&a), DELIVERY_RETRY);
	a.status = 554;
	CHECK_INT(mail_channel.judge(&a), DELIVERY_REFUSED);
}

TEST(a_servers_line_names_nobody)
{
	char text[160];

	mailers_clean(text, sizeof(text), "550 5.1.1 <taro.yamada@example.jp>: user taro.yamada unknown\r\n",
		"taro.yamada@example.jp");
	CHECK_TEXT(text, "550 5.1.1 user unknown");
	mailers_clean(text, sizeof(text), "250 2.0.0 Ok: queued as 4BxYz\r\n", "a@example.jp");
	CHECK_TEXT(text, "250 2.0.0 Ok: queued as 4BxYz");
	mailers_clean(text, 12, "250 2.0.0 Ok: queued as 4BxYz\r\n", "z@example.jp");
	CHECK_TEXT(text, "250 2.0.0");
}
