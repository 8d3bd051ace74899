/** Biographies: what is told of a piece of memory, and any rows of a long life. */
import { describe, expect, it } from 'vitest'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { liveRun } from '../testing/live-run.ts'
import { eventRows } from './biography.ts'
import { inspect } from './inspect.ts'
import { RunView } from './run-view.ts'

const of = (text: string): RunView => new RunView(liveRun(text, 'v6.12', {}))

/** The allocation of a variable. */
function memory(view: RunView, name: string): number {
  for (let id = 1; view.store.allocation(id) !== null; id++) if (view.variable(id) === name) return id
  throw new Error(`no memory is called ${name}`)
}

describe('a biography by ranges', () => {
  it('gives any rows of a long life', () => {
    const view = of(`import { alloc_page, get_page, put_page, GFP_KERNEL } from 'linux'
const page = alloc_page(GFP_KERNEL)!
for (let i = 0; i < 1000; i++) {
  get_page(page)
  put_page(page)
}
`)
    const target = { allocation: memory(view, 'page') }
    const { rows, total, latest } = eventRows(view, { run: 1, target, from: 1000, count: 4, step: 500 })
    expect([total, rows.length, latest]).toEqual([2001, 4, 499])
    expect(rows.map(({ step }) => step)).toEqual([1001, 1002, 1003, 1004])
    expect(rows[0].sentence).toContain('put_page dropped a reference')
    expect(eventRows(view, { run: 1, target, from: 2000, count: 9999 }).rows).toHaveLength(1)
  })
})

describe('anonymous memory', () => {
  const view = of(`import { misc_register, get_user_pages_fast, FOLL_WRITE, type page, type file } from 'linux'
import { spawn, waitpid, open, ioctl, mmap, munmap, MAP_PRIVATE, MAP_ANONYMOUS, PROT_READ, PROT_WRITE } from 'user'
const pages: page[] = []
const look = (f: file, cmd: number, at: bigint) => get_user_pages_fast(at, 1, FOLL_WRITE, pages)
misc_register({ name: 'look', fops: { ioctl: look } })
const app = spawn('app', () => {
  const fd = open('/dev/look', 2)
  const a = mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  const b = mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof a === 'number' || typeof b === 'number') return
  a.write_u8(0, 1)
  b.write_u8(0, 1)
  ioctl(fd, 0, b.addr)
  munmap(a, 4096)
})
waitpid(app)
`)
  const { allocations } = view.run.ledger
  const id = Array.from({ length: allocations.lastId }, (_, i) => i + 1).findLast(
    (each) => allocations.kind(each) === AllocationKind.ANONYMOUS,
  )!

  it('has a frame with a struct page, on the map too', () => {
    const pfn = view.store.allocation(id)!.base
    const about = inspect(view, { run: 1, step: view.steps, target: { allocation: id } })
    expect(about.subtitle).toContain(`frame 0x${pfn.toString(16)}`)
    expect(about.fields.map(({ name }) => name)).toContain('_refcount')
  })

  it('tells when a drain of its LRU batch lowered its count', () => {
    const { rows } = eventRows(view, { run: 1, target: { allocation: id }, from: 0, count: 99 })
    expect(rows.map(({ sentence }) => sentence)).toContain(
      'lru_add_drain dropped the reference of the LRU batch: 3 → 2',
    )
  })
})

describe('memory that a device works on', () => {
  it('tells who was given its bytes, and what the device did', () => {
    const view = of(`import { alloc_page, __free_page, GFP_KERNEL, sg_init_table, sg_set_page } from 'linux'
import { dma_map_page, dma_unmap_page, DMA_BIDIRECTIONAL } from 'linux'
import { dma_sync_single_for_cpu, dma_sync_single_for_device } from 'linux'
import { device } from 'sim'
const dev = device('nic')
const page = alloc_page(GFP_KERNEL)!
const sgl = [{}] as never[]
sg_init_table(sgl, 1)
sg_set_page(sgl[0]!, page, 512, 256)
const dma = dma_map_page(dev, page, 0, 4096, DMA_BIDIRECTIONAL)
dev.dma_write(dma, [1, 2])
dma_sync_single_for_cpu(dev, dma, 4096, DMA_BIDIRECTIONAL)
dma_sync_single_for_device(dev, dma, 4096, DMA_BIDIRECTIONAL)
dev.dma_read(dma, 1)
dma_unmap_page(dev, dma, 4096, DMA_BIDIRECTIONAL)
__free_page(page)
`)
    const { rows } = eventRows(view, { run: 1, target: { allocation: memory(view, 'page') }, from: 0, count: 99 })
    expect(rows.slice(1, -1).map(({ sentence }) => sentence)).toEqual([
      'sg_set_page put it in a list: 512 bytes from offset 256',
      'dma_map_page mapped it',
      'the device wrote 2 bytes: bytes 00 00 → 01 02',
      'dma_sync_single_for_cpu gave its bytes to the CPU',
      'dma_sync_single_for_device gave its bytes to the device',
      'the device read 1 byte',
      'dma_unmap_page ended a mapping',
    ])
  })
})
