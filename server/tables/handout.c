/* handout - a device changes hands, in the store and at the broker. */
#include "server/tables/handout.h"

#include <sodium.h>
#include <string.h>

#include "server/store/timeline.h"
#include "server/watch/incident.h"

static bool broker_known(const struct settings *s, char why[BROKER_WHY])
{
	if (s->mqtt_broker_passwords[0])
		return true;
	snprintf(why, BROKER_WHY, "[mqtt] broker_passwords names no file to write the button's password to");
	return false;
}

bool handout_password(const struct settings *s, const char *device_id, char password[HANDOUT_PASSWORD],
	struct broker_change *change, char why[BROKER_WHY])
{
	unsigned char random[HANDOUT_PASSWORD / 2];

	if (!broker_known(s, why))
		return false;
	if (sodium_init() < 0) {
		snprintf(why, BROKER_WHY, "there are no random numbers");
		return false;
	}
	randombytes_buf(random, sizeof(random));
	sodium_bin2hex(password, HANDOUT_PASSWORD, random, sizeof(random));
	return broker_change_begin(change, s->mqtt_broker_passwords, device_id, password, why);
}

bool handout_no_password(const struct settings *s, const char *device_id, char why[BROKER_WHY])
{
	return broker_known(s, why) && broker_passwords_remove(s->mqtt_broker_passwords, device_id, why);
}

bool handout_reload(const struct settings *s, char why[BROKER_WHY])
{
	if (s->mqtt_broker_reload[0])
		return broker_passwords_reload(s->mqtt_broker_reload, why);
	snprintf(why, BROKER_WHY, "%s", HANDOUT_UNTOLD);
	return false;
}

static void note(const struct clerk *clerk, const char *resident_id, const char *event, const char *device_id)
{
	timeline_add(clerk->watch->store, 0, resident_id, clerk->now, event, clerk->who, device_id);
}

/* A trouble of the button is no question any more once the button is out of use, or somebody else's. */
static void settle(const struct clerk *clerk, const char *device_id)
{
	incident_answer_itself(clerk->watch, INCIDENT_DEVICE, device_id, clerk->now);
}

void handout_give(const struct clerk *clerk, const char *device_id, const char *resident_id, char was[RESIDENT_ID])
{
	struct store *store = clerk->watch->store;
	struct device device;

	was[0] = '\0';
	if (devices_find(store, device_id, &device) && !device.revoked_at &&
		strcmp(device.resident_id, resident_id) != 0)
		memcpy(was, device.resident_id, RESIDENT_ID);
	pairing_give(store, device_id, resident_id);
	note(clerk, resident_id, "device_given", device_id);
	if (was[0]) {
		note(clerk, was, "device_taken", device_id);
		settle(clerk, device_id);
	}
}

bool handout_revoke(const struct clerk *clerk, const struct device *device)
{
	if (!pairing_revoke(clerk->watch->store, device->device_id, clerk->now))
		return false;
	note(clerk, device->resident_id, "device_revoked", device->device_id);
	settle(clerk, device->device_id);
	return true;
}
