// consents - what a resident agreed to and who is told: the service, going in, each watcher; who must never be told; who
// was told. Nobody changes a consent: another is recorded, and the latest holds.
import { useEffect, useId, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { can, today } from '../../session.js'
import { date, day } from '../../time.js'
import { Button, Card, Checkbox, Choices, Dialog, Fact, Facts, Icon, Input, Loaded, Notice, Pager, ProblemNotice, Suggest, Tag, TextArea, toast, useAct, useForm, useLoad } from '../../parts/index.js'
import { Disclosures } from './disclosures.jsx'
import { NeverTold } from './never_told.jsx'

export const ITEMS = ['name', 'place', 'address', 'care', 'outcome']
const pathOf = id => `/residents/${encodeURIComponent(id)}`
const long = text => day(text, { year: true })

export function Items({ items }) {
	return <span class="row tags">{items.length ? items.map(item => <Tag key={item}>{word('ITEM', item)}</Tag>) : <Tag>{t('CONSENT_LINK_LABEL')}</Tag>}</span>
}

// One of several may be told; none: only the number.
export function ItemBoxes({ legend, hint, all, items, onItems, error }) {
	const id = useId()
	return (
		<fieldset class={`choices choices-inline ${error ? 'field-wrong' : ''}`} aria-describedby={error ? `${id}-fault` : undefined}>
			<legend>{legend}</legend>
			{hint && <p class="hint">{hint}</p>}
			{all.map(item => <Checkbox key={item} label={word('ITEM', item)} checked={items.includes(item)} onValue={on => onItems(all.filter(one => (one === item ? on : items.includes(one))))} />)}
			{error && <p class="fault" id={`${id}-fault`}><Icon name="alert" size={16} />{error}</p>}
		</fieldset>
	)
}

const whatOf = (what, name) => (what === 'link' ? t('CONSENT_WHAT_LINK', { name }) : word('CONSENT_WHAT', what))

// of: { what, link? }
function ConsentDialog({ record, of, onDone, onClose }) {
	const { what, link } = of
	const form = useForm({ said: 'yes', items: link?.shares ?? [], agreed_on: today(), agreed_by: '', form: 'paper', note: '' })
	const id = useId()
	const { said, items } = form.values
	const answers = [['yes', t('CONSENT_GIVEN')], ...(what === 'entry' ? [['police', t('CONSENT_GIVEN_POLICE')]] : []), ['no', t('CONSENT_NOT_GIVEN')]]
	const send = values => api.post(`${pathOf(record.resident_id)}/consents`, {
		what, given: values.said !== 'no', agreed_on: values.agreed_on, agreed_by: values.agreed_by.trim(), form: values.form,
		...(values.note.trim() && { note: values.note.trim() }),
		...(link && { watcher_id: link.watcher_id }),
		...(link && values.said === 'yes' && { items: values.items.length ? values.items : ['label'] }),
		...(values.said === 'police' && { items: ['police'] }),
	})
	return (
		<Dialog title={whatOf(what, link?.name)} onClose={onClose} footer={(
			<>
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form={id} variant={said === 'no' ? 'danger' : 'primary'} busy={form.busy}>{t('CONSENT_RECORD')}</Button>
			</>
		)}>
			<form id={id} noValidate onSubmit={form.submit(send, answer => {
				toast(t('CONSENT_RECORDED'))
				onClose()
				onDone(answer)
			})}>
				<ProblemNotice problem={form.problem} />
				<Choices label={t('CONSENT_IS')} required inline options={answers} {...form.field('said')} />
				{said === 'no' && what === 'service' && <Notice kind="warn" live>{t('CONSENT_SERVICE_BACK_LEAD')}</Notice>}
				{said === 'no' && what === 'link' && <Notice kind="warn" live>{t('CONSENT_LINK_BACK_LEAD')}</Notice>}
				{said === 'yes' && what === 'link' && <ItemBoxes legend={t('CONSENT_ITEMS')} hint={t('CONSENT_ITEMS_HINT')} all={ITEMS} items={items} onItems={list => form.set('items', list)} />}
				<div class="pair">
					<Input type="date" label={t('CONSENT_ON')} required max={today()} {...form.field('agreed_on')} />
					<Suggest label={t('CONSENT_BY')} hint={t('CONSENT_BY_HINT')} required maxLength={60} options={[t('CONSENT_BY_SELF'), t('CONSENT_BY_KIN'), t('CONSENT_BY_GUARDIAN')]} {...form.field('agreed_by')} />
				</div>
				<Choices label={t('CONSENT_FORM')} inline options={['paper', 'spoken', 'online'].map(f => [f, word('CONSENT_FORM', f)])} {...form.field('form')} />
				<TextArea label={t('CONSENT_NOTE')} rows={2} maxLength={300} {...form.field('note')} />
			</form>
		</Dialog>
	)
}

function LinkLine({ link, may, ask }) {
	const said = link.never_told ? <Tag tone="bad"><Icon name="shield" size={14} /> {t('CONSENT_LINK_NEVER')}</Tag>
		: link.agreed === false ? <Tag tone="warn">{t('CONSENT_LINK_REFUSED', { day: long(link.agreed_on) })}</Tag>
			: <Items items={link.shares} />
	return (
		<li class={link.ended ? 'gone' : ''}>
			<div class="grow">
				<a href={`/watchers/${encodeURIComponent(link.watcher_id)}`}>{link.name}</a> <small>{link.agreed ? t('CONSENT_SINCE', { day: long(link.agreed_on) }) : link.agreed === null && t('CONSENT_LINK_DEFAULT')}</small>
				{said}
			</div>
			{may && !link.never_told && !link.ended && <Button small icon="edit" label={`${whatOf('link', link.name)}：${t('CONSENT_RECORD')}`} onClick={() => ask({ what: 'link', link })} />}
		</li>
	)
}

function History({ id, first }) {
	const [older, setOlder] = useState({ rows: [], cursor: first.next_cursor })
	const [act, busy] = useAct()
	useEffect(() => setOlder({ rows: [], cursor: first.next_cursor }), [first])
	const rows = [...first.consents, ...older.rows]
	const more = async () => {
		const page = await act(() => api.get(`${pathOf(id)}/consents`, { cursor: older.cursor }))
		if (page)
			setOlder({ rows: [...older.rows, ...page.consents], cursor: page.next_cursor })
	}
	if (!rows.length)
		return null
	return (
		<details>
			<summary>{t('CONSENT_HISTORY', { count: `${rows.length}${older.cursor ? '+' : ''}` })}</summary>
			<ul class="plain-list">
				{rows.map(a => (
					<li key={a.id}>
						<div class="grow">
							<b>{whatOf(a.what, a.watcher_name ?? a.watcher_id)}</b>：{t(a.given ? 'CONSENT_GIVEN' : 'CONSENT_NOT_GIVEN')}
							{a.items.length > 0 && `（${a.items.map(item => word('ITEM', item)).join('・')}）`}
							<small>{long(a.agreed_on)}・{a.agreed_by}・{word('CONSENT_FORM', a.form)}・{t('CONSENT_ENTERED', { who: a.entered_by_name, day: day(date(a.entered_at)) })}</small>
							{a.note && <p class="lines">{a.note}</p>}
						</div>
					</li>
				))}
			</ul>
			{older.cursor && <Pager shown={rows.length} cursor={older.cursor} busy={busy} more={more} />}
		</details>
	)
}

function Agreed({ record, data, may, ask }) {
	const button = what => may && <Button small variant="quiet" icon="edit" label={`${whatOf(what)}：${t('CONSENT_RECORD')}`} onClick={() => ask({ what })} />
	return (
		<>
			{!data.service && !record.ended_at && <Notice kind="warn">{t('CONSENT_NO_SERVICE')}</Notice>}
			<Facts>
				<Fact label={t('CONSENT_WHAT_SERVICE')} always>
					<span class="editable"><span>{data.service ? t('CONSENT_SINCE', { day: long(data.service) }) : t('NOT_SET')}</span>{button('service')}</span>
				</Fact>
				<Fact label={t('CONSENT_WHAT_ENTRY')} always>
					<span class="editable"><span>{data.entry ? word('ENTRY', data.entry) : t('NOT_SET')}</span>{button('entry')}</span>
				</Fact>
			</Facts>
			{data.links.length > 0 && (
				<section>
					<h3>{t('CONSENT_ITEMS')}</h3>
					<ul class="plain-list consent-links">{data.links.map(link => <LinkLine key={link.watcher_id} link={link} may={may && data.service} ask={ask} />)}</ul>
				</section>
			)}
			<History id={record.resident_id} first={data} />
		</>
	)
}

// record: of the resident's page; changed(): something else of it is to be read anew; turn: it was.
export function Consents({ record, changed, turn = 0 }) {
	const id = record.resident_id
	const [asking, ask] = useState(null)
	const page = useLoad(signal => api.get(`${pathOf(id)}/consents`, undefined, { signal }), [id])
	const may = can('edit') && !record.ended_at
	useEffect(() => {
		if (turn)
			page.reload()
	}, [turn])
	const done = () => {
		page.reload()
		changed?.()
	}
	return (
		<Card title={t('CONSENTS')}>
			<div class="stack">
				<Loaded of={page} lines={4}>{data => <Agreed record={record} data={data} may={may} ask={ask} />}</Loaded>
				<NeverTold record={record} may={may} changed={done} />
				<Disclosures record={record} turn={turn} />
			</div>
			{asking && <ConsentDialog record={record} of={asking} onDone={done} onClose={() => ask(null)} />}
		</Card>
	)
}
