/**
 * The sandbox of snippets: SES. `lockdown()` freezes every intrinsic of the realm the runner lives in; each run gets
 * a compartment whose globals are an allow-list of ECMAScript and nothing else. The surface is passed as parameters,
 * not as globals: that is both faster (TOOLCHAIN §7) and all the authority a snippet has.
 */
import 'ses'
import type { Evaluate } from './session.ts'

/** Globals of ECMAScript that tell time, give randomness, or make realms: absent on every host. */
const ABSENT = [
  'Date', 'Temporal', 'Compartment', 'harden', 'lockdown', 'Intl', 'WeakRef', 'FinalizationRegistry', 'Promise',
  'TextEncoder', 'TextDecoder', 'URL', 'URLSearchParams', 'Atomics', 'SharedArrayBuffer', 'AsyncIterator', 'Function', 'eval',
] as const

/** Freezes the realm. Call once, before anything of a stranger is evaluated. */
export function lockDown(): void {
  lockdown({
    errorTaming: 'unsafe',
    overrideTaming: 'severe',
    consoleTaming: 'unsafe',
    evalTaming: 'safe-eval',
    stackFiltering: 'verbose',
    reporting: 'none',
  })
}

/** A fresh compartment; the result evaluates the text of a function expression inside it. */
export function newSandbox(): Evaluate {
  const compartment = new Compartment({ globals: {}, __options__: true })
  const names = compartment.globalThis as Record<string, unknown>
  for (const name of ABSENT) delete names[name]
  return (text, name) => compartment.evaluate(`(${text})\n//# sourceURL=${name}`)
}
