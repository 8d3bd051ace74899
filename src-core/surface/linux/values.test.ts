/** Values that calls of several headers answer, as v6.12 has them. */
import { expect, it } from 'vitest'
import { runText } from '../../runtime/testing/run-text.ts'

const log = (body: string): readonly string[] =>
  runText(
    `import * as k from 'linux'
    import { device } from 'sim'
    const say = (...values) => k.pr_info(values.join(' '))
    ${body}`,
    { machine: { debug: 'off' }, interleaved: true },
  ).log

it('refcount_read() is an unsigned int, and what is below 0 saturates', () => {
  expect(
    log(`const r = new k.refcount_t(0)
    k.refcount_inc(r)
    say(k.refcount_read(r))
    k.refcount_set(r, -5)
    say(k.refcount_dec_and_test(r), k.refcount_read(r).toString(16))`),
  ).toEqual(['3221225472', 'false c0000000'])
})

it('a DMA mapping of no entries fails with a warning', () => {
  const body = `const dev = device('d')
    const table = {}
    k.sg_alloc_table(table, 1, k.GFP_KERNEL)
    k.sg_set_page(table.sgl, k.alloc_page(k.GFP_KERNEL), 4096, 0)
    say(k.dma_map_sg(dev, table.sgl, 0, k.DMA_TO_DEVICE))
    table.orig_nents = 0
    say(k.dma_map_sgtable(dev, table, k.DMA_TO_DEVICE, 0))`
  expect(log(body)).toEqual(['0', '-5'])
})

it('an interrupt line that there is not is no line', () => {
  expect(log('say(k.request_irq(100000, () => k.IRQ_HANDLED, 0, "n", {}))')).toEqual(['-22'])
})

it('the errors of a driver have their numbers', () => {
  expect(log('say(k.EREMOTEIO, k.ENOTSUPP, k.EPROBE_DEFER, k.EROFS, k.ECHILD)')).toEqual(['121 524 517 30 10'])
})

it('vfree() and vunmap() take any page of an area for the area', () => {
  expect(
    log(`const v = k.vmalloc(8192)
    const page = k.vmalloc_to_page(v)
    k.vfree(v.add(4096))
    say(k.page_ref_count(page), k.vmalloc_to_page(v))
    const w = k.vmalloc(8192)
    const second = k.vmalloc_to_page(w.add(4096))
    k.vfree(w.add(8192))
    say(k.page_ref_count(second))
    const m = k.vmap([page], 1, k.VM_MAP, k.PAGE_KERNEL)
    k.vunmap(m.add(4096))
    say(k.vmalloc_to_page(m))
    const u = k.vmalloc(4096)
    k.vfree(u.add(8))
    say(k.page_ref_count(k.vmalloc_to_page(u)))`),
  ).toEqual(['0 ', '0', '', '1'])
})

it('a reserved page has the count that boot gave it', () => {
  expect(
    log(`const page = k.pfn_to_page(3)
    k.get_page(page)
    say(k.page_ref_count(page), k.PageReserved(page))
    k.put_page(page)
    say(k.page_ref_count(page), k.page_ref_count(k.ZERO_PAGE(0)))`),
  ).toEqual(['2 1', '1 1'])
})
