/** Which entries the legend of the memory map needs: only what is on screen, each with the mark that is drawn. */
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

interface Seen {
  readonly kinds: Set<number>
  readonly owners: Set<number>
  readonly counts: Set<number>
  readonly zones: Set<number>
  marks: number
}

function look(windows: readonly MapWindow[], ranges: readonly VisibleRange[], by: ColourBy): Seen {
  const seen: Seen = { kinds: new Set(), owners: new Set(), counts: new Set(), zones: new Set(), marks: 0 }
  for (const { cells } of windows) {
    const counted = countedColumn(cells, by)
    for (let at = 0; at < cells.kind.length; at++) {
      const pfn = cells.from + at * cells.framesPerCell
      if (!ranges.some((range) => pfn >= range.from && pfn < range.to)) continue
      const kind = cells.kind[at]!
      seen.kinds.add(kind)
      seen.marks |= cells.marks[at]!
      if (isFree(kind) || kind === FrameKind.RESERVED) continue
      seen.owners.add(cells.owner[at]!)
      seen.zones.add(cells.zone[at]!)
      if (counted !== null) seen.counts.add(Math.max(0, Math.min(4, counted[at]!)))
    }
  }
  return seen
}

/** Name of the task that `MapCells.owner` means. */
export function ownerName(tasks: readonly TaskInfo[], owner: number): string {
  return tasks.find((task) => task.id === owner - 1)?.name ?? `task ${owner - 1}`
}

export function legendOf(
  windows: readonly MapWindow[],
  ranges: readonly VisibleRange[],
  by: ColourBy,
  tasks: readonly TaskInfo[],
  machine: MachineInfo,
  colours: Palette,
): LegendEntry[] {
  const seen = look(windows, ranges, by)
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
      add(`zone-${zone}`, name, `Frames of zone ${name}`, colours.owner[zone % colours.owner.length]!.css)
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
