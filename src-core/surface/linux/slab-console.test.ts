import { describe, expect, it } from 'vitest'
import { runText } from '../../runtime/testing/run-text.ts'

const SETUP = `import * as k from 'linux'
const c = k.kmem_cache_create('lab', 64, 0, k.SLAB_RED_ZONE | k.SLAB_POISON | k.SLAB_CONSISTENCY_CHECKS, null)
const a = k.kmem_cache_alloc(c, k.GFP_KERNEL)
a.write_u8(64, 0x41)
`
const heads = (log: readonly string[]): string[] => log.filter((line) => /BUG|FIX|overwritten/.test(line))

describe('the kernel log', () => {
  it('has what SLUB prints about an object, line by line, where it is freed', () => {
    const { log } = runText(`${SETUP}k.pr_info('before')\nk.kmem_cache_free(c, a)\nk.pr_info('after')`, {
      machine: { debug: 'off' },
    })
    expect([log[0], log.at(-1)]).toEqual(['before', 'after'])
    expect(heads(log).map((line) => line.replaceAll(/0x[0-9a-f]{16}/g, '…'))).toEqual([
      '[Right Redzone overwritten] …-… @offset=72. First byte 0x41 instead of 0xcc',
      'BUG lab (Not tainted): Object corrupt',
      'FIX lab: Restoring Right Redzone …-…=0xcc',
      'FIX lab: Object at … not freed',
    ])
  })

  it('has it with KASAN when the quarantine lets the object go', () => {
    const { log } = runText(`${SETUP}k.kmem_cache_free(c, a)\nk.pr_info('freed')\nk.kmem_cache_shrink(c)`, {
      machine: { debug: 'on' },
    })
    expect(log[0]).toBe('freed')
    expect(heads(log)).toHaveLength(4)
  })
})
