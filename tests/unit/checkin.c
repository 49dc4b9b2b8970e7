#include "common/checkin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "tests/unit/test.h"

#define ID_64 "0123456789012345678901234567890123456789012345678901234567890123"

static struct checkin c;

/* The reason for which a payload is no check-in, "" if it is one; it is left in `c`. */
static const char *reason_of(const void *payload, size_t len)
{
	const char *why = "unset";

	memset(&c, 0x55, sizeof c);
	return checkin_parse(&c, payload, len, &why) ? "" : why;
}

static const char *reason(const char *json)
{
	return reason_of(json, strlen(json));
}

TEST(a_checkin_says_what_it_says)
{
	CHECK_TEXT(reason("{\"id\":\"01J\",\"kind\":\"help\",\"at\":1795390323,\"age\":2.5,\"battery\":87,"
			  "\"reply_to\":\"m-1\"}"),
		"");
	CHECK_TEXT(c.id, "01J");
	CHECK_INT(c.kind, CHECKIN_HELP);
	CHECK_INT(c.at, INT64_C(1795390323000));
	CHECK_INT(c.age_ms, 2500);
	CHECK_INT(c.battery, 87);
	CHECK_TEXT(c.reply_to, "m-1");
	CHECK_INT(c.device_id[0], 0x55);
}

TEST(what_a_checkin_leaves_out_or_says_null_is_none)
{
	static const char *const least[] = { " {\"id\":\"1\",\"kind\":\"ok\"}\n",
		"{\"id\":\"1\",\"kind\":\"ok\",\"at\":null,\"age\":null,\"battery\":null,\"reply_to\":null}" };

	for (size_t i = 0; i < 2; i++) {
		CHECK_TEXT(reason(least[i]), "");
		CHECK_INT(c.at, -1);
		CHECK_INT(c.age_ms, -1);
		CHECK_INT(c.battery, -1);
		CHECK_TEXT(c.reply_to, "");
	}
}

TEST(every_kind_has_its_name)
{
	static const char *const names[] = { "ok", "unwell", "talk", "help", "activity" };
	enum checkin_kind kind = CHECKIN_KINDS;
	char json[64];

	for (int k = 0; k < CHECKIN_KINDS; k++) {
		snprintf(json, sizeof json, "{\"id\":\"1\",\"kind\":\"%s\"}", names[k]);
		CHECK_TEXT(reason(json), "");
		CHECK_INT(c.kind, k);
		CHECK_TEXT(checkin_kind_name((enum checkin_kind)k), names[k]);
	}
	CHECK(!checkin_kind_parse("OK", &kind));
	CHECK(!checkin_kind_parse("", &kind));
	CHECK_INT(kind, CHECKIN_KINDS);
}

TEST(unknown_members_are_ignored)
{
	CHECK_TEXT(
		reason("{\"x\":[{\"id\":2}],\"ID\":7,\"id\":\"1\",\"kind\":\"ok\",\"nul\":\"\\u0000\",\"x\":1}"), "");
	CHECK_TEXT(c.id, "1");
}

TEST(a_payload_that_is_no_json_object_is_refused)
{
	static const char *const wrong[] = { "", " ", "null", "1", "\"id\"", "[]", "[{\"id\":\"1\",\"kind\":\"ok\"}]",
		"{", "{\"id\":\"1\",\"kind\":\"ok\"", "{\"id\":\"1\",\"kind\":\"ok\"}x",
		"{\"id\":\"1\",\"kind\":\"ok\"}{}", "{\"id\":\"1\",\"kind\":\"ok\",\"at\":NaN}",
		"{'id':'1','kind':'ok'}", "{\"id\":\"1\\ud800\",\"kind\":\"ok\"}", "{\"id\":\"1\",\"kind\":\"ok\"}\\" };

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		CHECK_TEXT(reason(wrong[i]), "not_json");
		CHECK_TEXT(c.id, "");
	}
	static const char ends[] = "{\"id\":\"1\",\"kind\":\"ok\"}", holds[] = "{\"id\":\"1\0\",\"kind\":\"ok\"}";
	CHECK_TEXT(reason_of(ends, sizeof ends), "not_json"); /* the NUL went along */
	CHECK_TEXT(reason_of(ends, sizeof ends - 1), "");
	CHECK_TEXT(reason_of(holds, sizeof holds - 1), "not_json");
	CHECK_TEXT(reason_of(NULL, 0), "not_json");
}

