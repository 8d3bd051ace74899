/** What each byte of a frame belongs to: the layout that SLUB's debugging and KASAN give an object. */
import { describe, expect, it } from 'vitest'
import { BYTE_REGION_NAMES, ByteRegion, Painted } from '../messages.ts'
import { liveRun } from '../testing/live-run.ts'
import { originsOf } from './byte-origins.ts'
import { inspect } from './inspect.ts'
import { RunView } from './run-view.ts'

const DEBUG = 'SLAB_POISON | SLAB_RED_ZONE | SLAB_STORE_USER'
const program = (
  flags: string,
  more: string,
): string => `import { GFP_KERNEL, SLAB_NO_MERGE, SLAB_POISON, SLAB_RED_ZONE, SLAB_STORE_USER } from 'linux'
import { kmalloc, kmem_cache_alloc, kmem_cache_create, kmem_cache_free } from 'linux/slab'
const cache = kmem_cache_create('lab', 60, 0, ${flags}, null)!
const a = kmem_cache_alloc(cache, GFP_KERNEL)!
${more}
`

const of = (text: string, machine: Readonly<Record<string, string>> = {}): RunView =>
  new RunView(liveRun(text, 'v6.12', machine))

/** Bytes from `before` in front of a variable's memory, at the end of the run. */
function bytesOf(view: RunView, name: string, before: number, length: number) {
  let allocation = 1
  while (view.variable(allocation) !== name) allocation++
  const { physical } = inspect(view, { run: 1, full: true, step: view.steps, target: { allocation } })
  return originsOf(view, { run: 1, step: view.steps, address: Number(physical) - before, length })
}

/** Neighbouring bytes of one region, as `name length`. */
function stretches(regions: Uint8Array): string[] {
  const out: string[] = []
  for (let at = 0; at < regions.length;) {
    let end = at
    while (end < regions.length && regions[end] === regions[at]) end++
    out.push(`${BYTE_REGION_NAMES[regions[at]!]} ${end - at}`)
    at = end
  }
  return out
}

describe('regions of the bytes of a slab', () => {
  it('are all that SLUB debugging puts around an object', () => {
    const view = of(program(DEBUG, ''), { debug: 'off' })
    const { regions, painted } = bytesOf(view, 'a', 8, 160)
    expect(stretches(regions)).toEqual([
      'left-red-zone 8',
      'object 60',
      'right-red-zone 4',
      'free-pointer 8',
      'alloc-track 32',
      'free-track 32',
      'padding 8',
      'left-red-zone 8',
    ])
    expect([painted[0], painted[8 + 60]]).toEqual([Painted.RED_ACTIVE, Painted.RED_ACTIVE])
    // 0x5a of a new slab is still where nothing was put.
    expect(painted[8 + 64 + 8 + 64]).toBe(Painted.PADDING)
  })

  it('stand in the place that the inspector shows of an object', () => {
    const view = of(program(DEBUG, ''), { debug: 'off' })
    const at = (target: { allocation: number } | { pfn: number }) =>
      inspect(view, { run: 1, full: true, step: view.steps, target })
    let allocation = 1
    while (view.variable(allocation) !== 'a') allocation++
    expect(at({ allocation }).slot).toEqual({ before: 8, bytes: 152 })
    expect(at({ pfn: at({ allocation }).pfn }).slot).toBeNull()
  })

  it('tell a free object from one in use, and a red zone that somebody wrote to', () => {
    const freed = of(program(DEBUG, `kmem_cache_free(cache, a)`), { debug: 'off' })
    expect(stretches(bytesOf(freed, 'a', 8, 72).regions)).toEqual([
      'left-red-zone 8',
      'free-object 60',
      'right-red-zone 4',
    ])
    const over = of(program(DEBUG, `a.write_u8(60, 1)`), { debug: 'off' })
    const { regions, painted } = bytesOf(over, 'a', 0, 64)
    expect([regions[60], painted[60], painted[61]]).toEqual([
      ByteRegion.RIGHT_RED_ZONE,
      Painted.NONE,
      Painted.RED_ACTIVE,
    ])
  })

  it('tell the free pointer inside a free object, and the rest of a class that kmalloc() rounded up to', () => {
    const view = of(program('SLAB_NO_MERGE', `const k = kmalloc(100, GFP_KERNEL)!\nkmem_cache_free(cache, a)`), {
      debug: 'off',
    })
    expect(stretches(bytesOf(view, 'k', 0, 128).regions)).toEqual(['object 100', 'slack 28'])
    expect(stretches(bytesOf(view, 'a', 0, 64).regions)).toEqual([
      'free-object 24',
      'free-pointer 8',
      'free-object 28',
      'padding 4',
    ])
  })

  it('are the records of KASAN, where the kernel has it', () => {
    const { regions } = bytesOf(of(program('0', '')), 'a', 0, 96)
    expect(stretches(regions)).toEqual(['object 60', 'padding 4', 'kasan-record 24', 'kasan-red-zone 4', 'padding 4'])
  })

  it('are none outside of slabs; a poisoned free page is called so', () => {
    const text = `import { alloc_page, __free_page, GFP_KERNEL } from 'linux'
const page = alloc_page(GFP_KERNEL)!
__free_page(page)
`
    const view = of(text, { page_poison: 'on', debug: 'off' })
    const { regions, painted } = bytesOf(view, 'page', 0, 16)
    expect([regions[0], painted[0]]).toEqual([ByteRegion.NONE, Painted.PAGE_POISON])
  })
})
