/**
 * Every function and class of the surface is called with what no caller should give it. The answer has to be the
 * kernel's (an error value, an oops, a diagnosis) or a TypeError or RangeError that the surface words itself; never an
 * error that the engine throws inside the simulator, and never the end of the simulator.
 */
import { describe, expect, it } from 'vitest'
import { runText } from '../runtime/testing/run-text.ts'
import { SURFACE_INDEX } from './generated/index.ts'

/** Values as they stand in a program. */
const HOSTILE = [
  'undefined',
  'null',
  'NaN',
  '-1',
  '0.5',
  '2 ** 53',
  '-Infinity',
  '7n',
  '-(2n ** 70n)',
  'true',
  '"text"',
  'Symbol("s")',
  '[]',
  '{}',
  '() => { throw "own" }',
  'new Proxy({}, {})',
  'new Proxy({}, { get() { throw "own" }, has() { throw "own" }, getPrototypeOf() { throw "own" } })',
  '{ toString() { throw "own" }, valueOf() { throw "own" }, [Symbol.toPrimitive]() { throw "own" } }',
  'Object.create(null)',
  'Object.create(Object.getPrototypeOf(good.page))',
  'Object.create(Object.getPrototypeOf(good.pointer))',
  'good.page',
  'good.pointer',
  'good.freed',
  'good.lock',
] as const

/** How the engine words errors that tell of the simulator's own code. */
const ENGINE = new RegExp(
  [
    'Cannot (read|set|destructure|access|redefine|convert|mix)',
    'is not a (function|constructor)\\b',
    'is not (iterable|defined)',
    'Invalid (array|typed|string)',
    '(undefined|null) is not',
    'Maximum call|out of bounds|not extensible|instanceof|invariant',
    "'in' operator",
    'private (member|name)',
  ].join('|'),
  'i',
)

/** The engine's error began in the simulator (or in what it calls of the engine), not in the program's own code. */
const INSIDE = / @ +(?:at \w[\w.]* \(<anonymous>\)\| +)?at [^|]*src-core\/(?!runtime\/registers)/

const modules = Object.entries(SURFACE_INDEX.modules).filter(
  ([module]) => module.includes('/') || module === 'sim' || module === 'user',
)

/**
 * A program that calls one name with every value, each in a task of its own: a task may die of it. System calls are
 * made by user programs, with an area and a pipe of their own; there what a pointer is good for is asked again.
 */
function program(module: string, name: string): string {
  const isUser = module.startsWith('user')
  const call = isUser
    ? `spawn('hostile', () => {
      const area = mmap(null, 8192, 3, 0x22, -1, 0)
      pipe([])
      const args = shapes[k].map((arg) => (arg === good.pointer ? area : arg))
      try { subject(...args) } catch (error) { heard(i + '/' + k, error) }
    })`
    : `start(() => { try { subject(...shapes[k]) } catch (error) { heard(i + '/' + k, error) } }, 'hostile')`
  return `
import { ${name} as subject } from '${module}'
${isUser ? "import { spawn, mmap, pipe } from 'user'" : ''}
import { alloc_page, GFP_KERNEL, kmalloc, kfree, kthread_run as start, DEFINE_MUTEX, pr_info as say } from 'linux'
const freed = kmalloc(64, GFP_KERNEL)
kfree(freed)
const good = { page: alloc_page(GFP_KERNEL), pointer: kmalloc(64, GFP_KERNEL), freed, lock: DEFINE_MUTEX('m') }
const heard = (what, error) => {
  if (error === 'own') return
  let text = ''
  try { text = error.name + ' ' + error.message + ' @ ' + String(error.stack).split('\\n').slice(1, 4).join('|') }
  catch { text = 'odd' }
  say('heard ' + what + ' ' + text)
}
const values = [${HOSTILE.map((text) => `(${text})`).join(', ')}]
const calls = typeof subject === 'function' ? values.length : 0
for (let i = 0; i < calls; i++) {
  const value = values[i]
  const shapes = [[value], [value, value, value, value], [good.page, value, value], [good.pointer, value, value],
    [64, value, value], [4, good.pointer, value], [3, [value], 1, [value], 1, 0], [good.pointer, 4096, value, value],
    [4, [{ iov_base: good.pointer, iov_len: value }], 1, 0], [4, [{ iov_base: value, iov_len: 1 }], 1, 0]]
  for (let k = 0; k < shapes.length; k++) {
    ${call}
  }
}
`
}

/** A driver whose mmap hook calls one name with its area, in a user program of its own each time. */
function hookProgram(name: string): string {
  const shapes = [
    'vma, value, value, value',
    'vma, vma.vm_start, value, value, value',
    'vma, vma.vm_start, 4096, value, value',
    'vma, vma.vm_start, page, value, value',
    'vma, vma.vm_start, [page], value, value',
  ]
  return `
import { ${name} as subject } from 'linux/mm'
import { spawn, open, mmap } from 'user'
import { alloc_page, GFP_KERNEL, kmalloc, DEFINE_MUTEX, misc_register, pr_info as say } from 'linux'
const page = alloc_page(GFP_KERNEL)
const good = { page, pointer: kmalloc(64, GFP_KERNEL), freed: null, lock: DEFINE_MUTEX('m') }
const values = [${HOSTILE.map((text) => `(${text})`).join(', ')}]
let turn = 0
const calls = [${shapes.map((each) => `(vma, value) => subject(${each})`).join(', ')}]
misc_register({ name: 'hostile', fops: { mmap(file, vma) {
  const at = turn++
  try { calls[at % calls.length](vma, values[Math.floor(at / calls.length)]) } catch (error) {
    if (error !== 'own') say('heard ' + at + ' ' + error.name + ' ' + error.message + ' @ ' +
      String(error.stack).split('\\n').slice(1, 4).join('|'))
  }
  return 0
} } })
for (let i = 0; i < values.length * calls.length; i++)
  spawn('hostile', () => { mmap(null, 8192, 3, 1, open('/dev/hostile', 2), 0) })
`
}

/** What a name did wrong; empty = nothing. */
function faults(text: string): string[] {
  try {
    const { log } = runText(text, { interleaved: true, machine: { memory: '16M' } })
    return log.filter((line) => line.startsWith('heard ') && ENGINE.test(line.split(' @ ')[0]!) && INSIDE.test(line))
  } catch (error) {
    return [`the simulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`]
  }
}

describe('hostile arguments', () => {
  it.each(modules)(
    '%s answers in words of its own',
    (module, names) => {
      const found: string[] = []
      for (const [name, kind] of Object.entries(names)) {
        if (kind === 'type' || (kind === 'value' && /^[A-Z0-9_]+$/.test(name))) continue
        for (const fault of faults(program(module, name)).slice(0, 3)) found.push(`${module} ${name}: ${fault}`)
      }
      expect(found).toEqual([])
    },
    180_000,
  )

  it('linux/mm answers in words of its own in an mmap hook', () => {
    const found: string[] = []
    for (const [name, kind] of Object.entries(SURFACE_INDEX.modules['linux/mm'] ?? {})) {
      if (kind !== 'step') continue
      for (const fault of faults(hookProgram(name)).slice(0, 3)) found.push(`${name}: ${fault}`)
    }
    expect(found).toEqual([])
  }, 180_000)
})
