// edit - one field of a record, put right where it stands: a pencil beside what is shown, then the field with Save and
// Cancel. The server is told what was there before, so that nobody overwrites what somebody else has just changed.
import { useEffect, useRef, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { Button, Checkbox, Input, ProblemNotice, Select, TextArea, toast, useForm, useLoad } from '../../parts/index.js'
import { can } from '../../session.js'

const inputs = {
	text: props => <Input {...props} />,
	date: props => <Input type="date" {...props} />,
	phone: props => <Input type="tel" {...props} />,
	long: props => <TextArea rows={4} {...props} />,
	choice: ({ options, empty, ...props }) => <Select options={options} empty={empty} {...props} />,
	policy: ({ value, ...props }) => {
		const load = useLoad(signal => api.get('/policies', undefined, { signal }), [])
		const names = [...new Set([...(load.data?.policies ?? []).map(p => p.policy), value].filter(Boolean))]
		return <Select options={names.map(p => [p, word('POLICY_NAME', p)])} empty="" value={value} {...props} />
	},
	some: ({ options, value, onValue, label }) => {
		const chosen = new Set(value.split(' ').filter(Boolean))
		return (
			<fieldset class="choices">
				<legend class="unseen">{label}</legend>
				{options.map(([v, text]) => (
					<Checkbox key={v} label={text} checked={chosen.has(v)} onValue={on => {
						on ? chosen.add(v) : chosen.delete(v)
						onValue(options.map(o => o[0]).filter(o => chosen.has(o)).join(' '))
					}} />
				))}
			</fieldset>
		)
	},
}

function Editor({ path, name, label, value, type = 'text', hint, onDone, onClose, ...more }) {
	const form = useForm({ [name]: value ?? '' })
	const element = useRef(null)
	const Field = inputs[type]
	useEffect(() => element.current?.querySelector('input, select, textarea')?.focus(), [])
	return (
		<form class="edit" noValidate ref={element}
			onKeyDown={event => {
				if (event.key === 'Escape') {
					event.stopPropagation()
					onClose()
				}
			}}
			onSubmit={form.submit(values => api.patch(path, { [name]: values[name].trim(), was: { [name]: value ?? null } }), answer => {
				toast(t('RECORD_CHANGED', { label }))
				for (const warning of answer.warnings ?? [])
					toast(api.faultWords(warning), 'warn')
				onDone()
			})}>
			<Field label={label} hint={hint} hideLabel {...more} {...form.field(name)} />
			<ProblemNotice problem={form.problem} />
			<div class="row">
				<Button small type="submit" variant="primary" busy={form.busy}>{t('SAVE')}</Button>
				<Button small onClick={onClose}>{t('CANCEL')}</Button>
			</div>
		</form>
	)
}

// path: of the PATCH; name: its member; value: as it is stored, null: nothing; children: how it is shown.
export function EditFact({ path, name, label, value, changed, fixed = false, children, ...more }) {
	const [editing, edit] = useState(false)
	const pencil = useRef(null)
	const back = useRef(false)
	const may = can('edit') && !fixed
	useEffect(() => {
		if (!editing && back.current)
			pencil.current?.querySelector('button')?.focus()
		back.current = editing
	}, [editing])
	if (!may && !value)
		return null
	return (
		<div class={editing ? 'editing' : ''}>
			<dt>{label}</dt>
			<dd>
				{editing ? (
					<Editor {...{ path, name, label, value }} {...more} onClose={() => edit(false)} onDone={() => {
						edit(false)
						changed()
					}} />
				) : (
					<span class="editable" ref={pencil}>
						<span>{children || value || <span class="faint">{t('NOT_SET')}</span>}</span>
						{may && <Button small variant="quiet" icon="edit" label={t('RECORD_EDIT', { label })} onClick={() => edit(true)} />}
					</span>
				)}
			</dd>
		</div>
	)
}
