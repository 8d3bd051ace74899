import { describe, expect, it } from 'vitest'
import { runText } from '../runtime/testing/run-text.ts'

const SMALL = { memory: '4M', debug: 'off' }
const SETUP = `
  import * as k from 'linux'
  const say = (...words) => k.pr_info(words.join(' '))
  const held = []
  const takeAll = (gfp, order = 0) => {
    const take = () => k.alloc_pages(gfp | k.__GFP_NOWARN, order)
    for (let p = take(); p !== null; p = take()) held.push(p)
  }
`

describe('an allocation with __GFP_NOFAIL', () => {
  it('uses the reserves, then waits until somebody gives memory back', () => {
    const { log, outcome } = runText(
      `${SETUP}
      takeAll(k.GFP_KERNEL)
      const free = () => { const p = held.pop(); k.__free_page(p) }
      k.kthread_run(() => { say('giver'); free() }, 'giver')
      let n = 0
      for (; n < 55; n++) held.push(k.alloc_page(k.GFP_KERNEL | k.__GFP_NOFAIL))
      say('reserves', n)
      held.push(k.alloc_page(k.GFP_KERNEL | k.__GFP_NOFAIL))
      say('got', held.at(-1) !== null)
      for (const p of held) k.__free_page(p)`,
      { machine: SMALL },
    )
    expect(log).toEqual(['reserves 55', 'giver', 'got true'])
    expect(outcome).toBe('completed')
  })

  it('never ends when nobody does', () => {
    const { outcome } = runText(
      `${SETUP}
      takeAll(k.GFP_KERNEL)
      for (;;) held.push(k.kmalloc(4096, k.GFP_KERNEL | k.__GFP_NOFAIL))`,
      { machine: SMALL },
    )
    expect(outcome).toBe('deadlock')
  })

  it('gets half of the reserve for a costly order, and warns of more than two pages', () => {
    const { log } = runText(
      `${SETUP}
      const big = k.alloc_pages(k.GFP_KERNEL | k.__GFP_NOFAIL, 2)
      takeAll(k.GFP_KERNEL, 4)
      held.push(k.alloc_pages(k.GFP_KERNEL | k.__GFP_NOFAIL, 4))
      say(held.at(-1) !== null)`,
      { machine: SMALL },
    )
    expect(log).toEqual(['WARNING: CPU: 0 PID: 100 at mm/page_alloc.c:4309 __alloc_pages_slowpath', 'true'])
  })

  it('fails after all if it may not wait', () => {
    const { log } = runText(
      `${SETUP}
      takeAll(k.GFP_KERNEL)
      takeAll(k.GFP_ATOMIC)
      say(k.alloc_page(k.GFP_NOWAIT | k.__GFP_NOFAIL) === null)`,
      { machine: SMALL },
    )
    expect(log).toEqual(['WARNING: CPU: 0 PID: 100 at mm/page_alloc.c:4314 __alloc_pages_slowpath', 'true'])
  })
})
