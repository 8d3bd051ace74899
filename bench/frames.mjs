/**
 * Frames of the built app in Chromium: pan and zoom of a timeline of a million events, the playhead dragged over a
 * trace of more than a million deltas, without and with a selection, and a map of 4 GiB against a plain palette loop
 * of the same size.
 */
import { inBrowser, idle, VIEWPORT } from './app.mjs'
import { round, summary } from './figures.mjs'
import { scriptPerFrame, scriptTotals } from './script-frames.mjs'

const FRAMES = 240
const UPDATES = 60

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

/** Blocks all over a machine of 4 GiB: each step changes frames somewhere else. */
const LARGE = `// @machine memory=4G
import { __free_pages, alloc_pages, GFP_KERNEL } from 'linux'

const blocks: any[] = []
for (let i = 0; i < 2000; i++) blocks.push(alloc_pages(GFP_KERNEL, i % 9))
for (let i = 0; i < 2000; i += 2) __free_pages(blocks[i], i % 9)
for (let i = 1; i < 2000; i += 2) __free_pages(blocks[i], i % 9)
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

    // One after the other on two cores: what the others have left is not to be collected within a figure.
    const large = await open(page, LARGE)
    result['map'] = await mapUpdate(browser, page, large, say)
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
 * Opens `text` as a snippet of its own and runs it; how many steps it has.
 * @param {import('playwright-core').Page} page @param {string} text @returns {Promise<number>}
 */
async function open(page, text) {
  await page.getByRole('button', { name: 'New snippet' }).click()
  await page.getByTestId('editor').getByRole('textbox').focus()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(text)
  await page.waitForTimeout(1000)
  await idle(page)
  const state = /** @type {{ steps: number, failure: unknown, errors: unknown[], codes: unknown[] }} */ (
    await page.evaluate('globalThis.__pageward.state()')
  )
  if (state.failure !== null || state.errors.length + state.codes.length > 0) throw new Error(JSON.stringify(state))
  return state.steps
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

/**
 * One full update of the map, from the playhead to the pixels, the map alone in the window: at the zoom it opens with,
 * and with the smallest cells of a frame each. All script counts that a seek sets off, less what the same seeks set off
 * with the console in the map's place: in the page, and in the core's worker. Before and after it, a loop that looks up
 * a colour for each pixel of a picture of the same size.
 * @param {import('playwright-core').Browser} browser @param {import('playwright-core').Page} page
 * @param {number} steps @param {(text: string) => void} say
 */
async function mapUpdate(browser, page, steps, say) {
  /** @type {Record<string, unknown>} */
  const result = {}
  await alone(page, 'Console')
  const without = await seeks(browser, page, steps)
  await page.keyboard.press('Alt+KeyM')
  await alone(page, 'Memory map')
  const canvas = page.locator('[data-panel="memory-map"] canvas').first()
  for (const zoom of ['opening', 'aFrameAPixel']) {
    if (zoom === 'aFrameAPixel') await smallestFrames(page)
    const size = await canvas.evaluate((each) => [
      /** @type {HTMLCanvasElement} */ (each).width,
      /** @type {HTMLCanvasElement} */ (each).height,
    ])
    const before = /** @type {number[]} */ (await page.evaluate(paletteLoop, { size, repeats: UPDATES }))
    const script = await seeks(browser, page, steps)
    const after = /** @type {number[]} */ (await page.evaluate(paletteLoop, { size, repeats: UPDATES }))
    const loop = summary([...before, ...after])
    const { framesPerCell, cellWidth, from, to } = await drawn(page)
    const map = Math.max(0, script.page - without.page)
    const core = Math.max(0, script.workers - without.workers)
    const figures = {
      size,
      cellWidth: round(cellWidth),
      framesPerCell,
      frames: to - from,
      paletteLoopMs: loop,
      windowMs: round(script.page),
      withoutMapMs: round(without.page),
      mapMs: round(map),
      coreMs: round(core),
      // A loop that nothing interrupted took as much of the clock as of the processor.
      ratio: round(map / loop.min),
      ratioWithCore: round((map + core) / loop.min),
    }
    result[zoom] = figures
    say(`map, ${zoom}: ${JSON.stringify(figures)}`)
  }
  return result
}

/**
 * Script of a seek, processor milliseconds: the mean of many.
 * @param {import('playwright-core').Browser} browser @param {import('playwright-core').Page} page
 * @param {number} steps
 */
async function seeks(browser, page, steps) {
  const seek = (/** @type {number} */ i) =>
    page.evaluate(`globalThis.__pageward.seek(${1 + ((i * 1_000_003) % (steps - 1))})`)
  // The first ones make keyframes and are compiled.
  for (let i = 0; i < UPDATES / 2; i++) await seek(i + UPDATES)
  const script = await scriptTotals(browser, page, async () => {
    for (let i = 0; i < UPDATES; i++) await seek(i)
  })
  return { page: script.page / UPDATES, workers: script.workers / UPDATES }
}

/** Gives a panel all of the window. @param {import('playwright-core').Page} page @param {string} name */
async function alone(page, name) {
  await page.locator('.dv-tab', { hasText: name }).first().click()
  await page.keyboard.press('Alt+KeyM')
  await idle(page)
}

/** Zooms to the smallest cells of the map that are a frame each. @param {import('playwright-core').Page} page */
async function smallestFrames(page) {
  await page.getByRole('application', { name: /^Page frames/ }).focus()
  for (let i = 0; i < 20 && (await drawn(page)).framesPerCell === 1; i++) {
    await page.keyboard.press('-')
    await idle(page)
  }
  await page.keyboard.press('+')
  await idle(page)
}

/**
 * @param {import('playwright-core').Page} page
 * @returns {Promise<{ framesPerCell: number, cellWidth: number, from: number, to: number }>}
 */
function drawn(page) {
  return page.evaluate(() => {
    const { framesPerCell, cellWidth, from, to } = /** @type {any} */ (globalThis).__pageward.views.map()
    return { framesPerCell, cellWidth, from, to }
  })
}

/**
 * In the page: a colour of a palette for each pixel, and `putImageData`.
 * @param {{ size: number[], repeats: number }} how
 */
function paletteLoop({ size, repeats }) {
  const [width = 1, height = 1] = size
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'))
  const image = context.createImageData(width, height)
  const pixels = new Uint32Array(image.data.buffer)
  const values = Uint8Array.from(pixels, (_each, i) => (i * 2654435761) >>> 24)
  const palette = Uint32Array.from({ length: 256 }, (_each, i) => 0xff000000 | (i * 0x10305))
  const times = []
  for (let round = 0; round < repeats; round++) {
    const started = performance.now()
    for (let i = 0; i < pixels.length; i++) pixels[i] = palette[(values[i] + round) & 255]
    context.putImageData(image, 0, 0)
    times.push(performance.now() - started)
  }
  return times
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
