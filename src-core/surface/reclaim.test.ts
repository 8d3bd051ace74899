import { describe, expect, it } from 'vitest'
import { runText } from '../runtime/testing/run-text.ts'

/** A shrinker over a pool of pages; `scans` has what it was asked for. */
const SETUP = `
import * as k from 'linux'
import { sim } from 'sim'
const pool = []
const scans = []
const sh = k.shrinker_alloc(0, 'pool')
sh.count_objects = () => pool.length
sh.scan_objects = (shrinker, sc) => {
  scans.push(sc.nr_to_scan)
  let freed = 0
  while (freed < sc.nr_to_scan && pool.length > 0) { k.__free_page(pool.pop()); freed++ }
  return freed
}
k.shrinker_register(sh)
const fill = (n) => { for (let i = 0; i < n; i++) pool.push(k.alloc_page(k.GFP_KERNEL)) }
const say = (...values) => k.pr_info(values.join(' '))
const eat = (gfp) => {
  const out = []
  for (let p = k.alloc_page(gfp | k.__GFP_NOWARN); p; p = k.alloc_page(gfp | k.__GFP_NOWARN)) out.push(p)
  return out
}
`
const SMALL = { memory: '16M' }

describe('reclaim', () => {
  it('asks in batches of 128, ever harder, until enough is freed', () => {
    const { log } = runText(`${SETUP}
      fill(300)
      say(sim.reclaim(), scans.join(), pool.length)`)
    // Priority 2 is the first that comes to a batch: (300 >> 2) * 4 / 2, and a quarter of the 142 deferred before, is
    // 185.
    expect(log).toEqual(['128 128 172'])
  })

  it('asks for exactly what sim.reclaim(n) says', () => {
    const { log } = runText(`${SETUP}
      fill(10)
      say(sim.reclaim(3), scans.join(), pool.length)
      say(sim.reclaim(0), scans.length)`)
    expect(log).toEqual(['3 3 7', '0 1'])
  })

  it('does not scan what counts as empty, stops at SHRINK_STOP, and honours batch and seeks', () => {
    const { log } = runText(`${SETUP}
      fill(8)
      const count = sh.count_objects
      sh.count_objects = () => k.SHRINK_EMPTY
      say(sim.reclaim(), scans.length)
      sh.count_objects = count
      const scan = sh.scan_objects
      sh.scan_objects = () => { scans.push('stop'); return k.SHRINK_STOP }
      sim.reclaim(4)
      say(scans.join(), pool.length)
      scans.length = 0
      sh.scan_objects = scan
      sh.batch = 2
      sh.seeks = 0
      say(sim.reclaim(), scans.join(), pool.length)`)
    expect(log).toEqual(['0 0', 'stop 8', '8 2,2,2,2 0'])
  })

  it('runs in the task that allocates, and the allocation succeeds', () => {
    const { log, operations } = runText(
      `${SETUP}
      fill(1000)
      const held = eat(k.GFP_KERNEL)
      say(pool.length, held.length > 1000, scans.length > 7)
      for (const p of held) k.__free_page(p)`,
      { machine: SMALL },
    )
    expect(log).toEqual(['0 true true'])
    const starts = operations.filter(({ op }) => op === 'reclaim_start')
    expect(starts.filter(({ task, b }) => task === 'insmod' && b === 2).length).toBeGreaterThan(1)
  })

  it('does not run for masks that may not wait', () => {
    const { log } = runText(
      `${SETUP}
      fill(100)
      const held = eat(k.GFP_NOWAIT)
      say(scans.length, pool.length)
      for (const p of held) k.__free_page(p)`,
      { machine: SMALL },
    )
    // The GFP_NOWAIT allocation that failed woke kswapd, which runs when insmod has ended.
    expect(log).toEqual(['0 100'])
  })

  it('wakes kswapd for an allocation that may not wait', () => {
    const { log, operations } = runText(
      `${SETUP}
      fill(100)
      const held = eat(k.GFP_ATOMIC)
      k.msleep(1)
      say(pool.length, k.alloc_page(k.GFP_ATOMIC) !== null)`,
      { machine: SMALL },
    )
    expect(log).toEqual(['0 true'])
    expect(operations.find(({ op }) => op === 'reclaim_start')).toMatchObject({ task: 'kswapd0', b: 1 })
  })

  it('fails when nothing more can be freed, and the program goes on', () => {
    const { log, outcome } = runText(
      `${SETUP}
      fill(10)
      const held = eat(k.GFP_KERNEL)
      say(k.kmalloc(8192, k.GFP_KERNEL | k.__GFP_NOWARN), k.alloc_page(k.GFP_KERNEL | k.__GFP_NOWARN))
      k.__free_page(held.pop())
      say(k.alloc_page(k.GFP_KERNEL) !== null)`,
      { machine: SMALL },
    )
    expect(log).toEqual([' ', 'true'])
    expect(outcome).toBe('completed')
  })

  it('does not reclaim inside reclaim', () => {
    const { log } = runText(
      `${SETUP}
      fill(50)
      let depth = 0, deepest = 0
      const scan = sh.scan_objects
      sh.scan_objects = (s, sc) => {
        deepest = Math.max(deepest, ++depth)
        const p = k.alloc_page(k.GFP_KERNEL | k.__GFP_NOWARN)
        if (p !== null) k.__free_page(p)
        const freed = scan(s, sc)
        depth--
        return freed
      }
      const held = eat(k.GFP_KERNEL)
      say(deepest, pool.length)`,
      { machine: SMALL },
    )
    expect(log).toEqual(['1 0'])
  })

  it('reclaims for slab, vmalloc and bulk allocations too', () => {
    const { log } = runText(
      `${SETUP}
      fill(600)
      const held = eat(k.GFP_NOWAIT)
      const a = k.kmalloc(4096, k.GFP_KERNEL), v = k.vmalloc(40 * 4096), x = k.alloc_pages_exact(5000, k.GFP_KERNEL)
      const slots = [k.alloc_page(k.GFP_KERNEL), null, null]
      say(a !== null, v !== null, x !== null, k.alloc_pages_bulk_array(k.GFP_KERNEL, 3, slots), slots.every(Boolean))`,
      { machine: SMALL },
    )
    expect(log).toEqual(['true true true 3 true'])
  })

  it('lets a callback use the reserves, and wakes kswapd before anything fails', () => {
    const { log, operations } = runText(
      `${SETUP}
      fill(400)
      let inside = null
      const scan = sh.scan_objects
      sh.scan_objects = (s, sc) => { inside ??= k.alloc_page(k.GFP_NOWAIT) !== null; return scan(s, sc) }
      const held = eat(k.GFP_KERNEL)
      say(inside)
      k.msleep(1)`,
      { machine: SMALL },
    )
    expect(log).toEqual(['true'])
    expect(operations.some(({ op, task }) => op === 'reclaim_end' && task === 'kswapd0')).toBe(true)
  })

  it('waits in shrinker_free() until no callback runs', () => {
    const { log } = runText(`${SETUP}
      fill(2)
      const gate = new k.completion()
      sh.scan_objects = () => { say('in'); k.wait_for_completion(gate); say('out'); return 0 }
      k.kthread_run(() => { sim.reclaim(1) }, 'reclaimer')
      k.kthread_run(() => { k.shrinker_free(sh); say('freed') }, 'rmmod')
      k.kthread_run(() => { say('open'); k.complete(gate) }, 'opener')`)
    expect(log).toEqual(['in', 'open', 'out', 'freed'])
  })

  it('lets other tasks run between two shrinkers', () => {
    const { operations } = runText(`${SETUP}
      const second = k.shrinker_alloc(0, 'second')
      second.count_objects = () => 1
      second.scan_objects = () => { k.schedule(); return 0 }
      k.shrinker_register(second)
      fill(1)
      k.kthread_run(() => say('other'), 'other')
      say(sim.reclaim(2))`)
    const order = operations
      .filter(({ op }) => op === 'printk' || op === 'shrink_scan')
      .map(({ op, task }) => op + task)
    expect(order).toEqual(['shrink_scaninsmod', 'shrink_scaninsmod', 'printkother', 'printkinsmod'])
  })

  it('blocks for ever when a callback takes the lock that the allocating task holds', () => {
    const { outcome } = runText(
      `${SETUP}
      const lock = k.DEFINE_MUTEX('lock')
      fill(10)
      const scan = sh.scan_objects
      sh.scan_objects = (s, sc) => { k.mutex_lock(lock); const n = scan(s, sc); k.mutex_unlock(lock); return n }
      k.mutex_lock(lock)
      eat(k.GFP_KERNEL)
      k.mutex_unlock(lock)`,
      { machine: SMALL },
    )
    expect(outcome).toBe('deadlock')
  })
})