TEST(a_payload_nested_deep_is_refused)
{
	char json[PAYLOAD_MAX];

	memset(json, '[', sizeof json);
	memcpy(json, "{\"x\":", 5);
	CHECK_TEXT(reason_of(json, sizeof json), "not_json");
}

TEST(bytes_that_are_not_utf8_are_refused)
{
	CHECK_TEXT(reason("{\"id\":\"1\",\"kind\":\"ok\",\"x\":\"\xff\"}"), "not_utf8");
	CHECK_TEXT(reason("{\"id\":\"1\",\"kind\":\"ok\",\"x\":\"\x82\xa0\"}"), "not_utf8");
	CHECK_TEXT(reason("{\"id\":\"1\",\"kind\":\"ok\",\"x\":\"見\"}"), "");
}

TEST(a_payload_of_4096_bytes_is_read_and_a_longer_one_refused)
{
	char json[PAYLOAD_MAX + 1];

	memset(json, ' ', sizeof json);
	memcpy(json, "{\"id\":\"1\",\"kind\":\"ok\"}", 22);
	CHECK_TEXT(reason_of(json, PAYLOAD_MAX), "");
	CHECK_TEXT(reason_of(json, PAYLOAD_MAX + 1), "too_long");
	CHECK_TEXT(c.id, "");
}

TEST(an_id_is_1_to_64_printable_ascii_without_spaces)
{
	static const char *const bad[] = { "\"\"", "\"" ID_64 "4\"", "\"a b\"", "\"a\\n\"", "\"a\\u0000b\"",
		"\"\\u007f\"", "\"é\"", "1", "true", "{}", "[\"1\"]", "\"1\",\"id\":\"2\"" };
	char json[256];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(json, sizeof json, "{\"id\":%s,\"kind\":\"ok\"}", bad[i]);
		CHECK_TEXT(reason(json), "bad_id");
		CHECK_TEXT(c.id, "");
	}
	CHECK_TEXT(reason("{\"kind\":\"ok\"}"), "no_id");
	CHECK_TEXT(reason("{\"id\":null,\"kind\":\"ok\"}"), "no_id");
	CHECK_TEXT(reason("{\"id\":\"" ID_64 "\",\"kind\":\"ok\"}"), "");
	CHECK_TEXT(c.id, ID_64);
	CHECK_TEXT(reason("{\"id\":\"!~\\\\\",\"kind\":\"ok\"}"), "");
	CHECK_TEXT(c.id, "!~\\");
	CHECK_TEXT(reason("{\"id\":\"\\\\u0000\",\"kind\":\"ok\"}"), ""); /* a backslash, then u0000 */
	CHECK_TEXT(c.id, "\\u0000");
}

