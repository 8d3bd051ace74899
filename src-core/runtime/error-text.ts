/**
 * Messages of the engine's own errors. V8 words them by the text of the code that failed, and that is emitted code: it
 * would show our names and differ between the two forms. They are reworded here, the same in both.
 */

const CALLED = /^.* is not a (function|constructor)\b/s
const ITERATED = /is not iterable|Symbol\.iterator|non-callable @@iterator|object null is not/
const DESTRUCTURED = /^Cannot destructure (?:property '([^']*)' of )?'.*' as it is (undefined|null)/s
const MIXED = /^Cannot mix BigInt/
const TWIN_NAME = /\$[gsv]_/g
const MISSING = /^([\w$.]+) is not (?:defined|a function)$/

/** What a program has in the place of a name that other programs have. */
const INSTEAD: Readonly<Record<string, string>> = {
  'Math.random': 'get_random_u32() gives a random number, the same in each run of a seed',
  ...Object.fromEntries(
    ['console', 'printk', 'printf'].map((name) => [name, "pr_info(text) writes to the log (import it from 'linux')"]),
  ),
  ...Object.fromEntries(
    ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => [
      name,
      'schedule_work() and schedule_delayed_work() run a function later',
    ]),
  ),
  ...Object.fromEntries(
    ['Date', 'performance', 'fetch', 'process', 'require', 'window', 'document', 'eval', 'Function'].map((name) => [
      name,
      'a snippet has nothing but the simulated kernel: no clock, no network, no files, no code made of text',
    ]),
  ),
}

/** Errors whose message is ours by now: what was called last may be another thing when they are thrown on. */
const reworded = new WeakSet<Error>()

/** Rewords the message of an error of the engine in place. `callee` is what was called last, as written. */
export function rewordError(error: unknown, callee: string): void {
  if (!(error instanceof TypeError || error instanceof ReferenceError)) return
  if (reworded.has(error)) return
  reworded.add(error)
  const message = String(error.message)
  const ours = reword(message, callee)
  if (ours !== message) error.message = ours
}

function reword(message: string, callee: string): string {
  const called = CALLED.exec(message)
  if (called && callee !== '') return `${callee} is not a ${called[1] ?? ''}`
  const plain = message.replaceAll(TWIN_NAME, '')
  const instead = INSTEAD[MISSING.exec(plain)?.[1] ?? '']
  if (instead !== undefined) return `${plain}: ${instead}`
  if (MIXED.test(message))
    return 'a bigint (an address) and a number (a size, a count) are mixed: Number(x) or BigInt(x) converts'
  if (ITERATED.test(message)) return 'the value is not iterable'
  const destructured = DESTRUCTURED.exec(message)
  if (destructured?.[1]) return `Cannot read properties of ${destructured[2] ?? ''} (reading '${destructured[1]}')`
  if (destructured) return `Cannot read properties of ${destructured[2] ?? ''}`
  return plain
}
