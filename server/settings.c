/*
 * settings - the configuration of daemon and shell: one table of options, from which parser, defaults and manual are
 * made. The numbers of the rules come from their own table (watch/rules.h) and stand in [server].
 *
 * Sections whose channel or adapter is not part of this program are read and checked, so that a file written for a
 * later version is understood; what uses them says that it is off.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/config.h"
#include "common/topic.h"
#include "common/zone.h"
#include "server/settings.h"

struct file {
	struct settings settings;
	char unused[512]; /* what nothing in this program reads */
};

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool port_valid(const char *text)
{
	size_t len = strlen(text);

	if (len < 1 || len > 5 || strspn(text, "0123456789") != len)
		return false;
	long port = strtol(text, NULL, 10);
	return port >= 1 && port <= 65535;
}

/* scheme://host with something after it and nothing that breaks a line or a header. */
static bool url_valid(const char *text, const char *scheme, const char *scheme_secure)
{
	const char *rest = strstr(text, "://");

	if (!rest || !rest[3] || rest[3] == '/' || rest[3] == ':')
		return false;
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7f)
			return false;
	size_t len = (size_t)(rest - text);
	return (len == strlen(scheme) && strncasecmp(text, scheme, len) == 0) ||
	       (len == strlen(scheme_secure) && strncasecmp(text, scheme_secure, len) == 0);
}

static bool read_readable(void *field, size_t size, const char *text, const char **why)
{
	*why = "names a file that cannot be read";
	return (!*text || access(text, R_OK) == 0) && config_text(field, size, text, why);
}

static bool read_language(void *field, size_t size, const char *text, const char **why)
{
	*why = "is neither ja nor en";
	return (strcmp(text, "ja") == 0 || strcmp(text, "en") == 0) && config_text(field, size, text, why);
}

static bool read_store(void *field, size_t size, const char *text, const char **why)
{
	*why = "is no store of this version (write sqlite:/path/to/file)";
	return starts_with(text, "sqlite:") && text[strlen("sqlite:")] && config_text(field, size, text, why);
}

static bool read_port(void *field, size_t size, const char *text, const char **why)
{
	*why = "is no port (1 to 65535)";
	return port_valid(text) && config_number(field, size, text, why);
}

static bool read_host(void *field, size_t size, const char *text, const char **why)
{
	*why = "is no host name or address";
	return *text && !strpbrk(text, " \t/") && config_text(field, size, text, why);
}

/* Part of a topic: no level of its own may be empty or a wildcard. */
static bool read_topic(void *field, size_t size, const char *text, const char **why)
{
	size_t len = strlen(text);

	*why = "is no part of a topic (no + or #, no empty level)";
	if (!len || text[0] == '/' || text[0] == '$' || text[len - 1] == '/' || strpbrk(text, "+#") ||
		strstr(text, "//"))
		return false;
	return config_text(field, size, text, why);
}

static bool read_topic_level(void *field, size_t size, const char *text, const char **why)
{
	*why = "is no level of a topic (no + # or /)";
	return *text && !strpbrk(text, "+#/") && config_text(field, size, text, why);
}

/* HOST:PORT or [ADDRESS]:PORT */
static bool read_listen(void *field, size_t size, const char *text, const char **why)
{
	const char *colon = strrchr(text, ':');

	*why = "is no address to listen on (write one such as 127.0.0.1:8080 or [::1]:8080)";
	if (!colon || colon == text || !port_valid(colon + 1))
		return false;
	if (memchr(text, ':', (size_t)(colon - text)) && (text[0] != '[' || colon[-1] != ']'))
		return false;
	return config_text(field, size, text, why);
}

static bool read_http_url(void *field, size_t size, const char *text, const char **why)
{
	*why = "is no URL (write http://… or https://…)";
	return url_valid(text, "http", "https") && config_text(field, size, text, why);
}

static bool read_smtp_url(void *field, size_t size, const char *text, const char **why)
{
	*why = "is no mail server's URL (write smtp://host:port or smtps://host:port)";
	return url_valid(text, "smtp", "smtps") && config_text(field, size, text, why);
}

static bool read_mail_address(void *field, size_t size, const char *text, const char **why)
{
	const char *at = strchr(text, '@');

	*why = "is no mail address";
	return at && at != text && at[1] && !strpbrk(text, "\r\n") && config_text(field, size, text, why);
}