describe('reclaim in the middle of a step', () => {
  const SQUEEZE = `${SETUP}
    import * as user from 'user'
    const held = []
    const squeeze = () => {
      while (pool.length < 40) pool.push(held.pop() ?? k.alloc_page(k.GFP_KERNEL))
      held.push(...eat(k.GFP_NOWAIT))
      k.drain_all_pages()
      held.push(...eat(k.GFP_NOWAIT))
      scans.length = 0
    }
    k.misc_register({ name: 'lab', fops: { ioctl: () => { squeeze(); return 0 } } })
    `

  it('goes into rows of its own between what the step did before and after', () => {
    const { log, operations } = runText(
      `${SQUEEZE}
      user.waitpid(user.spawn('prog', () => {
        const m = user.mmap(null, 4096, 3, 0x22, -1, 0)
        user.ioctl(user.open('/dev/lab', 2), 0, 0)
        m.write_u8(0, 7)
        say(m.read_u8(0), scans.length > 0)
      }))`,
      { machine: SMALL },
    )
    expect(log).toEqual(['7 true'])
    const at = operations.findIndex(({ op, task, b }) => op === 'reclaim_start' && task === 'prog' && b === 2)
    const rest = operations.slice(at).filter(({ task }) => task === 'prog')
    const order = ['reclaim_start', 'shrink_scan', 'shrink_scanned', 'reclaim_end', 'page_fault', 'user_store']
    expect(order.map((name) => rest.findIndex(({ op }) => op === name))).toEqual(
      order.map((name) => rest.findIndex(({ op }) => op === name)).sort((x, y) => x - y),
    )
  })

  it('a callback may clear the entry that a write fault was about to copy', () => {
    const { log, outcome } = runText(
      `${SQUEEZE}
      const page = k.alloc_page(k.GFP_KERNEL)
      let area = null
      k.misc_register({ name: 'map', fops: { mmap: (f, vma) => {
        area = vma
        vma.vm_ops = { fault: (vmf) => { k.get_page(page); vmf.page = page; return 0 } }
        return 0
      } } })
      const scan = sh.scan_objects
      sh.scan_objects = (s, sc) => { k.zap_page_range_single(area, area.vm_start, 4096, null); return scan(s, sc) }
      user.waitpid(user.spawn('prog', () => {
        const m = user.mmap(null, 4096, 3, 2, user.open('/dev/map', 2), 0)
        m.read_u8(0)
        user.ioctl(user.open('/dev/lab', 2), 0, 0)
        m.write_u8(0, 7)
        say(m.read_u8(0), k.page_ref_count(page), k.page_mapcount(page))
      }))
      say(k.page_ref_count(page), k.page_mapcount(page))`,
      { machine: SMALL },
    )
    expect([log, outcome]).toEqual([['7 1 0', '1 0'], 'completed'])
  })
})
