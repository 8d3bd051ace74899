/** What the slab calls answer, as mm/slub.c and mm/slab_common.c of v6.12 have it. */
import { describe, expect, it } from 'vitest'
import { Flag } from '../../trace/ops.ts'
import { runText } from '../../runtime/testing/run-text.ts'

const PLAIN = { debug: 'off' }

const log = (body: string, machine: Record<string, string> = PLAIN): readonly string[] =>
  runText(`import * as k from 'linux'\nconst G = k.GFP_KERNEL\n${body}`, { machine }).log

describe('compatible caches', () => {
  const TWO = `const a = k.kmem_cache_create('a', 196, 0, 0, null)
    const b = k.kmem_cache_create('b', 200, 0, 0, null)
    k.pr_info(String(a === b))`

  it('are one kmem_cache, and so one handle', () => {
    expect(log(TWO)).toEqual(['true'])
    expect(log(TWO, { debug: 'on' })).toEqual(['false'])
    expect(log(TWO.replace("'b', 200, 0, 0", "'b', 200, 0, k.SLAB_NO_MERGE"))).toEqual(['false'])
  })

  it('are gone with the last destroy', () => {
    expect(
      log(`${TWO}
      k.kmem_cache_destroy(a)
      const p = k.kmem_cache_alloc(b, G)
      p.write_u8(199, 1)
      k.kmem_cache_free(b, p)
      k.kmem_cache_destroy(b)
      k.pr_info('end')`),
    ).toEqual(['true', 'end'])
  })
})

describe('ksize', () => {
  it('is the whole stride of a cache with consistency checks alone', () => {
    expect(
      log(`for (const flags of [k.SLAB_CONSISTENCY_CHECKS, k.SLAB_RED_ZONE, k.SLAB_POISON, k.SLAB_STORE_USER]) {
        const c = k.kmem_cache_create('c' + flags, 100, 0, flags, null)
        k.pr_info(String(k.ksize(k.kmem_cache_alloc(c, G))))
      }`),
    ).toEqual(['104', '100', '100', '104'])
  })
})

describe('krealloc', () => {
  it('with __GFP_ZERO zeroes the slack of the new object too', () => {
    expect(
      log(`const old = k.kmalloc(64, G)
      k.memset(old, 0x55, 64)
      k.kfree(old)
      const p = k.kmalloc(32, G)
      k.memset(p, 0x66, 32)
      const q = k.krealloc(p, 40, G | k.__GFP_ZERO)
      k.pr_info([31, 32, 39, 40, 63].map((at) => q.read_u8(at)).join())`),
    ).toEqual(['102,0,0,0,0'])
  })
})

describe('kmem_cache_free() of an object of another cache', () => {
  const free = (flags: string): string =>
    `const a = k.kmem_cache_create('a', 200, 8, k.SLAB_NO_MERGE | ${flags}, null)
    const b = k.kmem_cache_create('b', 200, 8, k.SLAB_NO_MERGE | ${flags}, null)
    const o = k.kmem_cache_alloc(a, G)
    k.kmem_cache_free(b, o)
    k.pr_info(String(o.eq(k.kmem_cache_alloc(a, G))))`

  it('puts it on the list of its slab, not on that of the cpu', () => {
    expect(log(free('0'))).toEqual(['false'])
  })

  it('with consistency checks warns and frees it to its own cache', () => {
    const { operations, log: lines } = runText(
      `import * as k from 'linux'\nconst G = k.GFP_KERNEL\n${free('k.SLAB_CONSISTENCY_CHECKS')}`,
      { machine: PLAIN },
    )
    expect(lines).toEqual(['true'])
    expect(operations.find(({ op }) => op === 'kmem_cache_free')?.flags).toBe(Flag.LAST | Flag.WARNED)
  })
})
