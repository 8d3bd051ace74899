/** What a kernel with KASAN and DEBUG_VM is said to print at a mistake. Measured on such a kernel (6.12.117). */
import { describe, expect, it } from 'vitest'
import { liveRun } from './testing/live-run.ts'

/** Each error of a program: its code, and the first line that the kernel prints. */
function errors(body: string, debug: 'on' | 'off' = 'on'): string[] {
  const { report } = liveRun(`import * as k from 'linux'\nconst G = k.GFP_KERNEL\n${body}`, 'v6.12', { debug })
  return report.diagnoses
    .filter(({ severity, code }) => severity === 'error' && !code.endsWith('-leak'))
    .map(({ code, kernel }) => `${code}: ${(kernel ?? '').replace(/ in \S+$/, '')}`)
}

describe('KASAN', () => {
  it('finds a freed object that krealloc() or ksize() is given', () => {
    const freed = 'const p: any = k.kmalloc(64, G)\nk.kfree(p)\n'
    const said = ['slab-use-after-free: BUG: KASAN: slab-use-after-free']
    expect(errors(`${freed}k.pr_info(String(k.krealloc(p, 100, G)))`)).toEqual(said)
    expect(errors(`${freed}k.pr_info(String(k.krealloc(p, 40, G)))`)).toEqual(said)
    expect(errors(`${freed}k.ksize(p)`)).toEqual(said)
    expect(errors(`${freed}k.krealloc(p, 100, G)`, 'off')).toEqual(['slab-use-after-free: '])
    expect(errors(`${freed}k.kfree(k.krealloc(p, 40, G))`, 'off')).toEqual(['slab-use-after-free: '])
    expect(errors(`${freed}k.ksize(p)`, 'off')).toEqual(['slab-use-after-free: '])
  })

  it('answers krealloc() and ksize() of a freed object with nothing', () => {
    const body = 'const p: any = k.kmalloc(64, G)\nk.kfree(p)\nk.pr_info(`${k.krealloc(p, 100, G)} ${k.ksize(p)}`)'
    const run = liveRun(`import * as k from 'linux'\nconst G = k.GFP_KERNEL\n${body}`, 'v6.12', { debug: 'on' })
    expect(run.record.log.map(({ text }) => text)).toEqual(['null 0'])
  })

  it('tells the rest of the pages of a large kmalloc() from what lies behind them', () => {
    const read = (at: number): string[] => errors(`const p: any = k.kmalloc(9000, G)\np.read_u8(${at})\nk.kfree(p)`)
    expect(read(9000)).toEqual(['out-of-bounds: BUG: KASAN: slab-out-of-bounds'])
    expect(read(16384)).toEqual(['out-of-bounds: BUG: KASAN: use-after-free'])
  })

  it('looks at where a pointer into a freed object points before at whether it was freed', () => {
    const body = 'const p: any = k.kmalloc(64, G)\nk.kfree(p)\nk.kfree(p.add(8))'
    expect(errors(body)).toEqual(['slab-double-free: BUG: KASAN: invalid-free'])
  })

  it('sees a page of a freed vmalloc area in the linear map as a page', () => {
    const body =
      'const p: any = k.vmalloc(8192)\nconst q: any = k.page_address(k.vmalloc_to_page(p)!)\nk.vfree(p)\nq.read_u8(0)'
    expect(errors(body)).toEqual(['vmalloc-use-after-vfree: BUG: KASAN: use-after-free'])
  })
})