TEST(whatever_else_is_wrong_the_id_is_known)
{
	static const struct {
		const char *json, *why;
	} cases[] = {
		{ "{\"id\":\"7\"}", "no_kind" },
		{ "{\"id\":\"7\",\"kind\":null}", "no_kind" },
		{ "{\"id\":\"7\",\"kind\":\"\"}", "bad_kind" },
		{ "{\"id\":\"7\",\"kind\":\"OK\"}", "bad_kind" },
		{ "{\"id\":\"7\",\"kind\":0}", "bad_kind" },
		{ "{\"kind\":\"ok\",\"id\":\"7\",\"kind\":\"help\"}", "bad_kind" },
		{ "{\"kind\":\"ok\",\"id\":\"7\",\"at\":\"1795390323\"}", "bad_at" },
		{ "{\"kind\":\"ok\",\"id\":\"7\",\"at\":true}", "bad_at" },
		{ "{\"kind\":\"ok\",\"id\":\"7\",\"at\":{}}", "bad_at" },
		{ "{\"kind\":\"ok\",\"id\":\"7\",\"age\":-1}", "bad_age" },
		{ "{\"kind\":\"ok\",\"id\":\"7\",\"age\":\"1\"}", "bad_age" },
		{ "{\"kind\":\"ok\",\"id\":\"7\",\"battery\":-1}", "bad_battery" },
		{ "{\"kind\":\"ok\",\"id\":\"7\",\"battery\":101}", "bad_battery" },
		{ "{\"kind\":\"ok\",\"id\":\"7\",\"battery\":1e300}", "bad_battery" },
		{ "{\"kind\":\"ok\",\"id\":\"7\",\"battery\":\"87\"}", "bad_battery" },
		{ "{\"kind\":\"ok\",\"id\":\"7\",\"reply_to\":\"\"}", "bad_reply_to" },
		{ "{\"kind\":\"ok\",\"id\":\"7\",\"reply_to\":4}", "bad_reply_to" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_TEXT(reason(cases[i].json), cases[i].why);
		CHECK_TEXT(c.id, "7");
	}
}

TEST(nothing_that_goes_along_silences_a_call_for_help)
{
	CHECK_TEXT(
		reason("{\"kind\":\"help\",\"id\":\"7\",\"at\":\"x\",\"age\":-1,\"battery\":101,\"reply_to\":4}"), "");
	CHECK_INT(c.kind, CHECKIN_HELP);
	CHECK_INT(c.at, -1);
	CHECK_INT(c.age_ms, -1);
	CHECK_INT(c.battery, -1);
	CHECK_TEXT(c.reply_to, "");
	CHECK_TEXT(reason("{\"kind\":\"help\",\"id\":\"\"}"), "bad_id"); /* nobody could be answered */
}

TEST(a_time_that_no_clock_shows_is_none_and_no_reason_to_refuse)
{
	static const struct {
		const char *number;
		int64_t at;
	} cases[] = { { "-1", -1 }, { "-0.001", -1 }, { "1e300", -1 }, { "1e999", -1 }, { "-1e999", -1 },
		{ "100000000001", -1 }, { "9223372036854775807", -1 }, { "0", 0 }, { "1e11", INT64_C(100000000000000) },
		{ "1795390323.25", INT64_C(1795390323250) }, { "1795390323.9999", INT64_C(1795390324000) },
		{ "1795390323000", -1 } /* milliseconds by mistake */ };
	char json[128];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(json, sizeof json, "{\"id\":\"1\",\"kind\":\"ok\",\"at\":%s}", cases[i].number);
		CHECK_TEXT(reason(json), "");
		CHECK_INT(c.at, cases[i].at);
	}
}

TEST(an_age_past_ten_years_is_ten_years)
{
	CHECK_TEXT(reason("{\"id\":\"1\",\"kind\":\"ok\",\"age\":1e999}"), "");
	CHECK_INT(c.age_ms, 3650 * DAY);
	CHECK_TEXT(reason("{\"id\":\"1\",\"kind\":\"ok\",\"age\":0}"), "");
	CHECK_INT(c.age_ms, 0);
}

TEST(a_battery_is_rounded)
{
	CHECK_TEXT(reason("{\"id\":\"1\",\"kind\":\"ok\",\"battery\":86.5}"), "");
	CHECK_INT(c.battery, 87);
	CHECK_TEXT(reason("{\"id\":\"1\",\"kind\":\"ok\",\"battery\":100}"), "");
	CHECK_INT(c.battery, 100);
}

