// @machine debug=off
// @expect none
//
// What scatterlists are made of, what merges when they are mapped, and the addresses that a device gets.
import * as k from 'linux'
import { device } from 'sim'
import { is } from './is.ts'
const P = 4096
const block = k.alloc_pages(k.GFP_KERNEL, 3)!
k.split_page(block, 3)
const pg = Array.from({ length: 8 }, (_, i) => k.nth_page(block, i))
const mk = (pages: any[], off: number, size: number, seg?: number) => {
  const t = new k.sg_table()
  const r =
    seg === undefined
      ? k.sg_alloc_table_from_pages(t, pages, pages.length, off, size, k.GFP_KERNEL)
      : k.sg_alloc_table_from_pages_segment(t, pages, pages.length, off, size, seg, k.GFP_KERNEL)
  const out: string[] = []
  if (r === 0) {
    k.for_each_sgtable_sg(t, (sg) =>
      out.push(`${k.page_to_pfn(k.sg_page(sg)) - k.page_to_pfn(block)}+${sg.offset}:${sg.length}`),
    )
    is('orig=nents', t.orig_nents, t.nents)
    const orig = t.orig_nents
    k.sg_free_table(t)
    is('freed orig', t.orig_nents, orig)
    is('freed sgl', t.sgl, null)
  }
  return r === 0 ? out.join(' ') : String(r)
}
is('all', mk(pg, 0, 8 * P), '0+0:32768')
is('off', mk(pg.slice(0, 2), 100, 5000), '0+100:5000')
is('gap', mk([pg[0], pg[1], pg[3], pg[4]], 0, 4 * P), '0+0:8192 3+0:8192')
is('gap off', mk([pg[0], pg[2]], 4000, 1000), '0+4000:96 2+0:904')
is('desc', mk([pg[2], pg[1], pg[0]], 0, 3 * P), '2+0:4096 1+0:4096 0+0:4096')
is('seg', mk(pg.slice(0, 4), 0, 4 * P, 2 * P), '0+0:8192 2+0:8192')
is('seg un', mk(pg.slice(0, 4), 0, 4 * P, 2 * P + 5), '0+0:8192 2+0:8192')
is('seg small', mk(pg.slice(0, 2), 0, 2 * P, 100), '-22')
is('seg off', mk(pg.slice(0, 3), 100, 3 * P - 100, P), '0+100:3996 1+0:4096 2+0:4096')
is('short', mk(pg.slice(0, 3), 0, P + 1), '0+0:4097')
const t0 = new k.sg_table()
is('zero', k.sg_alloc_table(t0, 0, k.GFP_KERNEL), -22)
is('tab', k.sg_alloc_table(t0, 300, k.GFP_KERNEL), 0)
is('n', t0.nents, 300)
is('on', t0.orig_nents, 300)
is('sg_nents', k.sg_nents(t0.sgl!), 300)
let n = 0
for (let s: any = t0.sgl; s; s = k.sg_next(s)) n++
is('walk', n, 300)
k.sg_free_table(t0)
const sgl = Array.from({ length: 3 }, () => ({})) as any
k.sg_init_table(sgl, 3)
is('next', k.sg_next(sgl[2]), null)
is('next0', k.sg_next(sgl[0]) === sgl[1], true)
is('nents', k.sg_nents(sgl), 3)
is('nents1', k.sg_nents(sgl[1]), 2)
k.sg_set_page(sgl[0], pg[0]!, 100, 50)
k.sg_set_page(sgl[1], pg[1]!, 200, 0)
k.sg_set_page(sgl[2], pg[3]!, P, 0)
is('virt', k.sg_virt(sgl[0]).addr, k.page_address(pg[0]!)!.addr + 50n)
const buf = k.kzalloc(512, k.GFP_KERNEL)!
k.memset(buf, 0x5a, 512)
is('cfb', k.sg_copy_from_buffer(sgl, 3, buf, 400), 400)
is('b0', k.page_address(pg[0]!)!.read_u8(149), 0x5a)
is('b3', k.page_address(pg[3]!)!.read_u8(99), 0x5a)
is('ctb', k.sg_copy_to_buffer(sgl, 1, buf, 400), 100)
const one: any = {}
k.sg_init_one(one, buf, 64)
is('one', one.length, 64)
is('one off', one.offset, Number(buf.addr & 0xfffn))
is('one end', k.sg_next(one), null)
k.sg_set_buf(sgl[1], buf.add(8), 16)
is('buf off', sgl[1].offset, Number((buf.addr + 8n) & 0xfffn))
k.sg_set_page(sgl[1], pg[1]!, 200, 0)
const d = device('d'),
  di = device('i', { iommu: true })
