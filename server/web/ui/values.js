// values - what the server's words may be, in the order in which pages offer them, and where a resident is found.
export const STATES = ['help', 'missed', 'unknown', 'late', 'waiting', 'ok', 'paused', 'unscheduled'] // worst first
export const CATEGORIES = ['elderly_alone', 'elderly_household', 'disability', 'parenting', 'other']
export const CANS = ['go', 'call', 'know'] // what a watcher can do
export const LOW_BATTERY = 20 // %

// Of the page, and, below /api/v1, of the call.
export const residentPath = id => `/residents/${encodeURIComponent(id)}`
