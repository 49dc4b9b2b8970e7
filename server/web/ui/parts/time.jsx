// time - instants and days as elements; what a machine reads is kept beside what a person reads.
import { useSession } from '../session.js'
import { day, when } from '../time.js'

export const Day = ({ of, year = false }) => (of ? <time dateTime={of}>{day(of, { year })}</time> : null)
// The time alone where it is today's, else the date before it.
export function When({ at, none = null }) {
	const now = useSession()
	return at ? <time dateTime={at}>{when(at, now?.date)}</time> : none
}
