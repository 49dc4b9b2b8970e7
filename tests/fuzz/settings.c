/* settings - the configuration of daemon and shell (server/settings.h), a whole file. */
#include "server/settings.h"

#include <stdlib.h>
#include <string.h>

#include "common/zone.h"
#include "tests/fuzz/fuzz.h"

static void check_texts(const struct settings *s)
{
	FUZZ_TEXT(s->name);
	FUZZ_TEXT(s->phone);
	FUZZ_TEXT(s->timezone);
	FUZZ_TEXT(s->language);
	FUZZ_TEXT(s->holidays);
	FUZZ_TEXT(s->store_url);
	FUZZ_TEXT(s->mqtt_host);
	FUZZ_TEXT(s->mqtt_username);
	FUZZ_TEXT(s->mqtt_ca_file);
	FUZZ_TEXT(s->mqtt_client_id);
	FUZZ_TEXT(s->mqtt_root);
	FUZZ_TEXT(s->mqtt_share);
	FUZZ_TEXT(s->mqtt_broker_passwords);
	FUZZ_TEXT(s->mqtt_broker_reload);
	FUZZ_TEXT(s->web_listen);
	FUZZ_TEXT(s->web_public_url);
	FUZZ_TEXT(s->web_tls_certificate);
	FUZZ_TEXT(s->web_tls_key);
	FUZZ_TEXT(s->web_paper);
	FUZZ_TEXT(s->mail_url);
	FUZZ_TEXT(s->mail_from);
	FUZZ_TEXT(s->mail_username);
	FUZZ_TEXT(s->mail_starttls);
	FUZZ_TEXT(s->heartbeat_url);
	/* A secret may come from a file of any bytes. */
	MUST(strnlen(s->mqtt_password, sizeof(s->mqtt_password)) < sizeof(s->mqtt_password));
	MUST(strnlen(s->mail_password, sizeof(s->mail_password)) < sizeof(s->mail_password));
	MUST(strnlen(s->webhook_secret, sizeof(s->webhook_secret)) < sizeof(s->webhook_secret));
}

static void check_values(const struct settings *s)
{
	MUST(strcmp(s->language, "ja") == 0 || strcmp(s->language, "en") == 0);
	MUST(zone_known(s->timezone) && strcmp(zone_name(), s->timezone) == 0);
	MUST(strncmp(s->store_url, "sqlite:", 7) == 0 && s->store_url[7]);
	MUST(s->mqtt_port >= 1 && s->mqtt_port <= 65535);
	MUST(s->mqtt_root[0] && !strpbrk(s->mqtt_root, "+#") && !strpbrk(s->mqtt_client_id, "+#/"));
	MUST(strrchr(s->web_listen, ':'));
#define RULE(name, standard, help) MUST(s->rules.name##_ms >= 0);
	RULES(RULE)
#undef RULE
	MUST(s->rules.echo_ms > 0 && s->rules.deaf_ms > s->rules.echo_ms && s->rules.claim_ms > 0);
	MUST(s->session_idle_ms >= 0 && s->session_longest_ms >= 0 && s->web_paper_at_ms >= 0);
	MUST(s->retain_checkins_ms >= 0 && s->retain_incidents_ms >= 0 && s->retain_ended_ms >= 0);
}

/* What an import file may name by it is judged without harm. */
static void check_channels(const struct settings *s)
{
	static const char *const addresses[] = { "mail:a@example.jp", "line:U1", "sms:+8190", "ntfy:t", "apprise:x",
		"webhook:https://h/", "device:b-1", "log:", "x:", "" };
	const char *why;

	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++)
		MUST(settings_channel(s, addresses[i], &why) || *why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings s;
	struct fuzz_said said;
	char path[512];

	fuzz_begin();
	snprintf(path, sizeof(path), "%s", fuzz_file("mimamori.conf", data, size));
	fuzz_listen(&said);
	memset(&s, 0xa5, sizeof(s));
	if (settings_read(&s, path, said.out)) {
		fuzz_heard(&said, path);
		MUST(said.len == 0);
		check_texts(&s);
		check_values(&s);
		check_channels(&s);
	} else {
		fuzz_heard(&said, path);
		MUST(said.len > 0);
	}
	fuzz_forget(&said);
	return 0;
}
