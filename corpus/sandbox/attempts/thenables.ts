// @expect none
// Thenables and what waits: nothing of the host may take a program's value for a promise and call it later.
import { kthread_run, module_init, pr_info } from 'linux'
import { attempt, finish, loose, maker, prove } from './proof.ts'

let called: unknown[] = []
const thenable = { then(...args: unknown[]) { called = args; return 0 } }
const looked = (): unknown => (called.length === 0 ? undefined : prove(loose(called[0]).constructor))
attempt('returned by a task', () => {
  kthread_run(() => thenable as never, 'thenable')
  return looked()
})
attempt('returned by module_init', () => {
  module_init(() => thenable as never)
  return looked()
})
attempt('given to the log', () => {
  pr_info(thenable as never)
  return looked()
})
attempt('Promise', () => prove(maker(loose(globalThis).Promise)))
attempt('Promise by species', () => prove(maker(loose(globalThis).Promise!.resolve!(1))))
attempt('queueMicrotask', () => {
  loose(globalThis).queueMicrotask!(() => undefined)
  return 'queued'
})
attempt('then on a prototype', () => {
  loose(Object.prototype).then = loose(() => 66)
  return loose({}).then === undefined ? undefined : 'set'
})
finish()
