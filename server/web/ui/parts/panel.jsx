// panel - what belongs to a row, beside the list (the list stays usable), or over it where the window is narrow.
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { t } from '../i18n.js'
import { Button } from './button.jsx'
import { lieOver } from './toast.jsx'

const narrow = matchMedia('(max-width: 60rem)')

// about: whom it is about; for another one it begins anew, at its top. focus: whether it takes the focus then (beside the
// list it may also just follow the keys).
export function SidePanel({ about, title, kicker, onClose, children, footer, label, focus = true }) {
	const element = useRef(null)
	const [over, setOver] = useState(narrow.matches)
	const id = useId()
	useEffect(() => {
		const change = () => setOver(narrow.matches)
		narrow.addEventListener('change', change)
		return () => narrow.removeEventListener('change', change)
	}, [])
	useLayoutEffect(() => {
		const dialog = element.current
		let leave = null
		if (over) {
			dialog.showModal()
			leave = lieOver(dialog)
		} else {
			dialog.setAttribute('open', '') // show() would always take the focus
		}
		return () => {
			leave?.()
			dialog.close()
		}
	}, [over])
	useLayoutEffect(() => {
		if (focus && !over)
			element.current.querySelector('h2').focus({ preventScroll: true })
		element.current.querySelector('.panel-body').scrollTop = 0
	}, [focus, over, about])
	return (
		<dialog ref={element} class={`panel ${over ? 'panel-over' : ''}`} aria-labelledby={id} aria-label={label}
			onCancel={event => {
				event.preventDefault()
				if (event.target === element.current)
					onClose()
			}}
			onClose={event => over && event.target === element.current && !element.current.open && onClose()}
			onKeyDown={event => { // not of a dialog that was opened from here
				if (event.key === 'Escape' && !over && !event.defaultPrevented && !event.isComposing && event.target.closest('dialog') === element.current) {
					event.stopPropagation()
					onClose()
				}
			}}>
			<div class="panel-head">
				<div class="panel-title">
					{kicker}
					<h2 id={id} tabIndex={-1}>{title}</h2>
				</div>
				<Button variant="quiet" icon="close" label={t('CLOSE_PANEL')} onClick={onClose} />
			</div>
			<div class="panel-body">{children}</div>
			{footer && <div class="panel-foot">{footer}</div>}
		</dialog>
	)
}
