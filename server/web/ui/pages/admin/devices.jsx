// devices - all buttons and sensors, to find the ones that need somebody: who has it, how it is. What is done with one is
// done on its resident's page; one that is broken or lost can be taken out of use here too.
import { useState } from 'preact/hooks'
import { apart, dots, t } from '../../i18n.js'
import { Button, Input, Loaded, Page, Pager, Select, Table, Tabs, usePages, useTyped, When } from '../../parts/index.js'
import { useQuery } from '../../router.jsx'
import { can, districtName, openDistricts } from '../../session.js'
import { instant } from '../../time.js'
import { residentPath } from '../../values.js'
import { DeviceTags, RevokeDialog } from '../residents/devices.jsx'

const PAGE = 100

// When it was last heard of: a press, or how it is.
const heard = d => (d.last_press_at && (!d.state_at || instant(d.last_press_at) > instant(d.state_at)) ? d.last_press_at : d.state_at)

const columns = revoke => [
	{ name: 'device', label: t('FIELD_DEVICE_ID'), cell: d => <>{d.device_id}<small class="block">{dots(d.kind, d.note)}</small></> },
	{ name: 'resident', label: t('DEVICE_OF'), cell: d => <><a href={residentPath(d.resident_id)}>{d.name}</a><small class="block">{apart(d.kana, d.resident_id)}</small></> },
	{ name: 'district', label: t('DISTRICT'), cell: d => districtName(d.district) },
	{ name: 'state', label: t('DEVICE_STATE'), cell: d => <DeviceTags d={d} /> },
	{ name: 'at', label: t('DEVICE_HEARD'), cell: d => <When at={heard(d)} none={<span class="faint">{t('DEVICE_SILENT')}</span>} /> },
	...(revoke ? [{ name: 'revoke', label: '', align: 'right', cell: d => <Button small label={t('DEVICE_REVOKE', { device: d.device_id })} onClick={() => revoke(d)}>{t('DEVICE_REVOKE_DO')}</Button> }] : []),
]

function List({ query, revoke, turn }) {
	const { load, rows, ...pages } = usePages('/devices', 'devices', { query, limit: PAGE, turn })
	return (
		<Loaded of={load}>
			{() => (
				<>
					<Table caption={t('DEVICES')} rows={rows} rowKey={d => d.device_id} columns={columns(revoke)} empty={t('DEVICES_EMPTY')} />
					{rows.length > 0 && <Pager shown={rows.length} {...pages} />}
				</>
			)}
		</Loaded>
	)
}

const views = { used: {}, trouble: { trouble: 'any' }, revoked: { revoked: 'true' } }

export default function Devices() {
	const [query, setQuery] = useQuery()
	const [typed, type] = useTyped(query.q ?? '', q => setQuery({ q }))
	const [revoking, revoke] = useState(null)
	const [turn, setTurn] = useState(0)
	const view = views[query.view] ? query.view : 'used'
	return (
		<Page title={t('DEVICES')} kicker={<a href="/admin">{t('ADMIN')}</a>}>
			<div class="row filters">
				<Input type="search" label={t('DEVICES_SEARCH')} hideLabel placeholder={t('DEVICES_SEARCH')} value={typed} onValue={type} />
				{openDistricts().length > 1 && <Select label={t('DISTRICT')} hideLabel value={query.district ?? ''} empty={t('EVERY_DISTRICT')} options={openDistricts().map(d => [d.district, d.name])} onValue={district => setQuery({ district })} />}
			</div>
			<Tabs label={t('DEVICES')} value={view} onValue={value => setQuery({ view: value === 'used' ? '' : value })}
				tabs={[{ value: 'used', label: t('DEVICES_ALL') }, { value: 'trouble', label: t('DEVICES_TROUBLE') }, { value: 'revoked', label: t('DEVICES_REVOKED') }]}>
				<List query={{ q: query.q, district: query.district, ...views[view] }} turn={turn} revoke={can('edit') && view !== 'revoked' && revoke} />
			</Tabs>
			{revoking && <RevokeDialog device={revoking} changed={() => setTurn(turn + 1)} onClose={() => revoke(null)} />}
		</Page>
	)
}
