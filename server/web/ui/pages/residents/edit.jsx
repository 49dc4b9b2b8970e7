// edit - one field of a record, put right where it stands: a pencil beside what is shown, then the field with Save and
// Cancel. The server is told what was there before, so that nobody overwrites what somebody else has just changed.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { t, word } from '../../i18n.js'
import { Button, Input, ProblemNotice, ResidentField, Select, TextArea, Ticks, toast, useForm, useLoad } from '../../parts/index.js'
import { can } from '../../session.js'

function PolicySelect({ value, ...props }) {
	const load = useLoad(signal => api.get('/policies', undefined, { signal }), [])
	const names = [...new Set([...(load.data?.policies ?? []).filter(p => !p.ended_at).map(p => p.policy), value].filter(Boolean))]
	return <Select options={names.map(p => [p, word('POLICY_NAME', p)])} empty="" value={value} {...props} />
}

const inputs = {
	text: props => <Input {...props} />,
	date: props => <Input type="date" {...props} />,
	phone: props => <Input type="tel" {...props} />,
	long: props => <TextArea rows={4} {...props} />,
	choice: ({ options, empty, ...props }) => <Select options={options} empty={empty} {...props} />,
	policy: props => <PolicySelect {...props} />,
	resident: props => <ResidentField {...props} />,
	some: ({ value, onValue, ...props }) => <Ticks value={value.split(' ')} onValue={list => onValue(list.join(' '))} {...props} />,
}

// shown: how the value is shown beside a field that is not edited; reload(): reads it anew.
function Editor({ path, name, label, value, shown, type = 'text', hint, reload, onDone, onClose, ...more }) {
	const form = useForm({ [name]: value ?? '' })
	const was = useRef(value ?? null) // as the editor was opened: what comes in meanwhile is nobody's to overwrite unseen
	const element = useRef(null)
	const Field = inputs[type]
	const conflict = form.problem?.code === 'changed'
	const send = async values => {
		if (conflict)
			was.current = value ?? null // it stood below
		try {
			return await api.patch(path, { [name]: values[name].trim(), was: { [name]: was.current } })
		} catch (problem) {
			if (problem.code === 'changed')
				reload()
			throw problem
		}
	}
	useLayoutEffect(() => element.current?.querySelector('input, select, textarea')?.focus(), []) // who types on at once loses nothing
	return (
		<form class="edit" noValidate ref={element}
			onKeyDown={event => {
				if (event.key === 'Escape' && !event.isComposing) { // else it ends what an input method converts
					event.stopPropagation()
					onClose()
				}
			}}
			onSubmit={form.submit(send, answer => {
				toast(t('RECORD_CHANGED', { label }))
				for (const warning of answer.warnings ?? [])
					toast(api.faultWords(warning), 'warn')
				onDone()
			})}>
			<Field label={label} hint={hint} hideLabel {...more} {...form.field(name)} />
			<ProblemNotice problem={form.problem} />
			{conflict && <div class="soft">{t('RECORD_NOW')}<div class="lines">{shown}</div></div>}
			<div class="row">
				<Button small type="submit" variant="primary" busy={form.busy}>{t('SAVE')}</Button>
				<Button small onClick={onClose}>{t('CANCEL')}</Button>
			</div>
		</form>
	)
}

// It stands open where the address asks for it (?edit=schedule).
// path: of the PATCH; name: its member; value: as it is stored, null: nothing; children: how it is shown.
export function EditFact({ path, name, label, value, changed, fixed = false, children, ...more }) {
	const may = can('edit') && !fixed
	const [editing, edit] = useState(() => may && new URLSearchParams(location.search).get('edit') === name)
	const pencil = useRef(null)
	const back = useRef(false)
	useEffect(() => {
		if (!editing && back.current)
			pencil.current?.querySelector('button')?.focus()
		back.current = editing
	}, [editing])
	if (!may && !value)
		return null
	const shown = children || value || <span class="faint">{t('NOT_SET')}</span>
	return (
		<div class={editing ? 'editing' : ''}>
			<dt>{label}</dt>
			<dd>
				{editing ? (
					<Editor {...{ path, name, label, value, shown }} {...more} reload={changed} onClose={() => edit(false)} onDone={() => {
						edit(false)
						changed()
					}} />
				) : (
					<span class="editable" ref={pencil}>
						<span>{shown}</span>
						{may && <Button small variant="quiet" icon="edit" label={t('RECORD_EDIT', { label })} onClick={() => edit(true)} />}
					</span>
				)}
			</dd>
		</div>
	)
}