static bool read_starttls(void *field, size_t size, const char *text, const char **why)
{
	*why = "is none of no, yes, required";
	return (strcmp(text, "no") == 0 || strcmp(text, "yes") == 0 || strcmp(text, "required") == 0) &&
	       config_text(field, size, text, why);
}

static bool read_profiles(void *field, size_t size, const char *text, const char **why)
{
	static const char *const known[] = { "zigbee2mqtt", "shelly", "tasmota", "esphome", "owntracks" };
	const char *at = text + strspn(text, " ");

	*why = "names another profile than zigbee2mqtt, shelly, tasmota, esphome, owntracks";
	while (*at) {
		size_t len = strcspn(at, " "), i = 0;

		while (i < sizeof(known) / sizeof(*known) &&
			(strlen(known[i]) != len || strncmp(at, known[i], len) != 0))
			i++;
		if (i == sizeof(known) / sizeof(*known))
			return false;
		at += len + strspn(at + len, " ");
	}
	return config_text(field, size, text, why);
}

#define FIELD(member)              CONFIG_FIELD(struct file, settings.member)
#define UNUSED                     CONFIG_FIELD(struct file, unused)
#define RULE(name, standard, help) { "server", #name, config_duration, FIELD(rules.name##_ms), standard, false, help },

static const struct config_option options[] = {
	{ "server", "name", config_text, FIELD(name), NULL, false, "the council's name, as people read it" },
	{ "server", "phone", config_text, FIELD(phone), NULL, false, "the council's telephone, in every alert" },
	{ "server", "timezone", config_zone, FIELD(timezone), "Asia/Tokyo", false, "the zone of all local times" },
	{ "server", "language", read_language, FIELD(language), "ja", false, "of readers who chose none: ja or en" },
	{ "server", "holidays", read_readable, FIELD(holidays), NULL, false,
		"file of holidays: the Cabinet Office's CSV" },
	RULES(RULE)

		{ "store", "url", read_store, FIELD(store_url), "sqlite:/var/lib/mimamori/mimamori.db", false,
			"the database" },

	{ "mqtt", "host", read_host, FIELD(mqtt_host), "127.0.0.1", false, "the broker" },
	{ "mqtt", "port", read_port, FIELD(mqtt_port), "1883", false, "its port; with ca_file usually 8883" },
	{ "mqtt", "username", config_text, FIELD(mqtt_username), NULL, false, "our name at the broker" },
	{ "mqtt", "password", config_text, FIELD(mqtt_password), NULL, true, "our password there" },
	{ "mqtt", "ca_file", config_text, FIELD(mqtt_ca_file), NULL, false,
		"certificates that vouch for it: turns TLS on" },
	{ "mqtt", "client_id", read_topic_level, FIELD(mqtt_client_id), "mimamorid", false,
		"the name of this daemon's session; each daemon its own, and never another" },
	{ "mqtt", "root", read_topic, FIELD(mqtt_root), "mimamori/v1", false, "what all our topics begin with" },
	{ "mqtt", "share", read_topic_level, FIELD(mqtt_share), NULL, false,
		"several daemons of this group share the presses (not with Mosquitto 2.0.11)" },
	{ "mqtt", "broker_passwords", config_text, FIELD(mqtt_broker_passwords), NULL, false,
		"the broker's password file, to which `device add` writes" },
	{ "mqtt", "broker_reload", config_text, FIELD(mqtt_broker_reload), NULL, false,
		"the command that makes the broker read it" },

	{ "web", "listen", read_listen, FIELD(web_listen), "127.0.0.1:8080", false, "where HTTP is served" },
	{ "web", "public_url", read_http_url, FIELD(web_public_url), NULL, false, "how the outside reaches it" },
	{ "web", "tls_certificate", config_text, FIELD(web_tls_certificate), NULL, false,
		"file, where we serve HTTPS" },
	{ "web", "tls_key", config_text, FIELD(web_tls_key), NULL, false, "file of its key" },
	{ "web", "session_idle", config_duration, FIELD(session_idle_ms), "2h", false,
		"a session ends when nothing was done with it for" },
	{ "web", "session_longest", config_duration, FIELD(session_longest_ms), "12h", false,
		"and at the latest after" },
	{ "web", "paper", config_text, FIELD(web_paper), NULL, false,
		"folder into which the daily list is written each night, as a page to print; kept for two days" },
	{ "web", "paper_at", config_duration, FIELD(web_paper_at_ms), "3h", false, "when, after midnight" },

	{ "mail", "url", read_smtp_url, FIELD(mail_url), "smtp://127.0.0.1:25", false,
		"the server that takes our mail" },
	{ "mail", "from", read_mail_address, FIELD(mail_from), NULL, false, "our address" },
	{ "mail", "username", config_text, FIELD(mail_username), NULL, false, "our name at that server" },
	{ "mail", "password", config_text, FIELD(mail_password), NULL, true, "our password there" },
	{ "mail", "starttls", read_starttls, FIELD(mail_starttls), "yes", false,
		"no, yes (where the server offers it) or required" },

	{ "line", "api_url", read_http_url, UNUSED, NULL, false, "LINE: the API" },
	{ "line", "channel_token", config_text, UNUSED, NULL, true, "LINE: the channel's access token" },
	{ "line", "channel_secret", config_text, UNUSED, NULL, true, "LINE: its secret" },

	{ "twilio", "api_url", read_http_url, UNUSED, NULL, false, "SMS and voice: the API" },
	{ "twilio", "account_sid", config_text, UNUSED, NULL, false, "the account" },
	{ "twilio", "auth_token", config_text, UNUSED, NULL, true, "its token" },
	{ "twilio", "from", config_text, UNUSED, NULL, false, "the number that calls" },

	{ "ntfy", "url", read_http_url, UNUSED, NULL, false, "the ntfy server" },
	{ "ntfy", "token", config_text, UNUSED, NULL, true, "its access token" },

	{ "apprise", "url", read_http_url, UNUSED, NULL, true, "the Apprise server" },

	{ "webhook", "secret", config_text, FIELD(webhook_secret), NULL, true,
		"signs what we post (Standard Webhooks)" },
	{ "webhook", "allow_private", config_flag, FIELD(webhook_allow_private), "no", false,
		"post to addresses of the own network as well" },

	{ "retention", "checkins", config_duration, FIELD(retain_checkins_ms), "400d", false,
		"check-ins are kept for" },
	{ "retention", "incidents", config_duration, FIELD(retain_incidents_ms), "1825d", false,
		"incidents are kept for" },
	{ "retention", "ended", config_duration, FIELD(retain_ended_ms), "365d", false,
		"residents whose service ended are kept for" },

	{ "heartbeat", "url", read_http_url, FIELD(heartbeat_url), NULL, true,
		"fetched each minute while every part makes progress" },

	{ "adapters", "profiles", read_profiles, UNUSED, NULL, false, "foreign devices that are understood" },

	{ "adapter NAME", "topic", config_text, UNUSED, NULL, false,
		"an own mapping: the topic on which such devices speak (+ for a level)" },
	{ "adapter NAME", "device", config_text, UNUSED, NULL, false, "which part of it says the device" },
	{ "adapter NAME", "ok", config_text, UNUSED, NULL, false, "what means ok there" },
	{ "adapter NAME", "help", config_text, UNUSED, NULL, false, "what means help" },
	{ "adapter NAME", "talk", config_text, UNUSED, NULL, false, "what means talk" },
	{ "adapter NAME", "activity", config_text, UNUSED, NULL, false, "what means activity" },
	{ "adapter NAME", "battery", config_text, UNUSED, NULL, false, "which part of the payload says the battery" },
};

