/** Random small programs with what drivers have: DMA in flight, interrupts, work, shrinkers, LRUs. */
import fc from 'fast-check'
import { tasksOf } from './small-programs.ts'

const PRELUDE = `import {
  alloc_page, __free_page, put_page, kmalloc, kfree, GFP_KERNEL, kthread_run, shared, READ_ONCE, WRITE_ONCE, pr_info,
  module_exit, dma_map_single, dma_unmap_single, dma_sync_single_for_cpu, dma_alloc_coherent, dma_free_coherent,
  page_address, DMA_TO_DEVICE, DMA_FROM_DEVICE, DMA_BIDIRECTIONAL, request_irq, free_irq, IRQ_HANDLED,
  local_irq_disable,
  local_irq_enable, disable_irq, enable_irq, spinlock_t, spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore,
  work_struct, INIT_WORK, schedule_work, queue_work, flush_work, cancel_work_sync, cancel_work, flush_workqueue,
  alloc_workqueue, alloc_ordered_workqueue, destroy_workqueue, work_pending, delayed_work, INIT_DELAYED_WORK,
  schedule_delayed_work, cancel_delayed_work_sync, list_lru, list_lru_init, list_lru_add, list_lru_del, list_lru_count,
  list_lru_walk, list_lru_isolate, LRU_REMOVED, LIST_HEAD, shrinker_alloc, shrinker_register, shrinker_free,
  mutex, mutex_init, mutex_lock, mutex_unlock,
} from 'linux'
import { device, reclaim, raise_irq, actor_irq, actor_dma_read, actor_dma_write, actor_unbind } from 'sim'
import { actor_reclaim } from 'sim'
`
const SETUP = `const x = shared(0)
const y = shared(0)
`

/** What the parts of a program need that use one kind of thing, and what they do with it. */
interface Subject {
  readonly setup: string
  readonly actions: readonly string[]
  readonly exit?: string
}

const dma = (iommu: boolean): Subject => ({
  setup: `const dev = device('nic', { iommu: ${iommu} })
const other = device('disk', { iommu: ${iommu} })
const m = kmalloc(64, GFP_KERNEL)!
const g = alloc_page(GFP_KERNEL)!
const at = dma_map_single(dev, m, 64, DMA_BIDIRECTIONAL)
`,
  actions: [
    'dev.dma_write(at, [ID, ID])',
    'dev.dma_write(at + 8n, [ID])',
    'WRITE_ONCE(x, dev.dma_read(at, 4)[0]!)',
    'dev.dma_read(at + 8n, 4)',
    'm.write_u8(0, ID)',
    'WRITE_ONCE(y, m.read_u8(1))',
    'm.read_u8(8)',
    'dma_unmap_single(dev, at, 64, DMA_BIDIRECTIONAL)',
    'dma_sync_single_for_cpu(dev, at, 64, DMA_BIDIRECTIONAL)',
    'kfree(m)',
    'dev.unbind()',
    'actor_dma_write(dev, at, [7])',
    'actor_dma_read(dev, at, 2)',
    'actor_unbind(dev)',
    'const q = kmalloc(32, GFP_KERNEL)!; const w = dma_map_single(dev, q, 32, DMA_TO_DEVICE); ' +
      'dma_unmap_single(dev, w, 32, DMA_TO_DEVICE); kfree(q)',
    'const w = dma_map_single(other, page_address(g), 64, DMA_FROM_DEVICE); other.dma_write(w, [ID])',
    'const h = [0n]; const c = dma_alloc_coherent(dev, 64, h, GFP_KERNEL)!; c.write_u8(0, ID); ' +
      'dma_free_coherent(dev, 64, c, h[0]!)',
  ],
})

