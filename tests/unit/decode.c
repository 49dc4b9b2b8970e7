/* decode - what a message from the broker says (contract 1). */
#include <string.h>

#include "server/intake/decode.h"
#include "tests/unit/test.h"

static struct fact fact;

static enum fact_kind read_as(const char *topic, const char *payload, bool retained)
{
	memset(&fact, 0xa5, sizeof(fact));
	decode(&fact, "mimamori/v1", topic, payload, strlen(payload), retained);
	return fact.kind;
}

TEST(a_checkin_is_a_press_of_the_device_in_the_topic)
{
	CHECK_INT(
		read_as("mimamori/v1/btn-1/checkin", "{\"id\":\"a\",\"kind\":\"talk\",\"device_id\":\"btn-2\"}", false),
		FACT_PRESS);
	CHECK_TEXT(fact.checkin.device_id, "btn-1");
	CHECK_TEXT(fact.checkin.id, "a");
	CHECK_INT(fact.checkin.kind, CHECKIN_TALK);
}

TEST(what_cannot_be_read_names_the_reason_and_keeps_the_id)
{
	CHECK_INT(read_as("mimamori/v1/btn-1/checkin", "{\"id\":\"a\",\"kind\":\"dance\"}", false), FACT_UNREADABLE);
	CHECK_TEXT(fact.reason, "bad_kind");
	CHECK_TEXT(fact.checkin.id, "a");
	CHECK_TEXT(fact.checkin.device_id, "btn-1");
	CHECK_INT(read_as("mimamori/v1/btn-1/checkin", "", false), FACT_UNREADABLE);
	CHECK_TEXT(fact.reason, "not_json");
	CHECK_TEXT(fact.checkin.id, "");
}

TEST(a_payload_that_is_too_long_is_refused_and_cut)
{
	static char big[PAYLOAD_MAX + 1000];

	memset(big, ' ', sizeof(big));
	memcpy(big, "{\"id\":\"a\",\"kind\":\"ok\"}", 22);
	decode(&fact, "mimamori/v1", "mimamori/v1/btn-1/checkin", big, PAYLOAD_MAX, false);
	CHECK_INT(fact.kind, FACT_PRESS);
	decode(&fact, "mimamori/v1", "mimamori/v1/btn-1/checkin", big, PAYLOAD_MAX + 1, false);
	CHECK_INT(fact.kind, FACT_UNREADABLE);
	CHECK_TEXT(fact.reason, "too_long");
	decode(&fact, "mimamori/v1", "mimamori/v1/btn-1/checkin", big, sizeof(big), false);
	CHECK_INT(fact.kind, FACT_UNREADABLE);
	CHECK_INT(fact.len, PAYLOAD_MAX + 1);
}

TEST(a_retained_checkin_is_no_press)
{
	CHECK_INT(read_as("mimamori/v1/btn-1/checkin", "{\"id\":\"a\",\"kind\":\"ok\"}", true), FACT_RETAINED);
}

TEST(a_name_that_is_no_devices_is_foreign)
{
	static const char *const topics[] = {
		"mimamori/v1/\xe5\x8f\xb0/checkin",
		"mimamori/v1/a b/checkin",
		"mimamori/v1//checkin",
		"mimamori/v1/0123456789012345678901234567890123456789012345678901234567890123x/checkin",
		"mimamori/v1/btn-1/message",
		"mimamori/v2/btn-1/checkin",
		"mimamori/v1/btn-1/checkin/more",
	};

	for (size_t i = 0; i < sizeof(topics) / sizeof(*topics); i++)
		CHECK_INT(read_as(topics[i], "{\"id\":\"a\",\"kind\":\"ok\"}", false), FACT_FOREIGN);
}

TEST(a_state_says_how_the_device_is)
{
	CHECK_INT(read_as("mimamori/v1/btn-1/state", "{\"online\":true,\"battery\":87}", true), FACT_STATE);
	CHECK_TEXT(fact.checkin.device_id, "btn-1");
	CHECK(fact.state.online);
	CHECK_INT(fact.state.battery, 87);
	CHECK_INT(read_as("mimamori/v1/btn-1/state", "", true), FACT_BAD_STATE);
}

TEST(our_own_word_comes_back_as_we_wrote_it)
{
	struct echo_word word = { UINT64_C(0xfedcba9876543210), INT64_C(1795390323123) };
	char text[64];

	CHECK(echo_format(&word, text, sizeof(text)) == strlen(text));
	CHECK_INT(read_as("mimamori/echo/mimamorid", text, false), FACT_ECHO);
	CHECK(fact.echo.token == word.token);
	CHECK_INT(fact.echo.sent_at, word.sent_at);
}

TEST(a_word_that_is_not_ours_has_no_token)
{
	static const char *const words[] = { "", "1795390323123", "hello", "1795390323123 1x", "1 2 3" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		CHECK_INT(read_as("mimamori/echo/mimamorid", words[i], false), FACT_ECHO);
		CHECK(fact.echo.token == 0);
	}
}
