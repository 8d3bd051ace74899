/**
 * Rules over what ends or warns without memory: WARN_ON, BUG_ON, exceptions, calls that are not simulated (SURFACE
 * §8).
 */
import { isNullArgument } from '../../trace/null-argument.ts'
import { Flag, Op, RefcountWarning } from '../../trace/ops.ts'
import { warning } from '../kernel-lines.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import { nullDereference } from './null-and-wild.ts'

export function assertRule(scene: Scene, row: Row): void {
  if (row.op === Op.refcount_warn) return refcountRule(scene, row)
  if (row.op === Op.kernel_warn) return argumentsRule(scene, row)
  const { names, desk } = scene
  const bug = row.op === Op.BUG_ON
  if (!row.has(Flag.FAULT | Flag.WARNED)) return
  desk.raise({
    code: bug ? 'bug-on' : 'warn-on',
    severity: bug ? 'error' : 'warning',
    step: row.step,
    allocation: 0,
    key: `assert ${row.site}`,
    message: `${names.call(row.site, row.op)} is true`,
    story: [usedLine(scene, row)],
    fix: 'make the condition impossible, or handle it',
    kernel: bug ? 'kernel BUG at …' : warning(scene, row, names.within(row.site, scene.story.task(row.task))),
  })
}

/** What lib/refcount.c prints, and what it means for the program. */
const REFCOUNT_WORDS: Readonly<Record<number, readonly [kernel: string, means: string, fix: string]>> = {
  [RefcountWarning.ADDITION_ON_0]: [
    'addition on 0; use-after-free',
    'takes a reference where the last one is gone already',
    'take it with refcount_inc_not_zero(), and only from somebody who holds one',
  ],
  [RefcountWarning.SATURATED]: [
    'saturated; leaking memory',
    'counts past INT_MAX: references are taken and never dropped',
    'drop each reference that is taken',
  ],
  [RefcountWarning.UNDERFLOW]: [
    'underflow; use-after-free',
    'drops a reference where none is left',
    'drop each reference once, by who holds it',
  ],
  [RefcountWarning.DECREMENT_HIT_0]: [
    'decrement hit 0; leaking memory',
    'drops the last reference with a call that frees nothing',
    'drop a reference that may be the last one with refcount_dec_and_test()',
  ],
}

/**
 * refcount_t saturates with a warning, each text once for a boot (lib/refcount.c). Where the counter itself was memory
 * that is gone, that use is the mistake and the warning follows from it.
 */
function refcountRule(scene: Scene, row: Row): void {
  const [kernel, means, fix] = REFCOUNT_WORDS[row.a] ?? ['unknown saturation event!?', 'saturates the counter', '']
  const last = scene.desk.lastOf(row.task)
  scene.desk.raise({
    code: 'warn-on',
    severity: 'warning',
    step: row.step,
    allocation: 0,
    key: `refcount ${row.a}`,
    because: last !== null && last.step === row.step - 1 ? last : null,
    message: `${scene.names.call(row.site, row.op)} ${means}; the count stays at 0xc0000000 from here on`,
    story: [usedLine(scene, row)],
    fix,
    kernel: `refcount_t: ${kernel}.`,
  })
}

/** A call whose arguments the kernel warns of and refuses. It says so once for a boot, at the first such call. */
function argumentsRule(scene: Scene, row: Row): void {
  const [where = '', means = '', fix = ''] = (scene.strings()[row.a] ?? '').split('\n')
  scene.desk.raise({
    code: 'warn-on',
    severity: 'warning',
    step: row.step,
    allocation: 0,
    key: `arguments ${row.site} ${where}`,
    message: `${scene.names.call(row.site, row.op)} ${means}: the kernel warns and takes nothing`,
    story: [usedLine(scene, row)],
    fix,
    kernel: row.b === 0 ? '' : warning(scene, row, where),
  })
}

/** What V8 says when a method or field of a kernel handle is used on null: in C the pointer would be followed. */
const OF_NULL = /of null \((?:reading|setting) '(add|sub|addr|as|ptr|eq|(?:read|write)_u\d+|vm_\w+|private_data)'\)/

export function exceptionRule(scene: Scene, row: Row): void {
  const text = scene.strings()[row.a] ?? 'an error'
  if (OF_NULL.test(text) || isNullArgument(text)) {
    nullDereference(scene, row)
    return
  }
  scene.desk.raise({
    code: 'uncaught-exception',
    step: row.step,
    allocation: 0,
    key: `exception ${row.site} ${text}`,
    message: `${text} — nobody caught it, and ${scene.story.task(row.task)} ended`,
    story: [usedLine(scene, row)],
    fix: 'handle the error where it can happen',
  })
}

export function notSimulatedRule(scene: Scene, row: Row): void {
  const name = scene.strings()[row.a] ?? scene.names.call(row.site, row.op)
  scene.desk.raise({
    code: 'not-simulated',
    step: row.step,
    allocation: 0,
    key: `not-simulated ${name}`,
    message: `${name}() is listed but not simulated: what it would do is missing from this run`,
    story: [usedLine(scene, row)],
    fix: 'leave the call out, or do not rely on what follows it',
  })
}