TEST(a_checkin_is_written_as_the_contract_shows_it_and_read_back)
{
	struct checkin sent = { "b1", "01J", CHECKIN_OK, INT64_C(1795390323000), -1, 87, "" };
	char json[PAYLOAD_MAX];

	size_t len = checkin_format(&sent, json, sizeof json);
	CHECK_TEXT(json, "{\"id\":\"01J\",\"kind\":\"ok\",\"at\":1795390323,\"battery\":87}");
	CHECK_INT(len, strlen(json));
	CHECK_INT(checkin_format(&sent, json, len + 1), len);
	CHECK_INT(checkin_format(&sent, json, len), 0);

	sent = (struct checkin){ "b1", "a\"\\", CHECKIN_TALK, INT64_C(4102444800123), 1500, 0, "m1" };
	checkin_format(&sent, json, sizeof json);
	CHECK_TEXT(reason(json), "");
	CHECK_TEXT(c.id, sent.id);
	CHECK_INT(c.kind, sent.kind);
	CHECK_INT(c.at, sent.at);
	CHECK_INT(c.age_ms, sent.age_ms);
	CHECK_INT(c.battery, 0);
	CHECK_TEXT(c.reply_to, "m1");
}

TEST(an_ack_is_written_as_the_contract_shows_it)
{
	struct ack a = { "01J", ACK_STORED, INT64_C(1795390324999), "unused", "おはようございます。届きました。" };
	char json[PAYLOAD_MAX];

	size_t len = ack_format(&a, json, sizeof json);
	CHECK_INT(len, strlen(json));
	CHECK_TEXT(json, "{\"id\":\"01J\",\"result\":\"stored\",\"at\":1795390324,"
			 "\"text\":\"おはようございます。届きました。\"}");
	a = (struct ack){ "", ACK_REJECTED, -1, "not_json", "" };
	ack_format(&a, json, sizeof json);
	CHECK_TEXT(json, "{\"id\":null,\"result\":\"rejected\",\"reason\":\"not_json\"}");
	CHECK_INT(ack_format(&a, json, 20), 0);
}

TEST(every_ack_is_read_back)
{
	char json[PAYLOAD_MAX];

	for (int r = ACK_STORED; r <= ACK_REJECTED; r++) {
		struct ack sent = { "01J", (enum ack_result)r, INT64_C(1795390324000), "bad_at", "届きました。" }, got;

		size_t len = ack_format(&sent, json, sizeof json);
		CHECK(ack_parse(&got, json, len));
		CHECK_TEXT(got.id, "01J");
		CHECK_INT(got.result, r);
		CHECK_INT(got.at, sent.at);
		CHECK_TEXT(got.reason, r == ACK_REJECTED ? "bad_at" : "");
		CHECK_TEXT(got.text, "届きました。");
	}
	struct ack got;
	static const char none[] = "{\"id\":null,\"result\":\"rejected\",\"reason\":\"not_json\"}";
	CHECK(ack_parse(&got, none, strlen(none)));
	CHECK_TEXT(got.id, "");
	CHECK_INT(got.at, -1);
}

TEST(what_is_no_ack_is_refused)
{
	static const char *const wrong[] = { "", "{}", "{\"id\":\"1\"}", "{\"id\":\"1\",\"result\":\"Stored\"}",
		"{\"id\":\"1\",\"result\":0}", "{\"id\":1,\"result\":\"stored\"}",
		"{\"id\":\"a b\",\"result\":\"stored\"}", "{\"id\":\"1\",\"result\":\"stored\",\"at\":\"1\"}",
		"{\"id\":\"1\",\"result\":\"stored\",\"text\":1}",
		"{\"id\":\"1\",\"result\":\"rejected\",\"reason\":[]}", "{\"id\":\"1\",\"result\":\"stored\"}x",
		"{\"id\":\"1\",\"result\":\"stored\",\"text\":\"\xe8\xa6\"}",
		"{\"id\":\"1\",\"result\":\"stored\",\"result\":\"rejected\"}" };
	struct ack a;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		CHECK(!ack_parse(&a, wrong[i], strlen(wrong[i])));
}

TEST(a_text_too_long_is_cut_and_the_ack_still_ends_the_press)
{
	char json[PAYLOAD_MAX];
	struct ack a;

	int len = snprintf(json, sizeof json, "{\"id\":\"1\",\"result\":\"stored\",\"text\":\"");
	for (int i = 0; i < 300; i++)
		len += snprintf(json + len, sizeof json - (size_t)len, "届");
	len += snprintf(json + len, sizeof json - (size_t)len, "\"}");
	CHECK(ack_parse(&a, json, (size_t)len));
	CHECK_INT(strlen(a.text), 510);
	CHECK_TEXT(a.text + 507, "届");
}

