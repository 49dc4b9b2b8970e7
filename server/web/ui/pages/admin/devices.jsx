// devices - all buttons and sensors, to find the ones that need somebody: who has it, how it is. What is done with one is
// done on its resident's page; one that is broken or lost can be taken out of use here too.
import { useEffect, useRef, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { Button, ConfirmWithReason, Icon, Input, Loaded, Page, Pager, Select, Table, Tabs, Tag, toast, usePages, When } from '../../parts/index.js'
import { useQuery } from '../../router.jsx'
import { can, districtName, openDistricts, today } from '../../session.js'
import { when } from '../../time.js'

const PAGE = 100
const LOW = 20 // %

const state = d => (
	<span class="row tags">
		{d.revoked_at && <Tag tone="warn">{t('DEVICE_REVOKED')} {when(d.revoked_at, today())}</Tag>}
		{!d.revoked_at && d.online === true && <Tag tone="good"><Icon name="check" size={14} /> {t('DEVICE_ONLINE')}</Tag>}
		{!d.revoked_at && d.online === false && <Tag tone="bad"><Icon name="offline" size={14} /> {t('DEVICE_OFFLINE_SINCE', { time: when(d.trouble_at ?? d.state_at, today()) })}</Tag>}
		{d.battery !== null && <Tag tone={d.battery < LOW ? 'bad' : 'plain'}><Icon name="battery" size={16} /> {t('DEVICE_BATTERY', { percent: d.battery })}</Tag>}
		{d.trouble === 'rejected' && <Tag tone="bad"><Icon name="alert" size={14} /> {word('TROUBLE', d.trouble)}</Tag>}
	</span>
)

const columns = revoke => [
	{ name: 'device', label: t('FIELD_DEVICE_ID'), cell: d => <>{d.device_id}<small class="block">{[d.kind, d.note].filter(Boolean).join('・')}</small></> },
	{ name: 'resident', label: t('DEVICE_OF'), cell: d => <><a href={`/residents/${encodeURIComponent(d.resident_id)}`}>{d.name}</a><small class="block">{[d.kana, d.resident_id].filter(Boolean).join('　')}</small></> },
	{ name: 'district', label: t('DISTRICT'), cell: d => districtName(d.district) },
	{ name: 'state', label: t('DEVICE_STATE'), cell: state },
	{ name: 'at', label: t('DEVICE_STATE_AT'), cell: d => <When at={d.state_at} none={<span class="faint">{t('DEVICE_SILENT')}</span>} /> },
	...(revoke ? [{ name: 'revoke', label: '', align: 'right', cell: d => <Button small variant="quiet" icon="close" label={t('DEVICE_REVOKE', { device: d.device_id })} onClick={() => revoke(d)} /> }] : []),
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
	const [typed, setTyped] = useState(query.q ?? '')
	const [revoking, revoke] = useState(null)
	const [turn, setTurn] = useState(0)
	const timer = useRef(0)
	useEffect(() => () => clearTimeout(timer.current), [])
	const view = views[query.view] ? query.view : 'used'
	return (
		<Page title={t('DEVICES')} kicker={<a href="/admin">{t('ADMIN')}</a>}>
			<div class="row filters">
				<Input type="search" label={t('DEVICES_SEARCH')} hideLabel placeholder={t('DEVICES_SEARCH')} value={typed} onValue={q => {
					setTyped(q)
					clearTimeout(timer.current)
					timer.current = setTimeout(() => setQuery({ q }), 250)
				}} />
				{openDistricts().length > 1 && <Select label={t('DISTRICT')} hideLabel value={query.district ?? ''} empty={t('EVERY_DISTRICT')} options={openDistricts().map(d => [d.district, d.name])} onValue={district => setQuery({ district })} />}
			</div>
			<Tabs label={t('DEVICES')} value={view} onValue={value => setQuery({ view: value === 'used' ? '' : value })}
				tabs={[{ value: 'used', label: t('DEVICES_ALL') }, { value: 'trouble', label: t('DEVICES_TROUBLE') }, { value: 'revoked', label: t('DEVICES_REVOKED') }]}>
				<List query={{ q: query.q, district: query.district, ...views[view] }} turn={turn} revoke={can('edit') && view !== 'revoked' && revoke} />
			</Tabs>
			{revoking && (
				<ConfirmWithReason danger title={t('DEVICE_REVOKE', { device: revoking.device_id })} label={t('DEVICE_REVOKE_DO')} onClose={() => revoke(null)}
					send={reason => api.post(`/residents/${encodeURIComponent(revoking.resident_id)}/devices/${encodeURIComponent(revoking.device_id)}/revoke`, { reason })}
					onDone={answer => {
						toast(answer.broker ? t('DEVICE_BROKER_STILL', { why: answer.broker }) : t('DEVICE_REVOKED_DONE'), answer.broker ? 'warn' : 'good')
						setTurn(turn + 1)
					}}>
					<p>{t('DEVICE_REVOKE_LEAD')}</p>
				</ConfirmWithReason>
			)}
		</Page>
	)
}
