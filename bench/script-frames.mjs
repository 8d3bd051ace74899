/** Milliseconds of script in each frame of a page, from Chromium's own trace of its main thread. */

/** Trace events that are script of the page; nested ones are counted once. */
const SCRIPT = new Set(['FunctionCall', 'EventDispatch', 'FireAnimationFrame', 'RunMicrotasks', 'TimerFire'])

/**
 * @typedef {{ name: string, ph: string, pid: number, tid: number, ts: number, dur?: number, tdur?: number,
 *   args?: { name?: string } }} TraceEvent
 */

/**
 * Script between the ends of two animation frames, in milliseconds: by the clock, and of processor time.
 * @param {import('playwright-core').Browser} browser @param {import('playwright-core').Page} page
 * @param {() => Promise<unknown>} work
 * @returns {Promise<{ clock: number[], processor: number[] }>}
 */
export async function scriptPerFrame(browser, page, work) {
  return framesOf(await traced(browser, page, work))
}

/**
 * All script that `work` sets off, in milliseconds of processor time and by the clock: in the page, and in the workers
 * of its process, which answer it.
 * @param {import('playwright-core').Browser} browser @param {import('playwright-core').Page} page
 * @param {() => Promise<unknown>} work
 */
export async function scriptTotals(browser, page, work) {
  const events = await traced(browser, page, work)
  const main = busiestMain(events)
  const process = main.split('/')[0]
  const total = { page: 0, pageClock: 0, workers: 0 }
  /** @type {Map<string, number>} */
  const ends = new Map()
  const script = events
    .filter((each) => each.ph === 'X' && SCRIPT.has(each.name) && String(each.pid) === process)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
  for (const { pid, tid, ts, dur = 0, tdur = dur } of script) {
    const thread = `${pid}/${tid}`
    if (ts < (ends.get(thread) ?? -Infinity)) continue
    ends.set(thread, ts + dur)
    if (thread === main) {
      total.page += tdur / 1000
      total.pageClock += dur / 1000
    } else total.workers += tdur / 1000
  }
  return total
}

/**
 * @param {import('playwright-core').Browser} browser @param {import('playwright-core').Page} page
 * @param {() => Promise<unknown>} work @returns {Promise<TraceEvent[]>}
 */
async function traced(browser, page, work) {
  await browser.startTracing(page, { categories: ['-*', 'devtools.timeline', '__metadata'] })
  await work()
  /** @type {{ traceEvents: TraceEvent[] }} */
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString())
  return traceEvents
}

/** @param {readonly TraceEvent[]} events */
export function framesOf(events) {
  const main = busiestMain(events)
  const script = events
    .filter((each) => each.ph === 'X' && SCRIPT.has(each.name) && `${each.pid}/${each.tid}` === main)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
  const [clock, processor] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])]
  let [end, wall, cpu] = [-Infinity, 0, 0]
  let frameEnd = -Infinity
  for (const each of script) {
    if (each.ts >= frameEnd && frameEnd > 0) {
      clock.push(wall / 1000)
      processor.push(cpu / 1000)
      ;[wall, cpu, frameEnd] = [0, 0, -Infinity]
    }
    const last = each.ts + (each.dur ?? 0)
    if (each.name === 'FireAnimationFrame') frameEnd = Math.max(frameEnd, last)
    if (each.ts < end) continue
    end = last
    wall += each.dur ?? 0
    cpu += each.tdur ?? each.dur ?? 0
  }
  return { clock, processor }
}

/** The main thread that ran most animation frames: that of the page. @param {readonly TraceEvent[]} events */
function busiestMain(events) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const { name, pid, tid } of events) {
    if (name === 'FireAnimationFrame') counts.set(`${pid}/${tid}`, (counts.get(`${pid}/${tid}`) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
}
