/* settings - what a configuration file may say, and what it is told when it says something else (contract 3). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/zone.h"
#include "server/settings.h"
#include "tests/unit/test.h"

static struct settings settings;
static char errors[8192], path[512], *fault;

/* Reads this text as a configuration file; `fault` is what was said of the first thing wrong, without the file's name.
 */
static bool read_text(const char *text)
{
	const char *folder = getenv("TMPDIR");

	snprintf(path, sizeof(path), "%s/mimamori-settings-%d.conf", folder ? folder : "/tmp", (int)getpid());
	FILE *file = fopen(path, "w");
	FILE *out = fmemopen(errors, sizeof(errors), "w");
	assert_non_null(file);
	assert_non_null(out);
	fputs(text, file);
	fclose(file);
	bool good = settings_read(&settings, path, out);
	CHECK(settings_check(path, out) == good);
	fclose(out);
	unlink(path);
	if (!good) {
		fault = errors + strlen(path);
		*strchr(fault, '\n') = '\0';
	}
	return good;
}

TEST(an_empty_file_means_the_defaults)
{
	CHECK(read_text(""));
	CHECK_TEXT(settings.timezone, "Asia/Tokyo");
	CHECK_TEXT(zone_name(), "Asia/Tokyo");
	CHECK_TEXT(settings.language, "ja");
	CHECK_TEXT(settings.store_url, "sqlite:/var/lib/mimamori/mimamori.db");
	CHECK_TEXT(settings.mqtt_host, "127.0.0.1");
	CHECK_INT(settings.mqtt_port, 1883);
	CHECK_TEXT(settings.mqtt_client_id, "mimamorid");
	CHECK_TEXT(settings.mqtt_root, "mimamori/v1");
	CHECK_TEXT(settings.mqtt_share, "");
	CHECK_TEXT(settings.web_listen, "127.0.0.1:8080");
	CHECK_TEXT(settings.mail_url, "smtp://127.0.0.1:25");
	CHECK_TEXT(settings.mail_starttls, "yes");
	CHECK_INT(settings.rules.early_ms, 3 * HOUR);
	CHECK_INT(settings.rules.settle_ms, 5 * MINUTE);
	CHECK_INT(settings.rules.pause_longest_ms, 90 * DAY);
	CHECK_INT(settings.retain_incidents_ms, 1825 * DAY);
}

