/**
 * What a long run of comparisons has done, noted part by part in a file: a run that is cut says how far it came, and
 * one with PAGEWARD_RESUME set goes on there.
 */
import type { SavedWalk } from '../checkpoint.ts'

/** One line of the file. */
export interface Note {
  readonly name: string
  /** Programs, or interleavings, compared since the beginning of what `name` names. */
  readonly compared: number
  /** Where to go on; null = it is done. */
  readonly walk: SavedWalk | null
}

export class LongNotes {
  private readonly last = new Map<string, Note>()

  /**
   * @param text what was noted before; a line that was cut is none
   * @param append adds a line to where that came from
   */
  constructor(
    text: string,
    private readonly append: (line: string) => void,
  ) {
    for (const line of text.split('\n').slice(0, -1)) {
      const note = JSON.parse(line) as Note
      this.last.set(note.name, note)
    }
  }

  /** What was noted last under a name; null = nothing. */
  of(name: string): Note | null {
    return this.last.get(name) ?? null
  }

  add(note: Note): void {
    this.last.set(note.name, note)
    this.append(`${JSON.stringify(note)}\n`)
  }
}
