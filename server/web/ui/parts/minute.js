// minute - ages grow while somebody looks: one clock for all that show one.
import { useEffect } from 'preact/hooks'
import { createStore, useStore } from '../store.js'

const minutes = createStore(0)
let timer = 0, users = 0

// Draws the caller anew each minute.
export function useMinute() {
	useEffect(() => {
		if (users++ === 0)
			timer = setInterval(() => minutes.set(minutes.get() + 1), 60000)
		return () => {
			if (--users === 0)
				clearInterval(timer)
		}
	}, [])
	return useStore(minutes)
}
