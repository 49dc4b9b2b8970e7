// form - labelled fields with hint and fault, and what belongs together when a form is filled in and sent.
//
//     const form = useForm({ name: '', tier: '1' })
//     <form onSubmit={form.submit(values => api.post('/…', values), saved)}>
//         <ProblemNotice problem={form.problem} />
//         <Input label={t('NAME')} required {...form.field('name')} />
//         <Button type="submit" variant="primary" busy={form.busy}>…</Button>
//
// In a dialog: <FormDialog form={form} …>. A fault that the server names by pointer stands at the field of that name
// (/name, /steps/1/after), the first of them with the focus; what has no field here is said by the ProblemNotice.
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { faultWords, problemOf } from '../api.js'
import { t } from '../i18n.js'
import { Icon } from './icons.jsx'

// What the browser finds wrong, in the page's language and not the browser's.
function wrong(element) {
	const v = element.validity
	if (v.valid)
		return ''
	if (v.valueMissing)
		return element.type === 'radio' || element.tagName === 'SELECT' ? t('FAULT_CHOOSE') : t('FAULT_NEEDED')
	if (v.tooLong)
		return t('FAULT_LONG', { most: element.maxLength })
	if (v.rangeUnderflow)
		return t('FAULT_LEAST', { least: element.min })
	if (v.rangeOverflow)
		return t('FAULT_MOST', { most: element.max })
	if (v.customError)
		return element.validationMessage
	return element.dataset.shape || t('FAULT_SHAPE')
}

export function useForm(initial) {
	const [values, setValues] = useState(initial)
	const [state, setState] = useState({ busy: false, problem: null, faults: {} })
	const begun = useRef(initial)
	const sent = useRef(null) // the form, for what is sent by another button
	const set = (name, value, of = name) => {
		setValues(v => ({ ...v, [name]: value }))
		setState(s => ({ ...s, faults: Object.fromEntries(Object.entries(s.faults).filter(([at]) => at !== of && !at.startsWith(`${of}/`))) }))
	}
	const focusFault = element => setTimeout(() => element?.querySelector('[aria-invalid="true"]')?.focus())
	return {
		values,
		set, // of: the field where it was changed, where a value has several
		faults: state.faults,
		reset(next = begun.current) {
			begun.current = next
			setValues(next)
			setState({ busy: false, problem: null, faults: {} })
		},
		dirty: Object.keys(values).some(k => values[k] !== begun.current[k]),
		busy: state.busy,
		problem: state.problem,
		field: name => ({ name, value: values[name] ?? '', error: state.faults[name], onValue: value => set(name, value) }),
		check: name => ({ name, checked: Boolean(values[name]), error: state.faults[name], onValue: value => set(name, value) }),
		// judge(values): { name: text } of what no field can tell alone. send(values) makes the call, or gives
		// { faults: { name: text } }; done(answer) when it went well.
		submit: (send, done, judge) => async event => {
			event?.preventDefault()
			if (state.busy)
				return
			const element = event?.currentTarget ?? sent.current
			sent.current = element
			const faults = { ...judge?.(values) }
			for (const field of element?.elements ?? []) {
				if (field.name && field.willValidate && !faults[field.name]) {
					const fault = wrong(field)
					if (fault)
						faults[field.name] = fault
				}
			}
			if (Object.keys(faults).length) {
				setState({ busy: false, problem: null, faults })
				focusFault(element)
				return
			}
			setState({ busy: true, problem: null, faults: {} })
			try {
				const answer = await send(values)
				if (answer?.faults) {
					setState({ busy: false, problem: null, faults: answer.faults })
					focusFault(element)
					return
				}
				setState({ busy: false, problem: null, faults: {} })
				done?.(answer)
			} catch (error) {
				const problem = problemOf(error)
				const named = {}
				problem.elsewhere = []
				for (const error of problem.errors ?? []) {
					const at = (error.pointer ?? '').slice(1)
					const name = [at, at.split('/')[0]].find(one => one && element?.elements.namedItem(one))
					if (name)
						named[name] ??= faultWords(error)
					else
						problem.elsewhere.push(error)
				}
				setState({ busy: false, problem, faults: named })
				if (Object.keys(named).length)
					focusFault(element)
			}
		},
	}
}

