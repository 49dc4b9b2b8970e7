// button - variant: primary (one a view), plain, quiet (no border), danger. small: 36 px high, for dense places.
import { Icon } from './icons.jsx'

const look = (variant, small, extra) => `button button-${variant}${small ? ' button-small' : ''} ${extra}`

// While busy it stays focusable and says so; a second click does nothing.
export function Button({ variant = 'plain', icon, busy = false, small = false, label, class: extra = '', onClick, children, type = 'button', ...rest }) {
	return (
		<button type={type} class={look(variant, small, extra)} aria-busy={busy || undefined} aria-disabled={busy || undefined} aria-label={label} title={children ? undefined : label}
			onClick={event => (busy ? event.preventDefault() : onClick?.(event))} {...rest}>
			{busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} size={18} />}
			{children && <span>{children}</span>}
		</button>
	)
}

// A link that looks like a button: it leads somewhere, it does nothing.
export function ButtonLink({ variant = 'plain', icon, small = false, class: extra = '', label, children, ...rest }) {
	return (
		<a class={look(variant, small, extra)} aria-label={label} {...rest}>
			{icon && <Icon name={icon} size={18} />}
			{children && <span>{children}</span>}
		</a>
	)
}
