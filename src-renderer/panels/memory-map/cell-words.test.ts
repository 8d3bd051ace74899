import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { CellWords, type WordyCell } from './cell-words.ts'

interface Copy {
  readonly x: number
  readonly width: number
}

const SIZE = { width: 100, height: 20, ratio: 1 }
let copies: Copy[] = []
let set: number[] = []
const context = (): CanvasRenderingContext2D =>
  ({
    setTransform: () => undefined,
    drawImage: (_from: unknown, x: number, _y: number, width: number) => void copies.push({ x, width }),
  }) as unknown as CanvasRenderingContext2D

const cell = (pfn: number, ink: string): WordyCell => ({ pfn, ink, box: { x: pfn * 10, y: 0, width: 9, height: 19 } })
const drawWords = (_context: unknown, { pfn }: WordyCell): void => void set.push(pfn)

beforeEach(() => {
  copies = []
  set = []
  vi.stubGlobal('document', { createElement: () => ({ width: 0, height: 0, getContext: context }) })
})
afterEach(() => vi.unstubAllGlobals())

it('sets the words of a cell once in an ink, and copies those of neighbours in one piece', () => {
  const words = new CellWords()
  const about = {}
  const target = context()
  words.draw(target, SIZE, about, 'a', [cell(0, 'dark'), cell(1, 'dark'), cell(3, 'dark'), cell(4, 'light')], drawWords)
  expect(set).toEqual([0, 1, 3, 4])
  expect(copies).toEqual([
    { x: 0, width: 19 },
    { x: 30, width: 9 },
    { x: 40, width: 9 },
  ])
  set = []
  words.draw(target, SIZE, about, 'a', [cell(0, 'light'), cell(1, 'dark')], drawWords)
  expect(set).toEqual([0])
})

it('sets them anew when they say something else, or lie elsewhere', () => {
  const words = new CellWords()
  const about = {}
  words.draw(context(), SIZE, about, 'a', [cell(0, 'dark')], drawWords)
  words.draw(context(), SIZE, about, 'b', [cell(0, 'dark')], drawWords)
  words.draw(context(), SIZE, {}, 'b', [cell(0, 'dark')], drawWords)
  expect(set).toEqual([0, 0, 0])
})
