/** What a cache does after kmem_cache_destroy(), as a 6.12 kernel does it with and without KASAN. */
import { describe, expect, it } from 'vitest'
import { Flag } from '../../trace/ops.ts'
import { runText } from '../../runtime/testing/run-text.ts'

const SETUP = `import * as k from 'linux'
const make = (flags) => {
  const c = k.kmem_cache_create('lab', 64, 0, flags, null)
  const o = k.kmem_cache_alloc(c, k.GFP_KERNEL)
  k.kmem_cache_free(c, o)
  k.kmem_cache_destroy(c)
  return c
}
`
const run = (text: string, debug: 'on' | 'off') => {
  const { outcome, log } = runText(SETUP + text, { machine: { debug } })
  return { outcome, log }
}

describe('a destroyed cache', () => {
  it.each(['on', 'off'] as const)('gives no object: the kernel stops there (debug=%s)', (debug) => {
    const text = `k.kmem_cache_alloc(make(k.SLAB_NO_MERGE), k.GFP_KERNEL)\nk.pr_info('after')`
    expect(run(text, debug)).toEqual({ outcome: 'oops', log: [] })
  })

  it('that was another name of a cache in use goes on giving objects, without debugging', () => {
    const text = `const c = make(0)\nk.kmem_cache_free(c, k.kmem_cache_alloc(c, k.GFP_KERNEL))\nk.pr_info('after')`
    expect(run(text, 'off')).toEqual({ outcome: 'completed', log: ['after'] })
  })

  it('stops kmem_cache_shrink() with KASAN, and has no slabs without', () => {
    const text = 'const c = make(k.SLAB_NO_MERGE)\nk.pr_info(`${k.kmem_cache_shrink(c)}`)'
    expect(run(text, 'on')).toEqual({ outcome: 'oops', log: [] })
    expect(run(text, 'off')).toEqual({ outcome: 'completed', log: ['0'] })
  })

  it('is destroyed once only: a second time takes nothing from a cache that goes on', () => {
    const text = `k.kmem_cache_destroy(make(0))\nconst p = k.kmalloc(64, k.GFP_KERNEL)\nk.kfree(p)\nk.pr_info('after')`
    for (const debug of ['on', 'off'] as const)
      expect(run(text, debug)).toEqual({ outcome: 'completed', log: ['after'] })
  })

  it('that was busy stays: it goes on giving objects, and a second destroy is silent', () => {
    const text = `import * as k from 'linux'
      const c = k.kmem_cache_create('lab', 64, 0, k.SLAB_NO_MERGE, null)
      const o = k.kmem_cache_alloc(c, k.GFP_KERNEL)
      k.kmem_cache_destroy(c)
      k.kmem_cache_free(c, k.kmem_cache_alloc(c, k.GFP_KERNEL))
      k.kmem_cache_destroy(c)
      k.kmem_cache_free(c, o)`
    for (const debug of ['on', 'off'] as const) {
      const { outcome, operations } = runText(text, { machine: { debug } })
      expect(outcome).toBe('completed')
      expect(operations.filter(({ op }) => op === 'kmem_cache_destroy').map(({ flags }) => flags)).toEqual([
        Flag.FAILED | Flag.WARNED,
        Flag.FAILED,
      ])
    }
  })
})
