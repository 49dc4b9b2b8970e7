/*
 * devices - buttons and sensors: given to a resident, with a password of the broker's that is shown this once; taken
 * out of use; and all of them in a list, for whoever looks after them.
 *
 * What comes in through an adapter (adapter/name) has no password of ours. A device that is somebody else's is taken
 * over only where who gives it says so, and may know of that resident.
 */
#include <string.h>

#include "server/tables/handout.h"
#include "server/watch/alike.h"
#include "server/watch/items.h"
#include "server/watch/json.h"
#include "server/web/handlers.h"
#include "server/web/rows.h"

enum { PAGE = 50, PAGE_MOST = 200, AT_ONCE = 32, REASON = 500 };

static cJSON *device_object(struct call *c, const struct listed_device *l)
{
	const struct device *d = &l->device;
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "device_id", d->device_id);
	cJSON_AddStringToObject(object, "resident_id", d->resident_id);
	cJSON_AddStringToObject(object, "name", l->name);
	json_text(object, "kana", l->kana);
	cJSON_AddStringToObject(object, "district", l->district);
	json_text(object, "kind", l->kind);
	json_text(object, "note", l->note);
	if (d->online < 0)
		cJSON_AddNullToObject(object, "online");
	else
		cJSON_AddBoolToObject(object, "online", d->online);
	if (d->battery < 0)
		cJSON_AddNullToObject(object, "battery");
	else
		cJSON_AddNumberToObject(object, "battery", d->battery);
	json_text(object, "firmware", d->firmware);
	json_instant(object, "state_at", l->state_at);
	json_instant(object, "last_press_at", devices_heard(call_store(c), d->device_id));
	json_text(object, "trouble", d->trouble);
	json_instant(object, "trouble_at", d->trouble[0] ? d->trouble_at : 0);
	json_instant(object, "revoked_at", d->revoked_at);
	return object;
}

struct list {
	struct call *c;
	struct folded words;
	const char *trouble, *district;
	bool revoked, more;
	char last[DEVICE_ID]; /* given: one that was only looked at is somebody else's */
	size_t limit, count;
	cJSON *devices;
};

static bool is_found(const struct list *l, const struct listed_device *d)
{
	const char *const texts[] = { d->device.device_id, d->device.resident_id, d->name, d->kana };

	if (!call_covers(l->c, d->district) || (*l->district && strcmp(l->district, d->district) != 0))
		return false;
	return alike_found(texts, 4, &l->words);
}

static void read_list(struct list *l)
{
	struct listed_device page[AT_ONCE];
	char looked[DEVICE_ID];
	size_t n;

	memcpy(looked, l->last, sizeof(looked));
	do {
		n = devices_page(call_store(l->c), looked, l->trouble, l->revoked, page, AT_ONCE);
		for (size_t k = 0; k < n; k++) {
			bool found = is_found(l, &page[k]);

			if (found && l->count == l->limit) {
				l->more = true;
				return;
			}
			if (found) {
				cJSON_AddItemToArray(l->devices, device_object(l->c, &page[k]));
				memcpy(l->last, page[k].device.device_id, sizeof(l->last));
				l->count++;
			}
			memcpy(looked, page[k].device.device_id, sizeof(looked));
		}
	} while (n == AT_ONCE);
}

void devices_show(struct call *c)
{
	struct list l = { .c = c, .trouble = call_asked(c, "trouble"), .district = call_asked(c, "district") };
	int64_t limit;
	cJSON *object;

	if (!call_number(c, "limit", 1, PAGE_MOST, PAGE, &limit) || !call_district(c, l.district) ||
		!call_flag(c, "revoked", &l.revoked))
		return;
	if (*l.trouble && !items_have("any offline battery rejected", l.trouble)) {
		reply_problem(c, 422, "invalid", "trouble is one of any offline battery rejected");
		return;
	}
	l.limit = (size_t)limit;
	snprintf(l.last, sizeof(l.last), "%s", call_asked(c, "cursor"));
	alike_fold(&l.words, call_asked(c, "q"));
	object = cJSON_CreateObject();
	l.devices = cJSON_AddArrayToObject(object, "devices");
	read_list(&l);
	json_text(object, "next_cursor", l.more ? l.last : "");
	reply_json(c, 200, object);
}

/* A device of this resident, by the address. False: it was replied. */
static bool find_device(struct call *c, struct resident *r, struct device *d)
{
	if (!call_resident(c, call_arg(c, 0), r))
		return false;
	if (devices_find(call_store(c), call_arg(c, 1), d) && strcmp(d->resident_id, r->resident_id) == 0)
		return true;
	reply_problem(c, 404, "unknown", "%s has no device %.128s", r->resident_id, call_arg(c, 1));
	return false;
}

/* Whether it may become this resident's. False: it was replied. */
static bool may_give(struct call *c, const struct resident *r, const char *device_id, bool take_over)
{
	struct resident other;
	struct device d;

	if (r->ended_at) {
		reply_problem(c, 409, "ended", "the service of %s has ended", r->resident_id);
		return false;
	}
	if (!devices_find(call_store(c), device_id, &d) || d.revoked_at)
		return true;
	if (strcmp(d.resident_id, r->resident_id) == 0) {
		reply_problem(c, 409, "exists", "%s has %s already", r->resident_id, device_id);
		return false;
	}
	if (!residents_find(call_store(c), d.resident_id, &other) || !call_covers(c, other.district))
		reply_problem(c, 409, "not_yours", "%s belongs to a resident of another district", device_id);
	else if (!take_over)
		reply_problem(c, 409, "taken", "%s belongs to %s %s", device_id, other.resident_id, other.name);
	else
		return true;
	return false;
}

