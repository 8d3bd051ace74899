// Case api_sync: atomics, refcount_t, locks, completions, workqueues, shrinkers.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import {
  INIT_DELAYED_WORK,
  INIT_WORK,
  SHRINK_EMPTY,
  SHRINK_STOP,
  WQ_MEM_RECLAIM,
  alloc_workqueue,
  cancel_delayed_work,
  cancel_delayed_work_sync,
  cancel_work,
  cancel_work_sync,
  delayed_work,
  delayed_work_pending,
  destroy_workqueue,
  flush_work,
  flush_workqueue,
  msecs_to_jiffies,
  msleep,
  preempt_disable,
  preempt_enable,
  queue_delayed_work,
  queue_work,
  schedule_delayed_work,
  schedule_work,
  shrinker_alloc,
  shrinker_free,
  shrinker_register,
  work_pending,
  work_struct,
} from 'linux'
import { sim } from 'sim'
import { isNull, say } from './values.ts'

// wq returns
{
  let q: any
  let wn = 0
  const w1 = INIT_WORK(new work_struct(), () => {
    wn++
  })
  const w2 = INIT_WORK(new work_struct(), () => {
    wn++
  })
  const d1 = INIT_DELAYED_WORK(new delayed_work(), () => {
    wn++
  })
  q = alloc_workqueue('labq', WQ_MEM_RECLAIM, 1)
  say(101, isNull(q), 'q')
  say(102, flush_work(w1), 'flush idle')
  say(103, cancel_work_sync(w1), 'cancel idle')
  say(104, work_pending(w1), 'pending')
  preempt_disable()
  say(105, queue_work(q, w1), 'q1')
  say(106, queue_work(q, w1), 'q1 again')
  say(107, work_pending(w1), 'pending')
  say(108, queue_work(q, w2), 'q2')
  preempt_enable()
  say(109, flush_work(w1), 'flush')
  say(110, wn, 'wn')
  say(111, work_pending(w1), 'pending')
  flush_workqueue(q)
  say(112, wn, 'wn2')
  preempt_disable()
  say(113, queue_work(q, w1), 'q1')
  say(114, cancel_work(w1), 'cancel pending')
  say(115, cancel_work(w1), 'cancel again')
  preempt_enable()
  flush_workqueue(q)
  say(116, wn, 'wn3')
  preempt_disable()
  say(117, schedule_work(w1), 'sched')
  preempt_enable()
  say(118, cancel_work_sync(w1), 'cancel_sync')
  say(119, wn, 'wn4')
  say(120, schedule_delayed_work(d1, 1000), 'sdw')
  say(121, schedule_delayed_work(d1, 1000), 'sdw again')
  say(122, delayed_work_pending(d1), 'dpending')
  say(123, cancel_delayed_work(d1), 'cdw')
  say(124, cancel_delayed_work(d1), 'cdw again')
  say(125, delayed_work_pending(d1), 'dpending')
  say(126, cancel_delayed_work_sync(d1), 'cdws idle')
  say(127, queue_delayed_work(q, d1, 1000), 'qdw')
  say(128, cancel_delayed_work_sync(d1), 'cdws')
  say(129, wn, 'wn5')
  say(130, queue_delayed_work(q, d1, 1), 'qdw1')
  msleep(50)
  say(131, wn, 'wn6')
  say(132, msecs_to_jiffies(0), 'j0')
  say(133, msecs_to_jiffies(1), 'j1')
  say(134, msecs_to_jiffies(4), 'j4')
  say(135, msecs_to_jiffies(5), 'j5')
  say(136, msecs_to_jiffies(1000), 'j1000')
  destroy_workqueue(q)
}

// shrinker drop
{
  let i = 0
  let k = 0
  let n = 0
  let cn = 0,
    snn = 0,
    objects = 0
  const lastscan: number[] = []
  const sh: any = shrinker_alloc(0, 'lab')
  sh.count_objects = () => {
    cn++
    return objects
  }
  sh.scan_objects = (_s: any, sc: any) => {
    const n = Math.min(Number(sc.nr_to_scan), objects)
    lastscan[snn++] = Number(sc.nr_to_scan)
    objects -= n
    return n
  }
  shrinker_register(sh)
  say(201, sh.seeks, 'seeks')
  say(202, sh.batch, 'batch')
  const ob = [0, 1, 5, 100, 127, 128, 129, 255, 256, 1000, 4096, 5000, 100000]
  n = ob.length
  for (k = 0; k < n; k++) {
    cn = 0
    snn = 0
    objects = ob[k]
    sim.reclaim()
    say(203, cn, 'counts(%ld)', ob[k])
    say(204, snn, 'scans(%ld)', ob[k])
    for (i = 0; i < snn && i < 8; i++) say(205, lastscan[i], 'scan%ld', i)
    say(206, objects, 'left')
  }
  shrinker_free(sh)
}

