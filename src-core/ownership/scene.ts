/** What every rule works with: the ledger before the row, names, the desk, the machine and the era. */
import { Family, OP_FAMILY } from '../trace/ops.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { Desk } from './desk.ts'
import type { FindingLine } from './finding.ts'
import type { Ledger } from './ledger.ts'
import type { Names } from './names.ts'
import type { Row } from './row.ts'
import type { StoryTeller } from './story.ts'

export interface Scene {
  readonly ledger: Ledger
  readonly names: Names
  readonly desk: Desk
  readonly story: StoryTeller
  readonly machine: MachineInfo
  readonly era: string
  strings(): readonly string[]
}

/** The line "used here" of a story. */
export function usedLine(scene: Scene, row: Row): FindingLine {
  return {
    role: 'used',
    step: row.step,
    text: `${scene.names.call(row.site, row.op)}, by ${scene.story.task(row.task)}`,
  }
}

/** True if a row writes bytes. */
export function isWrite(op: number): boolean {
  return OP_FAMILY[op] === Family.WRITE
}
