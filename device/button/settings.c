/*
 * settings - the table of options, and what an option alone cannot know.
 */
#include "device/button/settings.h"

#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/config.h"
#include "device/button/source.h"

static bool parse_device(void *field, size_t size, const char *text, const char **why)
{
	*why = "is no device id (1 to 64 of A-Z a-z 0-9 . _ -)";
	return device_id_valid(text) && config_text(field, size, text, why);
}

static bool parse_source(void *field, size_t size, const char *text, const char **why)
{
	struct source source;

	return source_parse(&source, text, why) && config_text(field, size, text, why);
}

static bool parse_language(void *field, size_t size, const char *text, const char **why)
{
	*why = "is neither ja nor en";
	return (strcmp(text, "ja") == 0 || strcmp(text, "en") == 0) && config_text(field, size, text, why);
}

static bool parse_console(void *field, size_t size, const char *text, const char **why)
{
	*why = "is neither plain nor lines";
	return (strcmp(text, "plain") == 0 || strcmp(text, "lines") == 0) && config_text(field, size, text, why);
}

/* A length of time from 1 s to 1 d: the gestures, and waits that double, make no sense outside it. */
static bool parse_span(void *field, size_t size, const char *text, const char **why)
{
	if (!config_duration(field, size, text, why))
		return false;
	*why = "is not between 1s and 1d";
	return *(int64_t *)field >= SECOND && *(int64_t *)field <= DAY;
}

static bool parse_keepalive(void *field, size_t size, const char *text, const char **why)
{
	if (!config_duration(field, size, text, why))
		return false;
	*why = "is not between 5s and 1h";
	return *(int64_t *)field >= 5 * SECOND && *(int64_t *)field <= HOUR;
}

static bool parse_port(void *field, size_t size, const char *text, const char **why)
{
	if (!config_number(field, size, text, why))
		return false;
	*why = "is no port (1 to 65535)";
	return *(int64_t *)field >= 1 && *(int64_t *)field <= 65535;
}

static bool parse_root(void *field, size_t size, const char *text, const char **why)
{
	*why = "is no beginning of a topic (levels between /, without + and #)";
	if (text[0] == '\0' || text[0] == '/' || text[strlen(text) - 1] == '/' || strpbrk(text, "+#") != NULL)
		return false;
	return config_text(field, size, text, why);
}

static bool parse_readable(void *field, size_t size, const char *text, const char **why)
{
	*why = "names a file that cannot be read";
	return (text[0] == '\0' || access(text, R_OK) == 0) && config_text(field, size, text, why);
}

#define FIELD(member) CONFIG_FIELD(struct settings, member)

static const struct config_option options[] = {
	{ "button", "device", parse_device, FIELD(device), NULL, false,
		"The device's id, required; also its MQTT user name." },
	{ "button", "source", parse_source, FIELD(source), "stdin", false,
		"stdin, or evdev:/dev/input/eventN[:KEY][:help=KEY][:unwell=KEY][:talk=KEY]; KEY as KEY_ENTER, or a number." },
	{ "button", "spool", config_text, FIELD(spool), "/var/lib/mimamori-button", false,
		"Folder that keeps presses until the server has them; made if missing." },
	{ "button", "language", parse_language, FIELD(language), "ja", false, "ja or en." },
	{ "button", "timezone", config_zone, FIELD(timezone), "Asia/Tokyo", false, "Of the times shown." },
	{ "button", "console", parse_console, FIELD(console), "plain", false,
		"plain: texts for people; lines: event=… for programs." },
	{ "button", "lamp", config_text, FIELD(lamp), NULL, false,
		"A LED's file, such as /sys/class/leds/NAME/brightness." },
	{ "button", "battery", config_text, FIELD(battery), NULL, false,
		"A file that holds the charge in percent, such as /sys/class/power_supply/NAME/capacity." },
	{ "button", "firmware", config_text, FIELD(firmware), MIMAMORI_VERSION, false, "Version that staff see." },
	{ "button", "hold", parse_span, FIELD(hold), "3s", false, "The key held so long is a call for help." },
	{ "button", "announce", parse_span, FIELD(announce), "5s", false,
		"So long it announces itself, and a press takes it back." },
	{ "button", "repeat", parse_span, FIELD(repeat), "10s", false, "Presses within this time are one press." },
	{ "button", "patience", parse_span, FIELD(patience), "10s", false,
		"After this, \"sending\" becomes \"not yet heard\"." },
	{ "button", "heard", parse_span, FIELD(heard), "10s", false, "How long the lamp says \"heard\"." },
	{ "button", "retry", parse_span, FIELD(retry), "5s", false,
		"First wait for an answer before a press is sent again." },
	{ "button", "retry_max", parse_span, FIELD(retry_max), "10m", false,
		"Longest such wait; for help at most 1m." },

	{ "mqtt", "host", config_text, FIELD(host), "127.0.0.1", false, "The broker." },
	{ "mqtt", "port", parse_port, FIELD(port), "1883", false, "Its port; with ca_file usually 8883." },
	{ "mqtt", "username", config_text, FIELD(username), NULL, false, "Empty: the device's id." },
	{ "mqtt", "password", config_text, FIELD(password), NULL, true, "As `mimamori device add` printed it." },
	{ "mqtt", "ca_file", parse_readable, FIELD(ca_file), NULL, false,
		"Certificates to trust (PEM); given: TLS is used." },
	{ "mqtt", "root", parse_root, FIELD(root), "mimamori/v1", false, "First levels of every topic." },
	{ "mqtt", "keepalive", parse_keepalive, FIELD(keepalive), "30s", false,
		"How soon a dead connection is noticed." },
	{ "mqtt", "reconnect_max", parse_span, FIELD(reconnect_max), "1m", false,
		"Longest wait before the broker is tried again; a press tries at once." },
};
#define OPTIONS (sizeof options / sizeof *options)

bool settings_read(const char *path, struct settings *s, FILE *errors)
{
	bool good = config_read(path, options, OPTIONS, s, NULL, errors);

	if (good && s->device[0] == '\0') {
		fprintf(errors, "%s: [button] device: is missing\n", path);
		good = false;
	}
	if (s->username[0] == '\0')
		memcpy(s->username, s->device, sizeof s->username);
	return good;
}

void settings_help(FILE *out)
{
	config_help(options, OPTIONS, out);
}
