// tabs - the parts of one page; arrow keys go from one to the next. Keep `value` in the address (useQuery).
import { useId, useRef } from 'preact/hooks'

// tabs: [{ value, label, count? }]; children: what belongs to the chosen one.
export function Tabs({ label, tabs, value, onValue, children }) {
	const id = useId()
	const list = useRef(null)
	const at = Math.max(0, tabs.findIndex(tab => tab.value === value))
	const go = n => {
		const next = tabs[(n + tabs.length) % tabs.length]
		onValue(next.value)
		list.current.querySelectorAll('[role=tab]')[(n + tabs.length) % tabs.length].focus()
	}
	const keys = { ArrowRight: () => go(at + 1), ArrowLeft: () => go(at - 1), Home: () => go(0), End: () => go(tabs.length - 1) }
	return (
		<div class="tabbed">
			<div class="tabs" role="tablist" aria-label={label} ref={list}
				onKeyDown={event => {
					if (keys[event.key]) {
						event.preventDefault()
						keys[event.key]()
					}
				}}>
				{tabs.map((tab, i) => (
					<button key={tab.value} type="button" role="tab" id={`${id}-${tab.value}`} aria-selected={i === at} aria-controls={i === at ? `${id}-of` : undefined}
						tabIndex={i === at ? 0 : -1} onClick={() => onValue(tab.value)}>
						{tab.label}{tab.count !== undefined && <span class="count">{tab.count}</span>}
					</button>
				))}
			</div>
			<div role="tabpanel" id={`${id}-of`} aria-labelledby={`${id}-${tabs[at].value}`}>{children}</div>
		</div>
	)
}
