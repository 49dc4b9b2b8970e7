// store - a value that parts of the page look at and are drawn again for when it changes.
import { useEffect, useState } from 'preact/hooks'

export function createStore(value) {
	const listeners = new Set()
	return {
		get: () => value,
		set(next) {
			if (Object.is(next, value))
				return
			value = next
			for (const listener of [...listeners])
				listener(value)
		},
		subscribe(listener) {
			listeners.add(listener)
			return () => listeners.delete(listener)
		},
	}
}

export function useStore(store) {
	const [value, setValue] = useState(store.get())
	useEffect(() => {
		setValue(() => store.get()) // it may have changed since the first drawing
		return store.subscribe(v => setValue(() => v))
	}, [store])
	return value
}
