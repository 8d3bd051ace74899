/**
 * Entry of the command line: starts command-line.ts in a process of its own and ends with its status. A program can
 * bring the engine down (a value for which V8 has no room ends the process, not the thread) or leave a thread that
 * nothing ends: either costs that process, and the status and one clear line still come from here.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import V8_FLAGS from '../src-node/v8-flags.json' with { type: 'json' }
import { Exit } from './exit.ts'
import { STDERR_VARIABLE } from './output.ts'

/** What V8 and Node print when they give up: nothing of it helps a person. */
const ENGINE_DUMP = /(^|\n)\n*(<--- Last few GCs --->|#\r?\n# Fatal |FATAL ERROR: )/

// What a driver's loop calls is a few functions deep: V8 may inline more of it than it would (docs/performance.md).
const child = spawn(
  process.execPath,
  [
    ...V8_FLAGS,
    ...process.execArgv,
    fileURLToPath(new URL('./command-line.ts', import.meta.url)),
    ...process.argv.slice(2),
  ],
  {
    stdio: ['inherit', 'inherit', 'pipe', 'ipc'],
    env: { ...process.env, [STDERR_VARIABLE]: process.stderr.isTTY === true ? 'terminal' : 'no terminal' },
  },
)
let told: number | null = null
/** From where the text looks like the engine's: shown only if the process ended in good order. */
let held = ''

child.stderr?.on('data', (bytes: Buffer) => {
  if (held !== '') held += bytes.toString()
  else {
    const text = bytes.toString()
    const at = text.search(ENGINE_DUMP)
    if (at >= 0) held = text.slice(at)
    process.stderr.write(at >= 0 ? text.slice(0, at) : bytes)
  }
})
child.on('message', (message: { readonly status: number }) => (told = message.status))
// Of a terminal's Ctrl-C both hear; a signal sent to this process alone is handed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
process.stderr.on('error', () => undefined)

child.once('error', (error) => {
  process.stderr.write(`pageward: could not start: ${error.message}\n`)
  process.exit(Exit.FAILED)
})
child.once('close', (code, signal) => {
  const status = told ?? code
  if (status !== null) {
    process.stderr.write(held, () => process.exit(status))
    return
  }
  if (signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP') {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(name)
    process.kill(process.pid, signal)
    return
  }
  process.stderr.write(
    'pageward: the program took more memory than the engine can give, which ended the run; its trace is lost\n',
  )
  process.exit(Exit.BUDGET)
})
