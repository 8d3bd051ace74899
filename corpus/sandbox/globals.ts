// @expect none
// No host, no clock, no network, no randomness but the seeded one, the same names on every host.
import { BUG_ON } from 'linux'

const absent = [
  'process', 'require', 'module', 'Buffer', 'fetch', 'XMLHttpRequest', 'WebSocket', 'Worker', 'postMessage', 'self',
  'window', 'document', 'setTimeout', 'setInterval', 'queueMicrotask', 'performance', 'Date', 'Temporal', 'Intl',
  'console', 'crypto', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'Compartment', 'eval', 'Function', 'Promise',
]
for (const name of absent) BUG_ON(name in globalThis)
BUG_ON('random' in Math)

// A stack names places of the program only.
const { stack } = new Error('x')
BUG_ON(stack === undefined || /[/\\](?!\d+:)/.test(stack.replace(/pageward\//g, '')))

// Newer than ES2023: not there, whatever the host has.
BUG_ON('union' in Set.prototype || 'groupBy' in Object || 'fromAsync' in Array)
