/*
 * device_checkin - a press by HTTP, of a device that speaks no MQTT: the same check-in, the same rules, the same ack,
 * answered after commit.
 *
 * Who it is says its credential, never the body. The password is long and random (mimamori device add), so it is not
 * guessed; a wrong one changes nothing and is answered 401.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/checkin.h"
#include "server/watch/press.h"
#include "server/web/call.h"
#include "server/web/device_login.h"
#include "server/web/handlers.h"

enum { CREDENTIAL = 512, ACK_TEXT = 2048 };

/* Authorization: Basic base64(DEVICE:PASSWORD). False: it is not there, wrong, or nobody's. */
static bool read_device(struct call *c, char device_id[DEVICE_ID])
{
	const char *authorization = call_header(c, "Authorization");
	char credential[CREDENTIAL], *password;
	size_t len;
	bool fits;

	if (!authorization || strncasecmp(authorization, "Basic ", 6) != 0 ||
		sodium_base642bin((unsigned char *)credential, sizeof(credential) - 1, authorization + 6,
			strlen(authorization + 6), " ", &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	credential[len] = '\0';
	password = strchr(credential, ':');
	if (!password)
		return false;
	*password++ = '\0';
	fits = device_login(call_settings(c)->mqtt_broker_passwords, credential, password);
	snprintf(device_id, DEVICE_ID, "%s", credential);
	sodium_memzero(credential, sizeof(credential));
	return fits;
}

static void take(struct call *c, const char *device_id, struct ack *ack)
{
	const char *why;
	struct checkin checkin = { .kind = CHECKIN_OK };
	size_t len;
	const char *payload = call_body(c, &len);
	bool readable = checkin_parse(&checkin, payload, len, &why);

	if (readable) {
		snprintf(checkin.device_id, sizeof(checkin.device_id), "%s", device_id);
		press_take(call_watch(c), &checkin, call_now(c), 0, ack);
	} else {
		press_reject(call_watch(c), device_id, checkin.id, why, payload, len, call_now(c), ack);
	}
}

void devices_check_in(struct call *c)
{
	char device_id[DEVICE_ID], *text;
	struct ack ack;

	if (!read_device(c, device_id)) {
		reply_header(c, "WWW-Authenticate", "Basic realm=\"mimamori\", charset=\"UTF-8\"");
		reply_problem(c, 401, "device", "no device has this credential");
		return;
	}
	if (!call_begin(c))
		return;
	take(c, device_id, &ack);
	if (!call_commit(c))
		return;
	text = malloc(ACK_TEXT);
	if (!text)
		reply_store(c);
	else
		reply_text(c, 200, "application/json", text, ack_format(&ack, text, ACK_TEXT));
}
