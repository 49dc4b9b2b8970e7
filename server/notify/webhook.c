/*
 * webhook - tells a program of somebody's: JSON with ids only, signed as the Standard Webhooks specification says.
 *
 * Names, addresses and what is known about a person stay here; who may know them asks us with the ids. The address was
 * given by people, so a request goes to no machine of our own network unless the configuration allows it: judged on the
 * resolved address at connect, where no name can lie.
 */
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <sodium.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/notify/channel.h"
#include "server/notify/webhook.h"

enum { SECRET_LEAST = 24, SECRET_MOST = 64 };

bool webhook_sign(
	char signature[WEBHOOK_SIGNATURE], const char *secret, const char *id, int64_t timestamp_s, const char *body)
{
	static const char prefix[] = "whsec_";
	unsigned char key[SECRET_MOST], mac[crypto_auth_hmacsha256_BYTES];
	char base64[sodium_base64_ENCODED_LEN(sizeof(mac), sodium_base64_VARIANT_ORIGINAL)], head[128];
	crypto_auth_hmacsha256_state state;
	size_t key_len;
	int head_len;

	if (strncmp(secret, prefix, sizeof(prefix) - 1) != 0 ||
		sodium_base642bin(key, sizeof(key), secret + sizeof(prefix) - 1, strlen(secret) - (sizeof(prefix) - 1),
			NULL, &key_len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
		key_len < SECRET_LEAST)
		return false;
	head_len = snprintf(head, sizeof(head), "%s.%lld.", id, (long long)timestamp_s);
	if (head_len < 0 || (size_t)head_len >= sizeof(head))
		return false;
	crypto_auth_hmacsha256_init(&state, key, key_len);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)head, (unsigned long long)head_len);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)body, strlen(body));
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_memzero(key, sizeof(key));
	sodium_bin2base64(base64, sizeof(base64), mac, sizeof(mac), sodium_base64_VARIANT_ORIGINAL);
	snprintf(signature, WEBHOOK_SIGNATURE, "v1,%s", base64);
	return true;
}

static bool private_v4(uint32_t a) /* host order */
{
	static const struct {
		uint32_t net;
		int bits;
	} nets[] = {
		{ 0x00000000, 8 },  /* this network */
		{ 0x0a000000, 8 },  /* private */
		{ 0x64400000, 10 }, /* shared by providers' customers */
		{ 0x7f000000, 8 },  /* loopback */
		{ 0xa9fe0000, 16 }, /* link-local, and the clouds' metadata */
		{ 0xac100000, 12 }, /* private */
		{ 0xc0000000, 24 }, /* protocol assignments */
		{ 0xc0000200, 24 }, /* documentation */
		{ 0xc0a80000, 16 }, /* private */
		{ 0xc6120000, 15 }, /* benchmarks */
		{ 0xc6336400, 24 }, /* documentation */
		{ 0xcb007100, 24 }, /* documentation */
		{ 0xe0000000, 3 },  /* multicast, reserved, broadcast */
	};

	for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++)
		if (a >> (32 - nets[i].bits) == nets[i].net >> (32 - nets[i].bits))
			return true;
	return false;
}

static uint32_t v4_at(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Only 2000::/3 is public; within it 6to4 wraps an IPv4 address, Teredo and the documentation's are not for us. */
static bool private_v6(const uint8_t a[16])
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

	if (memcmp(a, mapped, sizeof(mapped)) == 0 || memcmp(a, nat64, sizeof(nat64)) == 0)
		return private_v4(v4_at(a + 12));
	if (a[0] == 0x20 && a[1] == 0x02)
		return private_v4(v4_at(a + 2));
	return a[0] >> 5 != 1 ||
	       (a[0] == 0x20 && a[1] == 0x01 && ((a[2] == 0 && a[3] == 0) || (a[2] == 0x0d && a[3] == 0xb8)));
}

bool webhook_private(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, address, sizeof(in));
		return private_v4(ntohl(in.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, address, sizeof(in6));
		return private_v6(in6.sin6_addr.s6_addr);
	}
	return true;
}

/* scheme://host:port of a URL that can be posted to; false for any other. */
static bool origin_of(char origin[SERVER_NAME], const char *url)
{
	CURLU *parts = curl_url();
	char *scheme = NULL, *host = NULL, *port = NULL;
	bool good = false;

	if (!parts)
		fatal("error=\"out of memory\"");
	if (curl_url_set(parts, CURLUPART_URL, url, CURLU_DISALLOW_USER) == CURLUE_OK &&
		curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK)
		good = (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0) &&
		       snprintf(origin, SERVER_NAME, "%s://%s:%s", scheme, host, port) < SERVER_NAME;
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(parts);
	return good;
}

