// signing - a district's list is read and signed: against the version that was read, with everybody whom nobody has
// handled carried over, why and to whom. Who changed the list meanwhile makes the reader look again.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { number, t } from '../../i18n.js'
import { Button, Dialog, Icon, Input, Loaded, Notice, ProblemNotice, Select, State, Suggest, Tag, toast, useAct, useLoad } from '../../parts/index.js'
import { clock, day as dayWords, when } from '../../time.js'
import { useColleagues } from '../incidents/colleagues.js'
import { withMore } from './reading.js'
import { Handling } from './row.jsx'

// The latest signature of each district.
const signoffOf = (head, district) => (head.signoffs ?? []).filter(s => s.district === district).at(-1)

function Carried({ rows, carried, set, colleagues, faults }) {
	const change = (id, name, value) => set(before => ({ ...before, [id]: { reason: '', to: '', ...before[id], [name]: value } }))
	const To = ({ row }) => (colleagues.length
		? <Select label={t('SIGN_CARRY_TO')} required empty="" value={carried[row.resident_id]?.to ?? ''} options={colleagues.map(c => [c.login, c.name])} error={faults[row.resident_id]?.to} onValue={value => change(row.resident_id, 'to', value)} />
		: <Suggest label={t('SIGN_CARRY_TO')} required maxLength={64} options={[]} value={carried[row.resident_id]?.to ?? ''} error={faults[row.resident_id]?.to} onValue={value => change(row.resident_id, 'to', value)} />)
	return (
		<ul class="carried">
			{rows.map((row, i) => (
				<li key={row.resident_id}>
					<div class="row"><State state={row.state} small /><strong>{row.name}</strong><span class="faint">{row.resident_id}</span><Handling row={row} /></div>
					<div class="pair">
						<Input label={t('SIGN_CARRY_REASON')} required maxLength={300} value={carried[row.resident_id]?.reason ?? ''} error={faults[row.resident_id]?.reason} onValue={value => change(row.resident_id, 'reason', value)} />
						{To({ row })}
					</div>
					{i === 0 && rows.length > 1 && (
						<div><Button small onClick={() => set(Object.fromEntries(rows.map(r => [r.resident_id, { reason: '', to: '', ...carried[row.resident_id] }])))}>{t('SIGN_SAME')}</Button></div>
					)}
				</li>
			))}
		</ul>
	)
}

function Signing({ day, district, onSigned, onClose }) {
	const list = useLoad(async signal => {
		const [status, signoffs] = await Promise.all([
			api.get('/status', { date: day, district: district.district }, { signal }),
			api.get('/signoffs', { date: day }, { signal }),
		])
		const open = new Set(signoffs.districts.find(d => d.district === district.district)?.unhandled ?? [])
		return { ...status, residents: withMore(status.residents, status.more).filter(row => open.has(row.resident_id)) }
	}, [])
	const colleagues = useColleagues(district.district)
	const [carried, setCarried] = useState({})
	const [faults, setFaults] = useState({})
	const [changed, setChanged] = useState(false)
	const [act, busy, problem] = useAct({ quiet: true })
	const sign = async () => {
		const lines = list.data.residents.map(row => ({ resident_id: row.resident_id, reason: carried[row.resident_id]?.reason.trim() ?? '', to: carried[row.resident_id]?.to.trim() ?? '' }))
		const wrong = Object.fromEntries(lines.filter(l => !l.reason || !l.to).map(l => [l.resident_id, { reason: l.reason ? '' : t('FAULT_NEEDED'), to: l.to ? '' : t('FAULT_CHOOSE') }]))
		setFaults(wrong)
		if (Object.keys(wrong).length) {
			setTimeout(() => document.querySelector('.carried [aria-invalid="true"]')?.focus())
			return
		}
		const done = await act(async () => {
			try {
				return await api.post('/signoffs', { date: day, district: district.district, version: list.data.version, carried: lines })
			} catch (error) {
				if (error.status !== 409 && !/ needs (a person|nobody)/.test(error.detail))
					throw error // else somebody more, or less, is to be handled than when it was read
				setChanged(true)
				list.reload()
				return false
			}
		})
		if (done === undefined || done === false)
			return
		toast(t('SIGN_DONE', { district: district.name }))
		onSigned()
	}
	return (
		<Dialog wide title={`${t('SIGN_DISTRICT', { district: district.name })}・${dayWords(day)}`} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button variant="primary" icon="pen" busy={busy || list.busy} onClick={sign}>{t('SIGN_DO')}</Button>
			</>
		)}>
			{changed && <Notice kind="warn" live>{t('SIGN_CHANGED')}</Notice>}
			<ProblemNotice problem={problem} />
			<Loaded of={list} lines={4}>
				{data => {
					const totals = data.totals
					return (
						<>
							<p>{t('SIGN_LEAD')}</p>
							<p class="soft">{t('SIGN_COUNTS', { residents: number(totals.residents), ok: number(totals.ok), paused: number(totals.paused), unscheduled: number(totals.unscheduled) })}</p>
							{data.residents.length === 0 ? <Notice kind="good">{t('SIGN_NONE_OPEN')}</Notice> : (
								<>
									<h3>{t('SIGN_OPEN_LINES', { count: data.residents.length })}</h3>
									<p class="soft">{t('SIGN_OPEN_LEAD')}</p>
									<Carried rows={data.residents} carried={carried} set={setCarried} colleagues={colleagues} faults={faults} />
								</>
							)}
						</>
					)
				}}
			</Loaded>
		</Dialog>
	)
}

