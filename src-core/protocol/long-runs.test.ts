/** Loops that make the same mistake tens of thousands of times are judged in the time of a test, and told as one. */
import { expect, it } from 'vitest'
import { liveRun } from './testing/live-run.ts'

const MANY = 20_000

/** Codes of a run with how often each was repeated. */
function told(text: string): string[] {
  return liveRun(text).report.diagnoses.map(({ code, repeats }) => `${code} ${repeats ?? 0}`)
}

it('ends with memory that is lost again and again', () => {
  expect(
    told(`import { kmalloc, GFP_KERNEL } from 'linux'
for (let i = 0; i < ${MANY}; i++) kmalloc(16, GFP_KERNEL)`),
  ).toEqual([`memory-leak ${MANY - 1}`])
})

it('tells a list whose items hold each other as one leak, however long it is', () => {
  expect(
    told(`import { kmalloc, GFP_KERNEL, type Ptr } from 'linux'
let last: Ptr | null = null
for (let i = 0; i < ${MANY}; i++) {
  const item = kmalloc(64, GFP_KERNEL)!
  if (last !== null) item.write_u64(0, last.addr)
  last = item
}`),
  ).toEqual([`memory-leak ${MANY - 1}`])
})

it('tells what one lost table holds as what follows from its loss', () => {
  const { diagnoses } = liveRun(`import { kvmalloc, kmalloc, GFP_KERNEL } from 'linux'
const table = kvmalloc(${MANY} * 8, GFP_KERNEL)!
for (let i = 0; i < ${MANY}; i++) table.write_u64(i * 8, kmalloc(64, GFP_KERNEL)!.addr)`).report
  expect(diagnoses.map(({ code, at }) => `${code} ${at.line}`)).toEqual(['memory-leak 2'])
  expect(diagnoses[0]!.consequences).toHaveLength(1)
})

it('ends with references that are taken, dropped, and lost again and again', () => {
  const head = "import { alloc_page, get_page, put_page, __free_page, GFP_KERNEL } from 'linux'\n"
  const page = 'const page = alloc_page(GFP_KERNEL)!\n'
  const often = `for (let i = 0; i < ${MANY}; i++)`
  expect(told(`${head}${page}${often} {\n  get_page(page)\n  put_page(page)\n}\n__free_page(page)`)).toEqual([])
  expect(told(`${head}${page}${often} get_page(page)\n${often} put_page(page)\n__free_page(page)`)).toEqual([])
  expect(told(`${head}${page}${often} get_page(page)\n__free_page(page)`)).toEqual([`page-leak ${MANY - 1}`])
})

it('tells references of which one is lost in every turn as one mistake', () => {
  const codes = told(`import { alloc_page, get_page, put_page, __free_page, GFP_KERNEL } from 'linux'
const page = alloc_page(GFP_KERNEL)!
for (let i = 0; i < 5000; i++) {
  get_page(page)
  get_page(page)
  put_page(page)
}
__free_page(page)`)
  expect(codes.length).toBeLessThan(4)
})

it('ends with pages that a device reaches for ever', () => {
  expect(
    told(`import { alloc_page, dma_map_page, dma_mapping_error, PAGE_SIZE, DMA_TO_DEVICE, GFP_KERNEL } from 'linux'
import { device } from 'sim'
const nic = device('nic')
const page = alloc_page(GFP_KERNEL)!
for (let i = 0; i < 5000; i++) {
  const at = dma_map_page(nic, page, 0, PAGE_SIZE, DMA_TO_DEVICE)
  if (dma_mapping_error(nic, at)) break
}`),
  ).toHaveLength(1)
})

it('ends with thousands of callbacks, each of which is a task', () => {
  expect(
    told(`import { kmalloc, kfree_rcu, synchronize_rcu, GFP_KERNEL } from 'linux'
for (let i = 0; i < 2000; i++) {
  kfree_rcu(kmalloc(64, GFP_KERNEL)!)
  synchronize_rcu()
}`),
  ).toEqual([])
})