const interrupts: Subject = {
  setup: `const A = spin_lock_init(new spinlock_t())
request_irq(5, () => { WRITE_ONCE(x, 10); return IRQ_HANDLED }, 0, 'five', null)
request_irq(6, () => { WRITE_ONCE(y, READ_ONCE(x)); return IRQ_HANDLED }, 0, 'six', null)
`,
  actions: [
    'raise_irq(5)',
    'raise_irq(6)',
    'actor_irq(5)',
    'actor_irq(6)',
    'free_irq(5, null)',
    "request_irq(5, () => { WRITE_ONCE(y, 20); return IRQ_HANDLED }, 0, 'again', null)",
    'disable_irq(5); WRITE_ONCE(x, ID); enable_irq(5)',
    'local_irq_disable(); WRITE_ONCE(x, ID); local_irq_enable()',
    'const f: number[] = []; spin_lock_irqsave(A, f); WRITE_ONCE(y, ID); spin_unlock_irqrestore(A, f)',
    'WRITE_ONCE(x, ID)',
    'READ_ONCE(y)',
  ],
}

const work: Subject = {
  setup: `const wq = alloc_workqueue('many', 0, 0)!
const one = alloc_ordered_workqueue('one', 0)!
const A = mutex_init(new mutex())
const w = INIT_WORK(new work_struct(), () => { WRITE_ONCE(x, 10) })
const v = INIT_WORK(new work_struct(), () => { mutex_lock(A); WRITE_ONCE(y, READ_ONCE(x)); mutex_unlock(A) })
const d = INIT_DELAYED_WORK(new delayed_work(), () => { WRITE_ONCE(y, 30) })
`,
  actions: [
    'queue_work(wq, w)',
    'queue_work(one, w)',
    'queue_work(one, v)',
    'schedule_work(v)',
    'schedule_delayed_work(d, 10)',
    'WRITE_ONCE(y, flush_work(w) ? 1 : 2)',
    'WRITE_ONCE(y, cancel_work_sync(w) ? 1 : 2)',
    'WRITE_ONCE(x, cancel_work(v) ? 1 : 2)',
    'cancel_delayed_work_sync(d)',
    'flush_workqueue(wq)',
    'flush_workqueue(one); READ_ONCE(y)',
    'if (work_pending(w)) WRITE_ONCE(x, ID)',
    'WRITE_ONCE(x, ID)',
  ],
}

const shrinkers: Subject = {
  setup: `const lru = new list_lru()
list_lru_init(lru)
const other = new list_lru()
list_lru_init(other)
const i = LIST_HEAD('i')
const j = LIST_HEAD('j')
list_lru_add(lru, i)
const isolate = (item: unknown, list: unknown) => { list_lru_isolate(list as never, item as never); return LRU_REMOVED }
const s = shrinker_alloc(0, 's')!
s.count_objects = () => list_lru_count(lru)
s.scan_objects = (_, sc) => list_lru_walk(lru, isolate as never, null, sc.nr_to_scan)
shrinker_register(s)
`,
  actions: [
    'list_lru_add(lru, j)',
    'list_lru_add(other, j)',
    'list_lru_del(lru, i)',
    'list_lru_del(lru, j)',
    'WRITE_ONCE(x, list_lru_count(lru))',
    'WRITE_ONCE(y, list_lru_count(other))',
    'reclaim(1)',
    'actor_reclaim(1)',
    'shrinker_free(s)',
    'WRITE_ONCE(x, ID)',
  ],
}

const SUBJECTS = { 'DMA in flight': dma(false), 'DMA behind an IOMMU': dma(true), interrupts, work, shrinkers } as const
export type SubjectName = keyof typeof SUBJECTS
export const SUBJECT_NAMES = Object.keys(SUBJECTS) as readonly SubjectName[]

/** A program about one subject: tasks with these actions. */
export function driverProgramOf(subject: SubjectName, tasks: readonly (readonly string[])[]): string {
  return `${PRELUDE}${SETUP}${SUBJECTS[subject].setup}${tasksOf(tasks, '${READ_ONCE(x)} ${READ_ONCE(y)}')}`
}

/** Two tasks of one or two actions each about one subject. */
export function driverPrograms(subject: SubjectName): fc.Arbitrary<string> {
  const action = fc.constantFrom(...SUBJECTS[subject].actions)
  return fc
    .array(fc.array(action, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 2 })
    .map((tasks) => driverProgramOf(subject, tasks))
}
