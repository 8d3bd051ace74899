/** What the types of the Rust surface do to memory: which C functions they come down to, in which order. */
import { describe, expect, it } from 'vitest'
import { runSnippet } from '../../runtime/testing/run-snippet.ts'

const names = (text: string, era = 'next'): string[] => runSnippet(text, {}, era).ops.map(({ name }) => name)
const log = (text: string, era = 'next'): readonly string[] => runSnippet(text, {}, era).log
const wrap = (body: string, imports: string): string =>
  `import { ${imports}, GFP_KERNEL, drop } from 'kernel'
import { pr_info } from 'linux'
import { device } from 'sim'
{
${body}
}`

describe('the Rust surface', () => {
  it('drops a table in the order: unmap, entries, pages', () => {
    const rows = names(
      wrap(
        `const dev = device('x')
  using t = SGTable.new(dev, VVec.with_capacity(8192, GFP_KERNEL), DataDirection.ToDevice, GFP_KERNEL)`,
        'SGTable, VVec, DataDirection',
      ),
    )
    expect(rows.slice(-3)).toEqual(['dma_unmap_sgtable', 'sg_free_table', 'vfree'])
  })
  it('unmaps a table when its device is unbound, and drops the rest later', () => {
    const rows = names(
      wrap(
        `const dev = device('x')
  using t = SGTable.new(dev, VVec.with_capacity(8192, GFP_KERNEL), DataDirection.ToDevice, GFP_KERNEL)
  dev.unbind()`,
        'SGTable, VVec, DataDirection',
      ),
    )
    expect(rows.slice(-4)).toEqual(['dma_unmap_sgtable', 'device_unbind', 'sg_free_table', 'vfree'])
  })
  it('drops the pages when a table cannot be made: they were moved into the call', () => {
    const text = wrap(
      `const dev = device('x')
  const pages = VVec.with_capacity(8192, GFP_KERNEL)
  sim.fail_next('dma_map_sgtable')
  try { SGTable.new(dev, pages, DataDirection.ToDevice, GFP_KERNEL) } catch (e) { pr_info((e as Error).message) }`,
      'SGTable, VVec, DataDirection',
    ).replace('import { device }', 'import { device, sim }')
    const run = runSnippet(text, {}, 'next')
    expect(run.log).toEqual(['ENOMEM'])
    expect(run.ops.map(({ name }) => name).slice(-3)).toEqual(['sg_free_table', 'vfree', 'printk'])
  })
  it('grows a vector by allocating, copying and freeing once its pages are full', () => {
    const body = `using v = VVec.with_capacity(4096, GFP_KERNEL)
  v.extend_with(4096, 1, GFP_KERNEL)
  v.push(2, GFP_KERNEL)`
    const rows = ['vmalloc', 'write', 'vmalloc', 'read', 'memcpy', 'vfree', 'write', 'vfree']
    expect(names(wrap(body, 'VVec'))).toEqual(rows)
  })
  it('leaves a vector that failed to grow as it was', () => {
    const text = `import { KVec, GFP_KERNEL } from 'kernel'
import { pr_info } from 'linux'
import { sim } from 'sim'
using v = KVec.with_capacity(4, GFP_KERNEL)
v.extend_with(4, 9, GFP_KERNEL)
sim.fail_next('krealloc')
try { v.push(1, GFP_KERNEL) } catch (e) { pr_info(\`\${(e as { errno: number }).errno}\`) }
pr_info(\`\${v.len()} \${v.capacity()} \${v.get(3)}\`)`
    expect(log(text)).toEqual(['-12', '4 4 9'])
  })
  it('refuses what leaves the page and says so with EINVAL', () => {
    const text = wrap(
      `using p = Page.alloc_page(GFP_KERNEL)
  for (const [off, len] of [[0, 4096], [4096, 0], [4095, 2], [-1, 1]]) {
    try { p.fill_zero_raw(off!, len!); pr_info('ok') } catch (e) { pr_info((e as Error).message) }
  }`,
      'Page',
    )
    expect(log(text)).toEqual(['ok', 'ok', 'EINVAL', 'EINVAL'])
  })
  it('unmaps a page when the closure fails', () => {
    const text = wrap(
      `using p = Page.alloc_page(GFP_KERNEL)
  try { p.with_page_mapped(() => { throw new KernelError(-5) }) } catch (e) { pr_info((e as Error).message) }`,
      'Page, KernelError',
    )
    expect(names(text)).toEqual(['alloc_pages', 'kmap_local_page', 'kunmap_local', 'printk', '__free_pages'])
  })
  it('drops nothing when a borrow is dropped', () => {
    const text = wrap(
      'using v = VBox.new_uninit(4096, GFP_KERNEL); const [p] = v.page_iter(); drop(p); p!.fill_zero_raw(0, 1)',
      'VBox',
    )
    expect(names(text, 'v6.18')).toEqual(['vmalloc', 'borrow', 'memset', 'vfree'])
  })
  it('gives an owner back from shared references when it is the only one', () => {
    const text = `import { Owned, OwnableRefCounted, drop } from 'kernel'
import { pr_info } from 'linux'
class Obj { static inc_ref() {} static dec_ref() { pr_info('dec') } static release() { pr_info('release') } }
const shared = OwnableRefCounted.into_shared(Owned.from_raw(new Obj()))
const owner = OwnableRefCounted.try_from_shared(shared)!
drop(owner)`
    expect(log(text)).toEqual(['release'])
  })
  it('publishes coherent memory one way', () => {
    const text = wrap(
      `const box = CoherentBox.zeroed_slice(device('x'), 2, GFP_KERNEL)
  box.field_write(1, 3n)
  using shared = box.into()
  pr_info(\`\${shared.field_read(1)} \${shared.count()} \${shared.size()}\`)`,
      'CoherentBox',
    )
    expect(log(text)).toEqual(['3 2 16'])
    expect(names(text).at(-1)).toBe('dma_free_coherent')
  })
  it('counts folios and lends their pages', () => {
    const text = wrap(
      `using f = Folio.alloc(1, GFP_KERNEL)
  const g = f.clone()
  pr_info(\`\${f.ref_count()} \${f.nr_pages()} \${f.size()}\`)
  f.page(1).fill_zero_raw(0, 8)
  drop(g)`,
      'Folio',
    )
    expect(log(text)).toEqual(['2 2 8192'])
    expect(names(text).slice(-2)).toEqual(['folio_put', 'folio_put'])
  })
  it('drops a page of the v3 patch by dropping a reference', () => {
    const text = `import { Page } from 'thread/page_v3'
import { vmalloc, vfree } from 'linux'
const area = vmalloc(4096)!
{ using page = Page.page_slice_to_page(area) }
vfree(area)`
    const rows = ['vmalloc', 'is_vmalloc_addr', 'vmalloc_to_page', 'get_page', 'put_page', 'vfree']
    expect(names(text, 'v6.12')).toEqual(rows)
  })
})
