import { describe, expect, it } from 'vitest'
import * as gfp from './gfp.ts'

describe('a mask as %pGg prints it', () => {
  it.each([
    [gfp.GFP_KERNEL, 'GFP_KERNEL'],
    [gfp.GFP_KERNEL | gfp.__GFP_ZERO | gfp.__GFP_COMP, 'GFP_KERNEL|__GFP_COMP|__GFP_ZERO'],
    [gfp.GFP_KERNEL_ACCOUNT, 'GFP_KERNEL_ACCOUNT'],
    [gfp.GFP_USER | gfp.__GFP_ACCOUNT, 'GFP_USER|__GFP_ACCOUNT'],
    [gfp.GFP_KERNEL & ~gfp.__GFP_DIRECT_RECLAIM, '__GFP_IO|__GFP_FS|__GFP_KSWAPD_RECLAIM'],
    [gfp.GFP_ATOMIC | gfp.__GFP_NOWARN, 'GFP_ATOMIC|__GFP_NOWARN'],
    [gfp.GFP_DMA | gfp.GFP_NOIO, 'GFP_NOIO|GFP_DMA'],
    [0x200, '0x200'],
    [0, ''],
  ])('%#x', (mask, text) => {
    expect(gfp.gfpText(mask)).toBe(text)
  })
})
