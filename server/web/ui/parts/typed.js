// typed - what is being typed, for what is looked for at once; it goes into the address when the typing rests.
import { useEffect, useRef, useState } from 'preact/hooks'

// value: as the address has it; settle(value) puts it there.
export function useTyped(value, settle) {
	const [typed, type] = useState(value)
	const settled = useRef(value)
	useEffect(() => {
		if (value !== settled.current) { // somebody else changed it: back, or "clear"
			settled.current = value
			type(value)
		}
	}, [value])
	useEffect(() => {
		if (typed === settled.current)
			return undefined
		const timer = setTimeout(() => {
			settled.current = typed
			settle(typed)
		}, 300)
		return () => clearTimeout(timer)
	}, [typed])
	return [typed, type]
}
