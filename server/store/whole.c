/* whole - a table of sections. */
#include "server/store/whole.h"

const struct whole_section whole_sections[] = {
	{ "resident",
		"resident_id name kana district district_name household category birth_date phone address place channels"
		" contact schedule policy passive language starts ends end_reason consent_on entry_consent care note"
		" @ended_at @last_press_at last_press_kind @last_sign_at @blanked_at",
		"SELECT r.resident_id, r.name, r.kana, r.district, d.name, r.household, r.category, r.birth_date, r.phone,"
		" r.address, r.place, r.channels, r.contact, r.schedule, r.policy, r.passive, r.language, r.starts, r.ends,"
		" r.end_reason, r.consent_on, r.entry_consent, r.care, r.note, r.ended_at, r.last_press_at,"
		" r.last_press_kind, r.last_sign_at, r.blanked_at FROM residents r"
		" JOIN districts d ON d.district = r.district WHERE r.resident_id = $1",
		true },
	{ "watchers", "watcher_id name watcher_relation #tier can shares label relation key",
		"SELECT w.watcher_id, w.name, w.relation, l.tier, l.can, l.shares, l.label, l.relation, l.key FROM links l"
		" JOIN watchers w ON w.watcher_id = l.watcher_id WHERE l.resident_id = $1 ORDER BY l.tier, l.watcher_id",
		false },
	{ "is_watcher", "watcher_id name kana relation channels hours night named away_from away_to ends note",
		"SELECT watcher_id, name, kana, relation, channels, hours, night, named, away_from, away_to, ends, note"
		" FROM watchers WHERE resident_id = $1 ORDER BY watcher_id",
		false },
	{ "devices", "device_id kind note @revoked_at ?online #battery firmware @state_at trouble @trouble_at",
		"SELECT device_id, kind, note, revoked_at, online, battery, firmware, state_at, trouble, trouble_at"
		" FROM devices WHERE resident_id = $1 ORDER BY device_id",
		false },
	{ "checkins", "device_id id kind @pressed_at @heard_at reply_to",
		"SELECT c.device_id, c.id, c.kind, c.pressed_at, c.heard_at, c.reply_to FROM (SELECT device_id FROM"
		" device_residents WHERE resident_id = $1 UNION SELECT 'staff/' || $1) d"
		" JOIN checkins c ON c.device_id = d.device_id WHERE c.resident_id = $1 ORDER BY c.pressed_at, c.seq",
		false },
	{ "expectations", "~day @opens_at @due_at @deadline_at outcome @decided_at @met_at met_kind @met_late_at",
		"SELECT day, opens_at, due_at, deadline_at, outcome, decided_at, met_at, met_kind, met_late_at"
		" FROM expectations WHERE resident_id = $1 ORDER BY opens_at",
		false },
	{ "incidents",
		"#id kind subject detail state @opened_at claimed_by @claimed_at @closed_at outcome cause how seen_by closed_by"
		" until note",
		"SELECT id, kind, subject, detail, state, opened_at, claimed_by, claimed_at, closed_at, outcome, cause, how,"
		" seen_by, closed_by, until_on, note FROM incidents WHERE resident_id = $1 ORDER BY id",
		false },
	{ "listed_in", "#incident_id kind @since_at @due_at @settled_at",
		"SELECT i.id, i.kind, r.since_at, r.due_at, r.settled_at FROM incident_residents r"
		" JOIN incidents i ON i.id = r.incident_id WHERE r.resident_id = $1 ORDER BY i.id",
		false },
	{ "timeline", "@at event person detail",
		"SELECT at, event, person, detail FROM timeline WHERE resident_id = $1 AND incident_id IS NULL ORDER BY at, id",
		false },
	{ "reminders", "@written_at #round channel state @sent_at",
		"SELECT n.written_at, n.round, n.channel, n.state, n.sent_at FROM expectations e"
		" JOIN notifications n ON n.expectation_id = e.id WHERE e.resident_id = $1 ORDER BY n.id",
		false },
	{ "pauses", "from to reason told_by entered_by @entered_at @ended_at",
		"SELECT from_on, to_on, reason, told_by, entered_by, entered_at, ended_at FROM pauses WHERE resident_id = $1"
		" ORDER BY id",
		false },
	{ "visits", "@at kind person #minutes note entered_by @entered_at",
		"SELECT at, kind, person, minutes, note, entered_by, entered_at FROM visits WHERE resident_id = $1"
		" ORDER BY at, id",
		false },
	{ "consents", "what watcher_id items ?given agreed_on agreed_by form note entered_by @entered_at",
		"SELECT what, watcher_id, items, given, agreed_on, agreed_by, form, note, entered_by, entered_at"
		" FROM consents WHERE resident_id = $1 ORDER BY id",
		false },
	{ "never_told", "watcher_id name reason entered_by @entered_at @lifted_at",
		"SELECT watcher_id, name, reason, entered_by, entered_at, lifted_at FROM never_told WHERE resident_id = $1"
		" ORDER BY id",
		false },
	{ "disclosures", "@at person name items basis reason by_person channel #incident_id",
		"SELECT at, person, name, items, basis, reason, by_person, channel, incident_id FROM disclosures"
		" WHERE resident_id = $1 ORDER BY id",
		false },
	{ "carried_over", "~day reason handed_to @at",
		"SELECT s.day, l.reason, l.handed_to, s.at FROM signoff_lines l JOIN signoffs s ON s.id = l.signoff_id"
		" WHERE l.resident_id = $1 ORDER BY s.id",
		false },
	{ "audit", "@at who what detail reason",
		"SELECT at, who, what, detail, reason FROM audit WHERE subject = $1 ORDER BY id", false },
};
const size_t whole_section_count = sizeof(whole_sections) / sizeof(whole_sections[0]);

const struct whole_section whole_incident_sections[] = {
	{ "causes", "kind @at @answered_at",
		"SELECT kind, at, answered_at FROM causes WHERE incident_id = $1 ORDER BY at, id", false },
	{ "timeline", "@at event person detail",
		"SELECT at, event, person, detail FROM timeline WHERE incident_id = $1 ORDER BY id", false },
	{ "told", "person %channel what state @written_at @sent_at",
		"SELECT person, channel, what, state, written_at, sent_at FROM notifications WHERE incident_id = $1"
		" ORDER BY id",
		false },
};
const size_t whole_incident_section_count = sizeof(whole_incident_sections) / sizeof(whole_incident_sections[0]);

struct query *whole_read(struct store *s, const struct whole_section *section, const char *resident_id)
{
	return db_query(s->db, section->sql, V(resident_id));
}

struct query *whole_read_incident(struct store *s, const struct whole_section *section, int64_t incident_id)
{
	return db_query(s->db, section->sql, V(incident_id));
}
