// menu - a button that shows a few more. A plain disclosure: Esc and a click elsewhere close it, Tab goes through it.
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { Icon } from './icons.jsx'

// children: a function of close()
export function Menu({ label, icon, text, children, align = 'right', class: extra = '' }) {
	const [open, setOpen] = useState(false)
	const element = useRef(null)
	const opener = useRef(null)
	const id = useId()
	const close = () => { // what is opened from here leads back to here
		opener.current.focus()
		setOpen(false)
	}
	useEffect(() => {
		if (!open)
			return undefined
		const away = event => {
			if (!element.current.contains(event.target))
				setOpen(false)
		}
		const key = event => {
			if (event.key === 'Escape') {
				event.preventDefault()
				event.stopPropagation()
				close()
			}
		}
		document.addEventListener('pointerdown', away)
		document.addEventListener('focusin', away)
		document.addEventListener('keydown', key, true)
		return () => {
			document.removeEventListener('pointerdown', away)
			document.removeEventListener('focusin', away)
			document.removeEventListener('keydown', key, true)
		}
	}, [open])
	return (
		<div class={`menu ${extra}`} ref={element}>
			<button type="button" class="button button-quiet" aria-expanded={open} aria-controls={open ? id : undefined} aria-label={label} ref={opener} onClick={() => setOpen(!open)}>
				{icon && <Icon name={icon} />}
				{text && <span class="menu-text">{text}</span>}
				{text && <Icon name="down" size={14} />}
			</button>
			{open && <div class={`menu-list menu-${align}`} id={id}>{children(close)}</div>}
		</div>
	)
}

// href: leads somewhere; else onClick.
export function MenuItem({ icon, href, onClick, children, current = false, download }) {
	const inside = <>{icon && <Icon name={icon} size={18} />}<span>{children}</span>{current && <Icon name="check" size={16} />}</>
	return href ? <a class="menu-item" href={href} onClick={onClick} download={download}>{inside}</a>
		: <button type="button" class="menu-item" aria-pressed={current || undefined} onClick={onClick}>{inside}</button>
}
