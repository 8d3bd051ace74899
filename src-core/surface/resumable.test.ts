import { expect, it } from 'vitest'
import { Family, Op, OP_FAMILY, type OpName } from '../trace/ops.ts'
import { SURFACE_INDEX } from './generated/index.ts'
import { RESUMABLE } from './resumable.ts'

/** Allocations that fail without reclaiming: they make no use of the page allocator themselves. */
const PLAIN = ['kmem_cache_create', 'vmap']

it('names every allocation that can reclaim', () => {
  for (const module of ['linux/gfp', 'linux/slab', 'linux/vmalloc']) {
    const names = Object.entries(SURFACE_INDEX.modules[module] ?? {}).filter(([, kind]) => kind === 'step')
    for (const [name] of names) {
      const kind = (Op as Readonly<Record<string, number>>)[name as OpName]
      if (kind === undefined || OP_FAMILY[kind] !== Family.ALLOC || PLAIN.includes(name)) continue
      expect(RESUMABLE, name).toContain(name)
    }
  }
})

it('names only steps', () => {
  const steps = Object.values(SURFACE_INDEX.modules).flatMap((names) => Object.entries(names))
  for (const name of RESUMABLE) {
    const kinds = steps.filter(([known]) => known === name).map(([, kind]) => kind)
    expect(kinds, name).toContain('step')
  }
  expect(SURFACE_INDEX.resumable).toEqual(RESUMABLE)
})
