/* webhook: what is posted, how it is signed, to whom, and what the answer means. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "common/zone.h"
#include "server/notify/channel.h"
#include "server/notify/webhook.h"
#include "tests/unit/test.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define NOW    INT64_C(1768467600000)

TEST(the_signature_is_that_of_the_standard_webhooks_library)
{
	char signature[WEBHOOK_SIGNATURE];

	CHECK(webhook_sign(signature, SECRET, "msg_0001", 1768467600,
		"{\"type\":\"alert.raised\",\"timestamp\":\"2026-01-15T09:00:00Z\",\"data\":{\"case\":42}}"));
	CHECK_TEXT(signature, "v1,j7lGk65Rw8xTVaGc2fw4x+/SyV3RJWaINvp+sVVmIPs=");
}

TEST(a_secret_that_is_none_signs_nothing)
{
	char signature[WEBHOOK_SIGNATURE];

	CHECK(!webhook_sign(signature, "", "a", 1, "{}"));
	CHECK(!webhook_sign(signature, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "a", 1, "{}"));
	CHECK(!webhook_sign(signature, "whsec_AAAA", "a", 1, "{}"));
	CHECK(!webhook_sign(signature, "whsec_not base64 at all but long enough", "a", 1, "{}"));
}

static struct letter letter(struct letter_item *items, size_t count)
{
	static char text[] = "山田花子さん";
	struct letter l = {
		.id = "52.1768467600123", .message_id = 52, .written_at = NOW - 5000, .items = items, .count = count
	};

	snprintf(l.channel, sizeof(l.channel), "webhook:https://hooks.example.jp:8443/mimamori?k=1");
	snprintf(l.subject, sizeof(l.subject), "【見守り】山田");
	l.text = text;
	CHECK(zone_set("Asia/Tokyo"));
	return l;
}

static struct settings settings(void)
{
	return (struct settings){ .webhook_secret = SECRET };
}

TEST(what_is_posted_holds_ids_and_no_words)
{
	struct letter_item items[] = {
		{ .notification_id = 52,
			.incident_id = 17,
			.kind = "missed",
			.what = "alert",
			.round = 1,
			.about = "12" },
		{ .notification_id = 53,
			.incident_id = 18,
			.kind = "missed",
			.what = "alert",
			.round = 2,
			.left_out = true },
	};
	struct letter l = letter(items, 2);
	struct settings s = settings();
	struct request r;
	const char *why;
	char signature[WEBHOOK_SIGNATURE], header[128];
	cJSON *body, *list;

	CHECK(webhook_channel.compose(&r, &l, &s, NOW, &why));
	CHECK_TEXT(r.url, "https://hooks.example.jp:8443/mimamori?k=1");
	CHECK(!r.private_too);
	CHECK_TEXT(r.headers[1], "webhook-id: msg_52.1768467600123");
	CHECK_TEXT(r.headers[2], "webhook-timestamp: 1768467600");
	CHECK(webhook_sign(signature, SECRET, "msg_52.1768467600123", 1768467600, r.body));
	snprintf(header, sizeof(header), "webhook-signature: %s", signature);
	CHECK_TEXT(r.headers[3], header);
	body = cJSON_Parse(r.body);
	CHECK_TEXT(cJSON_GetObjectItem(body, "type")->valuestring, "incident.alert");
	CHECK_TEXT(cJSON_GetObjectItem(body, "timestamp")->valuestring, "2026-01-15T17:59:55+09:00");
	list = cJSON_GetObjectItem(cJSON_GetObjectItem(body, "data"), "notifications");
	CHECK_INT(cJSON_GetArraySize(list), 1);
	CHECK_INT(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "incident")->valueint, 17);
	CHECK(strstr(r.body, "山田") == NULL);
	cJSON_Delete(body);
	request_release(&r);
}

TEST(a_retry_has_the_same_id_and_body_and_a_new_timestamp)
{
	struct letter_item item = {
		.notification_id = 52, .expectation_id = 4, .kind = "reminder", .what = "reminder"
	};
	struct letter l = letter(&item, 1);
	struct settings s = settings();
	struct request first, second;
	const char *why;

	CHECK(webhook_channel.compose(&first, &l, &s, NOW, &why));
	CHECK(webhook_channel.compose(&second, &l, &s, NOW + 60000, &why));
	CHECK_TEXT(first.body, second.body);
	CHECK(strstr(first.body, "\"type\":\"expectation.reminder\"") != NULL);
	CHECK_TEXT(first.headers[1], second.headers[1]);
	CHECK(strcmp(first.headers[2], second.headers[2]) != 0);
	CHECK(strcmp(first.headers[3], second.headers[3]) != 0);
	request_release(&first);
	request_release(&second);
}

TEST(nothing_is_posted_unsigned_or_to_what_is_no_web_address)
{
	struct letter_item item = { .notification_id = 52, .incident_id = 17, .kind = "missed", .what = "alert" };
	struct letter l = letter(&item, 1);
	struct settings s = settings();
	struct request r;
	const char *why;

	s.webhook_secret[0] = '\0';
	CHECK(!webhook_channel.compose(&r, &l, &s, NOW, &why));
	CHECK_TEXT(why, "[webhook] secret is no whsec_ secret");
	s = settings();
	snprintf(l.channel, sizeof(l.channel), "webhook:file:///etc/passwd");
	CHECK(!webhook_channel.compose(&r, &l, &s, NOW, &why));
	snprintf(l.channel, sizeof(l.channel), "webhook:gopher://example.jp/");
	CHECK(!webhook_channel.compose(&r, &l, &s, NOW, &why));
}

TEST(messages_to_one_server_share_its_limit)
{
	char a[SERVER_NAME], b[SERVER_NAME], c[SERVER_NAME];

	webhook_channel.server(a, "webhook:https://hooks.example.jp/one");
	webhook_channel.server(b, "webhook:https://hooks.example.jp:443/two?x");
	webhook_channel.server(c, "webhook:https://hooks.example.jp:8443/two");
	CHECK_TEXT(a, b);
	CHECK(strcmp(a, c) != 0);
}

TEST(only_2xx_is_success_and_a_status_says_whether_to_try_again)
{
	static const struct {
		long status;
		enum delivery delivery;
	} answers[] = { { 200, DELIVERY_TAKEN }, { 204, DELIVERY_TAKEN }, { 301, DELIVERY_REFUSED },
		{ 307, DELIVERY_REFUSED }, { 400, DELIVERY_REFUSED }, { 401, DELIVERY_REFUSED },
		{ 404, DELIVERY_REFUSED }, { 408, DELIVERY_RETRY }, { 410, DELIVERY_REFUSED }, { 425, DELIVERY_RETRY },
		{ 429, DELIVERY_RETRY }, { 500, DELIVERY_RETRY }, { 503, DELIVERY_RETRY }, { 0, DELIVERY_RETRY } };
	struct answer blocked = { .blocked = true };

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct answer a = { .done = answers[i].status != 0, .status = answers[i].status };

		CHECK_INT(webhook_channel.judge(&a), answers[i].delivery);
	}
	CHECK_INT(webhook_channel.judge(&blocked), DELIVERY_REFUSED);
}

static bool is_private(const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return webhook_private((struct sockaddr *)&in);
	CHECK(inet_pton(AF_INET6, text, &in6.sin6_addr) == 1);
	return webhook_private((struct sockaddr *)&in6);
}

TEST(addresses_of_our_own_networks_are_told_from_public_ones)
{
	static const char *const ours[] = { "127.0.0.1", "127.255.0.1", "0.0.0.0", "10.1.2.3", "100.64.0.1",
		"169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "198.18.0.1", "224.0.0.1",
		"255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1",
		"::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "2001::1", "2001:db8::1" };
	static const char *const others[] = { "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "192.169.0.1",
		"223.255.255.255", "2001:4860:4860::8888", "2400:4050::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8" };
	struct sockaddr local = { .sa_family = AF_UNIX };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		CHECK(is_private(ours[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CHECK(!is_private(others[i]));
	CHECK(webhook_private(&local));
}
