// dialog - a question over the page. The browser's own <dialog>: focus stays in it, Esc closes it, and it goes back to
// where it was opened from.
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../i18n.js'
import { Button } from './button.jsx'
import { useForm, TextArea } from './form.jsx'
import { ProblemNotice } from './notice.jsx'
import { lieOver, toast } from './toast.jsx'

// onClose: Esc, the cross, Cancel. wide: for tables and long forms. Children are drawn only while it is open, so their
// state begins anew each time: open it by drawing it ({asking && <Dialog …>}).
export function Dialog({ title, onClose, wide = false, children, footer, class: extra = '', closable = true }) {
	const element = useRef(null)
	const id = useId()
	useLayoutEffect(() => { // before anybody sees it: a key that follows is the dialog's
		const dialog = element.current
		const before = document.activeElement
		dialog.showModal()
		dialog.querySelector('[autofocus]')?.focus()
		const leave = lieOver(dialog)
		return () => {
			leave()
			dialog.close()
			before?.focus?.()
		}
	}, [])
	return (
		<dialog ref={element} class={`dialog ${wide ? 'dialog-wide' : ''} ${extra}`} aria-labelledby={id}
			onCancel={event => {
				event.preventDefault()
				if (closable && event.target === element.current)
					onClose?.()
			}}
			onClose={event => { // a browser may close it unasked, at the second Esc
				if (event.target !== element.current)
					return
				if (closable)
					onClose?.()
				else
					element.current.showModal()
			}}>
			<div class="dialog-head">
				<h2 id={id}>{title}</h2>
				{closable && <Button variant="quiet" icon="close" label={t('CLOSE_DIALOG')} onClick={onClose} />}
			</div>
			<div class="dialog-body">{children}</div>
			{footer && <div class="dialog-foot">{footer}</div>}
		</dialog>
	)
}

// A dialog that is a form: children are its fields, form a useForm, judge and send those of its submit. Then it is closed, `said`
// stands as a toast, and onDone(answer) goes on. What went wrong stands over its buttons (problem: another than the form's).
export function FormDialog({ title, form, judge, send, label, danger = false, wide = false, problem = form.problem, said, onDone, onClose, children }) {
	const id = useId()
	return (
		<Dialog title={title} wide={wide} onClose={onClose} footer={(
			<>
				<ProblemNotice problem={problem} />
				<Button onClick={onClose}>{t('CANCEL')}</Button>
				<Button type="submit" form={id} variant={danger ? 'danger' : 'primary'} busy={form.busy}>{label ?? t('SAVE')}</Button>
			</>
		)}>
			<form id={id} noValidate onSubmit={form.submit(send, answer => {
				if (said)
					toast(said)
				onClose()
				onDone?.(answer)
			}, judge)}>
				{children}
			</form>
		</Dialog>
	)
}

// Asks before something that matters, with a reason where one is wanted. send(reason) makes the call.
export function ConfirmWithReason({ children, reason = true, reasonLabel, send, ...rest }) {
	const form = useForm({ reason: '' })
	return (
		<FormDialog form={form} send={values => send(values.reason.trim())} {...rest}>
			{children}
			{reason && <TextArea label={reasonLabel ?? t('REASON')} required maxLength={500} autofocus {...form.field('reason')} />}
		</FormDialog>
	)
}