#define OPTIONS (sizeof(options) / sizeof(*options))

/* The line that gave a key of [server], 0 if none did. */
static int line_of(const int given_in[OPTIONS], const char *key)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (strcmp(options[i].section, "server") == 0 && strcmp(options[i].key, key) == 0)
			return given_in[i];
	return 0;
}

/* Lengths of time that may not be nothing: what is repeated after none of them would be repeated without end. */
static bool numbers_work(const struct rules *r, const char *path, const int given_in[OPTIONS], FILE *errors)
{
	const struct {
		const char *key;
		int64_t ms;
	} periods[] = {
		{ "echo", r->echo_ms },
		{ "claim", r->claim_ms },
		{ "claim_help", r->claim_help_ms },
		{ "claim_call", r->claim_call_ms },
		{ "repeat", r->repeat_ms },
		{ "repeat_help", r->repeat_help_ms },
		{ "question", r->question_ms },
		{ "retry_first", r->retry_first_ms },
		{ "retry_longest", r->retry_longest_ms },
		{ "pause_longest", r->pause_longest_ms },
	};
	bool good = true;

	for (size_t i = 0; i < sizeof(periods) / sizeof(*periods); i++)
		if (periods[i].ms == 0) {
			fprintf(errors, "%s:%d: [server] %s: may not be nothing\n", path,
				line_of(given_in, periods[i].key), periods[i].key);
			good = false;
		}
	if (r->deaf_ms <= r->echo_ms) {
		const char *key = line_of(given_in, "deaf") ? "deaf" : "echo";

		fprintf(errors, "%s:%d: [server] %s: deaf must be longer than echo\n", path, line_of(given_in, key),
			key);
		good = false;
	}
	return good;
}

