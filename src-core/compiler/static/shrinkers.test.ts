import { describe, expect, it } from 'vitest'
import { SURFACE_INDEX } from '../../surface/generated/index.ts'
import { checkOwnership } from './check.ts'

const SETUP = `import * as k from 'linux'
import { drop, KBox, Page, VVec } from 'kernel'
const m = k.DEFINE_MUTEX('m')
const table = new k.sg_table()
const pages = [null]
const s = k.shrinker_alloc(0, 's')!
s.count_objects = () => 10
s.scan_objects = () => { k.mutex_lock(m); k.mutex_unlock(m); return k.SHRINK_STOP }
k.shrinker_register(s)
`

/** Codes found in a program that does something with a lock held that its shrinker takes. */
function under(text: string): string[] {
  const program = `${SETUP}k.mutex_lock(m)\n${text}\nk.mutex_unlock(m)\nk.shrinker_free(s)\n`
  const files = [{ path: 'driver.ts', text: program }]
  return checkOwnership('driver.ts', files, SURFACE_INDEX, { era: 'v6.18' }).map(({ code }) => code)
}

describe('a shrinker that waits for a lock', () => {
  it('is found for every call that allocates under it and may reclaim', () => {
    const missed = [
      'k.kfree(k.kmalloc(8, k.GFP_KERNEL))',
      'k.kfree(k.krealloc(null, 64, k.GFP_KERNEL))',
      'k.vfree(k.vmalloc(4096))',
      'k.vfree(k.vzalloc(4096))',
      'k.vfree(k.__vmalloc(4096, k.GFP_KERNEL))',
      "const c = k.kmem_cache_create('x', 64, 0, 0, null)!; k.kmem_cache_destroy(c)",
      'if (k.sg_alloc_table(table, 4, k.GFP_KERNEL) === 0) k.sg_free_table(table)',
      'if (k.alloc_pages_bulk_array(k.GFP_KERNEL, 1, pages) === 1) k.__free_page(pages[0]!)',
      'drop(VVec.with_capacity(100, k.GFP_KERNEL))',
      'drop(KBox.new(1, k.GFP_KERNEL))',
      'drop(Page.alloc_page(k.GFP_KERNEL))',
    ].filter((text) => !under(text).includes('shrinker-blocking-lock'))
    expect(missed).toEqual([])
  })

  it('is no mistake when what allocates cannot reclaim for it', () => {
    const wrong = [
      'k.kfree(k.kmalloc(8, k.GFP_NOFS))',
      'k.kfree(k.krealloc(null, 64, k.GFP_NOWAIT))',
      'k.vfree(k.__vmalloc(4096, k.GFP_NOFS))',
      'drop(KBox.new(1, k.GFP_NOWAIT))',
    ].filter((text) => under(text).includes('shrinker-blocking-lock'))
    expect(wrong).toEqual([])
  })
})
