// @machine memory=64M debug=off cpus=2
// @expect none
//
// Atomics, locks, completions, work and what a task that gives way lets happen, one value a line; what `sim` says of a
// page. Read from include/linux/atomic, kernel/locking/rwsem.c, kernel/workqueue.c and lib/list_lru.c.
import * as k from 'linux'
import { access_set, device, gpu_page_table, grace_period, GPU_READ, GPU_WRITE, page_state, raise_irq } from 'sim'
import { is } from './is.ts'

let loaded = ''
k.module_init(() => {
  loaded += 'init'
  return 0
})
k.module_exit(() => is('module_init before module_exit', loaded, 'init'))

// atomic
const v = k.atomic_t(5)
k.atomic_dec(v)
is('atomic_dec', k.atomic_read(v), 4)
k.atomic_add(10, v)
is('atomic_add', k.atomic_read(v), 14)
k.atomic_set(v, 0x7fff_ffff)
k.atomic_add(1, v)
is('wraps', k.atomic_read(v), -0x8000_0000)

// rwsem: a reader lets readers in, and no writer.
const sem = new k.rw_semaphore()
k.init_rwsem(sem)
k.down_read(sem)
is('a second reader', k.down_read_trylock(sem), 1)
k.up_read(sem)
k.up_read(sem)
k.down_write(sem)
is('no reader beside a writer', k.down_read_trylock(sem), 0)
k.up_write(sem)

// completion
const done = new k.completion()
k.init_completion(done)
is('not yet', k.completion_done(done), false)
k.complete(done)
is('done', k.completion_done(done), true)
k.wait_for_completion(done)
is('taken', k.completion_done(done), false)

// work: pending work is not queued again.
let ran = 0
const work = k.INIT_WORK({}, () => {
  ran++
})
is('queued', k.schedule_work(work), true)
is('pending already', k.schedule_work(work), false)
k.flush_work(work)
is('once', ran, 1)

// Giving way.
let other = 0
const task = k.kthread_run(() => {
  other++
  k.cond_resched()
  other++
}, 'other')
k.schedule()
k.kthread_stop(task)
is('the other task ran', other, 2)

// list_lru: true where something changed.
const lru = {}
is('list_lru_init', k.list_lru_init(lru), 0)
const Item = k.struct('item', { lru: k.list_head })
const item = k.kzalloc(k.sizeof(Item), k.GFP_KERNEL)!.as(Item)
k.INIT_LIST_HEAD(item.lru)
is('list_lru_add', k.list_lru_add(lru, item.lru, 0, null), true)
is('again', k.list_lru_add(lru, item.lru, 0, null), false)
is('list_lru_del', k.list_lru_del(lru, item.lru, 0, null), true)
is('again off', k.list_lru_del(lru, item.lru, 0, null), false)
k.list_lru_destroy(lru)
k.kfree(item.ptr)

// Warnings and BUGs whose condition does not hold.
is('WARN_ON_ONCE', k.WARN_ON_ONCE(0), false)
k.BUG_ON(0)
k.pr_warn('a line of the log is no warning')

// vmalloc memory that is freed later, and pages through short mappings.
const area = k.vmalloc(2 * k.PAGE_SIZE)!
const first = k.vmalloc_to_page(area)!
k.vfree_atomic(area)
is('not freed yet', k.page_ref_count(first), 1)
k.msleep(1)
is('freed by a worker', k.page_ref_count(first), 0)

const page = k.alloc_page(k.GFP_KERNEL | k.__GFP_ZERO)!
is('page_to_virt', k.page_to_virt(page).addr, k.page_address(page)!.addr)
const buffer = k.kzalloc(16, k.GFP_KERNEL)!
buffer.write_u8(3, 0xab)
k.memcpy_to_page(page, 100, buffer, 16)
k.memset(buffer, 0, 16)
k.memcpy_from_page(buffer, page, 100, 16)
is('there and back', `${buffer.read_u8(2)} ${buffer.read_u8(3)}`, '0 171')
k.kfree(buffer)

// What sim says.
is('page_state', Object.values(page_state(page)).join(), 'page,1,0,0')
k.get_page(page)
is(
  'access_set',
  access_set(page)
    .map(({ kind, on }) => `${kind} on ${on}`)
    .join(),
  'owner on page,page-reference on page',
)
k.put_page(page)

// Scatterlists: the entries in order; a device writes, and after the sync the CPU reads it.
const dev = device('nic')
const two = k.alloc_pages(k.GFP_KERNEL | k.__GFP_COMP | k.__GFP_ZERO, 1)!
const sgt = new k.sg_table()
is('sg_alloc_table', k.sg_alloc_table(sgt, 2, k.GFP_KERNEL), 0)
k.for_each_sg(sgt.sgl, sgt.orig_nents, (sg, i) => k.sg_set_page(sg, k.nth_page(two, i), 100 + i, 4))
const seen: string[] = []
k.for_each_sg(sgt.sgl, sgt.orig_nents, (sg, i) => seen.push(`${i}:${sg.length}+${sg.offset}`))
is('for_each_sg', seen.join(), '0:100+4,1:101+4')
is('dma_map_sgtable', k.dma_map_sgtable(dev, sgt, k.DMA_FROM_DEVICE, 0), 0)
is('nents', sgt.nents, 2)
dev.dma_write(k.sg_dma_address(sgt.sgl!), [1, 2, 3])
k.dma_sync_sgtable_for_cpu(dev, sgt, k.DMA_FROM_DEVICE)
is('read after the sync', k.page_address(two)!.read_u8(6), 3)
k.dma_sync_sgtable_for_device(dev, sgt, k.DMA_FROM_DEVICE)
dev.dma_write(k.sg_dma_address(sgt.sgl!), [4])
k.dma_unmap_sgtable(dev, sgt, k.DMA_FROM_DEVICE, 0)
is('read after the unmap', k.page_address(two)!.read_u8(4), 4)
k.sg_free_table(sgt)
k.__free_pages(two, 1)

// Tables of a device: an address keeps its offset in the page.
const tables = gpu_page_table({ levels: 3, page_shift: 12 })
is('map', tables.map(0x5000, k.page_to_phys(page), GPU_READ | GPU_WRITE), 0)
is('translate', tables.translate(0x5123), k.page_to_phys(page) + 0x123n)
is('not mapped', tables.translate(0x6000), null)
is('between pages', tables.map(0x7001, k.page_to_phys(page), GPU_READ), -22)
is('unmap', tables.unmap(0x5000, 4096), 0)
tables.tlbi()
is('unmapped', tables.translate(0x5000), null)
tables.set_root(null)

// A grace period ends at the next preemption at the latest; an interrupt runs its handler at once.
let called = 0
k.call_rcu({} as never, () => {
  called++
})
is('not before', called, 0)
grace_period()
k.rcu_barrier()
is('called', called, 1)
let interrupts = 0
const handler = () => {
  interrupts++
  return k.IRQ_HANDLED
}
is('request_irq', k.request_irq(9, handler, 0, 'nic', dev), 0)
raise_irq(9)
is('handled', interrupts, 1)
k.free_irq(9, dev)
k.__free_page(page)
