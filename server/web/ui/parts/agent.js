// agent - "Chrome・Windows" out of what a browser says of itself.
import { dots } from '../i18n.js'

const browsers = [[/Edg\//, 'Edge'], [/Firefox\//, 'Firefox'], [/(Headless)?Chrome\//, 'Chrome'], [/Safari\//, 'Safari']]
const systems = [[/Windows/, 'Windows'], [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux']]
const find = (table, agent) => table.find(([shape]) => shape.test(agent))?.[1]

export const agentWords = agent => dots(find(browsers, agent), find(systems, agent)) || agent
