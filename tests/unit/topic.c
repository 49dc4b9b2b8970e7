#include "common/topic.h"

#include <string.h>

#include "tests/unit/test.h"

#define ID_64 "0123456789012345678901234567890123456789012345678901234567890123"

TEST(an_own_device_id_is_1_to_64_plain_characters)
{
	CHECK(device_id_valid("a"));
	CHECK(device_id_valid("Button-01_x.y"));
	CHECK(device_id_valid(ID_64));
	CHECK(!device_id_valid(ID_64 "4"));
	CHECK(!device_id_valid(""));
	CHECK(!device_id_valid("a/b"));
	CHECK(!device_id_valid("a b"));
	CHECK(!device_id_valid("+"));
	CHECK(!device_id_valid("#"));
	CHECK(!device_id_valid("a\n"));
	CHECK(!device_id_valid("台所"));
}

TEST(a_topic_gives_its_device_back)
{
	char topic[TOPIC_MAX], device[DEVICE_ID];

	CHECK(topic_format(topic, "mimamori/v1", ID_64, "checkin"));
	CHECK_TEXT(topic, "mimamori/v1/" ID_64 "/checkin");
	CHECK(topic_device(topic, "mimamori/v1", "checkin", device));
	CHECK_TEXT(device, ID_64);
}

TEST(a_topic_that_is_not_ours_has_no_device)
{
	static const char *const wrong[] = { "", "mimamori/v1", "mimamori/v1/", "mimamori/v1/b1", "mimamori/v1/b1/",
		"mimamori/v1//checkin", "mimamori/v1/b1/state", "mimamori/v1/b1/checkin/x", "mimamori/v1/b1/checkins",
		"mimamori/v1/b1/x/checkin", "mimamori/v1/b 1/checkin", "mimamori/v1/" ID_64 "4/checkin",
		"mimamori/v10/b1/checkin", "mimamori/v2/b1/checkin", "/mimamori/v1/b1/checkin" };
	char device[DEVICE_ID] = "untouched";

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		CHECK(!topic_device(wrong[i], "mimamori/v1", "checkin", device));
	CHECK_TEXT(device, "untouched");
}

TEST(a_topic_that_does_not_fit_is_refused)
{
	char topic[TOPIC_MAX], root[TOPIC_MAX];

	memset(root, 'r', sizeof root);
	root[TOPIC_MAX - 1 - strlen("/b/ack")] = '\0';
	CHECK(topic_format(topic, root, "b", "ack"));
	CHECK_INT(strlen(topic), TOPIC_MAX - 1);
	CHECK(!topic_format(topic, root, "bb", "ack"));
}
