// consents - what a resident agreed to and who is told: the service, going in, each watcher; who must never be told; who
// was told. Nobody changes a consent: another is recorded, and the latest holds.
import { useEffect, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { bracketed, colon, dots, t, word } from '../../i18n.js'
import { can, today } from '../../session.js'
import { date, day } from '../../time.js'
import { Button, Card, Choices, Fact, Facts, FormDialog, Icon, Input, Loaded, Notice, Pager, Suggest, Tag, TextArea, Ticks, useForm, useLoad, useRest } from '../../parts/index.js'
import { residentPath } from '../../values.js'
import { Disclosures } from './disclosures.jsx'
import { NeverTold } from './never_told.jsx'

export const ITEMS = ['name', 'place', 'address', 'care', 'outcome']
const long = text => day(text, { year: true })

export function Items({ items }) {
	return <span class="row tags">{items.length ? items.map(item => <Tag key={item}>{word('ITEM', item)}</Tag>) : <Tag>{t('CONSENT_LINK_LABEL')}</Tag>}</span>
}

// What may be told, of these words.
export const ItemTicks = ({ all, ...rest }) => <Ticks options={all.map(item => [item, word('ITEM', item)])} {...rest} />

const whatOf = (what, name) => (what === 'link' ? t('CONSENT_WHAT_LINK', { name }) : word('CONSENT_WHAT', what))

// of: { what, link? }
function ConsentDialog({ record, of, onDone, onClose }) {
	const { what, link } = of
	const form = useForm({ said: 'yes', items: link?.shares ?? [], agreed_on: today(), agreed_by: '', form: 'paper', note: '' })
	const { said } = form.values
	const answers = [['yes', t('CONSENT_GIVEN')], ...(what === 'entry' ? [['police', t('CONSENT_GIVEN_POLICE')]] : []), ['no', t('CONSENT_NOT_GIVEN')]]
	const send = values => api.post(`${residentPath(record.resident_id)}/consents`, {
		what, given: values.said !== 'no', agreed_on: values.agreed_on, agreed_by: values.agreed_by.trim(), form: values.form,
		...(values.note.trim() && { note: values.note.trim() }),
		...(link && { watcher_id: link.watcher_id }),
		...(link && values.said === 'yes' && { items: values.items.length ? values.items : ['label'] }),
		...(values.said === 'police' && { items: ['police'] }),
	})
	return (
		<FormDialog title={whatOf(what, link?.name)} label={t('CONSENT_RECORD')} danger={said === 'no'} form={form} send={send} said={t('CONSENT_RECORDED')} onClose={onClose} onDone={onDone}>
			<Choices label={t('CONSENT_IS')} required inline options={answers} {...form.field('said')} />
			{said === 'no' && what === 'service' && <Notice kind="warn" live>{t('CONSENT_SERVICE_BACK_LEAD')}</Notice>}
			{said === 'no' && what === 'link' && <Notice kind="warn" live>{t('CONSENT_LINK_BACK_LEAD')}</Notice>}
			{said === 'yes' && what === 'link' && <ItemTicks label={t('CONSENT_ITEMS')} hint={t('CONSENT_ITEMS_HINT')} all={ITEMS} {...form.field('items')} />}
			<div class="pair">
				<Input type="date" label={t('CONSENT_ON')} required max={today()} {...form.field('agreed_on')} />
				<Suggest label={t('CONSENT_BY')} hint={t('CONSENT_BY_HINT')} required maxLength={60} options={[t('CONSENT_BY_SELF'), t('CONSENT_BY_KIN'), t('CONSENT_BY_GUARDIAN')]} {...form.field('agreed_by')} />
			</div>
			<Choices label={t('CONSENT_FORM')} inline options={['paper', 'spoken', 'online'].map(f => [f, word('CONSENT_FORM', f)])} {...form.field('form')} />
			<TextArea label={t('CONSENT_NOTE')} rows={2} maxLength={300} {...form.field('note')} />
		</FormDialog>
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
			{may && !link.never_told && !link.ended && <Button small icon="edit" label={colon(whatOf('link', link.name), t('CONSENT_RECORD'))} onClick={() => ask({ what: 'link', link })} />}
		</li>
	)
}

function said({ given, items }) {
	const words = t(given ? 'CONSENT_GIVEN' : 'CONSENT_NOT_GIVEN')
	return items.length ? bracketed(words, dots(items.map(item => word('ITEM', item)))) : words
}

function History({ id, first }) {
	const { rows, ...pages } = useRest(first, { path: `${residentPath(id)}/consents`, name: 'consents', rows: first.consents, cursor: first.next_cursor })
	if (!rows.length)
		return null
	return (
		<details>
			<summary>{t('CONSENT_HISTORY', { count: `${rows.length}${pages.cursor ? '+' : ''}` })}</summary>
			<ul class="plain-list">
				{rows.map(a => (
					<li key={a.id}>
						<div class="grow">
							<b>{whatOf(a.what, a.watcher_name ?? a.watcher_id)}</b> {said(a)}
							<small>{dots(long(a.agreed_on), a.agreed_by, word('CONSENT_FORM', a.form), t('CONSENT_ENTERED', { who: a.entered_by_name, day: day(date(a.entered_at)) }))}</small>
							{a.note && <p class="lines">{a.note}</p>}
						</div>
					</li>
				))}
			</ul>
			{pages.cursor && <Pager shown={rows.length} {...pages} />}
		</details>
	)
}

function Agreed({ record, data, may, ask }) {
	const button = what => may && <Button small variant="quiet" icon="edit" label={colon(whatOf(what), t('CONSENT_RECORD'))} onClick={() => ask({ what })} />
	return (
		<>
			{!data.service && !record.ended_at && <Notice kind="warn">{t('CONSENT_NO_SERVICE')}</Notice>}
			<Facts>
				<Fact label={t('CONSENT_WHAT_SERVICE')} always>
					<span class="editable"><span>{data.service ? t('CONSENT_SINCE', { day: long(data.service) }) : t('NOT_SET')}</span>{button('service')}</span>
				</Fact>
				<Fact label={t('CONSENT_WHAT_ENTRY')} always>
					{data.may_know
						? <span class="editable"><span>{data.entry ? word('ENTRY', data.entry) : t('NOT_SET')}</span>{button('entry')}</span>
						: <span class="faint">{t('RECORD_ENTRY_HIDDEN')}</span>}
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
	const page = useLoad(signal => api.get(`${residentPath(id)}/consents`, undefined, { signal }), [id])
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