// The frame: label, control, hint, fault. Where no part below fits, give it a control as a function of its attributes.
// plain: without the word "required", where all fields are.
export function Field({ label, hint, error, required, children, class: extra = '', hideLabel = false, plain = false }) {
	const id = useId()
	const described = [hint && `${id}-hint`, error && `${id}-fault`].filter(Boolean).join(' ') || undefined
	const attributes = { id, 'aria-describedby': described, 'aria-invalid': error ? 'true' : undefined, required }
	return (
		<div class={`field ${error ? 'field-wrong' : ''} ${extra}`}>
			<label for={id} class={hideLabel ? 'unseen' : ''}>
				{label}{required && !hideLabel && !plain && <span class="needed">{t('NEEDED')}</span>}
			</label>
			{hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
			{children(attributes)}
			{error && <p class="fault" id={`${id}-fault`}><Icon name="alert" size={16} />{error}</p>}
		</div>
	)
}

const framed = Control => ({ label, hint, error, required, hideLabel, plain, class: extra, ...rest }) => (
	<Field {...{ label, hint, error, required, hideLabel, plain, class: extra }}>{attributes => <Control {...rest} {...attributes} />}</Field>
)

// A date without a max would take a year of six digits.
export const Input = framed(({ onValue, shape, ...rest }) => (
	<input class="control" autocomplete="off" data-shape={shape} max={rest.type === 'date' ? '9999-12-31' : undefined} onInput={event => onValue?.(event.currentTarget.value)} {...rest} />
))
export const TextArea = framed(({ onValue, rows = 3, ...rest }) => (
	<textarea class="control" rows={rows} onInput={event => onValue?.(event.currentTarget.value)} {...rest} />
))
// options: [[value, text], …] or [{ value, text, disabled }, …]; empty: the text of "none chosen yet"
export const Select = framed(({ onValue, options, empty, value, ...rest }) => (
	<span class="select">
		<select class="control" value={value} onChange={event => onValue?.(event.currentTarget.value)} {...rest}>
			{empty !== undefined && <option value="" selected={value === ''}>{empty}</option>}
			{options.map(o => (Array.isArray(o) ? { value: o[0], text: o[1] } : o)).map(o => (
				<option key={o.value} value={o.value} disabled={o.disabled} selected={String(o.value) === String(value)}>{o.text}</option>
			))}
		</select>
		<Icon name="down" size={16} />
	</span>
))
// A text with suggestions: [value, …] or [[value, what it is], …]
export const Suggest = framed(({ onValue, options, id, ...rest }) => (
	<>
		<input class="control" id={id} list={`${id}-list`} autocomplete="off" onInput={event => onValue?.(event.currentTarget.value)} {...rest} />
		<datalist id={`${id}-list`}>
			{options.map(o => (Array.isArray(o) ? <option key={o[0]} value={o[0]}>{o[1]}</option> : <option key={o} value={o} />))}
		</datalist>
	</>
))

export function Checkbox({ label, hint, error, checked, onValue, ...rest }) {
	const id = useId()
	return (
		<div class={`tick ${error ? 'field-wrong' : ''}`}>
			<label>
				<input type="checkbox" checked={checked} aria-describedby={hint || error ? `${id}-said` : undefined} aria-invalid={error ? 'true' : undefined}
					onChange={event => onValue?.(event.currentTarget.checked)} {...rest} />
				<span>{label}</span>
			</label>
			{(hint || error) && <p class={error ? 'fault' : 'hint'} id={`${id}-said`}>{error || hint}</p>}
		</div>
	)
}

// Any of a few. value: those chosen, in the order of options: [[value, text], …]
export function Ticks({ label, hint, error, name, value, options, onValue, hideLabel = false }) {
	const id = useId()
	return (
		<fieldset class={`choices ${error ? 'field-wrong' : ''}`} aria-describedby={error || hint ? `${id}-said` : undefined}>
			<legend class={hideLabel ? 'unseen' : ''}>{label}</legend>
			{hint && !error && <p class="hint" id={`${id}-said`}>{hint}</p>}
			<div class="ticks">
				{options.map(([v, text], i) => (
					<Checkbox key={v} name={name} label={text} checked={value.includes(v)} aria-invalid={error && i === 0 ? 'true' : undefined}
						onValue={on => onValue(options.map(o => o[0]).filter(o => (o === v ? on : value.includes(o))))} />
				))}
			</div>
			{error && <p class="fault" id={`${id}-said`}><Icon name="alert" size={16} />{error}</p>}
		</fieldset>
	)
}

// One of a few, all in sight. options: [[value, text, hint?], …]
export function Choices({ label, hint, error, required, name, value, options, onValue, inline = false }) {
	const id = useId()
	const group = useRef(null)
	useEffect(() => {
		if (error)
			group.current?.querySelector('input')?.setAttribute('aria-invalid', 'true')
		else
			group.current?.querySelector('input')?.removeAttribute('aria-invalid')
	}, [error])
	return (
		<fieldset ref={group} class={`choices ${inline ? 'choices-inline' : ''} ${error ? 'field-wrong' : ''}`} aria-describedby={error || hint ? `${id}-said` : undefined}>
			<legend>{label}{required && <span class="needed">{t('NEEDED')}</span>}</legend>
			{options.map(([v, text, more]) => (
				<label key={v} class={`choice ${v === value ? 'chosen' : ''}`}>
					<input type="radio" name={name ?? id} value={v} checked={v === value} required={required} onChange={() => onValue?.(v)} />
					<span>{text}{more && <small>{more}</small>}</span>
				</label>
			))}
			{(hint || error) && <p class={error ? 'fault' : 'hint'} id={`${id}-said`}>{error || hint}</p>}
		</fieldset>
	)
}
