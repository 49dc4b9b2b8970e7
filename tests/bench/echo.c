/*
 * echo - the yardstick of a press: who answers each one at once with an ack and stores nothing. What a usual consumer
 * looks like: libmosquitto's own loop, one message after the other.
 *
 *   echo PORT PASSWORD QOS      of its acks; prints "ready" when it is subscribed
 */
#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int ack_qos;

static void on_message(struct mosquitto *m, void *context, const struct mosquitto_message *press)
{
	char topic[128], ack[512], id[65] = "";
	const char *from, *slash = strrchr(press->topic, '/');

	(void)context;
	if (!slash || press->payloadlen < 6)
		return;
	from = memmem(press->payload, (size_t)press->payloadlen, "\"id\":\"", 6);
	if (from)
		snprintf(id, sizeof(id), "%.*s", (int)strcspn(from + 6, "\""), from + 6);
	snprintf(topic, sizeof(topic), "%.*s/ack", (int)(slash - press->topic), press->topic);
	snprintf(ack, sizeof(ack),
		"{\"id\":\"%s\",\"result\":\"stored\",\"at\":%lld,\"text\":\"おはようございます。届きました。\"}", id,
		(long long)time(NULL));
	mosquitto_publish(m, NULL, topic, (int)strlen(ack), ack, ack_qos, false);
}

static void on_subscribe(struct mosquitto *m, void *context, int mid, int count, const int *granted)
{
	(void)m, (void)context, (void)mid, (void)count, (void)granted;
	puts("ready");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct mosquitto *m;

	if (argc != 4)
		return 2;
	ack_qos = atoi(argv[3]);
	mosquitto_lib_init();
	m = mosquitto_new("mimamorid", true, NULL);
	if (!m || mosquitto_username_pw_set(m, "mimamorid", argv[2]))
		return 1;
	mosquitto_int_option(m, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto_message_callback_set(m, on_message);
	mosquitto_subscribe_callback_set(m, on_subscribe);
	if (mosquitto_connect(m, "127.0.0.1", atoi(argv[1]), 60) ||
		mosquitto_subscribe(m, NULL, "mimamori/v1/+/checkin", 1))
		return 1;
	return mosquitto_loop_forever(m, -1, 1) ? 1 : 0;
}
