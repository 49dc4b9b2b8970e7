// tables - the import files, and what their columns are called.
import { hasWord, word } from '../../i18n.js'

export const FILES = ['districts', 'policies', 'residents', 'watchers', 'links', 'devices', 'users', 'pauses']

export const tableName = file => word('TABLE', file.replace(/\.csv$/, ''))
const others = { districts: { name: 'district_name' }, links: { relation: 'link_relation' }, devices: { kind: 'device_kind' }, watchers: { channels: 'watcher_channels' }, users: { channels: 'user_channels' } }
export function columnName(file, column) {
	if (!column)
		return ''
	const name = others[file?.replace(/\.csv$/, '')]?.[column] ?? column
	return hasWord('FIELD', name) ? word('FIELD', name) : column
}
