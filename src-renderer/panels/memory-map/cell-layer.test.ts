import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { CellLayer, type CellLayerJob } from './cell-layer.ts'
import type { ColourBy } from './colour-by.ts'
import type { MapWindow } from './windows.ts'

/** What was drawn, by canvas: 0 is the screen. */
let drawn: string[] = []
let canvases = 0

function fakeContext(canvas: number): CanvasRenderingContext2D {
  return {
    canvas,
    setTransform: () => undefined,
    clearRect: () => undefined,
    drawImage: (from: { id: number }) => drawn.push(`${from.id} to ${canvas}`),
  } as unknown as CanvasRenderingContext2D
}

beforeEach(() => {
  drawn = []
  canvases = 0
  vi.stubGlobal('document', {
    createElement: () => {
      const id = ++canvases
      const context = fakeContext(id)
      return { id, width: 0, height: 0, getContext: () => context }
    },
  })
})
afterEach(() => vi.unstubAllGlobals())

const columns = (count: number) => new Uint32Array(count)
const windowOf = (count: number): MapWindow =>
  ({
    from: 0,
    to: count,
    cells: {
      from: 0,
      framesPerCell: 1,
      kind: columns(count).fill(3),
      ...Object.fromEntries(
        ['owner', 'refcount', 'fill', 'marks', 'mapcount', 'rights', 'age', 'allocation'].map((name) => [
          name,
          columns(count),
        ]),
      ),
    },
  }) as unknown as MapWindow

const screen = fakeContext(0)
function job(by: ColourBy, windows: readonly MapWindow[]): CellLayerJob {
  return {
    size: { width: 400, height: 40, ratio: 1 },
    key: 'k',
    by,
    ranges: [{ from: 0, to: 4 }] as unknown as CellLayerJob['ranges'],
    windows,
    rectOf: (pfn) => ({ x: pfn * 73, y: 0, width: 73, height: 40 }),
    drawCell: (context, pfn, { x, y, width, height }, wordy) => {
      drawn.push(`cell to ${String(context.canvas)}`)
      wordy?.push({ pfn, box: { x, y, width: width - 1, height: height - 1 }, ink: 'black' })
    },
    drawWords: (context) => drawn.push(`words to ${String(context.canvas)}`),
    showsObjects: false,
  }
}
const draw = (layer: CellLayer, by: ColourBy, windows: readonly MapWindow[]): string[] => {
  drawn = []
  layer.draw(screen, job(by, windows))
  return drawn
}

it('draws other colours to the screen at once, with words that are kept, and only what changed at another step', () => {
  const layer = new CellLayer()
  const windows = [windowOf(4)]
  const cells = (to: number): string[] => new Array<string>(4).fill(`cell to ${to}`)
  expect(draw(layer, 'owner', windows)).toEqual([...cells(1), '1 to 0'])
  expect(draw(layer, 'owner', windows)).toEqual(['1 to 0'])
  expect(draw(layer, 'kind', windows)).toEqual([...cells(0), ...new Array<string>(4).fill('words to 2'), '2 to 0'])
  expect(draw(layer, 'references', windows)).toEqual([...cells(0), '2 to 0'])
  // Back in the colours of the layer.
  expect(draw(layer, 'owner', windows)).toEqual(['1 to 0'])
  // Another step in other colours: the layer follows.
  const next = windowOf(4)
  expect(draw(layer, 'kind', [next])).toEqual([...cells(1), '1 to 0'])
  const last = windowOf(4)
  last.cells.refcount[2] = 7
  expect(draw(layer, 'kind', [last])).toEqual(['cell to 1', '1 to 0'])
})
