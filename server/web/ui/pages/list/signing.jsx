// signing - a district's list is read and signed: against the version that was read, with everybody whom nobody has
// handled carried over, why and to whom. Who changed the list meanwhile makes the reader look again. Whom the list says
// nothing of yet is said before signing; days before that should be signed by now are offered beside.
import { useState } from 'preact/hooks'
import * as api from '../../api.js'
import { commas, dots, number, t } from '../../i18n.js'
import { Button, Dialog, Icon, Input, Loaded, Notice, ProblemNotice, State, Tag, toast, useAct, useLoad } from '../../parts/index.js'
import { day as dayWords, when } from '../../time.js'
import { STATES } from '../../values.js'
import { ColleagueField, useColleagues } from '../incidents/colleagues.jsx'
import { withMore } from './reading.js'
import { Handling } from './row.jsx'

// The latest signature of each district.
const signoffOf = (head, district) => (head.signoffs ?? []).filter(s => s.district === district).at(-1)

const COUNTED = ['residents', ...STATES]
const countsOf = totals => Object.fromEntries(COUNTED.map(name => [name, number(totals[name])]))

// Days before that should be signed by now, of those that GET /signoffs names; what the list is narrowed to stays.
function Due({ unsigned, day, onClose }) {
	const due = unsigned.filter(u => u.date !== day)
	const days = [...new Set(due.map(u => u.date))]
	const district = new URLSearchParams(location.search).get('district')
	if (!days.length)
		return null
	return (
		<details class="due" open={days.length <= 3}>
			<summary><Icon name="alert" size={18} />{t('SIGN_DUE', { count: days.length })}</summary>
			<ul>{days.map(date => <li key={date}><a href={`/?${new URLSearchParams({ date, ...(district && { district }) })}`} onClick={onClose}>{dayWords(date)}</a><span>{commas(due.filter(u => u.date === date).map(u => u.name))}</span></li>)}</ul>
		</details>
	)
}

function Carried({ rows, carried, set, colleagues, faults }) {
	const change = (id, name, value) => set(before => ({ ...before, [id]: { reason: '', to: '', ...before[id], [name]: value } }))
	return (
		<ul class="carried">
			{rows.map((row, i) => (
				<li key={row.resident_id}>
					<div class="row"><State state={row.state} small /><strong>{row.name}</strong><span class="faint">{row.resident_id}</span><Handling row={row} /></div>
					<div class="pair">
						<Input label={t('SIGN_CARRY_REASON')} required maxLength={300} value={carried[row.resident_id]?.reason ?? ''} error={faults[row.resident_id]?.reason} onValue={value => change(row.resident_id, 'reason', value)} />
						<ColleagueField label={t('SIGN_CARRY_TO')} of={colleagues} value={carried[row.resident_id]?.to ?? ''} error={faults[row.resident_id]?.to} onValue={value => change(row.resident_id, 'to', value)} />
					</div>
					{i === 0 && rows.length > 1 && (
						<div><Button small onClick={() => set(Object.fromEntries(rows.map(r => [r.resident_id, { reason: '', to: '', ...carried[row.resident_id] }])))}>{t('SIGN_SAME')}</Button></div>
					)}
				</li>
			))}
		</ul>
	)
}

// district: as the page shows it, with the version that was read there. onBehind(): the page does not show the latest.
function Signing({ day, district, onSigned, onBehind, onClose }) {
	const [changed, setChanged] = useState(false)
	const list = useLoad(async signal => {
		const [status, signoffs] = await Promise.all([
			api.get('/status', { date: day, district: district.district }, { signal }),
			api.get('/signoffs', { date: day }, { signal }),
		])
		const open = new Set(signoffs.districts.find(d => d.district === district.district)?.unhandled ?? [])
		if (status.version !== district.version) {
			setChanged(true)
			onBehind()
		}
		return {
			...status,
			residents: withMore(status.residents, status.more).filter(row => open.has(row.resident_id)),
			unsigned: signoffs.unsigned.filter(u => u.district === district.district),
		}
	}, [])
	const colleagues = useColleagues(district.district)
	const [carried, setCarried] = useState({})
	const [faults, setFaults] = useState({})
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
		<Dialog wide title={dots(t('SIGN_DISTRICT', { district: district.name }), dayWords(day))} onClose={onClose} footer={(
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
							<p class="soft">{t('SIGN_COUNTS', countsOf(totals))}</p>
							{totals.waiting + totals.late + totals.unknown > 0 && <Notice kind="warn">{t('SIGN_NOT_KNOWN', { count: number(totals.waiting + totals.late + totals.unknown) })}</Notice>}
							{data.residents.length === 0 ? <Notice kind="good">{t('SIGN_NONE_OPEN')}</Notice> : (
								<>
									<h3>{t('SIGN_OPEN_LINES', { count: data.residents.length })}</h3>
									<p class="soft">{t('SIGN_OPEN_LEAD')}</p>
									<Carried rows={data.residents} carried={carried} set={setCarried} colleagues={colleagues} faults={faults} />
								</>
							)}
							<Due unsigned={data.unsigned} day={day} onClose={onClose} />
						</>
					)
				}}
			</Loaded>
		</Dialog>
	)
}

// All districts, and which of them are signed.
function Districts({ head, countOf, day, onChoose, onClose }) {
	const signoffs = useLoad(signal => api.get('/signoffs', { date: day }, { signal }), [day])
	return (
		<Dialog wide title={dots(t('SIGN'), dayWords(day))} onClose={onClose}>
			<ul class="signoffs">
				{head.districts.map(district => {
					const signed = signoffOf(head, district.district)
					const after = signed && signed.version !== district.version
					return (
						<li key={district.district}>
							<span class="grow"><strong>{district.name}</strong><small>{t('SIGN_COUNTS', countsOf(countOf(district.district)))}</small></span>
							{signed ? <span class="row"><Tag tone="good">✓ {t('SIGNED')}</Tag><small>{t('SIGNED_BY', { by: signed.by, time: when(signed.at, head.date) })}</small>{after && <Tag tone="warn">{t('SIGNED_AFTER')}</Tag>}</span> : <Tag>{t('NOT_SIGNED')}</Tag>}
							<Button small variant={signed ? 'plain' : 'primary'} icon="pen" onClick={() => onChoose(district)}>{signed ? t('SIGN_AGAIN') : t('SIGN_DO')}</Button>
						</li>
					)
				})}
			</ul>
			<Due unsigned={signoffs.data?.unsigned ?? []} day={day} onClose={onClose} />
		</Dialog>
	)
}

// countOf(district): its totals as the page has them. catchUp(): reads the page anew.
export function SignButton({ day, district, head, countOf, catchUp }) {
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
			{open === 'all' && <Districts head={head} countOf={countOf} day={day} onChoose={setOpen} onClose={() => setOpen(null)} />}
			{open && open !== 'all' && <Signing day={day} district={open} onBehind={catchUp} onClose={() => setOpen(null)} onSigned={() => {
				setOpen(null)
				catchUp()
			}} />}
		</>
	)
}