static bool section_given(const int given_in[OPTIONS], const char *section)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (given_in[i] && strcmp(options[i].section, section) == 0)
			return true;
	return false;
}

static bool read_file(struct settings *s, const char *path, FILE *errors)
{
	struct file file;
	int given_in[OPTIONS];

	if (!config_read(path, options, OPTIONS, &file, given_in, errors) ||
		!numbers_work(&file.settings.rules, path, given_in, errors))
		return false;
	*s = file.settings;
	s->has_line = section_given(given_in, "line");
	s->has_twilio = section_given(given_in, "twilio");
	s->has_ntfy = section_given(given_in, "ntfy");
	s->has_apprise = section_given(given_in, "apprise");
	return true;
}

bool settings_read(struct settings *s, const char *path, FILE *errors)
{
	if (!read_file(s, path, errors))
		return false;
	if (!zone_set(s->timezone)) {
		fprintf(errors, "%s: [server] timezone: cannot be set\n", path);
		return false;
	}
	return true;
}

bool settings_check(const char *path, FILE *errors)
{
	struct settings s;
	struct holidays holidays;

	if (!read_file(&s, path, errors) || !holidays_init(&holidays, s.holidays, errors))
		return false;
	holidays_release(&holidays);
	return true;
}

void settings_help(FILE *out)
{
	config_help(options, OPTIONS, out);
}

bool settings_watch(
	const struct settings *s, struct store *store, struct watch *w, struct holidays *holidays, FILE *errors)
{
	*w = (struct watch){ .store = store, .rules = s->rules, .holidays = holidays };
	snprintf(w->client_id, sizeof(w->client_id), "%s", s->mqtt_client_id);
	snprintf(w->language, sizeof(w->language), "%s", s->language);
	snprintf(w->council, sizeof(w->council), "%s", s->name);
	snprintf(w->phone, sizeof(w->phone), "%s", s->phone);
	return holidays_init(holidays, s->holidays, errors);
}

static bool channel_missing(bool given, const char *missing, const char **why)
{
	*why = given ? "is not part of this version" : missing;
	return false;
}

bool settings_channel(const struct settings *s, const char *address, const char **why)
{
	char field[512];
	const char *rest = strchr(address, ':');

	*why = "is no address of a channel (write one such as mail:a@example.jp)";
	if (!rest)
		return false;
	rest++;
	if (starts_with(address, "mail:"))
		return *why = "is no mail address",
		       !strpbrk(rest, " <>,;\"") && read_mail_address(field, sizeof(field), rest, why);
	if (starts_with(address, "webhook:"))
		return read_http_url(field, sizeof(field), rest, why);
	if (starts_with(address, "device:"))
		return *why = "is no own device (write device:NAME)", device_id_valid(rest);
	if (starts_with(address, "log:"))
		return true;
	if (starts_with(address, "line:"))
		return channel_missing(s->has_line, "is off: no [line] section", why);
	if (starts_with(address, "sms:") || starts_with(address, "voice:"))
		return channel_missing(s->has_twilio, "is off: no [twilio] section", why);
	if (starts_with(address, "ntfy:"))
		return channel_missing(s->has_ntfy, "is off: no [ntfy] section", why);
	if (starts_with(address, "apprise:"))
		return channel_missing(s->has_apprise, "is off: no [apprise] section", why);
	return false;
}
