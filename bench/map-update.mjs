/**
 * A map of 4 GiB in the built app, fully updated, against a plain palette loop over a picture of the same size in the
 * same run: after a far jump of the playhead, and after a change of what it is coloured by, for which every cell is
 * sent and painted.
 */
import { idle, inBrowser, open, VIEWPORT } from './app.mjs'
import { round, summary } from './figures.mjs'
import { scriptTotals } from './script-frames.mjs'

const UPDATES = 60
/** What the map can be coloured by. The core keeps the colours of each. */
const COLOURINGS = ['owner', 'kind', 'references', 'mapcount', 'rights', 'age', 'zone']

/** Blocks all over a machine of 4 GiB: each step changes frames somewhere else. */
const LARGE = `// @machine memory=4G
import { __free_pages, alloc_pages, GFP_KERNEL } from 'linux'

const blocks: any[] = []
for (let i = 0; i < 2000; i++) blocks.push(alloc_pages(GFP_KERNEL, i % 9))
for (let i = 0; i < 2000; i += 2) __free_pages(blocks[i], i % 9)
for (let i = 1; i < 2000; i += 2) __free_pages(blocks[i], i % 9)
`

/** @param {{ say: (text: string) => void }} options */
export async function measureMap({ say }) {
  /** @type {Record<string, unknown>} */
  let result = {}
  await inBrowser(async (browser, url) => {
    const page = await (await browser.newContext({ viewport: VIEWPORT })).newPage()
    await page.goto(url)
    await idle(page)
    const steps = await open(page, LARGE)
    result = await mapUpdate(browser, page, steps, say)
  })
  return result
}

/**
 * Full updates of the map, from the playhead or the colouring to the pixels, the map alone in the window: at the zoom
 * it opens with, and with the smallest cells of a frame each. All script counts that one sets off, in the page and in
 * the core's worker, less what the same sets off without a map: the same seeks with the list of problems, which has
 * none, in its place. Before and after it, a loop that looks up a colour for each pixel of a picture of the same size.
 * @param {import('playwright-core').Browser} browser @param {import('playwright-core').Page} page
 * @param {number} steps @param {(text: string) => void} say
 */
async function mapUpdate(browser, page, steps, say) {
  /** @type {Record<string, unknown>} */
  const result = {}
  const work = {
    farJump: (/** @type {number} */ i) =>
      page.evaluate(`globalThis.__pageward.seek(${1 + ((i * 1_000_003) % (steps - 1))})`),
    recolour: (/** @type {number} */ i) => page.evaluate(recolour, COLOURINGS[i % COLOURINGS.length] ?? ''),
    nothing: () => page.evaluate('globalThis.__pageward.whenIdle()'),
  }
  await alone(page, 'Problems')
  const without = {
    farJump: await script(browser, page, work.farJump),
    recolour: await script(browser, page, work.nothing),
  }
  await page.keyboard.press('Alt+KeyM')
  await alone(page, 'Memory map')
  // Where the program's frames are: as it opens it shows some that are always free.
  const strip = page.locator('[data-panel="memory-map"] .strip')
  await strip.click({ position: { x: 20, y: Math.floor(((await strip.boundingBox())?.height ?? 0) * 0.06) } })
  await idle(page)
  const canvas = page.locator('[data-panel="memory-map"] canvas').first()
  for (const zoom of ['opening', 'aFrameAPixel']) {
    if (zoom === 'aFrameAPixel') await smallestFrames(page)
    const size = await canvas.evaluate((each) => [
      /** @type {HTMLCanvasElement} */ (each).width,
      /** @type {HTMLCanvasElement} */ (each).height,
    ])
    for (const kind of /** @type {const} */ (['farJump', 'recolour'])) {
      const before = await loops(browser, page, size)
      // All colourings have work to do where many frames are in use.
      if (kind !== 'farJump') await page.evaluate(`globalThis.__pageward.seek(${Math.floor(steps / 2)})`)
      const taken = await script(browser, page, work[kind])
      if (kind !== 'farJump') await page.evaluate(recolour, 'owner')
      const after = await loops(browser, page, size)
      const { framesPerCell, cellWidth, from, to } = await drawn(page)
      const map = taken.page - without[kind].page
      const core = taken.workers - without[kind].workers
      const loop = summary([...before.tight, ...after.tight])
      const loopAFrame = (before.aFrame + after.aFrame) / 2
      const figures = {
        size,
        cellWidth: round(cellWidth),
        framesPerCell,
        frames: to - from,
        paletteLoopMs: loop,
        paletteLoopAFrameMs: round(loopAFrame),
        windowMs: round(taken.page),
        withoutMapMs: round(without[kind].page),
        mapMs: round(map),
        coreMs: round(core),
        // A loop that nothing interrupted took as much of the clock as of the processor.
        ratio: round(map / loop.min),
        ratioWithCore: round((map + core) / loop.min),
        ratioToLoopAFrame: round(map / loopAFrame),
        ratioToLoopAFrameWithCore: round((map + core) / loopAFrame),
      }
      result[`${zoom}/${kind}`] = figures
      say(`map, ${zoom}, ${kind}: ${JSON.stringify(figures)}`)
    }
  }
  return result
}

