import { describe, expect, it } from 'vitest'
import { clampAxis, panAxis, revealStep, rulerSteps, stepToX, wholeRun, xToStep, zoomAxis } from './axis.ts'

const WIDTH = 800

describe('the axis of the timeline', () => {
  it('turns steps into pixels and back', () => {
    const axis = { from: 12.5, to: 90 }
    for (const step of [13, 40, 77.25, 90]) expect(xToStep(axis, stepToX(axis, step, WIDTH), WIDTH)).toBeCloseTo(step)
  })

  it('keeps the step under the pointer in place when zooming', () => {
    const axis = { from: 100, to: 500 }
    const at = xToStep(axis, 300, WIDTH)
    const near = zoomAxis(axis, 2, 300, WIDTH, 10_000)
    expect(stepToX(near, at, WIDTH)).toBeCloseTo(300)
    expect(near.to - near.from).toBeCloseTo(200)
  })

  it('never leaves the run and never shows less than three steps', () => {
    expect(clampAxis({ from: -50, to: 20 }, 1000)).toEqual({ from: 0, to: 70 })
    expect(clampAxis({ from: 990, to: 1100 }, 1000).to).toBe(1001)
    expect(zoomAxis({ from: 0, to: 10 }, 1e9, 0, WIDTH, 9)).toEqual({ from: 0, to: 3 })
    expect(zoomAxis({ from: 4, to: 8 }, 1e-9, 0, WIDTH, 9)).toEqual(wholeRun(9))
    expect(wholeRun(0)).toEqual({ from: 0, to: 3 })
  })

  it('pans by pixels and stops at the ends', () => {
    const axis = { from: 100, to: 200 }
    expect(panAxis(axis, 80, WIDTH, 1000)).toEqual({ from: 110, to: 210 })
    expect(panAxis(axis, -1e6, WIDTH, 1000)).toEqual({ from: 0, to: 100 })
  })

  it('moves only when a step would be out of sight', () => {
    const axis = { from: 100, to: 200 }
    expect(revealStep(axis, 150, 1000)).toBe(axis)
    const moved = revealStep(axis, 500, 1000)
    expect(moved.from).toBeLessThan(500)
    expect(moved.to).toBeGreaterThan(500)
    expect(moved.to - moved.from).toBeCloseTo(100)
  })

  it('numbers the ruler in round steps that do not touch', () => {
    const marks = rulerSteps({ from: 0, to: 1_000_001 }, WIDTH, 60)
    expect(marks[1]! - marks[0]!).toBe(100_000)
    expect(rulerSteps({ from: 0, to: 10 }, WIDTH, 60)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })
})
