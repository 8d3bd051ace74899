import { describe, expect, it } from 'vitest'
import { FRAME_KIND_NAMES } from '../../src-core/trace/fields.ts'
import { contrast } from '../canvas/oklch.ts'
import { isFree, KINDS, OWNER_SLOTS, ownerColor, ownerPattern, palette, type ThemeName } from './states.ts'

type Rgb = readonly [number, number, number]
const THEMES: readonly ThemeName[] = ['light', 'dark']

/** Machado, Oliveira and Fernandes 2009, full severity, in linear light (applied to bytes: close enough to compare). */
const CONES = {
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
} as const

function seenBy(matrix: readonly number[], [r, g, b]: Rgb): Rgb {
  const row = (at: number): number => matrix[at]! * r + matrix[at + 1]! * g + matrix[at + 2]! * b
  return [row(0), row(3), row(6)]
}
const distance = (a: Rgb, b: Rgb): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

describe.each(THEMES)('the marks of the %s theme', (theme) => {
  const colours = palette(theme)

  it('have text that can be read: at least 4.5 to 1', () => {
    expect(contrast(colours.text.rgb, colours.ground.rgb)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colours.muted.rgb, colours.ground.rgb)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colours.muted.rgb, colours.stripe.rgb)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colours.broken.rgb, colours.brokenFaint.rgb)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colours.warning.rgb, colours.warningFaint.rgb)).toBeGreaterThanOrEqual(4.5)
    for (const owner of colours.owner) expect(contrast(colours.onOwner.rgb, owner.rgb)).toBeGreaterThanOrEqual(4.5)
    for (const faint of colours.ownerFaint) expect(contrast(colours.text.rgb, faint.rgb)).toBeGreaterThanOrEqual(4.5)
    colours.kind.forEach((kind, index) => {
      expect(contrast(colours.onKind[index]!.rgb, kind.rgb)).toBeGreaterThanOrEqual(4.5)
    })
  })

  it('have fills that stand out from the ground: at least 3 to 1 for everything that is in use', () => {
    for (const ink of [...colours.owner, colours.broken, colours.warning, colours.accent]) {
      expect(contrast(ink.rgb, colours.ground.rgb)).toBeGreaterThanOrEqual(3)
    }
    colours.kind.forEach((kind, index) => {
      if (index > 2 && !isFree(index)) expect(contrast(kind.rgb, colours.ground.rgb)).toBeGreaterThanOrEqual(3)
    })
  })

  it('keep the first four owners apart for people without red or green cones', () => {
    const first = colours.owner.slice(0, 4).map((ink) => ink.rgb)
    for (const matrix of Object.values(CONES)) {
      first.forEach((a, i) => {
        for (const b of first.slice(i + 1)) expect(distance(seenBy(matrix, a), seenBy(matrix, b))).toBeGreaterThan(40)
      })
    }
  })

  it('keep the steps of what is counted apart by lightness alone, for everybody', () => {
    // The colourings by references, map count, rights left and age are these five steps of one hue.
    const steps = colours.references.map((ink) => ink.rgb)
    for (let i = 1; i < steps.length; i++) expect(contrast(steps[i]!, steps[i - 1]!)).toBeGreaterThanOrEqual(1.35)
    for (const matrix of Object.values(CONES)) {
      for (let i = 1; i < steps.length; i++)
        expect(distance(seenBy(matrix, steps[i]!), seenBy(matrix, steps[i - 1]!))).toBeGreaterThan(40)
    }
  })

  it('keep neighbouring zones apart by lightness alone, and every two for everybody', () => {
    const zones = colours.zones.map((ink) => ink.rgb)
    for (let i = 1; i < zones.length; i++) {
      const [light, dark] = [contrast(zones[i]!, [0, 0, 0]), contrast(zones[i - 1]!, [0, 0, 0])]
      expect(Math.max(light, dark) / Math.min(light, dark)).toBeGreaterThanOrEqual(1.35)
    }
    for (const matrix of Object.values(CONES)) {
      zones.forEach((a, i) => {
        for (const b of zones.slice(i + 1)) expect(distance(seenBy(matrix, a), seenBy(matrix, b))).toBeGreaterThan(40)
      })
    }
    zones.forEach((zone, i) => {
      expect(contrast(colours.onZones[i]!.rgb, zone)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(zone, colours.ground.rgb)).toBeGreaterThanOrEqual(3)
      expect(distance(zone, colours.broken.rgb)).toBeGreaterThan(60)
    })
  })

  it('never give an owner the red of a broken rule', () => {
    for (const owner of colours.owner) expect(distance(owner.rgb, colours.broken.rgb)).toBeGreaterThan(60)
  })
})

describe('owners and kinds', () => {
  it('repeat the first hue with a pattern for the eleventh owner', () => {
    expect(ownerColor('light', OWNER_SLOTS)).toBe(ownerColor('light', 0))
    expect(ownerPattern(OWNER_SLOTS - 1)).toBe(false)
    expect(ownerPattern(OWNER_SLOTS)).toBe(true)
  })

  it('have words for every kind of frame that the trace knows', () => {
    expect(KINDS.map((each) => each.name)).toEqual([...FRAME_KIND_NAMES])
    for (const kind of KINDS) expect(kind.words).not.toBe('')
  })
})
