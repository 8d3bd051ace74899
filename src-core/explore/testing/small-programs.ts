/** Random small programs: locks, cells, atomics, memory that is used, freed and taken again, RCU. */
import fc from 'fast-check'

const PRELUDE = `import {
  alloc_page, __free_page, get_page, put_page, page_ref_count, page_address, kmalloc, kfree, GFP_KERNEL,
  kthread_run, mutex, mutex_init, mutex_lock,
  mutex_trylock, mutex_unlock, init_rwsem, down_read, up_read, down_write, up_write, rw_semaphore, atomic_t,
  atomic_cmpxchg, atomic_inc, atomic_read, READ_ONCE, WRITE_ONCE, shared, completion, init_completion, complete,
  reinit_completion, completion_done, try_wait_for_completion,
  dma_map_single, dma_mapping_error, dma_unmap_single, DMA_TO_DEVICE,
  wait_for_completion, pr_info, module_exit, rcu_read_lock, rcu_read_unlock, synchronize_rcu, call_rcu, kthread_stop,
  rcu_barrier, kvfree_rcu_barrier, kfree_rcu,
} from 'linux'
import { device } from 'sim'
const dev = device('nic')
const A = mutex_init(new mutex())
const B = mutex_init(new mutex())
const S = init_rwsem(new rw_semaphore())
const D = init_completion(new completion())
const x = shared(0)
const y = shared(0)
const a = atomic_t(0)
const m = kmalloc(64, GFP_KERNEL)!
const g = alloc_page(GFP_KERNEL)!
`

/** One action of a task: lines whose steps belong together. */
const action = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('WRITE_ONCE(x, ID)', 'WRITE_ONCE(y, READ_ONCE(x))', 'READ_ONCE(x)') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'atomic_cmpxchg(a, 0, ID)',
      'atomic_cmpxchg(a, 1, ID + 1)',
      'atomic_inc(a)',
      'atomic_read(a)',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('m.write_u8(0, ID)', 'm.write_u32(0, ID)', 'm.read_u8(2)', 'm.write_u8(8, ID)'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'mutex_lock(A); WRITE_ONCE(x, ID); mutex_unlock(A)',
      'mutex_lock(A); mutex_lock(B); mutex_unlock(B); mutex_unlock(A)',
      'mutex_lock(B); mutex_lock(A); mutex_unlock(A); mutex_unlock(B)',
      'if (mutex_trylock(A)) { WRITE_ONCE(y, ID); mutex_unlock(A) }',
      'down_read(S); READ_ONCE(x); up_read(S)',
      'down_write(S); up_write(S)',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'complete(D)',
      'wait_for_completion(D)',
      'reinit_completion(D)',
      'if (completion_done(D)) WRITE_ONCE(x, ID)',
      'if (try_wait_for_completion(D)) WRITE_ONCE(x, ID)',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'const p = alloc_page(GFP_KERNEL)!; __free_page(p)',
      'const q = kmalloc(32, GFP_KERNEL)!; q.write_u8(0, ID); kfree(q)',
      'get_page(g); put_page(g)',
      'kfree(m)',
      'put_page(g)',
      'page_ref_count(g)',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'const at = dma_map_single(dev, m, 64, DMA_TO_DEVICE); ' +
        'if (!dma_mapping_error(dev, at)) dma_unmap_single(dev, at, 64, DMA_TO_DEVICE)',
      'const q = kmalloc(32, GFP_KERNEL)!; const at = dma_map_single(dev, q, 32, DMA_TO_DEVICE); ' +
        'dma_unmap_single(dev, at, 32, DMA_TO_DEVICE); kfree(q)',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'rcu_read_lock(); READ_ONCE(x); rcu_read_unlock()',
      'WRITE_ONCE(x, ID); synchronize_rcu(); WRITE_ONCE(y, ID)',
      'call_rcu({}, () => { WRITE_ONCE(y, ID) })',
      'rcu_barrier(); WRITE_ONCE(x, ID)',
      'kfree_rcu(m)',
      'kvfree_rcu_barrier(); WRITE_ONCE(x, ID)',
    ),
  },
)

/** Tasks with these actions, and a module_exit() that prints something. */
export function tasksOf(tasks: readonly (readonly string[])[], printed: string): string {
  const bodies = tasks.map((own, i) => {
    const text = own.map((one) => `  { ${one.replaceAll(/\bID\b/g, String(i + 1))} }`).join('\n')
    return `kthread_run(() => {\n${text}\n}, 'task-${i}')`
  })
  return `${bodies.join('\n')}\nmodule_exit(() => { pr_info(\`${printed}\`) })\n`
}

/** A program of tasks with these actions. */
export function programOf(tasks: readonly (readonly string[])[]): string {
  return `${PRELUDE}${tasksOf(tasks, '${READ_ONCE(x)} ${READ_ONCE(y)} ${atomic_read(a)}')}`
}

/** Programs of some tasks, of up to `actions` actions each. */
function programs(tasks: { minLength: number; maxLength: number }, actions: number): fc.Arbitrary<string> {
  return fc.array(fc.array(action, { minLength: 1, maxLength: actions }), tasks).map(programOf)
}

/** Two or three tasks of up to three actions. */
export const smallPrograms = programs({ minLength: 2, maxLength: 3 }, 3)
/** Programs with few interleavings: two tasks. */
export const tinyPrograms = programs({ minLength: 2, maxLength: 2 }, 2)
/** Three tasks of up to two actions. */
export const triples = programs({ minLength: 3, maxLength: 3 }, 2)
