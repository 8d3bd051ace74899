/**
 * Frames of the built app in Chromium: pan and zoom of a timeline of a million events, and the playhead dragged over a
 * trace of more than a million deltas, without and with a selection.
 */
import { inBrowser, idle, open, VIEWPORT } from './app.mjs'
import { round, summary } from './figures.mjs'
import { scriptPerFrame } from './script-frames.mjs'

const FRAMES = 240

/** Half a million objects, each of which lives while 63 others are made: a million events. */
const MILLION = `// @machine memory=64M
import { GFP_KERNEL, kfree, kmalloc } from 'linux'

const ring: any[] = []
for (let i = 0; i < 500_000; i++) {
  const at = i % 64
  if (i >= 64) kfree(ring[at])
  ring[at] = kmalloc(64 + (i % 7) * 32, GFP_KERNEL)
}
for (const each of ring) kfree(each)
`

/** @param {{ say: (text: string) => void }} options */
export async function measureFrames({ say }) {
  /** @type {Record<string, unknown>} */
  const result = {}
  await inBrowser(async (browser, url) => {
    const page = await (await browser.newContext({ viewport: VIEWPORT })).newPage()
    await page.goto(url)
    await idle(page)
    const steps = await open(page, MILLION)
    say(`a run of ${steps} steps`)
    const timeline = page.locator('[data-panel="timeline"] canvas')
    for (const [name, turns] of Object.entries({ pan: 'pan', zoom: 'zoom' })) {
      const script = await scriptPerFrame(browser, page, () => timeline.evaluate(turn, { kind: turns, frames: FRAMES }))
      result[name] = { steps, ...figures(script) }
      say(`${name}: ${JSON.stringify(result[name])}`)
    }
    const scrub = await scriptPerFrame(browser, page, () => page.evaluate(drag, { steps, frames: FRAMES }))
    result['scrub'] = { steps, ...figures(scrub) }
    say(`scrub: ${JSON.stringify(result['scrub'])}`)

    const selected = await scrubSelected(browser, page, steps)
    result['scrubSelected'] = selected
    say(`scrub, a frame selected: ${JSON.stringify(selected)}`)
  })
  return result
}

/**
 * The same with a slab page selected that a million steps touch: map, timeline, inspector and its biography follow.
 * @param {import('playwright-core').Browser} browser @param {import('playwright-core').Page} page
 * @param {number} steps
 */
async function scrubSelected(browser, page, steps) {
  const search = page.getByRole('searchbox', { name: /Find a frame/ })
  await search.fill('slab')
  await search.press('Enter')
  await idle(page)
  const script = await scriptPerFrame(browser, page, () => page.evaluate(drag, { steps, frames: FRAMES }))
  return { steps, ...figures(script) }
}

/**
 * In the page: a turn of the wheel each frame.
 * @param {Element} canvas @param {{ kind: string, frames: number }} how
 */
async function turn(canvas, { kind, frames }) {
  const { left, top, width, height } = canvas.getBoundingClientRect()
  for (let i = 0; i < frames; i++) {
    await new Promise((next) => requestAnimationFrame(next))
    const zoom = kind === 'zoom'
    // In and out again four times; or after a zoom in, to the right and back.
    const there = i % 60 < 30 ? 1 : -1
    canvas.dispatchEvent(
      new WheelEvent('wheel', {
        bubbles: true,
        cancelable: true,
        ctrlKey: zoom || i < 20,
        deltaX: zoom || i < 20 ? 0 : 90 * there,
        deltaY: zoom ? -90 * there : i < 20 ? -60 : 0,
        clientX: left + width * 0.6,
        clientY: top + height * 0.6,
      }),
    )
  }
}

/**
 * In the page: the playhead somewhere else each frame, swept over the run.
 * @param {{ steps: number, frames: number }} how
 */
async function drag({ steps, frames }) {
  const { playhead } = /** @type {any} */ (globalThis).__pageward
  for (let i = 0; i < frames; i++) {
    await new Promise((next) => requestAnimationFrame(next))
    const share = (i % 80) / 80
    playhead(1 + Math.floor(share * (steps - 1)))
  }
}

/** @param {{ clock: number[], processor: number[] }} script */
function figures({ clock, processor }) {
  const sorted = [...clock].sort((a, b) => a - b)
  return {
    frames: clock.length,
    medianMs: round(summary(clock).median),
    p95Ms: round(sorted[Math.floor(0.95 * sorted.length)] ?? NaN),
    maxMs: round(sorted.at(-1) ?? NaN),
    processorMedianMs: round(summary(processor).median),
    processorMaxMs: round(Math.max(...processor)),
  }
}
