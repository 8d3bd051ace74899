/** NULL for every argument of every function of the C surface: a task that ends of it is always told of. */
import { describe, expect, it } from 'vitest'
import { RestartInterleaved } from '../runtime/fatal.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import { liveRun } from './testing/live-run.ts'

const CALLS = Object.entries(SURFACE_INDEX.modules)
  .filter(([module]) => module.startsWith('linux/'))
  .flatMap(([module, names]) =>
    Object.entries(names)
      .filter(([, kind]) => kind === 'step' || kind === 'suspending')
      .map(([name]) => ({ module, name })),
  )

function outcomeOf(module: string, name: string): string {
  const call = `(${name} as any)(null, null, null, null, null, null)`
  const run = (text: string): string => {
    const { record, findings } = liveRun(text)
    return `${record.outcome}, ${findings.length === 0 ? 'not told' : 'told'}`
  }
  try {
    return run(`import { ${name} } from '${module}'\n${call}`)
  } catch (error) {
    if (!(error instanceof RestartInterleaved)) throw error
    return run(`import { ${name} } from '${module}'
import { kthread_run as run } from 'linux'
run(() => { ${call} }, 'task')`)
  }
}

describe('NULL as an argument', () => {
  it('ends no task in silence', () => {
    const silent = CALLS.filter(({ module, name }) => outcomeOf(module, name) === 'oops, not told')
    expect(CALLS.length).toBeGreaterThan(300)
    expect(silent.map(({ name }) => name)).toEqual([])
  })

  it('is a pointer that is followed, for whatever lies in the object', () => {
    const codes = (call: string): string => {
      const names = 'atomic_inc, complete, kthread_stop, mmap_read_lock, mutex_lock, spin_lock, vma_pages, wake_up'
      const { findings } = liveRun(`import { current, ${names} } from 'linux'\n${call}`)
      return findings.map(({ code }) => code).join(' ')
    }
    const calls = ['atomic_inc', 'complete', 'mutex_lock', 'spin_lock', 'vma_pages', 'wake_up', 'kthread_stop']
    for (const name of calls) expect([name, codes(`${name}(null!)`)]).toEqual([name, 'null-dereference'])
    expect(codes('const { mm } = current\nmmap_read_lock(mm!)')).toBe('null-dereference')
    expect(codes('mmap_read_lock(5 as any)')).toBe('uncaught-exception')
  })

  it('is an address like any other for virt_to_page(): what comes of it names no page', () => {
    const text = `import { get_page, pr_info, virt_to_page, vmalloc } from 'linux'
const v = vmalloc(800 * 2 ** 20)!
const page = virt_to_page(v)
pr_info(page === null ? 'NULL' : 'a page')
get_page(page)`
    const { record, findings } = liveRun(text)
    expect(record.log.at(-1)?.text).toBe('a page')
    expect(findings.map(({ code, step }) => `${code} ${step}`)).toEqual(['null-dereference 2'])
  })
})
