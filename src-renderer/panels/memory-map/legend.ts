/** Which entries the legend of the memory map needs: only what is on screen, each with the mark that is drawn. */
import { Ink, isBroken } from '../../../src-core/protocol/map-ink.ts'
import { CellMark } from '../../../src-core/protocol/messages.ts'
import type { MachineInfo, TaskInfo } from '../../../src-core/trace/record.ts'
import { FrameKind } from '../../../src-core/trace/fields.ts'
import { isFree, KINDS, MARK_SHORT, MARK_WORDS, type MarkName, type Palette } from '../../theme/states.ts'
import { countTip, countWords, countedColumn, zoneName, type ColourBy } from './colour-by.ts'
import type { MapWindow } from './windows.ts'
import type { VisibleRange } from './geometry.ts'

export interface LegendEntry {
  readonly id: string
  readonly words: string
  /** The whole meaning, for hover. */
  readonly tip: string
  /** CSS colour of the swatch. */
  readonly fill: string
  readonly letter: string
  readonly mark: MarkName | ''
}

export function sameEntries(a: readonly LegendEntry[], b: readonly LegendEntry[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ id, words, fill }, i) => b[i]!.id === id && b[i]!.words === words && b[i]!.fill === fill)
  )
}

/**
 * What to explain after only the height of the map changed: what was explained stays. The height of the map is what the
 * legend leaves: one that lost its entries for rows that it hides itself would come and go for ever.
 */
export function joinEntries(entries: readonly LegendEntry[], before: readonly LegendEntry[]): readonly LegendEntry[] {
  const gone = before.filter(({ id }) => entries.every((each) => each.id !== id))
  if (gone.length === 0) return entries
  const known = entries.every(({ id }) => before.some((each) => each.id === id))
  return known ? before : [...entries, ...gone]
}

/** What there is to be explained. */
export interface Seen {
  readonly kinds: Set<number>
  readonly owners: Set<number>
  readonly counts: Set<number>
  readonly zones: Set<number>
  /** `CellMark` bits. */
  marks: number
}

const nothing = (): Seen => ({ kinds: new Set(), owners: new Set(), counts: new Set(), zones: new Set(), marks: 0 })

/** What is seen of cells with their marks. */
export function seenOfCells(
  windows: readonly MapWindow[],
  ranges: readonly Pick<VisibleRange, 'from' | 'to'>[],
  by: ColourBy,
): Seen {
  const seen = nothing()
  for (const { cells } of windows) {
    const counted = countedColumn(cells, by)
    for (const range of ranges) {
      const from = Math.max(0, Math.ceil((range.from - cells.from) / cells.framesPerCell))
      const to = Math.min(cells.kind.length, Math.ceil((range.to - cells.from) / cells.framesPerCell))
      for (let at = from; at < to; at++) {
        const kind = cells.kind[at]!
        seen.kinds.add(kind)
        seen.marks |= cells.marks[at]!
        if (isFree(kind) || kind === FrameKind.RESERVED) continue
        seen.owners.add(cells.owner[at]!)
        seen.zones.add(cells.zone[at]!)
        if (counted !== null) seen.counts.add(Math.max(0, Math.min(4, counted[at]!)))
      }
    }
  }
  return seen
}

/** What is seen where cells are colours only; `counts` says how many cells have each `Ink`. */
export function seenOfInks(counts: Int32Array, by: ColourBy): Seen {
  const seen = nothing()
  for (let ink = 0; ink < counts.length; ink++) {
    if (counts[ink] === 0) continue
    if (isBroken(ink)) seen.marks |= ink === Ink.USED_INVALID ? CellMark.USED_INVALID : CellMark.RIGHTS_LEFT
    else if (ink < Ink.CLASS) seen.kinds.add(ink)
    else if (by === 'owner') seen.owners.add(ink - Ink.CLASS + 1)
    else if (by === 'zone') seen.zones.add(ink - Ink.CLASS)
    else seen.counts.add(ink - Ink.CLASS)
  }
  return seen
}

/** Name of the task that `MapCells.owner` means. */
export function ownerName(tasks: readonly TaskInfo[], owner: number): string {
  return tasks.find((task) => task.id === owner - 1)?.name ?? `task ${owner - 1}`
}

export function legendOf(
  seen: Seen,
  by: ColourBy,
  tasks: readonly TaskInfo[],
  machine: MachineInfo,
  colours: Palette,
): LegendEntry[] {
  const entries: LegendEntry[] = []
  const add = (id: string, words: string, tip: string, fill: string, letter = '', mark: MarkName | '' = ''): void => {
    entries.push({ id, words, tip, fill, letter, mark })
  }
  const sorted = (set: Set<number>): number[] => [...set].sort((a, b) => a - b)
  if (by === 'owner') {
    for (const owner of sorted(seen.owners)) {
      if (owner > 0) {
        add(
          `owner-${owner}`,
          ownerName(tasks, owner),
          `Owned by ${ownerName(tasks, owner)}`,
          colours.owner[(owner - 1) % colours.owner.length]!.css,
        )
      }
    }
  }
  for (const n of sorted(seen.counts)) add(`count-${n}`, countWords(by, n), countTip(by), colours.references[n]!.css)
  if (by === 'zone')
    for (const zone of sorted(seen.zones)) {
      const name = zoneName(machine, zone)
      add(`zone-${zone}`, name, `Frames of zone ${name}`, colours.zones[zone % colours.zones.length]!.css)
    }
  const marks: readonly (readonly [number, MarkName])[] = [
    [CellMark.REFERENCED, 'reference'],
    [CellMark.MAPPED, 'mapping'],
    [CellMark.RIGHTS_LEFT, 'rightsLeft'],
    [CellMark.USED_INVALID, 'usedInvalid'],
  ]
  for (const [bit, mark] of marks)
    if ((seen.marks & bit) !== 0) add(mark, MARK_SHORT[mark], MARK_WORDS[mark], '', '', mark)
  for (const kind of sorted(seen.kinds)) {
    const { letter, short, words, name } = KINDS[kind]!
    const neutral = by === 'kind' || isFree(kind) || kind === FrameKind.RESERVED
    add(`kind-${name}`, short, words, neutral ? colours.kind[kind]!.css : 'transparent', letter)
  }
  return entries
}