TEST(every_number_of_the_rules_is_a_key_of_server)
{
#define RULE(name, standard, help)                                         \
	if (strcmp(#name, "deaf") != 0) {                                  \
		CHECK(read_text("[server]\ndeaf = 8d\n" #name " = 7d\n")); \
		CHECK_INT(settings.rules.name##_ms, 7 * DAY);              \
	}
	RULES(RULE)
#undef RULE
	CHECK(read_text("[server]\ndeaf = 8d\n"));
	CHECK_INT(settings.rules.deaf_ms, 8 * DAY);
}

TEST(a_length_of_time_that_is_none_is_named_with_its_line)
{
	CHECK(!read_text("[server]\n\nclaim = half an hour\n"));
	CHECK_TEXT(fault, ":3: [server] claim: is no length of time (write 90s, 30m, 2h or 1d)");
}

TEST(what_is_repeated_may_not_be_repeated_after_nothing)
{
	CHECK(!read_text("[server]\necho = 0s\n"));
	CHECK_TEXT(fault, ":2: [server] echo: may not be nothing");
	CHECK(!read_text("[server]\nrepeat_help = 0s\n"));
	CHECK(!read_text("[server]\necho = 20s\n"));
	CHECK_TEXT(fault, ":2: [server] echo: deaf must be longer than echo");
	CHECK(!read_text("[server]\necho = 20s\ndeaf = 20s\n"));
	CHECK_TEXT(fault, ":3: [server] deaf: deaf must be longer than echo");
	CHECK(read_text("[server]\nsettle = 0s\ngroup = 0s\n"));
}

TEST(a_file_of_holidays_that_cannot_be_read_is_named_with_its_line)
{
	CHECK(!read_text("[server]\nholidays = /nowhere/holidays.csv\n"));
	CHECK_TEXT(fault, ":2: [server] holidays: names a file that cannot be read");
	CHECK(read_text("[server]\nholidays =\n"));
}

TEST(an_unknown_zone_language_section_or_key_is_refused)
{
	CHECK(!read_text("[server]\ntimezone = Mars/Olympus\n"));
	CHECK(!read_text("[server]\nlanguage = de\n"));
	CHECK(read_text("[server]\nlanguage = en\n"));
	CHECK(!read_text("[servers]\nname = x\n"));
	CHECK_TEXT(fault, ":1: [servers]: unknown section");
	CHECK(!read_text("[web]\nport = 80\n"));
	CHECK_TEXT(fault, ":2: [web] port: unknown key");
}

TEST(the_store_is_sqlite)
{
	CHECK(read_text("[store]\nurl = sqlite:/srv/m.db\n"));
	CHECK(!read_text("[store]\nurl = sqlite:\n"));
	CHECK(!read_text("[store]\nurl = postgresql://db/m\n"));
}

TEST(ports_and_addresses_are_checked)
{
	CHECK(read_text("[mqtt]\nport = 65535\n"));
	CHECK(!read_text("[mqtt]\nport = 65536\n"));
	CHECK(!read_text("[mqtt]\nport = 0\n"));
	CHECK(!read_text("[mqtt]\nport = 18a\n"));
	CHECK(!read_text("[mqtt]\nhost = mqtt://broker\n"));
	CHECK(read_text("[web]\nlisten = [::1]:8080\n"));
	CHECK(read_text("[web]\nlisten = localhost:80\n"));
	CHECK(!read_text("[web]\nlisten = 8080\n"));
	CHECK(!read_text("[web]\nlisten = 127.0.0.1:\n"));
	CHECK(!read_text("[web]\nlisten = :8080\n"));
	CHECK(!read_text("[web]\nlisten = ::1:8080\n"));
}

TEST(topics_have_no_wildcards)
{
	CHECK(read_text("[mqtt]\nroot = town/mimamori\nclient_id = second\nshare = town\n"));
	CHECK(!read_text("[mqtt]\nroot = mimamori/#\n"));
	CHECK(!read_text("[mqtt]\nroot = mimamori//v1\n"));
	CHECK(!read_text("[mqtt]\nroot = /v1\n"));
	CHECK(!read_text("[mqtt]\nclient_id = a/b\n"));
	CHECK(!read_text("[mqtt]\nclient_id =\n"));
	CHECK(!read_text("[mqtt]\nshare = a+\n"));
}

TEST(urls_are_checked)
{
	CHECK(read_text("[heartbeat]\nurl = https://hc.example.jp/ping/1\n"));
	CHECK(!read_text("[heartbeat]\nurl = hc.example.jp/ping\n"));
	CHECK(!read_text("[heartbeat]\nurl = ftp://hc.example.jp/\n"));
	CHECK(!read_text("[heartbeat]\nurl = https:///ping\n"));
	CHECK(read_text("[mail]\nurl = smtps://mail.example.jp:465\nfrom = a@example.jp\nstarttls = required\n"));
	CHECK(!read_text("[mail]\nurl = http://mail.example.jp\n"));
	CHECK(!read_text("[mail]\nfrom = somebody\n"));
	CHECK(!read_text("[mail]\nstarttls = perhaps\n"));
}

TEST(sections_of_later_parts_are_read_and_checked)
{
	CHECK(read_text("[line]\napi_url = https://api.line.me\nchannel_token = t\nchannel_secret = s\n"
			"[twilio]\napi_url = https://api.twilio.com\naccount_sid = AC\nauth_token = t\nfrom = +81\n"
			"[ntfy]\nurl = https://ntfy.sh\ntoken = t\n[apprise]\nurl = http://127.0.0.1:8000\n"
			"[adapters]\nprofiles = zigbee2mqtt shelly\n"
			"[retention]\ncheckins = 30d\nincidents = 60d\nended = 90d\n"));
	CHECK_INT(settings.retain_ended_ms, 90 * DAY);
	CHECK(!read_text("[adapters]\nprofiles = zigbee2mqtt tuya\n"));
	CHECK(!read_text("[line]\nchannel_id = 1\n"));
}

TEST(mappings_of_foreign_devices_are_read_and_checked)
{
	CHECK(read_text("[adapter kettle]\ntopic = tele/+/STATE\ndevice = 2\nok = on\nhelp = double\ntalk = hold\n"
			"activity = power\nbattery = bat\n[adapter door]\ntopic = door/+\n"));
	CHECK(!read_text("[adapter kettle]\ncolour = red\n"));
	CHECK_TEXT(fault, ":2: [adapter kettle] colour: unknown key");
	CHECK(!read_text("[adapter]\ntopic = x\n"));
	CHECK_TEXT(fault, ":1: [adapter]: unknown section");
}

static const char *channel_fault(const char *address)
{
	const char *why = "";

	return settings_channel(&settings, address, &why) ? "" : why;
}

TEST(a_channel_whose_section_is_missing_is_off)
{
	CHECK(read_text(""));
	CHECK_TEXT(channel_fault("line:U123"), "is off: no [line] section");
	CHECK_TEXT(channel_fault("sms:+81901112222"), "is off: no [twilio] section");
	CHECK_TEXT(channel_fault("voice:+81901112222"), "is off: no [twilio] section");
	CHECK_TEXT(channel_fault("ntfy:topic"), "is off: no [ntfy] section");
	CHECK_TEXT(channel_fault("apprise:x"), "is off: no [apprise] section");
	CHECK_TEXT(channel_fault("fax:+81"), "is no address of a channel (write one such as mail:a@example.jp)");
	CHECK_TEXT(channel_fault("a@example.jp"), "is no address of a channel (write one such as mail:a@example.jp)");
	CHECK(read_text("[line]\nchannel_token = t\n"));
	CHECK_TEXT(channel_fault("line:U123"), "is not part of this version");
	CHECK_TEXT(channel_fault("ntfy:topic"), "is off: no [ntfy] section");
}

TEST(mail_webhook_device_and_log_are_always_on)
{
	CHECK(read_text(""));
	CHECK_TEXT(channel_fault("mail:a@example.jp"), "");
	CHECK_TEXT(channel_fault("webhook:https://example.jp/hook"), "");
	CHECK_TEXT(channel_fault("device:btn-1"), "");
	CHECK_TEXT(channel_fault("log:"), "");
	CHECK_TEXT(channel_fault("mail:example.jp"), "is no mail address");
	CHECK_TEXT(channel_fault("mail:a@example.jp,b@example.jp"), "is no mail address");
	CHECK_TEXT(channel_fault("webhook:example.jp"), "is no URL (write http://… or https://…)");
	CHECK_TEXT(channel_fault("device:a/b"), "is no own device (write device:NAME)");
}

TEST(a_watch_takes_what_it_needs_and_the_holidays)
{
	struct holidays holidays;
	struct watch watch;
	struct store store = { NULL };
	char csv[600];

	CHECK(read_text("")); /* for its path */
	snprintf(csv, sizeof(csv), "%s.csv", path);
	FILE *file = fopen(csv, "w");
	assert_non_null(file);
	fputs("date,name\n2026/1/1,x\n", file);
	fclose(file);
	CHECK(read_text("[server]\nname = 青葉市社協\nphone = 022-000-0000\n[mqtt]\nclient_id = two\n"));
	snprintf(settings.holidays, sizeof(settings.holidays), "%s", csv);
	CHECK(settings_watch(&settings, &store, &watch, &holidays, stderr));
	CHECK_TEXT(watch.council, "青葉市社協");
	CHECK_TEXT(watch.phone, "022-000-0000");
	CHECK_TEXT(watch.client_id, "two");
	CHECK_INT(watch.holidays->count, 1);
	holidays_release(&holidays);
	unlink(csv);
	snprintf(settings.holidays, sizeof(settings.holidays), "/nowhere/holidays.csv");
	FILE *out = fopen("/dev/null", "w");
	CHECK(!settings_watch(&settings, &store, &watch, &holidays, out));
	fclose(out);
}