static void webhook_server(char name[SERVER_NAME], const char *address)
{
	if (!origin_of(name, address + strlen("webhook:")))
		snprintf(name, SERVER_NAME, "webhook");
}

static void add_id(cJSON *item, const char *name, int64_t id)
{
	if (id)
		cJSON_AddNumberToObject(item, name, (double)id);
}

/* {"type":"incident.alert","timestamp":"…","data":{"message":52,"notifications":[{…ids}]}} */
static char *write_payload(const struct letter *l)
{
	cJSON *payload = cJSON_CreateObject(), *data, *list;
	char type[64], timestamp[ZONE_TEXT], *text;
	const struct letter_item *first = &l->items[0];
	bool several = false;

	for (size_t i = 0; i < l->count; i++)
		several |= strcmp(l->items[i].what, first->what) != 0;
	snprintf(type, sizeof(type), "%s.%s",
		first->incident_id      ? "incident"
		: first->expectation_id ? "expectation"
					: first->kind,
		several ? "several" : first->what);
	cJSON_AddStringToObject(payload, "type", type);
	cJSON_AddStringToObject(payload, "timestamp", zone_format(timestamp, l->written_at));
	data = cJSON_AddObjectToObject(payload, "data");
	cJSON_AddNumberToObject(data, "message", (double)l->message_id);
	list = cJSON_AddArrayToObject(data, "notifications");
	for (size_t i = 0; i < l->count; i++) {
		const struct letter_item *it = &l->items[i];
		cJSON *item;

		if (it->left_out)
			continue;
		item = cJSON_CreateObject();
		add_id(item, "id", it->notification_id);
		add_id(item, "incident", it->incident_id);
		add_id(item, "expectation", it->expectation_id);
		cJSON_AddStringToObject(item, "kind", it->kind);
		cJSON_AddStringToObject(item, "what", it->what);
		cJSON_AddNumberToObject(item, "round", it->round);
		if (it->about[0])
			cJSON_AddStringToObject(item, "about", it->about);
		if (it->url[0])
			cJSON_AddStringToObject(item, "url", it->url);
		cJSON_AddItemToArray(list, item);
	}
	text = cJSON_PrintUnformatted(payload);
	cJSON_Delete(payload);
	if (!text)
		fatal("error=\"out of memory\"");
	return text;
}

static bool webhook_compose(
	struct request *r, const struct letter *l, const struct settings *s, int64_t now, const char **why)
{
	const char *url = l->channel + strlen("webhook:");
	char origin[SERVER_NAME], signature[WEBHOOK_SIGNATURE], id[LETTER_ID + 4];

	if (!origin_of(origin, url) || strlen(url) >= sizeof(r->url)) {
		*why = "no URL that can be posted to";
		return false;
	}
	*r = (struct request){
		.carrier = CARRIER_HTTP, .username = "", .password = "", .private_too = s->webhook_allow_private
	};
	snprintf(r->url, sizeof(r->url), "%s", url);
	r->body = write_payload(l);
	r->body_len = strlen(r->body);
	snprintf(id, sizeof(id), "msg_%s", l->id);
	if (!webhook_sign(signature, s->webhook_secret, id, now / SECOND, r->body)) {
		request_release(r);
		*why = "[webhook] secret is no whsec_ secret";
		return false;
	}
	snprintf(r->headers[0], sizeof(r->headers[0]), "Content-Type: application/json");
	snprintf(r->headers[1], sizeof(r->headers[1]), "webhook-id: %s", id);
	snprintf(r->headers[2], sizeof(r->headers[2]), "webhook-timestamp: %lld", (long long)(now / SECOND));
	snprintf(r->headers[3], sizeof(r->headers[3]), "webhook-signature: %s", signature);
	r->header_count = 4;
	return true;
}

/* The status stands once it was read, however its body ended. */
static enum delivery webhook_judge(const struct answer *a)
{
	if (a->status < 200)
		return a->blocked ? DELIVERY_REFUSED : a->left ? DELIVERY_UNSURE : DELIVERY_RETRY;
	if (a->status < 300)
		return DELIVERY_TAKEN;
	switch (a->status) {
	case 408:
	case 425:
	case 429: return DELIVERY_RETRY;
	default: return a->status < 500 ? DELIVERY_REFUSED : DELIVERY_RETRY;
	}
}

const struct channel webhook_channel = { "webhook", webhook_server, webhook_compose, webhook_judge, NULL, false, 0 };
