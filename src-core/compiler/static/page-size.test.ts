import { describe, expect, it } from 'vitest'
import { SURFACE_INDEX } from '../../surface/generated/index.ts'
import { checkOwnership } from './check.ts'

const IMPORTS = `import { alloc_page, alloc_pages, get_order, GFP_KERNEL, kfree, kmalloc, PAGE_ALIGN, PAGE_SIZE,
  page_address, __free_page, __free_pages } from 'linux'`
const FIRST = IMPORTS.split('\n').length + 1

/** `code line` of each finding on a machine; the first line of the text is 1. */
function told(arch: string, text: string): string[] {
  const files = [{ path: 'driver.ts', text: `// @machine arch=${arch}\n${IMPORTS}\n${text}` }]
  const findings = checkOwnership('driver.ts', files, SURFACE_INDEX, { era: 'v6.12' })
  return findings.map(({ code, at }) => `${code} ${at.line - FIRST}`)
}

describe('the static check counts in pages of the machine', () => {
  it('knows how long a page is', () => {
    const text = `const page = alloc_page(GFP_KERNEL)!
page_address(page)!.write_u8(8192, 1)
__free_page(page)`
    expect(told('arm64-16k', text)).toEqual([])
    expect(told('x86_64', text)).toEqual(['out-of-bounds 2'])
    expect(told('arm64-16k', text.replace('8192', '16384'))).toEqual(['out-of-bounds 2'])
  })

  it('knows the order of a size', () => {
    const text = `const pages = alloc_pages(GFP_KERNEL, get_order(20000))!
__free_pages(pages, 1)`
    expect(told('arm64-16k', text)).toEqual([])
    expect(told('x86_64', text)).toEqual(['wrong-order-free 2'])
  })

  it('takes the branch that the machine takes', () => {
    const text = `if (PAGE_SIZE !== 4096 && PAGE_ALIGN(1) === 16384) kfree(kmalloc(64, GFP_KERNEL))
else kmalloc(64, GFP_KERNEL)`
    expect(told('arm64-16k', text)).toEqual([])
    expect(told('x86_64', text)).toEqual(['memory-leak 2'])
  })
})