// shrinker batch
{
  let i = 0
  let k = 0
  let n = 0
  let cnB = 0,
    snnB = 0,
    objectsB = 0
  const lastscanB: number[] = []
  const sh: any = shrinker_alloc(0, 'lab')
  sh.count_objects = () => {
    cnB++
    return objectsB
  }
  sh.scan_objects = (_s: any, sc: any) => {
    const n = Math.min(Number(sc.nr_to_scan), objectsB)
    lastscanB[snnB++] = Number(sc.nr_to_scan)
    objectsB -= n
    return n
  }
  sh.batch = 10
  sh.seeks = 4
  shrinker_register(sh)
  say(301, sh.seeks, 'seeks')
  say(302, sh.batch, 'batch')
  const ob = [0, 1, 5, 100, 127, 128, 129, 255, 256, 1000, 4096, 5000, 100000]
  n = ob.length
  for (k = 0; k < n; k++) {
    cnB = 0
    snnB = 0
    objectsB = ob[k]
    sim.reclaim()
    say(303, cnB, 'counts(%ld)', ob[k])
    say(304, snnB, 'scans(%ld)', ob[k])
    for (i = 0; i < snnB && i < 8; i++) say(305, lastscanB[i], 'scan%ld', i)
    say(306, objectsB, 'left')
  }
  shrinker_free(sh)
}

// shrinker stop
{
  let i = 0
  let k = 0
  let n = 0
  let cnS = 0,
    snnS = 0,
    objectsS = 0
  const lastscanS: number[] = []
  const sh: any = shrinker_alloc(0, 'lab')
  sh.count_objects = () => {
    cnS++
    return objectsS
  }
  sh.scan_objects = (_s: any, sc: any) => {
    const n = Math.min(Number(sc.nr_to_scan), objectsS)
    lastscanS[snnS++] = Number(sc.nr_to_scan)
    objectsS -= n
    if (snnS === 2) return SHRINK_STOP
    return n
  }
  shrinker_register(sh)
  say(401, sh.seeks, 'seeks')
  say(402, sh.batch, 'batch')
  const ob = [0, 1, 5, 100, 127, 128, 129, 255, 256, 1000, 4096, 5000, 100000]
  n = ob.length
  for (k = 0; k < n; k++) {
    cnS = 0
    snnS = 0
    objectsS = ob[k]
    sim.reclaim()
    say(403, cnS, 'counts(%ld)', ob[k])
    say(404, snnS, 'scans(%ld)', ob[k])
    for (i = 0; i < snnS && i < 8; i++) say(405, lastscanS[i], 'scan%ld', i)
    say(406, objectsS, 'left')
  }
  shrinker_free(sh)
}

// shrinker empty
{
  let i = 0
  let k = 0
  let n = 0
  let cnE = 0,
    snnE = 0,
    objectsE = 0
  const lastscanE: number[] = []
  const sh: any = shrinker_alloc(0, 'lab')
  sh.count_objects = () => {
    cnE++
    return objectsE === 100 ? SHRINK_EMPTY : objectsE
  }
  sh.scan_objects = (_s: any, sc: any) => {
    const n = Math.min(Number(sc.nr_to_scan), objectsE)
    lastscanE[snnE++] = Number(sc.nr_to_scan)
    objectsE -= n
    return n
  }
  shrinker_register(sh)
  say(501, sh.seeks, 'seeks')
  say(502, sh.batch, 'batch')
  const ob = [0, 1, 5, 100, 127, 128, 129, 255, 256, 1000, 4096, 5000, 100000]
  n = ob.length
  for (k = 0; k < n; k++) {
    cnE = 0
    snnE = 0
    objectsE = ob[k]
    sim.reclaim()
    say(503, cnE, 'counts(%ld)', ob[k])
    say(504, snnE, 'scans(%ld)', ob[k])
    for (i = 0; i < snnE && i < 8; i++) say(505, lastscanE[i], 'scan%ld', i)
    say(506, objectsE, 'left')
  }
  shrinker_free(sh)
}

// shrinker half
{
  let i = 0
  let k = 0
  let n = 0
  let cnH = 0,
    snnH = 0,
    objectsH = 0
  const lastscanH: number[] = []
  const sh: any = shrinker_alloc(0, 'lab')
  sh.count_objects = () => {
    cnH++
    return objectsH
  }
  sh.scan_objects = (_s: any, sc: any) => {
    const n = Math.min(Number(sc.nr_to_scan), objectsH)
    lastscanH[snnH++] = Number(sc.nr_to_scan)
    const h = Math.floor((n + 1) / 2)
    objectsH -= h
    sc.nr_scanned = h || 1
    return h
  }
  shrinker_register(sh)
  say(601, sh.seeks, 'seeks')
  say(602, sh.batch, 'batch')
  const ob = [0, 1, 5, 100, 127, 128, 129, 255, 256, 1000, 4096, 5000, 100000]
  n = ob.length
  for (k = 0; k < n; k++) {
    cnH = 0
    snnH = 0
    objectsH = ob[k]
    sim.reclaim()
    say(603, cnH, 'counts(%ld)', ob[k])
    say(604, snnH, 'scans(%ld)', ob[k])
    for (i = 0; i < snnH && i < 8; i++) say(605, lastscanH[i], 'scan%ld', i)
    say(606, objectsH, 'left')
  }
  shrinker_free(sh)
}
