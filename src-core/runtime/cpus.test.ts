import { describe, expect, it } from 'vitest'
import { runText } from './testing/run-text.ts'

const TWO_CPUS = `
import * as k from 'linux'
const say = (...values) => k.pr_info(values.join(' '))
const done = new k.completion()
const other = (fn) => { k.kthread_run(() => { fn(); k.complete(done) }, 'other'); k.wait_for_completion(done) }
`

describe('the cpus of a machine', () => {
  it('have page lists of their own: what one frees the other does not get', () => {
    const { log } = runText(
      `${TWO_CPUS}
      const a = k.alloc_page(k.GFP_KERNEL)
      k.__free_page(a)
      other(() => { const b = k.alloc_page(k.GFP_KERNEL); say(b === a); k.__free_page(b) })
      const c = k.alloc_page(k.GFP_KERNEL)
      say(c === a)
      k.__free_page(c)`,
      { machine: { cpus: '2' } },
    )
    expect(log).toEqual(['false', 'true'])
  })

  it('have slabs of their own, and an object freed on the other cpu goes back to its slab', () => {
    const { log } = runText(
      `${TWO_CPUS}
      const cache = k.kmem_cache_create('lab', 256, 0, 0, null)
      const mine = k.kmem_cache_alloc(cache, k.GFP_KERNEL)
      other(() => {
        const theirs = k.kmem_cache_alloc(cache, k.GFP_KERNEL)
        say(k.virt_to_page(theirs) === k.virt_to_page(mine))
        k.kmem_cache_free(cache, theirs)
        k.kmem_cache_free(cache, mine)
      })
      const rest = Array.from({ length: 17 }, () => k.kmem_cache_alloc(cache, k.GFP_KERNEL))
      say(rest.some((p) => p.addr === mine.addr))
      rest.forEach((p) => k.kmem_cache_free(cache, p))
      k.kmem_cache_destroy(cache)`,
      { machine: { cpus: '2', debug: 'off' } },
    )
    expect(log).toEqual(['false', 'true'])
  })
})