/* The broker reads its passwords; null: it did, else why not, which is for whoever runs it to mend. */
static void add_broker(struct call *c, cJSON *object, bool own)
{
	char why[BROKER_WHY] = "";

	if (own && handout_reload(call_settings(c), why))
		why[0] = '\0';
	json_text(object, "broker", why);
}

/* Its row stands and it is the resident's, its password is in place. False: it was replied. */
static bool write_given(struct call *c, struct rows *e, const struct resident *r, bool take_over,
	struct broker_change *change, char was[RESIDENT_ID])
{
	struct clerk clerk = rows_clerk(c);
	char why[BROKER_WHY];

	if (!call_begin(c) || !may_give(c, r, e->cells[0], take_over))
		return false;
	handout_give(&clerk, e->cells[0], r->resident_id, was);
	if (!rows_write(c, e, ROWS_OLD))
		return false;
	call_audit(c, "device_given", e->cells[0], r->resident_id, e->reason);
	if (was[0])
		call_audit(c, "device_taken", e->cells[0], was, e->reason);
	if (change->path[0] && !broker_change_put(change, why)) {
		reply_problem(c, 503, "broker", "%s", why);
		return false;
	}
	return call_commit(c);
}

/* Answers 201 with the password. A button that stays whose it was keeps the one it has. */
static void give(struct call *c, struct rows *e, const struct resident *r, bool take_over, char *password)
{
	struct broker_change change = { .lock = -1 };
	bool own = !strchr(e->cells[0], '/'), given;
	char was[RESIDENT_ID], why[BROKER_WHY];
	cJSON *object;

	/* Before the transaction, and not for what is refused anyway: it takes time. */
	if (!may_give(c, r, e->cells[0], take_over))
		return;
	if (own && !handout_password(call_settings(c), e->cells[0], password, &change, why)) {
		reply_problem(c, 503, "broker", "%s", why);
		return;
	}
	given = write_given(c, e, r, take_over, &change, was);
	broker_change_end(&change, given);
	if (!given)
		return;
	object = cJSON_CreateObject();
	cJSON_AddStringToObject(object, "device_id", e->cells[0]);
	json_text(object, "password", own ? password : "");
	json_text(object, "was", was);
	add_broker(c, object, own);
	reply_json(c, 201, object);
}

/* Judged as an import's line before anything is done. False: it was replied. */
static bool judge(struct call *c, struct rows *e)
{
	struct clerk clerk = rows_clerk(c);
	struct import im;
	bool good;

	import_init(&im, &clerk);
	import_rows(&im, IMPORT_DEVICES, e->cells, 1);
	good = import_compare(&im);
	for (size_t i = 0; i < im.faults.count; i++)
		body_fault_coded(c, im.faults.list[i].column, im.faults.list[i].code, im.faults.list[i].about, "%s",
			im.faults.list[i].what);
	if (!good)
		reply_store(c);
	else if (im.faults.errors)
		reply_faults(c);
	good = good && !im.faults.errors;
	import_release(&im);
	return good;
}

void devices_give(struct call *c)
{
	char password[HANDOUT_PASSWORD] = "";
	struct resident r;
	struct rows e;
	bool take_over;

	if (!call_resident(c, call_arg(c, 0), &r))
		return;
	rows_read(c, &e, IMPORT_DEVICES, "resident_id");
	rows_read_key(c, &e, "device_id");
	take_over = body_flag(c, "take_over", false);
	e.cells[1] = r.resident_id;
	if (strcmp(e.cells[0], call_settings(c)->mqtt_username) == 0)
		body_fault_coded(c, "device_id", "device_ours", "", "is the daemon's own name at the broker");
	if (!body_ends(c) || !judge(c, &e))
		return;
	give(c, &e, &r, take_over, password);
	explicit_bzero(password, sizeof(password));
	rows_release(&e);
}

void devices_change(struct call *c)
{
	struct resident r;
	struct device d;
	struct rows e;

	if (!find_device(c, &r, &d))
		return;
	rows_read(c, &e, IMPORT_DEVICES, "resident_id");
	e.cells[0] = d.device_id;
	if (body_ends(c) && call_begin(c) && rows_write(c, &e, ROWS_OLD)) {
		if (e.edit.change != ROW_SAME)
			rows_audit(c, &e, "device_changed", d.device_id);
		if (call_commit(c))
			reply_json(c, 200, rows_object(&e, "device_id", d.device_id));
	}
	rows_release(&e);
}

void devices_revoke(struct call *c)
{
	const struct settings *settings = call_settings(c);
	struct clerk clerk = rows_clerk(c);
	struct resident r;
	struct device d;
	const char *reason;
	char why[BROKER_WHY] = "";
	cJSON *object;
	bool own;

	if (!find_device(c, &r, &d))
		return;
	own = !strchr(d.device_id, '/');
	reason = body_text(c, "reason", REASON, BODY_NEEDED);
	if (!body_ends(c) || !call_begin(c))
		return;
	if (handout_revoke(&clerk, &d))
		call_audit(c, "device_revoked", d.device_id, r.resident_id, reason);
	if (!call_commit(c))
		return;
	object = cJSON_CreateObject();
	cJSON_AddStringToObject(object, "device_id", d.device_id);
	if (own && !handout_no_password(settings, d.device_id, why))
		json_text(object, "broker",
			why); /* from its commit on nothing it sends counts, whatever the broker lets in */
	else
		add_broker(c, object, own);
	reply_json(c, 200, object);
}
