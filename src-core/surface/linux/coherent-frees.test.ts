/** dma_free_coherent() with other values than the allocation's: what a 6.12 kernel frees, and where it stops. */
import { describe, expect, it } from 'vitest'
import { runText } from '../../runtime/testing/run-text.ts'

const SETUP = `import * as k from 'linux'
import { sim } from 'sim'
const dev = sim.device('lab')
const h = [], g = []
const a = k.dma_alloc_coherent(dev, 8192, h, k.GFP_KERNEL)
const page = k.virt_to_page(a)
const counts = (n) => Array.from({ length: n }, (_, i) => k.page_ref_count(k.nth_page(page, i))).join(' ')
`
const run = (text: string, debug: 'on' | 'off') => {
  const { outcome, log } = runText(SETUP + text, { machine: { debug } })
  return { outcome, log }
}

describe('dma_free_coherent() of directly mapped memory', () => {
  const twice = 'k.dma_free_coherent(dev, 8192, a, h[0])\n'.repeat(2) + 'k.pr_info(counts(1))'

  it('a second time stops a kernel with DEBUG_VM, and takes the count below 0 without', () => {
    expect(run(twice, 'on').outcome).toBe('oops')
    expect(run(twice, 'off')).toEqual({ outcome: 'completed', log: ['-1'] })
  })

  it('a second time frees the page of whoever has it by now', () => {
    const text = `k.dma_free_coherent(dev, 8192, a, h[0])
      const p = k.alloc_pages(k.GFP_DMA32, 1)
      k.pr_info(\`\${p === page}\`)
      k.dma_free_coherent(dev, 8192, a, h[0])
      k.pr_info(counts(1))
      k.__free_pages(p, 1)`
    expect(run(text, 'on')).toEqual({ outcome: 'oops', log: ['true', '0'] })
    expect(run(text, 'off')).toEqual({ outcome: 'completed', log: ['true', '0'] })
  })

  it('frees as many pages as it is told: the rest is lost', () => {
    const text = `k.dma_free_coherent(dev, 4096, a, h[0])
      k.pr_info(\`\${k.page_ref_count(page)} \${k.alloc_page(k.GFP_DMA32) === page}\`)`
    expect(run(text, 'on')).toEqual({ outcome: 'completed', log: ['0 true'] })
    expect(run('k.dma_free_coherent(dev, 0, a, h[0])', 'on').outcome).toBe('oops')
  })

  it('goes by the bus address, whatever the CPU address is', () => {
    const text = `const b = k.dma_alloc_coherent(dev, 8192, g, k.GFP_KERNEL)
      k.dma_free_coherent(dev, 8192, b, h[0])
      k.pr_info(\`\${k.page_ref_count(page)} \${k.page_ref_count(k.virt_to_page(b))}\`)
      k.dma_free_coherent(dev, 8192, a, g[0])
      k.pr_info(\`\${k.page_ref_count(k.virt_to_page(b))}\`)`
    expect(run(text, 'on')).toEqual({ outcome: 'completed', log: ['0 1', '0'] })
  })

  it('through another device frees it too', () => {
    const text = `k.dma_free_coherent(sim.device('other'), 8192, a, h[0])\nk.pr_info(counts(1))`
    expect(run(text, 'on')).toEqual({ outcome: 'completed', log: ['0'] })
  })

  it('stops at an address that no memory has', () => {
    expect(run('k.dma_free_coherent(dev, 8192, a, 1n << 40n)', 'off').outcome).toBe('oops')
  })
})