/**
 * Script of one call of `work`, processor milliseconds: the mean of many.
 * @param {import('playwright-core').Browser} browser @param {import('playwright-core').Page} page
 * @param {(i: number) => Promise<unknown>} work
 */
async function script(browser, page, work) {
  // The first ones make keyframes and are compiled.
  for (let i = 0; i < UPDATES / 2; i++) await work(i + UPDATES)
  const total = await scriptTotals(browser, page, async () => {
    for (let i = 0; i < UPDATES; i++) await work(i)
  })
  return { page: total.page / UPDATES, workers: total.workers / UPDATES }
}

/**
 * The palette loop: one right after the other by the clock, and one an animation frame as the map's updates are, in
 * processor time and the mean.
 * @param {import('playwright-core').Browser} browser @param {import('playwright-core').Page} page
 * @param {number[]} size
 */
async function loops(browser, page, size) {
  const tight = /** @type {number[]} */ (await page.evaluate(paletteLoop, { size, repeats: UPDATES, aFrame: false }))
  const { page: total } = await scriptTotals(browser, page, () =>
    page.evaluate(paletteLoop, { size, repeats: UPDATES, aFrame: true }),
  )
  return { tight, aFrame: total / UPDATES }
}

/** In the page: colours the map by something else. @param {string} by */
async function recolour(by) {
  const select = /** @type {HTMLSelectElement} */ (document.querySelector('[data-panel="memory-map"] label.by select'))
  select.value = by
  select.dispatchEvent(new Event('change'))
  await /** @type {any} */ (globalThis).__pageward.whenIdle()
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
 * In the page: a colour of a palette for each pixel, and `putImageData`; with `aFrame` on a canvas that is shown.
 * @param {{ size: number[], repeats: number, aFrame: boolean }} how
 */
async function paletteLoop({ size, repeats, aFrame }) {
  const [width = 1, height = 1] = size
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  if (aFrame) {
    canvas.style.cssText = 'position: fixed; inset: 0; z-index: 9'
    document.body.append(canvas)
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'))
  const image = context.createImageData(width, height)
  const pixels = new Uint32Array(image.data.buffer)
  const values = Uint8Array.from(pixels, (_each, i) => (i * 2654435761) >>> 24)
  const palette = Uint32Array.from({ length: 256 }, (_each, i) => 0xff000000 | (i * 0x10305))
  const times = []
  for (let round = 0; round < repeats; round++) {
    if (aFrame) await new Promise((next) => requestAnimationFrame(next))
    const started = performance.now()
    for (let i = 0; i < pixels.length; i++) pixels[i] = palette[(values[i] + round) & 255]
    context.putImageData(image, 0, 0)
    times.push(performance.now() - started)
  }
  canvas.remove()
  return times
}