TEST(a_state_is_written_and_read_back)
{
	struct device_state s = { true, 87, "1.0.0" }, got;
	char json[PAYLOAD_MAX];
	const char *why;

	size_t len = device_state_format(&s, json, sizeof json);
	CHECK_TEXT(json, "{\"online\":true,\"battery\":87,\"firmware\":\"1.0.0\"}");
	CHECK(device_state_parse(&got, json, len, &why));
	CHECK(got.online);
	CHECK_INT(got.battery, 87);
	CHECK_TEXT(got.firmware, "1.0.0");

	s = (struct device_state){ false, -1, "" };
	len = device_state_format(&s, json, sizeof json);
	CHECK_TEXT(json, "{\"online\":false}");
	CHECK(device_state_parse(&got, json, len, &why));
	CHECK(!got.online);
	CHECK_INT(got.battery, -1);
	CHECK_TEXT(got.firmware, "");
}

TEST(what_is_no_state_is_refused_with_its_reason)
{
	static const struct {
		const char *json, *why;
	} cases[] = {
		{ "", "not_json" },
		{ "online", "not_json" },
		{ "{\"online\":true,\"x\":\"\xff\"}", "not_utf8" },
		{ "{}", "no_online" },
		{ "{\"online\":1}", "bad_online" },
		{ "{\"online\":\"true\"}", "bad_online" },
		{ "{\"online\":true,\"online\":false}", "bad_online" },
		{ "{\"online\":true,\"battery\":200}", "bad_battery" },
		{ "{\"online\":true,\"firmware\":1}", "bad_firmware" },
	};
	struct device_state s;
	const char *why;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK(!device_state_parse(&s, cases[i].json, strlen(cases[i].json), &why));
		CHECK_TEXT(why, cases[i].why);
	}
}

TEST(every_message_is_written_and_read_back)
{
	static const char *const names[] = { "reminder", "notice", "greeting", "roll_call" };
	char json[PAYLOAD_MAX], wanted[256];

	for (int k = MESSAGE_REMINDER; k <= MESSAGE_ROLL_CALL; k++) {
		struct message sent = { "m1", (enum message_kind)k, "けさの合図", INT64_C(1795393923500) }, got;

		size_t len = message_format(&sent, json, sizeof json);
		snprintf(wanted, sizeof wanted,
			"{\"id\":\"m1\",\"kind\":\"%s\",\"text\":\"けさの合図\",\"until\":1795393923}", names[k]);
		CHECK_TEXT(json, wanted);
		CHECK(message_parse(&got, json, len));
		CHECK_TEXT(got.id, "m1");
		CHECK_INT(got.kind, k);
		CHECK_TEXT(got.text, "けさの合図");
		CHECK_INT(got.until_at, INT64_C(1795393923000));
	}
	struct message got;
	static const char least[] = "{\"id\":\"m1\",\"kind\":\"notice\",\"text\":\"\"}";
	CHECK(message_parse(&got, least, strlen(least)));
	CHECK_INT(got.until_at, -1);
}

TEST(what_is_no_message_is_refused)
{
	static const char *const wrong[] = { "", "{\"kind\":\"notice\",\"text\":\"x\"}",
		"{\"id\":null,\"kind\":\"notice\",\"text\":\"x\"}", "{\"id\":\"1\",\"kind\":\"news\",\"text\":\"x\"}",
		"{\"id\":\"1\",\"text\":\"x\"}", "{\"id\":\"1\",\"kind\":\"notice\"}",
		"{\"id\":\"1\",\"kind\":\"notice\",\"text\":1}",
		"{\"id\":\"1\",\"kind\":\"notice\",\"text\":\"x\",\"until\":\"1\"}" };
	struct message m;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		CHECK(!message_parse(&m, wrong[i], strlen(wrong[i])));
}