// All districts, and which of them are signed; days before that should be signed by now.
function Districts({ head, day, onChoose, onClose }) {
	const signoffs = useLoad(signal => api.get('/signoffs', { date: day }, { signal }), [day])
	const due = (signoffs.data?.unsigned ?? []).filter(u => u.date !== day)
	const days = [...new Set(due.map(u => u.date))]
	return (
		<Dialog wide title={`${t('SIGN')}・${dayWords(day)}`} onClose={onClose}>
			<ul class="signoffs">
				{head.districts.map(district => {
					const signed = signoffOf(head, district.district)
					const after = signed && signed.version !== district.version
					return (
						<li key={district.district}>
							<span class="grow"><strong>{district.name}</strong><small>{t('SIGN_COUNTS', { residents: number(district.totals.residents), ok: number(district.totals.ok), paused: number(district.totals.paused), unscheduled: number(district.totals.unscheduled) })}</small></span>
							{signed ? <span class="row"><Tag tone="good">✓ {t('SIGNED')}</Tag><small>{t('SIGNED_BY', { by: signed.by, time: when(signed.at, head.date) || clock(signed.at) })}</small>{after && <Tag tone="warn">{t('SIGNED_AFTER')}</Tag>}</span> : <Tag>{t('NOT_SIGNED')}</Tag>}
							<Button small variant={signed ? 'plain' : 'primary'} icon="pen" onClick={() => onChoose(district)}>{signed ? t('SIGN_AGAIN') : t('SIGN_DO')}</Button>
						</li>
					)
				})}
			</ul>
			{days.length > 0 && (
				<details open={days.length <= 3}>
					<summary><Icon name="alert" size={18} />{t('SIGN_DUE', { count: days.length })}</summary>
					<ul class="due">{days.map(date => <li key={date}><a href={`/?date=${date}`} onClick={onClose}>{dayWords(date)}</a><span>{due.filter(u => u.date === date).map(u => u.name).join('、')}</span></li>)}</ul>
				</details>
			)}
		</Dialog>
	)
}

export function SignButton({ day, district, head, onSigned }) {
	const [open, setOpen] = useState(null) // 'all' or a district
	const districts = head.districts ?? []
	const only = districts.find(d => d.district === district) ?? (districts.length === 1 ? districts[0] : null)
	const signed = districts.filter(d => signoffOf(head, d.district)).length
	if (!districts.length)
		return null
	return (
		<>
			<Button icon="pen" onClick={() => setOpen(only ?? 'all')}>
				{only ? (signoffOf(head, only.district) ? t('SIGN_AGAIN') : t('SIGN_DISTRICT', { district: only.name })) : t('SIGN_STATE', { signed, all: districts.length })}
			</Button>
			{open === 'all' && <Districts head={head} day={day} onChoose={setOpen} onClose={() => setOpen(null)} />}
			{open && open !== 'all' && <Signing day={day} district={open} onClose={() => setOpen(null)} onSigned={() => {
				setOpen(null)
				onSigned()
			}} />}
		</>
	)
}
