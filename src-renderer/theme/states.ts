/**
 * One mark per idea, for the map, the timeline, the inspector and the legend: hues of owners, lightness steps of
 * frame kinds, and the marks of rights and broken rules. Red is only for broken rules, amber for warnings.
 */
import { FRAME_KIND_NAMES, FrameKind } from '../../src-core/trace/fields.ts'
import { contrast, oklchToRgb, toHex, toPixel } from '../canvas/oklch.ts'

export type ThemeName = 'light' | 'dark'

/**
 * Hues of the ten owner slots. The first four stay apart for people without red or green cones; red (25°) and
 * amber (75°) are left out because they have a meaning of their own.
 */
export const OWNER_HUES = [255, 108, 190, 150, 330, 220, 130, 305, 170, 350] as const
export const OWNER_SLOTS = OWNER_HUES.length

/** A colour in the two forms that canvases need. */
export interface Ink {
  readonly css: string
  readonly pixel: number
  readonly rgb: readonly [number, number, number]
}

export interface Palette {
  readonly theme: ThemeName
  /** Panel background that marks are drawn on. */
  readonly ground: Ink
  readonly text: Ink
  readonly muted: Ink
  readonly hairline: Ink
  /** Alternate rows and lanes. */
  readonly stripe: Ink
  /** Fill and faint fill of each owner slot. */
  readonly owner: readonly Ink[]
  readonly ownerFaint: readonly Ink[]
  /** Text on an owner's fill. */
  readonly onOwner: Ink
  /** By `FrameKind`. */
  readonly kind: readonly Ink[]
  /** Text on a kind's fill, by `FrameKind`. */
  readonly onKind: readonly Ink[]
  /** Reference counts 0, 1, 2, 3, 4 and more. */
  readonly references: readonly Ink[]
  /** Zones, in order of addresses, and text on them. */
  readonly zones: readonly Ink[]
  readonly onZones: readonly Ink[]
  readonly onReferences: readonly Ink[]
  readonly broken: Ink
  readonly brokenFaint: Ink
  readonly onBroken: Ink
  readonly warning: Ink
  readonly warningFaint: Ink
  /** Selection, focus and playhead: neutral, never a hue with a meaning. */
  readonly accent: Ink
  readonly flash: Ink
}

function ink(l: number, c: number, h: number): Ink {
  const rgb = oklchToRgb({ l, c, h })
  return { css: toHex(rgb), pixel: toPixel(rgb), rgb }
}

const NEUTRAL_HUE = 262
const neutral = (l: number): Ink => ink(l, 0.008, NEUTRAL_HUE)

/** Lightness of each kind: free ones close to the ground, the more an allocation matters the further away. */
const KIND_LIGHTNESS: Readonly<Record<ThemeName, readonly number[]>> = {
  // reserved, buddy, pcp, page, folio, slab, large-kmalloc, vmalloc, page-table, bad
  light: [0.83, 0.955, 0.91, 0.34, 0.41, 0.48, 0.54, 0.6, 0.66, 0.5],
  dark: [0.37, 0.265, 0.305, 0.9, 0.84, 0.78, 0.72, 0.66, 0.6, 0.66],
}

/** Zones in order of addresses: far from their neighbours in lightness, so that a border is seen without its hues. */
const ZONE_LIGHTNESS: Readonly<Record<ThemeName, readonly number[]>> = {
  light: [0.64, 0.28, 0.6, 0.42],
  dark: [0.58, 0.8, 0.93, 0.8],
}
const ZONE_HUES: Readonly<Record<ThemeName, readonly number[]>> = {
  light: [80, 262, 250, 140],
  dark: [200, 262, 80, 80],
}

function build(theme: ThemeName): Palette {
  const dark = theme === 'dark'
  const kind = KIND_LIGHTNESS[theme].map((l, k) => (k === FrameKind.BAD ? ink(l, 0.2, 25) : neutral(l)))
  const black = neutral(0.17)
  const white = neutral(0.995)
  const references = (dark ? [0.26, 0.42, 0.56, 0.7, 0.84] : [0.94, 0.8, 0.66, 0.52, 0.38]).map((l, n) =>
    ink(l, n === 0 ? 0.008 : 0.09, NEUTRAL_HUE),
  )
  const legible = (fill: Ink): Ink => (contrast(fill.rgb, black.rgb) > contrast(fill.rgb, white.rgb) ? black : white)
  const zones = ZONE_LIGHTNESS[theme].map((l, n) => ink(l, 0.11, ZONE_HUES[theme][n]!))
  return {
    theme,
    zones,
    onZones: zones.map(legible),
    ground: dark ? ink(0.218, 0.01, NEUTRAL_HUE) : neutral(1),
    text: neutral(dark ? 0.93 : 0.22),
    muted: neutral(dark ? 0.7 : 0.48),
    hairline: neutral(dark ? 0.31 : 0.9),
    stripe: neutral(dark ? 0.245 : 0.975),
    owner: OWNER_HUES.map((h) => ink(dark ? 0.72 : 0.54, 0.135, h)),
    ownerFaint: OWNER_HUES.map((h) => ink(dark ? 0.36 : 0.87, 0.06, h)),
    onOwner: dark ? black : white,
    kind,
    onKind: kind.map(legible),
    references,
    onReferences: references.map(legible),
    broken: dark ? ink(0.7, 0.19, 25) : ink(0.51, 0.21, 27),
    brokenFaint: dark ? ink(0.28, 0.06, 25) : ink(0.93, 0.035, 25),
    onBroken: dark ? black : white,
    warningFaint: dark ? ink(0.29, 0.05, 80) : ink(0.95, 0.05, 85),
    warning: dark ? ink(0.8, 0.15, 78) : ink(0.53, 0.12, 68),
    accent: dark ? neutral(0.98) : neutral(0.15),
    flash: dark ? white : black,
  }
}