is('map', k.dma_map_sg(d, sgl, 3, k.DMA_TO_DEVICE), 3)
is('addr', k.sg_dma_address(sgl[0]), k.page_to_phys(pg[0]!) + 50n)
is('len', k.sg_dma_len(sgl[0]), 100)
k.dma_unmap_sg(d, sgl, 3, k.DMA_TO_DEVICE)
const t = new k.sg_table()
k.sg_alloc_table_from_pages(t, [pg[0]!, pg[2]!, pg[4]!], 3, 0, 3 * P, k.GFP_KERNEL)
is('orig', t.orig_nents, 3)
is('imap', k.dma_map_sgtable(di, t, k.DMA_BIDIRECTIONAL, 0), 0)
is('merged', t.nents, 1)
is('mlen', k.sg_dma_len(t.sgl!), 3 * P)
let cnt = 0
k.for_each_sgtable_dma_sg(t, () => {
  cnt++
})
is('dmacnt', cnt, 1)
k.dma_unmap_sgtable(di, t, k.DMA_BIDIRECTIONAL, 0)
is('dmap', k.dma_map_sgtable(d, t, k.DMA_BIDIRECTIONAL, 0), 0)
is('dn', t.nents, 3)
k.dma_unmap_sgtable(d, t, k.DMA_BIDIRECTIONAL, 0)
k.sg_free_table(t)
// partial pages do not merge over the IOMMU unless they end and begin at page bounds
const t2 = new k.sg_table()
k.sg_alloc_table(t2, 3, k.GFP_KERNEL)
let at = 0
k.for_each_sgtable_sg(t2, (sg) => {
  k.sg_set_page(sg, pg[2 * at]!, at === 1 ? 1000 : P, 0)
  at++
})
is('imap2', k.dma_map_sgtable(di, t2, k.DMA_TO_DEVICE, 0), 0)
is('merged2', t2.nents, 2)
is('l0', k.sg_dma_len(t2.sgl!), P + 1000)
k.dma_unmap_sgtable(di, t2, k.DMA_TO_DEVICE, 0)
k.sg_free_table(t2)
const h = k.dma_map_single(d, buf, 512, k.DMA_TO_DEVICE)
is('single', h, k.virt_to_phys(buf))
is('err', k.dma_mapping_error(d, h), 0)
k.dma_unmap_single(d, h, 512, k.DMA_TO_DEVICE)
const hp = k.dma_map_page(d, pg[1]!, 100, 200, k.DMA_FROM_DEVICE)
is('page', hp, k.page_to_phys(pg[1]!) + 100n)
is('e', k.dma_mapping_error(d, hp), 0)
k.dma_unmap_page(d, hp, 200, k.DMA_FROM_DEVICE)
const hh: bigint[] = []
const co = k.dma_alloc_coherent(d, 3 * P, hh, k.GFP_KERNEL)!
is('co align', hh[0]! % BigInt(4 * P), 0n)
is('co virt', k.virt_to_phys(co), hh[0])
k.dma_free_coherent(d, 3 * P, co, hh[0]!)
k.kfree(buf)
for (const p of pg) k.__free_page(p)
