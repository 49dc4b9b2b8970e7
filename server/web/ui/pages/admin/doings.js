// doings - what the audit can say was done, as it stands there; each has its words (DOING_…). Those with a space or hyphen
// are commands of the server's shell.
import { bracketed, t, word } from '../../i18n.js'

export const DOINGS = [
	// seen and taken out
	'read', 'print', 'export', 'resident', 'backup',
	// sign-in and accounts
	'sign_in', 'sign_in_failed', 'sign_out', 'session_ended', 'account', 'totp', 'setup', 'user setup',
	'user_added', 'user_changed', 'user_password', 'user_disabled', 'user_enabled', 'totp_required', 'totp_removed',
	'user add', 'user password', 'user disable', 'key_made', 'key_revoked',
	// enrolment
	'import', 'resident_added', 'resident_changed', 'consent', 'never_told', 'never_told_lifted', 'disclosed',
	'watcher_added', 'watcher_changed', 'watcher_ended', 'link_added', 'link_changed', 'link_removed', 'replace', 'replace_taken_back', 'replaced',
	'device_given', 'device_taken', 'device_changed', 'device_revoked', 'device add', 'device revoke',
	'district_added', 'district_changed', 'district_ended', 'district_resumed', 'policy_added', 'policy_changed', 'policy_ended', 'policy_resumed', 'target',
	// day by day
	'checkin', 'visit', 'pause', 'resume', 'end', 'verify_failed', 'claim', 'release', 'report', 'close', 'note', 'handover', 'signoff',
	'test_alert', 'test-alert', 'answer', 'link', 'free_link', 'away', 'worry', 'summary',
]

export const doingWords = what => (/[ -]/.test(what) ? bracketed(word('DOING', what), t('AUDIT_COMMAND')) : word('DOING', what))

// For a choice, by their words; one that is asked for and nobody knows is not hidden.
export const doings = asked => [...new Set([...DOINGS, asked].filter(Boolean))].map(what => [what, doingWords(what)]).sort(([, a], [, b]) => a.localeCompare(b, 'ja'))