const PALETTES: Readonly<Record<ThemeName, Palette>> = { light: build('light'), dark: build('dark') }

export function palette(theme: ThemeName): Palette {
  return PALETTES[theme]
}

/** Slot of a task's hue. The eleventh task has the hue of the first, told apart by `ownerPattern`. */
export function ownerSlot(task: number): number {
  return ((task % OWNER_SLOTS) + OWNER_SLOTS) % OWNER_SLOTS
}

/** Whether this owner's fill carries a pattern, because its hue is used a second time. */
export function ownerPattern(task: number): boolean {
  return task >= OWNER_SLOTS
}

/** Colour of an owner for text badges and fills outside canvases. */
export function ownerColor(theme: ThemeName, task: number): string {
  return palette(theme).owner[ownerSlot(task)]!.css
}

/** Text that belongs on `ownerColor`. */
export function onOwnerColor(theme: ThemeName): string {
  return palette(theme).onOwner.css
}

export interface KindWords {
  /** As the kernel and the trace spell it. */
  readonly name: string
  /** Letter drawn in a cell. */
  readonly letter: string
  /** For legends. */
  readonly short: string
  /** For hover. */
  readonly words: string
}

const KIND_WORDS: readonly (readonly [letter: string, short: string, words: string])[] = [
  ['·', 'reserved', 'Reserved: kernel image, memmap, firmware'],
  ['', 'free (buddy)', 'Free, in a buddy list'],
  ['', 'free (per-CPU)', 'Free, on a per-CPU list'],
  ['P', 'pages', 'Pages from alloc_pages'],
  ['F', 'folio', 'Folio'],
  ['S', 'slab', 'Backs a slab: the slab allocator owns the page, drivers own its objects'],
  ['K', 'large kmalloc', 'kmalloc beyond the largest cache'],
  ['V', 'vmalloc', 'Backs a vmalloc area'],
  ['T', 'page table', 'Page table'],
  ['B', 'bad page', 'Bad page: broken when it was freed, so it is leaked on purpose and nobody gets it again'],
]

export const KINDS: readonly KindWords[] = FRAME_KIND_NAMES.map((name, kind) => ({
  name,
  letter: KIND_WORDS[kind]![0],
  short: KIND_WORDS[kind]![1],
  words: KIND_WORDS[kind]![2],
}))

export function isFree(kind: number): boolean {
  return kind === FrameKind.BUDDY || kind === FrameKind.PCP
}

/** Every mark besides fills, as the legend names them. */
export const MARK_WORDS = {
  reference: 'A reference besides the owner’s',
  batch: 'On an LRU list, or in a per-CPU batch for one, which holds a reference',
  mapping: 'Mapped (kmap, vmap)',
  pin: 'Pinned',
  dma: 'Mapped for a device',
  rcu: 'RCU readers may reach it',
  rightsLeft: 'Freed with rights left',
  usedInvalid: 'Used while invalid',
  changed: 'Changed by this step',
  lives: 'Never freed in this run',
  writable: 'The entry may be written through',
  special: 'pte_special: no struct page counts it',
  protNone: 'PROT_NONE: every access faults',
  cached: 'A TLB remembers the entry',
  stale: 'Reached without an entry or an area',
  guard: 'Guard page: never mapped',
  lazy: 'Freed, waits for a purge',
  byteNew: 'Byte changed by this step',
  redZone: 'Red zone of the allocator',
  redZoneBroken: 'Red zone that somebody wrote over',
  poison: 'Poisoned by the allocator',
  slabRecord: 'What the allocator keeps about an object',
  slabPad: 'Belongs to no object',
} as const
export type MarkName = keyof typeof MARK_WORDS

/** The same for legends, where every pixel counts. */
export const MARK_SHORT: Readonly<Record<MarkName, string>> = {
  reference: 'extra reference',
  batch: 'LRU',
  mapping: 'mapped',
  pin: 'pinned',
  dma: 'mapped for a device',
  rcu: 'RCU readers',
  rightsLeft: 'freed with rights left',
  usedInvalid: 'used while invalid',
  changed: 'changed now',
  lives: 'never freed',
  writable: 'writable',
  special: 'special',
  protNone: 'PROT_NONE',
  cached: 'in a TLB',
  stale: 'stale',
  guard: 'guard page',
  lazy: 'freed, not purged',
  byteNew: 'byte changed now',
  redZone: 'red zone',
  redZoneBroken: 'red zone overwritten',
  poison: 'poison',
  slabRecord: 'allocator’s records',
  slabPad: 'padding',
}
